"""64 clients at related images, on both storages: nothing fails that should not, and every tag pulls whole."""

import os
import time
import unittest

from conformance import Emulators
from faulty import FaultyUpstream
from harness import Server, length
from stress import CLIENTS, Stress

SECONDS = length("E2E_STRESS_SECONDS", 10, full=60)


class StressTest(unittest.TestCase):
    def stress(self, *arguments, env=None):
        server = self.enterContext(Server("--no-access-log", *arguments, env=env))
        upstream = self.enterContext(FaultyUpstream())
        seed = os.environ.get("E2E_STRESS_SEED", str(time.time_ns()))
        stress = Stress(server.host, upstream, seed)
        stress.run(SECONDS)
        print(f"\n  {CLIENTS} clients, {SECONDS} s, seed {seed}: {stress.counts}")
        wrong = stress.failures + stress.broken()
        self.assertEqual([], wrong[:10], f"{len(wrong)} failures; the log:\n{server.output()[-5000:]}")
        # Of the others there may be none in a short time on a slow emulator.
        self.assertIn("pushes", stress.counts)

    def test_embedded_storage(self):
        self.stress()

    def test_aws_storage(self):
        self.stress("--storage=aws", "--create-storage", "--upstreams=any", env=self.enterContext(Emulators()).env())


if __name__ == "__main__":
    unittest.main()
