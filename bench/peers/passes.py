"""How a script asks programs for passes that it times in turn: a Server is started once, says its version in a line of JSON, and runs one
pass for each line it is sent, answering with the seconds and what came out. serve() is the other side, for the peers in Python; what a
peer prints on its own goes to stderr."""
import json
import os
import subprocess
import sys
import time


class Watch:
    def __init__(self):
        self.began = time.perf_counter(), time.process_time()

    def stop(self):
        self.seconds = time.perf_counter() - self.began[0]
        self.processor_seconds = time.process_time() - self.began[1]
        return self


def serve(prepare):
    """prepare: returns the version and a function for one pass, which returns its Watch and a dictionary of what came out."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version, one_pass = prepare()
    print(json.dumps({"version": version}), file=answers, flush=True)
    for _ in sys.stdin:
        watch, out = one_pass()
        print(json.dumps({"seconds": watch.seconds, "processor_seconds": watch.processor_seconds, **out}), file=answers, flush=True)


class Server:
    def __init__(self, command, log):
        self.log = log
        with open(log, "w") as file:
            self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True)
        self.version = self.answer()["version"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.process.args)} failed: {self.log.read_text()[-500:]}")
        return json.loads(line)

    def one_pass(self):
        print(file=self.process.stdin, flush=True)
        return self.answer()

    def close(self):
        self.process.communicate()
