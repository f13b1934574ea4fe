"""SIGKILL in the middle of many pushes, and what must hold after the next start."""

import os
import random
import sqlite3
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import oci
import store
from harness import Server, length, until
from pushers import Ledger, Pusher
from registry import Registry

ROUNDS = int(length("E2E_KILL_ROUNDS", 5, full=20))
SEED = int(os.environ.get("E2E_SEED", "0")) or random.randrange(1, 1 << 30)
PUSHERS = 50
REPOSITORIES = 5
EXPIRY_SECONDS = 30
READERS = 8


class KillTest(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.whole = set()  # (repository, tag) found whole already
        expiry = f"--upload-expiry=PT{EXPIRY_SECONDS}S"
        self.server = Server(expiry, "--no-access-log", env={"LADING_SWEEP_EVERY": "1s"})
        self.addCleanup(self.server.close)

    def test_what_was_acknowledged_survives_and_nothing_else_stays(self):
        print(f"\n  E2E_SEED={SEED}")
        everything = Ledger()
        for number in range(ROUNDS):
            began = time.monotonic()
            ledger = self.push_and_kill(number)
            self.restart()
            pushed = time.monotonic()
            resumed = self.resume(ledger)
            self.check(ledger)
            self.check_tags()
            self.check_files()
            everything.blobs += ledger.blobs
            everything.manifests += ledger.manifests
            print(
                f"  round {number + 1}: acknowledged {len(ledger.blobs)} blobs and {len(ledger.manifests)} manifests; "
                f"{len(ledger.uploads)} uploads cut short, {resumed} resumed; "
                f"{pushed - began:.1f} s to the restart, {time.monotonic() - pushed:.1f} s of checks",
                flush=True,
            )
            self.server.kill()
        self.restart()
        self.whole.clear()
        self.check(everything)
        self.check_tags()
        self.check_sweep()

    def test_a_kill_in_the_middle_of_a_sweep_does_not_keep_the_server_from_starting(self):
        """The sweep marks an upload, deletes its file and then its record. Here it stops before the last step."""
        data = self.server.data
        registry = Registry(self.server.start().host)
        location = registry.begin("swept")
        registry.expect(202, "PATCH", location, b"half of it")
        self.server.kill()
        (key,) = store.uploads(data)
        store.blob_file(data, key).unlink()
        with sqlite3.connect(data / "lading.db") as connection:
            sql = "UPDATE record SET doc = json_set(doc, '$.discarded', json('true')) WHERE pk LIKE 'upload#%'"
            self.assertEqual(1, connection.execute(sql).rowcount)
        connection.close()
        self.restart()
        log = self.server.output
        until(lambda: not store.uploads(data), 10, lambda: f"the rest of the sweep; the server's log:\n{log()[-3000:]}")
        Registry(self.server.host).push_blob("swept", b"all of it")

    def push_and_kill(self, number):
        """Kills when a number of answers has been given, which the seed chooses; the moment is the machine's."""
        ledger = Ledger()
        self.server.start()
        shared = [self.random.randbytes(50_000) for _ in range(10)]
        pushers = [
            Pusher(self.server.host, ledger, f"r{n % REPOSITORIES}", f"k{number}-{n}", self.random.random(), shared)
            for n in range(PUSHERS)
        ]
        for pusher in pushers:
            pusher.start()
        enough = self.random.randint(1, 400)
        try:
            until(lambda: ledger.count() >= enough or ledger.surprises, 60, f"{enough} acknowledged pushes")
        finally:
            self.server.kill()
        for pusher in pushers:
            pusher.join(60)
        self.assertEqual([], ledger.surprises, f"no push may fail; the server's log:\n{self.server.output()}")
        return ledger

    def restart(self):
        self.server.start()
        self.local = threading.local()  # connections to the process that was killed are of no use

    def resume(self, ledger):
        """Goes on with every other upload that was cut short; the others are left to the sweep."""
        registry, resumed = Registry(self.server.host), 0
        for upload in ledger.uploads[::2]:
            digest = oci.sha256(upload.content)
            status = registry.request("GET", upload.location)
            if status.status == 404:  # then the PUT whose answer was lost has taken effect
                self.require_blob((upload.repository, digest))
                continue
            log = self.server.output()[-3000:]
            self.assertEqual(
                204, status.status, f"a PATCH was acknowledged; now: {status.body}; the server's log:\n{log}"
            )
            stored = int(status.headers["Range"].split("-")[1]) + 1
            self.assertIn(stored, (upload.acknowledged, upload.sent), "the upload must hold what was answered for")
            location = status.headers["Location"]
            registry.expect(201, "PUT", f"{location}&digest={digest}", upload.content[stored:])
            self.require_blob((upload.repository, digest))
            resumed += 1
        return resumed

    def check(self, ledger):
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(self.require_blob, ledger.blobs))
            list(pool.map(self.require_manifest, ledger.manifests))

    def registry(self):
        if not hasattr(self.local, "registry"):
            self.local.registry = Registry(self.server.host, password=None)
        return self.local.registry

    def require_blob(self, acknowledged):
        repository, digest = acknowledged
        answer = self.registry().request("GET", f"/v2/{repository}/blobs/{digest}")
        self.assertEqual(
            200, answer.status, f"blob {digest} was acknowledged in {repository}; now: {answer.body[:500]}"
        )
        self.assertEqual(digest, oci.sha256(answer.body), f"blob {digest} of {repository} came back as other bytes")

    def require_manifest(self, acknowledged):
        repository, tag, manifest = acknowledged
        self.assertEqual(manifest, self.registry().manifest(repository, tag).body)

    def check_tags(self):
        """No tag, acknowledged or not, points at missing content."""
        names = self.registry().expect(200, "GET", "/v2/_catalog").json()["repositories"]
        new = [(name, tag) for name in names for tag in self.registry().tags(name) if (name, tag) not in self.whole]
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(lambda tag: self.registry().require_whole(*tag), new))
        self.whole.update(new)

    def check_files(self):
        until(lambda: not store.orphans(self.server.data), 10, lambda: f"files no record names: {self.orphans()}")
        self.assertEqual(set(), store.damaged(self.server.data), "files that records name, missing or of another size")

    def orphans(self):
        return sorted(store.orphans(self.server.data))[:10]

    def check_sweep(self):
        data = self.server.data
        until(
            lambda: not store.uploads(data),
            2 * EXPIRY_SECONDS + 30,
            lambda: f"the sweep of {len(store.uploads(data))} uploads; the server's log:\n{self.server.output()}",
        )
        self.check_files()
        self.assertEqual(store.files(data), set(store.stored(data)), "files are what records name, no more and no less")
        print(f"  after the sweep: {len(store.files(data))} files, each named by a record, and no upload")


if __name__ == "__main__":
    unittest.main()
