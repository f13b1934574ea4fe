"""unittest that tells how long the slowest tests took: `python timed.py discover -v`, with unittest's own arguments."""

import time
import unittest

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


class TimedRunner(unittest.TextTestRunner):
    resultclass = TimedResult

    def run(self, test):
        result = super().run(test)
        slowest = sorted(result.seconds.items(), key=lambda entry: entry[1], reverse=True)[:SHOWN]
        self.stream.writeln("\n".join(f"{seconds:6.0f} s  {name}" for name, seconds in slowest))
        return result


if __name__ == "__main__":
    unittest.main(module=None, testRunner=TimedRunner)
