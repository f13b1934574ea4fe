"""Large blobs in little memory: with a heap of 256 MiB, resident memory stays under 512 MiB throughout."""

import hashlib
import os
import time
import unittest

from engine import DockerDaemon
from harness import PASSWORD, Server, length
from registry import Registry

MIB = 1024 * 1024
GIB = 1024 * MIB
BLOB_GIB = int(length("E2E_BLOB_GIB", 1, full=5))
LAYER_MIB = int(length("E2E_LAYER_MIB", 256, full=3072))
RESIDENT_MIB = 512
PIECE = os.urandom(4 * MIB)


def pieces(size, seed):
    """`size` bytes that repeat nowhere in whole: each piece begins with its own number."""
    for start in range(0, size, len(PIECE)):
        head = f"{seed} {start} ".encode()
        yield memoryview(head + PIECE[len(head) :])[: size - start]


def digest_of(size, seed):
    hash = hashlib.sha256()
    for piece in pieces(size, seed):
        hash.update(piece)
    return "sha256:" + hash.hexdigest()


class LargeTest(unittest.TestCase):
    def require_small(self, server, what):
        peak = server.peak_mib()
        print(f"  peak resident memory, {what}: {peak:.0f} MiB")
        self.assertLess(peak, RESIDENT_MIB, f"VmHWM after {what}; look for a body that is buffered whole")

    def report(self, what, size, began):
        seconds = time.monotonic() - began
        print(f"  {what}: {size / MIB:.0f} MiB in {seconds:.1f} s, {size / MIB / seconds:.0f} MiB/s")

    def require_equal(self, registry, repository, digest, size):
        began, hash, total = time.monotonic(), hashlib.sha256(), 0
        answer = registry.open("GET", f"/v2/{repository}/blobs/{digest}")
        self.assertEqual((200, str(size)), (answer.status, answer.headers["Content-Length"]))
        while chunk := answer.read(MIB):
            hash.update(chunk)
            total += len(chunk)
        self.report("pulled and hashed", size, began)
        self.assertEqual((size, digest), (total, "sha256:" + hash.hexdigest()))

    def test_a_blob_streamed_in_one_patch(self):
        size = BLOB_GIB * GIB
        digest = digest_of(size, "streamed")
        with Server() as server:
            print()
            registry = Registry(server.host, seconds=600)
            location = registry.begin("large/streamed")
            began = time.monotonic()
            # No Content-Length: docker, too, sends a layer without knowing its size.
            answer = registry.request("PATCH", location, pieces(size, "streamed"), chunked=True)
            self.assertEqual((202, f"0-{size - 1}"), (answer.status, answer.headers["Range"]))
            registry.expect(201, "PUT", f"{answer.headers['Location']}&digest={digest}", b"")
            self.report("one streamed PATCH", size, began)
            self.require_equal(registry, "large/streamed", digest, size)
            self.require_small(server, f"{BLOB_GIB} GiB streamed in and out")

    def test_a_blob_in_chunks(self):
        size, chunk = BLOB_GIB * GIB, 256 * MIB
        digest = digest_of(size, "chunked")
        with Server() as server:
            print()
            registry = Registry(server.host, seconds=600)
            location = registry.begin("large/chunked")
            source, began = pieces(size, "chunked"), time.monotonic()
            for start in range(0, size, chunk):
                body = (next(source) for _ in range(chunk // len(PIECE)))
                sent = {"Content-Range": f"{start}-{start + chunk - 1}", "Content-Length": str(chunk)}
                answer = registry.request("PATCH", location, body, sent)
                self.assertEqual((202, f"0-{start + chunk - 1}"), (answer.status, answer.headers["Range"]))
                location = answer.headers["Location"]
            registry.expect(201, "PUT", f"{location}&digest={digest}", b"")
            self.report(f"{size // chunk} chunks", size, began)
            self.require_equal(registry, "large/chunked", digest, size)
            self.require_small(server, f"{BLOB_GIB} GiB in chunks")

    def test_docker_pushes_and_pulls_a_large_layer(self):
        with Server() as server, DockerDaemon() as docker:
            print()
            reference = f"{server.host}/large/layer:1"
            folder = docker.home / "context"
            folder.mkdir()
            with (folder / "content").open("wb") as file:
                for piece in pieces(LAYER_MIB * MIB, "layer"):
                    file.write(piece)
            (folder / "Dockerfile").write_text("FROM scratch\nCOPY content /content\n")
            docker.docker("build", "--network=none", "-t", reference, folder, seconds=600)
            (folder / "content").unlink()
            docker.login(server.host, PASSWORD)
            began = time.monotonic()
            docker.docker("push", reference, seconds=600)
            self.report("docker push", LAYER_MIB * MIB, began)
            pushed = docker.digest(reference)
            docker.docker("rmi", "-f", reference)
            began = time.monotonic()
            self.assertIn(f"Digest: {pushed}", docker.docker("pull", reference, seconds=600))
            self.report("docker pull", LAYER_MIB * MIB, began)
            self.assertEqual(pushed, Registry(server.host).digest("large/layer", "1"))
            self.require_small(server, f"docker push and pull of {LAYER_MIB} MiB")


if __name__ == "__main__":
    unittest.main()
