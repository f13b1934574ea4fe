"""A repository that is synced by schedule, over a kill of the server."""

import time
import unittest
from datetime import UTC, datetime

import oci
from harness import Server, until
from registry import Registry


class ScheduleTest(unittest.TestCase):
    def test_what_was_missed_is_synced_after_a_restart_and_shown(self):
        upstream = self.enterContext(Server())
        image = oci.raw_image([b"a layer"])
        Registry(upstream.host).push("app", "1", image)
        server = self.enterContext(Server())
        self.registry = Registry(server.host)
        scheduled = {"sync_schedule": "rate(1 minute)", "sync_schedule_mirror": True}
        repository = self.registry.mirror("app", f"http://{upstream.host}", "app", **scheduled)
        href, due = repository["pulp_href"], repository["sync_schedule_next"]
        self.assertIsNone(repository["sync_schedule_last"])

        server.kill()
        time.sleep(max(0, (datetime.fromisoformat(due) - datetime.now(UTC)).total_seconds()))
        server.start()
        self.registry = Registry(server.host)
        last = until(lambda: self.last(href), 30, "the sync that was due while no server ran")

        self.assertEqual((due, "completed", None), (last["due"], last["state"], last["error"]))
        task = self.get(last["task"])
        self.assertEqual("pulp_container.app.tasks.synchronize.synchronize", task["name"])
        self.assertEqual([f"{href}versions/1/"], task["created_resources"])
        self.assertGreater(self.get(href)["sync_schedule_next"], due)
        upstream.stop()
        self.registry.require_whole("app", "1")

    def get(self, href):
        return self.registry.call(200, "GET", href)

    def last(self, href):
        """The last run, once it has ended."""
        run = self.get(href)["sync_schedule_last"]
        return run if run and run["state"] not in (None, "waiting", "running") else None


if __name__ == "__main__":
    unittest.main()
