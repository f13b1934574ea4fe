"""A registry with something to look at, for journeys through the console and for its pictures."""

import json
import random
from datetime import UTC, datetime, timedelta

import oci
from registry import API

CONTAINER = "container/container/"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SPDX = "application/spdx+json"
EMPTY = "application/vnd.oci.empty.v1+json"
FIRST_BUILT = datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
NOTE = "Approved by the release board: ticket 4711"


def size_of(name, kib):
    """Bytes that are always the same for a name, and no smaller when compressed."""
    return random.Random(name).randbytes(kib * 1024)


def built(program, version, days=0, architecture="amd64", base="3.22.1"):
    """An image as a build makes it: a base, packages and a program, with the steps that made them."""
    when = (FIRST_BUILT + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    steps = [
        (f"ADD alpine-minirootfs-{base}-{architecture}.tar.gz / # buildkit", 1600),
        ('CMD ["/bin/sh"]', 0),
        ("RUN apk add --no-cache ca-certificates tzdata && adduser -D -u 1000 app", 420),
        ("WORKDIR /srv", 0),
        (f"COPY --chown=app {program} /srv/{program} # buildkit", 180),
        (f"ENV VERSION={version}", 0),
        ("EXPOSE map[8080/tcp:{}]", 0),
        (f'ENTRYPOINT ["/srv/{program}"]', 0),
    ]
    names = [f"{base}-{architecture}", f"packages-{base}-{architecture}", f"{program}-{version}-{architecture}"]
    sizes = [kib for _, kib in steps if kib]
    layers = [oci.tar({name: size_of(name, kib)}) for name, kib in zip(names, sizes, strict=True)]
    history = [
        {"created": when, "created_by": command, **({} if kib else {"empty_layer": True})} for command, kib in steps
    ]
    revision = oci.sha256(version.encode())[7:47]
    return oci.image(
        layers,
        architecture,
        {"org.opencontainers.image.created": when, "org.opencontainers.image.revision": revision},
        created=when,
        config={
            "User": "1000",
            "WorkingDir": "/srv",
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", f"VERSION={version}"],
            "Entrypoint": [f"/srv/{program}"],
            "ExposedPorts": {"8080/tcp": {}},
            "Labels": {
                "org.opencontainers.image.title": program,
                "org.opencontainers.image.version": version,
                "org.opencontainers.image.source": f"https://git.example/shop/{program}",
            },
        },
        history=history,
    )


class Example:
    """Writes by the API, as clients do."""

    def __init__(self, registry):
        self.registry = registry

    def found(self, kind, name):
        [found] = self.registry.call(200, "GET", f"{kind}/{CONTAINER}?name={name}")["results"]
        return found

    def page(self, name, kind="repositories"):
        """The path of a repository's page, or of a distribution's."""
        return f"/ui/{kind}/{self.found(kind, name)['pulp_href'].rstrip('/').rsplit('/', 1)[-1]}/"

    def newest(self, name):
        """The number of a repository's newest version."""
        return int(self.found("repositories", name)["latest_version_href"].rstrip("/").rsplit("/", 1)[-1])

    def change(self, method, path, **body):
        answer = self.registry.request(
            method, path if path.startswith("/") else f"{API}/{path}", json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        if answer.status >= 300:
            raise AssertionError(f"{method} {path} answered {answer.status}: {answer.body[:300]}")
        return self.registry.complete(answer.json()["task"]) if answer.status == 202 else answer.json()

    def settings(self, name, **settings):
        self.change("PATCH", self.found("repositories", name)["pulp_href"], **settings)

    def private(self, name):
        self.change("PATCH", self.found("distributions", name)["pulp_href"], private=True)

    def note(self, name, version, text):
        self.change("PATCH", f"{self.found('repositories', name)['pulp_href']}versions/{version}/", note=text)

    def shop(self):
        """A program with a history: between versions `before` and `after` tags were added, removed and moved."""
        self.old, self.new = built("web", "1.4.0"), built("web", "1.5.0", days=21)
        self.registry.push("shop/web", "1.3.9", built("web", "1.3.9", days=-30))
        self.registry.push("shop/web", "1.4.0", self.old)
        self.registry.push("shop/web", "latest", self.old)
        self.before = self.newest("shop/web")
        self.registry.expect(202, "DELETE", "/v2/shop/web/manifests/1.3.9")
        self.registry.push("shop/web", "1.5.0", self.new)
        self.registry.push("shop/web", "latest", self.new)
        self.note("shop/web", self.newest("shop/web"), NOTE)
        self.registry.push("shop/web", "edge", built("web", "1.6.0-rc.1", days=30))
        self.after = self.newest("shop/web")
        self.settings("shop/web", description="The shop's front", pulp_labels={"team": "shop", "tier": "1"})
        self.registry.push("shop/payments", "2.0.0", built("payments", "2.0.0", days=12))
        self.private("shop/payments")

    def base(self):
        """An image of two platforms that is signed, and says what it contains; one of the two is elsewhere, too."""
        self.platforms = {name: built("base", "3.22.1", architecture=name) for name in ("amd64", "arm64")}
        for image in self.platforms.values():
            for blob in image.blobs:
                self.registry.push_blob("base/alpine", blob)
            self.registry.push_manifest("base/alpine", image.digest, image.manifest)
        self.index = oci.index(self.platforms)
        self.registry.push_manifest("base/alpine", "3.22", self.index, oci.INDEX)
        self.refer("base/alpine", BUNDLE, {"mediaType": BUNDLE}, {
            "dev.sigstore.bundle.content": "dsse-envelope",
            "dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1",
        })  # fmt: skip
        versions = {"busybox": "1.37.0", "musl": "1.2.5"}
        packages = [{"name": name, "versionInfo": version} for name, version in versions.items()]
        self.refer("base/alpine", SPDX, {"spdxVersion": "SPDX-2.3", "name": "base", "packages": packages}, {})
        self.registry.push("shop/tools", "1", self.platforms["amd64"])

    def refer(self, name, kind, content, annotations):
        payload, empty = json.dumps(content).encode(), b"{}"
        self.registry.push_blob(name, empty)
        self.registry.push_blob(name, payload)
        when = FIRST_BUILT.isoformat().replace("+00:00", "Z")
        manifest = {
            "schemaVersion": 2,
            "mediaType": oci.MANIFEST,
            "artifactType": kind,
            "config": oci.descriptor(EMPTY, empty),
            "layers": [oci.descriptor(kind, payload)],
            "subject": oci.descriptor(oci.INDEX, self.index),
            "annotations": {"org.opencontainers.image.created": when, **annotations},
        }
        body = json.dumps(manifest).encode()
        self.registry.push_manifest(name, oci.sha256(body), body)

    def failed_sync(self, name="vendor/gone"):
        """Of something that its upstream, which is this registry itself, does not have."""
        repository = self.registry.mirror(name, f"http://{self.registry.host}", "nobody/has-it")
        task = self.registry.call(202, "POST", f"{repository['pulp_href']}sync/", mirror=False)["task"]
        return self.registry.end(task)
