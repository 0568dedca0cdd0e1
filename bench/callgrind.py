"""Instructions that a program marked for callgrind spends between its marks."""
import pathlib
import re
import subprocess
import sys
import tempfile


def marked_instructions(program):
    """What the program printed, and {mark: instructions}."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out", program],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if run.returncode != 0:
            sys.exit(f"{program} failed under valgrind: {run.stderr[-400:]}")
        totals = {}
        for dump in pathlib.Path(folder).iterdir():
            text = dump.read_text()
            name = re.search(r"desc: Trigger: Client Request: (\w+)", text)
            if name:
                totals[name.group(1)] = int(re.search(r"^(?:totals|summary): (\d+)", text, re.M).group(1))
    return run.stdout, totals
