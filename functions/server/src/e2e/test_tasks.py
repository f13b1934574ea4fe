"""Tasks when the server is killed: each that was answered ends, and what it names was done."""

import unittest

import oci
from harness import Server
from registry import Registry

TAGS = 60


class KilledTasksTest(unittest.TestCase):
    def test_what_was_answered_is_done_after_a_kill(self):
        server = self.enterContext(Server())
        image = oci.raw_image([b"a layer"])
        registry = Registry(server.host)
        registry.push("killed", "first", image)
        href = registry.call(200, "GET", "repositories/container/container/?name=killed")["results"][0]["pulp_href"]
        tasks = []
        for number in range(TAGS):
            tasks.append(registry.call(202, "POST", f"{href}tag/", tag=f"t{number}", digest=image.digest)["task"])
            if number % 20 == 19:
                server.kill()
                server.start()
                registry = Registry(server.host)
        for task in tasks:
            registry.complete(task)
        self.assertEqual({"first", *(f"t{number}" for number in range(TAGS))}, set(registry.tags("killed")))
        versions = registry.call(200, "GET", f"{href}versions/?fields=number")
        self.assertEqual(list(range(TAGS + 1, -1, -1)), [version["number"] for version in versions["results"]])


if __name__ == "__main__":
    unittest.main()
