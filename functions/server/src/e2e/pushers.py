"""Concurrent clients that push until the server is gone, and remember what it acknowledged."""

import http.client
import random
import threading
from dataclasses import dataclass, field

import oci
from registry import Registry

BUSY = 429


@dataclass
class OpenUpload:
    """An upload that got bytes but no 201."""

    repository: str
    location: str
    content: bytes
    acknowledged: int = 0  # bytes, by a 202
    sent: int = 0  # bytes, with or without an answer


@dataclass
class Ledger:
    """What the server answered for. Lists are only ever appended to, which threads may do."""

    blobs: list = field(default_factory=list)  # (repository, digest)
    manifests: list = field(default_factory=list)  # (repository, tag, bytes)
    uploads: list = field(default_factory=list)
    surprises: list = field(default_factory=list)  # answers that are neither success nor "busy"

    def count(self):
        return len(self.blobs) + len(self.manifests)


class Surprise(Exception):
    """Neither success nor a broken connection."""


class Pusher(threading.Thread):
    """Pushes image after image under tags of its own until the connection breaks."""

    def __init__(self, host, ledger, repository, name, seed, shared):
        super().__init__(name=name, daemon=True)
        self.registry = Registry(host, seconds=30)
        self.ledger, self.repository, self.shared = ledger, repository, shared
        self.random = random.Random(seed)
        self.upload = None

    def run(self):
        try:
            for number in range(100_000):
                self.push(f"{self.name}-{number}")
        except Surprise as e:
            self.ledger.surprises.append(str(e))
        except (OSError, http.client.HTTPException):
            if self.upload and self.upload.acknowledged:
                self.ledger.uploads.append(self.upload)

    def push(self, tag):
        layers = [self.layer() for _ in range(self.random.randint(1, 3))]
        # Some manifests are too large for a record, and become files.
        padding = {"padding": "x" * 300_000} if self.random.random() < 0.05 else None
        image = oci.raw_image(layers, padding)
        for blob in image.blobs:
            self.push_blob(blob)
        target = f"/v2/{self.repository}/manifests/{tag}"
        self.require(201, lambda: ("PUT", target, image.manifest, {"Content-Type": oci.MANIFEST}))
        self.ledger.manifests.append((self.repository, tag, image.manifest))

    def layer(self):
        if self.random.random() < 0.2:
            return self.random.choice(self.shared)
        return self.random.randbytes(self.random.randint(20_000, 300_000))

    def push_blob(self, content):
        """Whole in the PUT, whole in a PATCH, or in pieces."""
        digest = oci.sha256(content)
        begun = self.require(202, lambda: ("POST", f"/v2/{self.repository}/blobs/uploads/", b""))
        self.upload = upload = OpenUpload(self.repository, begun.headers["Location"], content)
        cuts = self.random.choice([[], [len(content)], sorted(self.random.sample(range(2, len(content)), 2))])
        for cut in cuts:
            upload.sent = cut
            answer = self.require(202, lambda cut=cut: ("PATCH", upload.location, content[upload.acknowledged : cut]))
            upload.acknowledged, upload.location = cut, answer.headers["Location"]
        rest = content[upload.acknowledged :]
        self.require(201, lambda: ("PUT", f"{upload.location}&digest={digest}", rest))
        self.upload = None
        self.ledger.blobs.append((self.repository, digest))

    def require(self, status, request):
        while True:
            method, target, *rest = request()
            answer = self.registry.request(method, target, *rest)
            if answer.status == status:
                return answer
            if answer.status != BUSY:
                raise Surprise(f"{method} {target.split('?')[0]}: {answer.status} {answer.body[:500]!r}")
