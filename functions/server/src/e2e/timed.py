"""unittest that tells how long the slowest tests took: `python timed.py discover -v`, with unittest's own arguments.

$CI_TALLY: a file that is told, in a line, how many tests passed, failed and were skipped.
"""

import os
import time
import unittest
from pathlib import Path

SHOWN = 12


class TimedResult(unittest.TextTestResult):
    """Also counts the time of a class's own setting up, as its name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seconds = {}
        self.ended = time.monotonic()

    def startTest(self, test):
        began = time.monotonic()
        self.add(unittest.util.strclass(test.__class__), began - self.ended)
        self.began = began
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.ended = time.monotonic()
        self.add(test.id(), self.ended - self.began)

    def add(self, name, seconds):
        self.seconds[name] = self.seconds.get(name, 0) + seconds

    def tally(self):
        """How many passed, failed and were skipped. A class or module that cannot be set up is one that failed."""
        failed = {getattr(test, "test_case", test).id() for test, _ in self.failures + self.errors}
        failed |= {test.id() for test in self.unexpectedSuccesses}
        ended = {name for name in self.seconds if name.count(".") > 1}
        skipped = {test.id() for test, _ in self.skipped}
        return len(ended - failed - skipped), len(failed), len(skipped - failed)


class TimedRunner(unittest.TextTestRunner):
    resultclass = TimedResult

    def run(self, test):
        result = super().run(test)
        slowest = sorted(result.seconds.items(), key=lambda entry: entry[1], reverse=True)[:SHOWN]
        self.stream.writeln("\n".join(f"{seconds:6.0f} s  {name}" for name, seconds in slowest))
        if tally := os.environ.get("CI_TALLY"):
            with Path(tally).open("a") as file:
                print(*result.tally(), file=file)
        return result


if __name__ == "__main__":
    unittest.main(module=None, testRunner=TimedRunner)
