"""Bundles from one server to another, by `lading export` and `lading import`; and what a kill in the middle leaves."""

import base64
import contextlib
import functools
import http.client
import json
import os
import random
import sqlite3
import time

import oci
from harness import PASSWORD, TOOLS, Server, length, remove, run, temp_folder, until
from registry import Registry
from test_command import REFUSED, Shell

NAME = "team/app"
KILLS = int(length("E2E_IMPORT_KILLS", 6, full=50))
SEED = int(os.environ.get("E2E_SEED", "0")) or random.randrange(1, 1 << 30)
LARGE = 3_000_000


def image(seed):
    return oci.image([oci.tar({"noise": random.Random(seed).randbytes(LARGE)})])


class ImportTest(Shell):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)
        cls.fill()
        cls.bundles = temp_folder("bundles")
        cls.addClassCleanup(remove, cls.bundles)
        cls.bundle = cls.bundles / "bundle.tar"
        cls.key = cls.bundles / "key.pem"

    @classmethod
    def fill(cls):
        """Tags that move, an index, a referrer, a note, and versions that are gone."""
        images = [image(number) for number in range(6)]
        for number, each in enumerate(images):
            cls.registry.push(NAME, f"v{number % 4}", each)
        cls.registry.push_manifest(NAME, "all", oci.index({"amd64": images[4], "arm64": images[5]}), oci.INDEX)
        config = b"{}"
        cls.registry.push_blob(NAME, config)
        empty = oci.descriptor("application/vnd.oci.empty.v1+json", config)
        signature = {"schemaVersion": 2, "mediaType": oci.MANIFEST, "config": empty, "layers": [empty]}
        signature["subject"] = oci.descriptor(oci.MANIFEST, images[5].manifest)
        cls.signature = json.dumps(signature).encode()
        cls.registry.push_manifest(NAME, oci.sha256(cls.signature), cls.signature)
        href = cls.href(cls.registry)
        cls.registry.call(200, "PATCH", f"{href}versions/4/", note="approved")
        for gone in (0, 3):
            cls.registry.complete(cls.registry.call(202, "DELETE", f"{href}versions/{gone}/")["task"])

    @staticmethod
    def href(registry):
        return registry.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]["pulp_href"]

    @classmethod
    def versions(cls, registry, created):
        """What each kept version but the empty one is, and holds."""
        listed = registry.call(200, "GET", f"{cls.href(registry)}versions/?limit=100")["results"]
        summary = {
            each["number"]: (
                each["note"],
                each[created],
                {kind: sums["count"] for kind, sums in each["content_summary"]["present"].items()},
            )
            for each in listed
        }
        summary.pop(0, None)
        return summary

    def setUp(self):
        super().setUp()
        self.source = {"LADING_URL": f"http://{self.server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
        if not self.bundle.exists():
            self.lading("export", NAME, "--output", self.bundle, "--quiet", env=self.source)
            self.key.write_text(self.lading("keys", "bundle", env=self.source)[0])

    def environment(self, server):
        return {"LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}

    def take(self, server, *arguments, code=0):
        return self.lading("import", self.bundle, *arguments, "--quiet", code=code, env=self.environment(server))

    def require_same(self, server):
        there, here = Registry(server.host), self.registry
        self.assertEqual(self.versions(here, "pulp_created"), self.versions(there, "source_created"))
        for tag in here.tags(NAME):
            self.assertEqual(here.digest(NAME, tag), there.digest(NAME, tag))
            there.require_whole(NAME, tag)

    def test_versions_arrive_as_they_left(self):
        with Server() as target:
            out, _ = self.take(target, "--trust", self.key, "--dry-run")
            self.assertRegex(out, rf"^{NAME} would be at version 8, with 7 new versions\n")
            self.take(target, "--trust", self.key, "--json")
            self.require_same(target)
            made = self.versions(Registry(target.host), "pulp_created")
            out, _ = self.take(target, "--trust", self.key)
            self.assertIn("with 0 new versions", out)
            self.assertEqual(made, self.versions(Registry(target.host), "pulp_created"))

    def test_whom_nobody_trusts_is_refused(self):
        with Server() as target, Server() as other:
            foreign = self.bundles / "foreign.pem"
            foreign.write_text(self.lading("keys", "bundle", env=self.environment(other))[0])
            _, said = self.take(target, "--trust", foreign, code=REFUSED)
            self.assertIn("is not trusted", said)
            _, said = self.take(target, "--unsigned", code=REFUSED)
            self.assertIn("is not trusted", said)
            self.assertEqual(0, Registry(target.host).call(200, "GET", "repositories/container/container/")["count"])

    def test_cosign_verifies_there_what_was_signed_here(self):
        """Both forms of a signature: a referrer, and a tag made of the digest."""
        name, signed = "team/signed", image(99)
        self.registry.push(name, "1", signed)
        self.registry.push(name, "unsigned", image(98))
        with Server() as target:
            logins = {
                host: {"auth": base64.b64encode(f"admin:{PASSWORD}".encode()).decode()}
                for host in (self.server.host, target.host)
            }
            (self.home / ".docker").mkdir()
            (self.home / ".docker/config.json").write_text(json.dumps({"auths": logins}))
            env = {"COSIGN_PASSWORD": "", "HOME": str(self.home)}
            cosign = functools.partial(run, TOOLS / "cosign", env=env, cwd=self.home)
            cosign("generate-key-pair")
            offline = ("--yes", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry")
            forms = ("--new-bundle-format=true", "--new-bundle-format=false")
            for form in forms:
                cosign("sign", "--key=cosign.key", *offline, form, f"{self.server.host}/{name}@{signed.digest}")

            bundle = self.home / "signed.tar"
            self.lading("export", name, "--output", bundle, "--quiet", env=self.source)
            self.lading("import", bundle, "--trust", self.key, "--quiet", env=self.environment(target))

            verify = ("verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", "--allow-http-registry")
            for form in forms:
                cosign(*verify, form, f"{target.host}/{name}:1")
                cosign(*verify, form, f"{target.host}/{name}:unsigned", ok=False)

    @staticmethod
    def is_staged(server):
        """Whether an import had begun to write, or had not ended when an earlier one was killed."""
        with contextlib.closing(sqlite3.connect(server.data / "lading.db")) as connection:
            sql = "SELECT count(*) FROM record WHERE pk = 'staged-bundle#all'"
            return connection.execute(sql).fetchone()[0] > 0

    def send(self, server, count):
        """Begins an import that sends so many bytes of the bundle and then waits."""
        lines = self.key.read_text().splitlines()[1:-1]
        key = base64.urlsafe_b64encode(base64.b64decode("".join(lines))).decode()
        connection = http.client.HTTPConnection(server.host, timeout=60)
        query = f"create_repositories=true&trusted_key={key}"
        connection.putrequest("POST", f"/pulp/api/v3/repositories/import/?{query}")
        login = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        connection.putheader("Authorization", f"Basic {login}")
        connection.putheader("Content-Type", "application/x-tar")
        connection.putheader("Content-Length", str(self.bundle.stat().st_size))
        connection.endheaders()
        connection.send(self.bundle.read_bytes()[:count])
        return connection

    def test_an_import_that_is_killed_again_and_again_ends_as_one(self):
        """The first half of the kills come before all was sent; the others when all was, so that it may have ended."""
        print(f"\n  E2E_SEED={SEED}")
        chosen = random.Random(SEED)
        target = Server()
        self.addCleanup(target.close)
        size = self.bundle.stat().st_size
        ended = 0
        for number in range(KILLS):
            target.start()
            early = number < KILLS // 2
            with contextlib.closing(self.send(target, chosen.randrange(size // 4, size - 2000) if early else size)):
                if early:
                    until(lambda: self.is_staged(target), 30, lambda: target.output()[-2000:])
                # The moment is what is tested; none is waited for.
                time.sleep(chosen.uniform(0, 0.2 if early else 0.6))
                target.kill()
            if early:
                self.assertTrue(self.is_staged(target))
            ended += not self.is_staged(target)
        print(f"  {ended} of {KILLS} kills came when nothing was staged any more")
        target.start()
        there = Registry(target.host)
        if there.call(200, "GET", f"repositories/container/container/?name={NAME}")["count"]:
            self.assertIn(len(self.versions(there, "source_created")), (0, len(self.versions(self.registry, "note"))))
        self.take(target, "--trust", self.key)
        self.require_same(target)
        self.assertIn("with 0 new versions", self.take(target, "--trust", self.key)[0])
