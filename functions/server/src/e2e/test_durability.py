"""Syncs before answers, as the kernel saw them: SIGKILL keeps the page cache, so that only a trace shows this."""

import os
import re
import shutil
import threading
import unittest
from dataclasses import dataclass, field
from pathlib import Path

import oci
import store
from harness import Server, remove, run, temp_folder, until
from registry import Registry

CALLS = "openat,write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync"
LINE = re.compile(r"^(\d+) +(.*)$")
UNFINISHED = " <unfinished ...>"
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
CALL = re.compile(r"^(\w+)\((.*)$", re.DOTALL)
FILE = re.compile(r"^\d+<([^>]*)>")
CREATED = re.compile(r'"([^"]+)", [A-Z_|]*O_CREAT')
SUCCESS = re.compile(r" = 0( \(DELAYED\))?$")
DIGEST = re.compile(r"Docker-Content-Digest: (sha256:[0-9a-f]{64})", re.IGNORECASE)


@dataclass
class Disk:
    """What a power cut at one moment would lose."""

    dirty: set = field(default_factory=set)  # files written to since their last sync
    new: dict = field(default_factory=dict)  # folder: names made in it since its last sync
    synced: set = field(default_factory=set)  # paths synced since the last answer

    def wrote(self, path):
        self.dirty.add(path)

    def made(self, path):
        self.new.setdefault(os.path.dirname(path), set()).add(path)

    def sync(self, path):
        self.dirty.discard(path)
        self.new.pop(path, None)
        self.synced.add(path)


def whole_calls(trace):
    """(name, arguments, start?, end?) in order: a call that others interrupt is told at both of its ends."""
    begun = {}
    for line in trace.splitlines():
        thread, text = LINE.match(line).groups()
        if resumed := RESUMED.match(text):
            name, rest = resumed.groups()
            yield name, begun.pop(thread, "") + rest, False, True
        elif text.endswith(UNFINISHED):
            name, arguments = CALL.match(text).groups()
            begun[thread] = arguments.removesuffix(UNFINISHED)
            yield name, begun[thread], True, False
        elif call := CALL.match(text):
            yield *call.groups(), True, True


def answers(trace):
    """(digest, disk) at each moment that a 201 with a digest goes out. A write counts from its start, a sync from its
    end, an answer from its start: never in the server's favour."""
    disk = Disk()
    for name, arguments, start, end in whole_calls(trace):
        file = FILE.match(arguments)
        if name == "openat" and end:
            created = CREATED.search(arguments)
            if created and " = -1 " not in arguments:
                disk.made(created.group(1))
        elif name in ("fsync", "fdatasync") and end and SUCCESS.search(arguments):
            disk.sync(file.group(1))
        elif file and start and file.group(1).startswith("/"):
            disk.wrote(file.group(1))
        elif start and "HTTP/1.1 201" in arguments:
            yield DIGEST.search(arguments).group(1), disk
            disk.synced.clear()


class DurabilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = temp_folder("trace")
        cls.addClassCleanup(remove, cls.home)
        if not shutil.which("strace"):
            raise AssertionError("strace is missing: run .ci/install-tools")
        attached = run("strace", "-f", "-o", cls.home / "probe", "true", ok=None)
        if not (cls.home / "probe").exists() or "exited with 0" not in (cls.home / "probe").read_text():
            raise unittest.SkipTest(f"strace cannot attach to a process on this machine: {attached.strip()}")

    def test_nothing_is_acknowledged_before_it_is_synced(self):
        image = oci.raw_image([os.urandom(300_000), os.urandom(5_000_000), b""])
        large = oci.raw_image([b"l"], {"padding": "x" * 1_000_000})  # its manifest is a file
        trace = self.home / "trace"
        strace = ("strace", "-f", "-y", "-s", "1000", "-e", f"trace={CALLS}", "-o", str(trace))
        with Server("--no-access-log", wrap=strace) as server:
            registry = Registry(server.host)
            pushed = [oci.sha256(blob) for each in (image, large) for blob in each.blobs]
            registry.push("traced", "1", image)
            registry.push("traced", "2", large)
            self.push_in_chunks(registry, chunked := os.urandom(1_000_000))
            keys = {row["digest"]: row["key"] for row in store.rows(server.data, "bytes")}
            keys |= {row["digest"]: row["bodyKey"] for row in store.rows(server.data, "manifest") if row.get("bodyKey")}
            data = Path(os.path.realpath(server.data))
            found = self.check(trace, data, keys)
        blobs = {*pushed, oci.sha256(chunked)}
        self.assertEqual(blobs | {image.digest, large.digest}, set(found), f"answers found in the trace {trace}")
        self.assertEqual(blobs | {large.digest}, set(found) & set(keys), "each of these is a file")

    def test_who_pushes_what_is_there_already_waits_for_its_sync_too(self):
        """The kernel delays each sync, so that the second client comes while the first one's is under way."""
        image = oci.raw_image([b"same"])
        trace = self.home / "delayed"
        delay = ("-e", f"trace={CALLS}", "-e", "inject=fdatasync:delay_enter=300000")
        with Server("--no-access-log", wrap=("strace", "-f", "-y", "-s", "1000", *delay, "-o", str(trace))) as server:
            first, second = Registry(server.host), Registry(server.host)
            for blob in image.blobs:
                first.push_blob("traced", blob)
            pushing = threading.Thread(target=first.push_manifest, args=("traced", "1", image.manifest))
            pushing.start()
            there = "/v2/traced/manifests/1"
            until(lambda: second.request("HEAD", there).status == 200, 30, "the first client's manifest to be seen")
            second.push_manifest("traced", "1", image.manifest)
            pushing.join()
            data = Path(os.path.realpath(server.data))
            found = self.check(trace, data, {}, each_syncs=False)
        self.assertEqual(2, found.count(image.digest), f"answers found in the trace {trace}")

    def push_in_chunks(self, registry, content):
        location = registry.begin("traced")
        for start in range(0, len(content), 250_000):
            piece = content[start : start + 250_000]
            location = registry.expect(202, "PATCH", location, piece).headers["Location"]
        registry.expect(201, "PUT", f"{location}&digest={oci.sha256(content)}", b"")

    def check(self, trace, data, keys, each_syncs=True):
        """The digests of the answers, in order."""
        found, log, syncs = [], str(data / "lading.db-wal"), 0
        for digest, disk in answers(trace.read_text(errors="replace")):
            moment = f"at the answer for {digest}, {len(found) + 1}. of the trace"
            found.append(digest)
            syncs += len(disk.synced)
            self.assertNotIn(log, disk.dirty, f"{moment}, the database's log had unsynced writes")
            if each_syncs:
                self.assertIn(log, disk.synced, f"{moment}, the database's log had not been synced")
            if digest in keys:
                file = str(store.blob_file(data, keys[digest]))
                folder = os.path.dirname(file)
                self.assertNotIn(file, disk.dirty, f"{moment}, its file had unsynced bytes")
                self.assertIn(file, disk.synced, f"{moment}, its file had not been synced")
                self.assertNotIn(file, disk.new.get(folder, ()), f"{moment}, its folder had not been synced")
                self.assertIn(folder, disk.synced, f"{moment}, its folder had not been synced")
        print(f"\n  {len(found)} answers, {syncs / max(1, len(found)):.1f} synced paths before each")
        return found


class TraceReaderTest(unittest.TestCase):
    """The reader itself, on a trace of a server that answers too early."""

    def test_an_answer_before_the_end_of_a_sync_is_seen(self):
        digest = "sha256:" + "0" * 64
        trace = "\n".join(
            [
                '1 openat(AT_FDCWD, "/d/blobs/ab/abcd", O_WRONLY|O_CREAT|O_EXCL, 0666) = 5</d/blobs/ab/abcd>',
                '1 write(5</d/blobs/ab/abcd>, "x", 1) = 1',
                "1 fsync(5</d/blobs/ab/abcd> <unfinished ...>",
                f'2 write(9<socket:[1]>, "HTTP/1.1 201 Created\\r\\nDocker-Content-Digest: {digest}\\r\\n", 99) = 99',
                "1 <... fsync resumed>) = 0",
                f'2 write(9<socket:[1]>, "HTTP/1.1 201 Created\\r\\nDocker-Content-Digest: {digest}\\r\\n", 99) = 99',
            ]
        )
        moments = [("/d/blobs/ab/abcd" in disk.dirty, bool(disk.new)) for _, disk in answers(trace)]
        self.assertEqual([(True, True), (False, True)], moments)


if __name__ == "__main__":
    unittest.main()
