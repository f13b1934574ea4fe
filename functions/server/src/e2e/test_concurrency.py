"""Many clients pushing different tags into one repository."""

import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import oci
from harness import Server
from registry import Registry

CLIENTS = 64
TAGS_EACH = 5


class ConcurrencyTest(unittest.TestCase):
    def test_no_tag_is_lost_and_versions_are_gapless(self):
        with Server("--no-access-log") as server:
            gate = threading.Barrier(CLIENTS)

            def client(number):
                registry = Registry(server.host)
                images = {f"t{number}-{n}": oci.raw_image([f"{number} {n}".encode()]) for n in range(TAGS_EACH)}
                for image in images.values():
                    for blob in image.blobs:
                        registry.push_blob("busy", blob)
                gate.wait(60)
                versions = {}
                for tag, image in images.items():
                    answer = registry.push_manifest("busy", tag, image.manifest)
                    versions[int(answer.headers["Lading-Repository-Version"])] = (tag, image.digest)
                return versions

            began = time.monotonic()
            with ThreadPoolExecutor(CLIENTS) as pool:
                answers = list(pool.map(client, range(CLIENTS)))
            seconds = time.monotonic() - began
            given = sorted(version for answer in answers for version in answer)
            pushed = dict(entry for answer in answers for entry in answer.values())
            print(
                f"\n  {CLIENTS} clients pushed {len(pushed)} tags in {seconds:.1f} s; versions {given[0]}-{given[-1]}"
            )

            self.assertEqual(list(range(given[0], given[0] + CLIENTS * TAGS_EACH)), given, "distinct and gapless")
            self.assertEqual(1, given[0], "version 0 is the empty one")
            registry = Registry(server.host)
            self.assertEqual(sorted(pushed), registry.tags("busy"))
            for tag, digest in pushed.items():
                self.assertEqual(digest, registry.digest("busy", tag))


if __name__ == "__main__":
    unittest.main()
