"""Tasks when the server is killed: each that was answered ends, and what it names was done."""

import json
import unittest

import oci
from harness import Server, until
from registry import Registry

TAGS = 60


class KilledTasksTest(unittest.TestCase):
    def test_what_was_answered_is_done_after_a_kill(self):
        server = self.enterContext(Server())
        image = oci.raw_image([b"a layer"])
        registry = Registry(server.host)
        registry.push("killed", "first", image)
        listed = registry.expect(200, "GET", "/pulp/api/v3/repositories/container/container/?name=killed").json()
        href = listed["results"][0]["pulp_href"]
        json_type = {"Content-Type": "application/json"}
        tasks = []
        for number in range(TAGS):
            body = json.dumps({"tag": f"t{number}", "digest": oci.sha256(image.manifest)})
            tasks.append(registry.expect(202, "POST", f"{href}tag/", body, json_type).json()["task"])
            if number % 20 == 19:
                server.kill()
                server.start()
                registry = Registry(server.host)
        for task in tasks:
            ended = until(lambda task=task: self.ended(registry, task), 60, task)
            self.assertEqual("completed", ended["state"], ended["error"])
        self.assertEqual({"first", *(f"t{number}" for number in range(TAGS))}, set(registry.tags("killed")))
        versions = registry.expect(200, "GET", f"{href}versions/?fields=number").json()
        self.assertEqual(list(range(TAGS + 1, -1, -1)), [version["number"] for version in versions["results"]])

    def ended(self, registry, task):
        shown = registry.expect(200, "GET", task).json()
        return shown if shown["finished_at"] else None


if __name__ == "__main__":
    unittest.main()
