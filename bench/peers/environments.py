"""Virtual environments of the Python peers, one for each package, under the build folder."""
import pathlib
import shutil
import subprocess
import sys


def python_with(packages, build):
    """The interpreter of an environment that has the packages, or None and why they cannot be had."""
    folder = pathlib.Path(build) / "venv" / packages[0]
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = subprocess.run([python, "-m", "pip", "-q", "install", *packages], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if pip.returncode != 0:
            return None, (pip.stderr.strip().splitlines() or ["pip failed"])[-1]
        (folder / "installed").touch()
    return python, ""
