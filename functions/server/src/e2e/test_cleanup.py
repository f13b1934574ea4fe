"""Pushes, deletions and cleanups of all that is not needed this moment, at once, for E2E_LOAD_SECONDS."""

import random
import threading
import time
import unittest

import oci
from harness import Server, length
from registry import Registry

SECONDS = length("E2E_LOAD_SECONDS", 10, full=60)
PUSHERS, REPOSITORIES, TAGS, LAYERS = 6, 3, 4, 12


class CleanupUnderLoadTest(unittest.TestCase):
    def test_what_is_pushed_stays_whole_and_what_nobody_needs_goes(self):
        server = self.enterContext(Server())
        # Few, so that what one thread lets go another is just pushing.
        self.layers = [random.Random(n).randbytes(20_000) for n in range(LAYERS)]
        self.end = time.monotonic() + SECONDS
        self.pushed, self.deleted, self.cleaned, self.failures = [0] * PUSHERS, 0, 0, []
        threads = [
            threading.Thread(target=self.guarded, args=(self.push, Registry(server.host), n)) for n in range(PUSHERS)
        ]
        threads.append(threading.Thread(target=self.guarded, args=(self.delete, Registry(server.host))))
        threads.append(threading.Thread(target=self.guarded, args=(self.clean, Registry(server.host))))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], self.failures)
        print(f"\n  {sum(self.pushed)} pushes, {self.deleted} deletions, {self.cleaned} cleanups in {SECONDS:.0f} s")

        registry = Registry(server.host)
        for name in registry.expect(200, "GET", "/v2/_catalog").json()["repositories"]:
            for tag in registry.tags(name):
                registry.require_whole(name, tag)
        # Old versions need their blobs, too; and a manifest that lost its tag is still in the newest.
        needed = set()
        for repository in self.listed(registry, "repositories/container/container/"):
            registry.end(registry.call(202, "PATCH", repository["pulp_href"], retain_repo_versions=1)["task"])
            newest = f"manifests/?repository_version={repository['latest_version_href']}&limit=1000"
            for manifest in self.listed(registry, f"content/container/{newest}"):
                needed |= {manifest["config_blob"], *manifest["blobs"]}
        self.cleanup(registry)
        self.assertEqual(
            needed, {blob["pulp_href"] for blob in self.listed(registry, "content/container/blobs/?limit=1000")}
        )
        files = [file for file in (server.data / "blobs").rglob("*") if file.is_file()]
        self.assertEqual(len(needed), len(files))

    def guarded(self, work, *arguments):
        try:
            while time.monotonic() < self.end and not self.failures:
                work(*arguments)
        except Exception as failure:
            self.failures.append(repr(failure))

    def push(self, registry, number):
        image = oci.raw_image(sorted(random.sample(self.layers, 3)))
        registry.push(f"r{random.randrange(REPOSITORIES)}", f"t{random.randrange(TAGS)}", image)
        self.pushed[number] += 1

    def delete(self, registry):
        answer = registry.request(
            "DELETE", f"/v2/r{random.randrange(REPOSITORIES)}/manifests/t{random.randrange(TAGS)}"
        )
        self.deleted += answer.status == 202
        if answer.status not in (202, 404):
            raise AssertionError(answer.body)
        time.sleep(0.05)

    def clean(self, registry):
        self.cleanup(registry)
        self.cleaned += 1

    def cleanup(self, registry):
        registry.complete(registry.call(202, "POST", "orphans/cleanup/", orphan_protection_time=0)["task"])

    def listed(self, registry, path):
        return registry.call(200, "GET", path)["results"]


if __name__ == "__main__":
    unittest.main()
