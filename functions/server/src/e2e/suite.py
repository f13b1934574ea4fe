"""Runs modules of tests, three at a time, each in a process of its own: `python suite.py <folder>…`.

Most of them wait: for a clock, a kill, a client that starts. Those in ALONE measure how the server answers while
something happens to it, which others would disturb; they come when nothing else runs. What a module prints is shown
when it ended.

E2E_JOBS: how many at a time, 1 to see them as they go.
"""

import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
JOBS = int(os.environ.get("E2E_JOBS", "3"))
# They pull while others flood the server, or push by 64 clients, and nobody may wait for longer than a few seconds.
ALONE = {"test_floods", "test_stress"}
# They wait for a minute of the clock, and use next to nothing meanwhile: they come beside the others.
WAITING = {"test_schedule"}
# The longest, so that none of them is what all wait for in the end.
FIRST = [
    "test_gateway_spellings",
    "test_aws",
    "test_aws_uploads",
    "test_users",
    "test_operation",
    "test_aws_tasks",
    "test_sync",
    "test_probe",
    "test_calls",
    "test_kill",
    "test_faulty",
]
SHOWN = 20
# Of what a module that failed said last: its failures, with where they are.
FAILED_LINES = 60
TIMED = re.compile(r"^ *(\d+) s  (\S+)\n", re.MULTILINE)


class Suite:
    def __init__(self):
        self.seconds, self.failed = {}, {}

    def run(self, module):
        """Runs one module and shows what it said."""
        began = time.monotonic()
        # Its own folder is where it finds what it imports.
        path = os.pathsep.join([str(module.parent), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, str(HERE / "timed.py"), "-v", module.stem]
        output = None if JOBS == 1 else subprocess.PIPE
        ended = subprocess.run(
            command,
            cwd=module.parent,
            env={**os.environ, "PYTHONPATH": path},
            stdout=output,
            stderr=output and subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        said = ended.stdout or ""
        if ended.returncode:
            self.failed[module.stem] = TIMED.sub("", said).strip().splitlines()[-FAILED_LINES:]
        self.seconds |= {name: int(seconds) for seconds, name in TIMED.findall(said)}
        print(f"== {module.stem}, {time.monotonic() - began:.0f} s\n{TIMED.sub('', said).strip()}", flush=True)

    def run_all(self, modules):
        alone = [module for module in modules if module.stem in ALONE]
        waiting = [module for module in modules if module.stem in WAITING and JOBS > 1]
        others = [module for module in modules if module not in alone + waiting]
        others.sort(key=lambda module: FIRST.index(module.stem) if module.stem in FIRST else len(FIRST))
        with ThreadPoolExecutor() as beside, ThreadPoolExecutor(JOBS) as pool:
            list(itertools.chain(beside.map(self.run, waiting), pool.map(self.run, others)))
        for module in alone:
            self.run(module)

    def tell(self):
        slowest = sorted(self.seconds.items(), key=lambda entry: entry[1], reverse=True)[:SHOWN]
        print("== the slowest", *(f"{seconds:6} s  {name}" for name, seconds in slowest), sep="\n")
        for module, lines in self.failed.items():
            print(f"== {module} failed", *lines, sep="\n")
        if self.failed:
            print("failed:", *self.failed)


def main():
    modules = [module for folder in sys.argv[1:] for module in sorted(Path(folder).resolve().glob("test_*.py"))]
    if not modules:
        sys.exit(f"no tests in {sys.argv[1:]}")
    suite = Suite()
    with tempfile.TemporaryDirectory(prefix="lading-assemblies-") as assemblies:
        os.environ["E2E_ASSEMBLIES"] = assemblies
        suite.run_all(modules)
    suite.tell()
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
