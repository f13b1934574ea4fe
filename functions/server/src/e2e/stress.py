"""Clients that push, delete, sync, promote and clean up related images for a time.

They remember what should not have failed.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import oci
from registry import API, Registry

PUSHERS, DELETERS, SYNCERS, PROMOTERS, CLEANERS = 44, 10, 7, 2, 1
CLIENTS = PUSHERS + DELETERS + SYNCERS + PROMOTERS + CLEANERS
REPOSITORIES = [f"stress/app{number}" for number in range(4)]
MIRRORS = [f"stress/mirror{number}" for number in range(SYNCERS)]
# Less than what the clean-up gives a push from a blob to its manifest, which is 5 s.
PROMISED_SECONDS = 4
TASK_SECONDS = 120


class Stress:
    """`upstream`: whose images are synced; pushed ones share blobs with them and with each other."""

    def __init__(self, host, upstream, seed):
        self.host, self.upstream, self.seed = host, upstream, seed
        self.layers = [random.Random(number).randbytes(2000) for number in range(12)]
        self.failures, self.counts, self.lock = [], {}, threading.Lock()
        self.pushed = {name: [] for name in REPOSITORIES + MIRRORS}  # digests
        for number in range(6):
            self.upstream.image(f"v{number}", self.image(random.Random(number), f"upstream {number}"))

    def image(self, chance, note):
        """Of layers that others have, and one that few have."""
        layers = [*chance.sample(self.layers, 3), f"{note} {chance.randrange(3)}".encode()]
        # Some manifests are too large for a record, and become files.
        padding = {"padding": "x" * 300_000} if chance.random() < 0.05 else {}
        return oci.raw_image(layers, {"note": note, **padding})

    def run(self, seconds):
        registry = Registry(self.host)
        # Where a push makes a repository, it has no href yet that tasks could be asked for.
        hrefs = {name: registry.mirror(name, self.upstream.url, "app")["pulp_href"] for name in REPOSITORIES + MIRRORS}
        self.end = time.monotonic() + seconds
        kinds = [self.push] * PUSHERS + [self.delete] * DELETERS + [self.promote] * PROMOTERS + [self.clean] * CLEANERS
        kinds += [lambda *client, name=name: self.sync(*client, name) for name in MIRRORS]
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda each: self.client(*each, hrefs), enumerate(kinds)))

    def client(self, number, act, hrefs):
        registry, chance = Registry(self.host, seconds=120), random.Random(f"{self.seed} {number}")
        rounds = 0
        while time.monotonic() < self.end:
            try:
                act(registry, chance, hrefs, f"{number}-{rounds}")
            except Exception as e:  # the server's or the connection's: either way, a failure
                self.failures.append(f"client {number}: {type(e).__name__}: {e}"[:600])
                registry = Registry(self.host, seconds=120)
            rounds += 1

    def did(self, what):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def push(self, registry, chance, hrefs, name):
        """As clients do it: what is there is not sent; then an image, or two and their index."""
        repository = chance.choice(REPOSITORIES)
        tag = chance.choice(["latest", f"t{name.split('-')[0]}", f"t{name}"])
        images = [self.image(chance, f"{name} {part}") for part in range(chance.choice([1, 1, 2]))]
        began = time.monotonic()
        for blob in [blob for image in images for blob in image.blobs]:
            if registry.request("HEAD", f"/v2/{repository}/blobs/{oci.sha256(blob)}").status != 200:
                registry.push_blob(repository, blob)
        puts = [(image.digest, image.manifest, oci.MANIFEST) for image in images]
        if len(images) > 1:
            index = oci.index({str(number): image for number, image in enumerate(images)})
            puts.append((tag, index, oci.INDEX))
        else:
            puts[0] = (tag, *puts[0][1:])
        for reference, body, media_type in puts:
            target = f"/v2/{repository}/manifests/{reference}"
            answer = registry.request("PUT", target, body, {"Content-Type": media_type})
            seconds = time.monotonic() - began
            if seconds > PROMISED_SECONDS and b"UNKNOWN" in answer.body:
                return self.did("pushes that took longer than a clean-up waits")
            if answer.status != 201:
                raise AssertionError(f"push of {target} after {seconds:.1f} s: {answer.status} {answer.body[:300]}")
        # Only now: before its index came, a child was nobody's.
        self.pushed[repository] += [oci.sha256(body) for _, body, _ in puts]
        self.did("pushes")

    def delete(self, registry, chance, hrefs, name):
        """An image or index, by digest or by tag; what an index needs is refused, and what is gone is gone."""
        repository = chance.choice(REPOSITORIES + MIRRORS[:2])
        if chance.random() < 0.5 and self.pushed[repository]:
            references = self.pushed[repository]
        else:
            references = registry.tags(repository)
        if not references:
            return time.sleep(0.1)
        answer = registry.request("DELETE", f"/v2/{repository}/manifests/{chance.choice(references)}")
        if answer.status not in (202, 404, 409):
            raise AssertionError(f"deletion in {repository}: {answer.status} {answer.body[:300]}")
        self.did("deletions")
        time.sleep(0.05)

    def sync(self, registry, chance, hrefs, name, repository):
        """Empties the mirror at times, so that there is something to sync."""
        if chance.random() < 0.6:
            self.complete(registry, f"{hrefs[repository]}remove/", content_units=["*"])
        body = {"mirror": chance.random() < 0.5}
        tasks = [registry.call(202, "POST", f"{hrefs[repository]}sync/", **body)["task"] for _ in range(2)]
        for task in tasks:
            registry.complete(task, TASK_SECONDS)
        self.did("syncs")

    def promote(self, registry, chance, hrefs, name):
        source, target = chance.choice(MIRRORS), chance.choice(REPOSITORIES)
        self.complete(registry, f"{hrefs[target]}copy_tags/", source_repository=hrefs[source])
        self.did("copies")

    def clean(self, registry, chance, hrefs, name):
        self.complete(registry, f"{API}/orphans/cleanup/", orphan_protection_time=0)
        self.did("clean-ups")

    def complete(self, registry, href, **body):
        registry.complete(registry.call(202, "POST", href, **body)["task"], TASK_SECONDS)

    def broken(self):
        """What does not pull whole, of all tags there are."""
        found, registry = [], Registry(self.host, seconds=120)
        for repository in REPOSITORIES + MIRRORS:
            for tag in registry.tags(repository):
                try:
                    registry.require_whole(repository, tag)
                except AssertionError as e:
                    found.append(f"{repository}:{tag}: {e}"[:600])
        return found
