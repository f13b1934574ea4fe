"""A full disk refuses writes with a sentence, goes on reading, and harms nothing."""

import os
import unittest
from concurrent.futures import ThreadPoolExecutor

import oci
import store
from harness import Server, remove, run, temp_folder
from registry import Registry

DISK_MIB = 64
MIB = 1024 * 1024
FULL = 507


class FullDiskTest(unittest.TestCase):
    """On a small file system of its own, which takes root to mount."""

    def setUp(self):
        self.disk = temp_folder("disk")
        self.addCleanup(remove, self.disk)
        run("mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", self.disk)
        self.addCleanup(run, "umount", "--lazy", self.disk)
        self.ballast = self.disk / "ballast"
        self.server = Server(data=self.disk / "data")
        self.addCleanup(self.server.close)

    def fill(self, leave):
        """Leaves so many bytes free."""
        free = os.statvfs(self.disk)
        size = free.f_bavail * free.f_frsize - leave
        with self.ballast.open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), size)

    def require_full(self, answer):
        self.assertEqual(FULL, answer.status, f"{answer.body[:500]}; the server's log:\n{self.server.output()[-3000:]}")
        self.assertRegex(answer.message(), r"full")
        self.assertNotRegex(answer.body.decode(), r"\bat [\w.$]+\(|Exception")

    def put_blob(self, repository, content):
        registry = Registry(self.server.host)
        begun = registry.request("POST", f"/v2/{repository}/blobs/uploads/", b"")
        if begun.status != 202:
            return begun
        return registry.request("PUT", f"{begun.headers['Location']}&digest={oci.sha256(content)}", content)

    def test_pushes_are_refused_until_there_is_room_again(self):
        registry = Registry(self.server.start().host)
        first = oci.raw_image([os.urandom(MIB), os.urandom(MIB)])
        registry.push("kept", "1", first)
        half = registry.begin("kept")
        half = registry.expect(202, "PATCH", half, content := os.urandom(MIB)).headers["Location"]

        self.fill(leave=2 * MIB)
        layers = [os.urandom(4 * MIB) for _ in range(8)]
        with ThreadPoolExecutor(4) as pool:
            for answer in pool.map(lambda layer: self.put_blob("refused", layer), layers):
                self.require_full(answer)
        print(f"\n  a blob without room for it: {answer.status} {answer.message()}")

        self.fill(leave=0)
        refused = 0
        for number in range(200):  # what is left of the database's own pages goes first
            target = f"/v2/kept/manifests/filler{number}"
            image = oci.assemble(first.blobs[0], first.blobs[1:], {"padding": "x" * 100_000 + str(number)})
            answer = registry.request("PUT", target, image.manifest, {"Content-Type": oci.MANIFEST})
            if answer.status != 201:
                self.require_full(answer)
                refused += 1
        self.assertGreater(refused, 0, "the disk was to be full")
        print(f"  a manifest without room for it: {answer.status} {answer.message()}; {refused} of 200 refused")
        registry.require_whole("kept", "1")
        self.assertEqual(200, registry.request("GET", "/v2/kept/tags/list").status)
        self.assertEqual(200, registry.request("GET", "/q/health/ready").status)

        self.ballast.unlink()
        registry.push("kept", "2", second := oci.raw_image([os.urandom(4 * MIB)]))
        registry.expect(201, "PUT", f"{half}&digest={oci.sha256(content)}", b"")
        self.require_unharmed(registry, {"1": first, "2": second})
        self.server.kill()
        self.require_unharmed(Registry(self.server.start().host), {"1": first, "2": second})

    def test_a_server_that_is_started_on_a_full_disk_reads(self):
        registry = Registry(self.server.start().host)
        registry.push("kept", "1", image := oci.raw_image([os.urandom(MIB)]))
        self.server.kill()
        self.fill(leave=0)
        registry = Registry(self.server.start().host)
        registry.require_whole("kept", "1")
        self.require_full(self.put_blob("refused", os.urandom(MIB)))
        self.ballast.unlink()
        self.assertEqual(201, self.put_blob("kept", os.urandom(MIB)).status)
        self.require_unharmed(registry, {"1": image})

    def require_unharmed(self, registry, images):
        for tag, image in images.items():
            self.assertEqual(image.manifest, registry.require_whole("kept", tag))
        for tag in registry.tags("kept"):
            registry.require_whole("kept", tag)
        self.assertEqual(set(), store.damaged(self.server.data), "stored files missing or of another size")
        self.assertEqual(set(), store.orphans(self.server.data), "files no record names")


if __name__ == "__main__":
    unittest.main()
