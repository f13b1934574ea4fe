"""A function around SnapStart's snapshot: its hooks are called by Lambda's own runtime interface client."""

import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from counting import Counting
from emulator import Emulator
from function_process import get
from harness import JAVA, PASSWORD, run
from test_calls import BASIC, NAME, function, storage

ROTATED = "rotated horse"
LOGIN = "/token/?service=lading&scope=repository:team/app:push"


class SnapshotTest(unittest.TestCase):
    def test_a_snapshot_is_warm_and_holds_no_secret(self):
        with Emulator() as emulator, Counting(emulator.url) as wire:
            storage(emulator)
            with function(emulator, wire.url, snapshot=True) as process:
                primed = wire.taken()
                print(f"\n  before the snapshot: {primed}")
                self.assertIn("DynamoDB GetItem", primed, process.said())
                self.assertNotIn("SSM GetParameters", primed)
                self.assertNotIn("not primed", process.said())
                heap = process.folder / "heap"
                run(Path(JAVA).with_name("jcmd"), str(process.process.pid), "GC.heap_dump", str(heap))
                self.assertNotIn(PASSWORD.encode(), heap.read_bytes())

                # As if the password had been changed after the snapshot, and before a copy of it goes on.
                emulator.client("ssm").put_parameter(Name=f"/{NAME}/admin-password", Value=ROTATED, Overwrite=True)
                process.restore()
                old, first = process.invoke(get(LOGIN, {"authorization": BASIC}))
                self.assertEqual(401, old["statusCode"])
                _, second = process.invoke(get("/v2/team/app/manifests/1"))
                print(f"  after it: a first login {first * 1000:.0f} ms, a first look-up {second * 1000:.0f} ms")
                self.assertEqual(1, wire.taken().count("SSM GetParameters"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
