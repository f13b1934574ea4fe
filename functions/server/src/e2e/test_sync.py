"""Mirrors from CNCF distribution, driven by the pulp command line.

Requests are counted, and the server is killed in the middle.
"""

import functools
import json
import os
import random
import unittest

import oci
from engine import DockerDaemon
from harness import TOOLS, Server, length, remove, run, temp_folder, until
from registry import Registry
from test_pulp_cli import Session
from upstream import SlowWay, Upstream

LAYER_BYTES = 2 * 1024 * 1024
# In the sync that is killed.
KILLED_MIB = int(length("E2E_SYNC_MIB", 256, full=2048))
LARGE_LAYERS = 3


class SyncTest(Session, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        super().setUpClass()

    def setUp(self):
        self.upstream = self.enterContext(Upstream())

    def mirror(self, name, upstream_name, *options):
        """A remote, a repository and where it is pulled, all of one name."""
        self.container(
            "remote", "create", "--name", name, "--url", self.upstream.url, "--upstream-name", upstream_name,
            "--policy", "immediate", *options,
        )  # fmt: skip
        self.container("repository", "create", "--name", name, "--remote", name)
        self.container("distribution", "create", "--name", name, "--base-path", name, "--repository", name)

    def sync(self, name):
        """The task, once it has ended. The command line waits for it."""
        self.container("repository", "sync", "--name", name)
        newest = self.pulp(
            "task", "list", "--name-contains", "synchronize", "--limit", "1", "--ordering", "-pulp_created"
        )
        task = self.pulp("task", "show", "--href", newest[0]["pulp_href"])
        self.assertEqual("completed", task["state"], task["error"])
        return task

    def sync_as_mirror(self, name):
        """For which the command line has no option."""
        href = self.container("repository", "show", "--name", name)["pulp_href"]
        task = self.curl("POST", f"{href}sync/", mirror=True)
        self.assertEqual("completed", task["state"], task["error"])
        return task

    def done(self, task, code):
        return next(report["done"] for report in task["progress_reports"] if report["code"] == code)

    def test_docker_pulls_what_was_mirrored_while_the_upstream_is_stopped(self):
        layers = [oci.tar({"hello": b"one\n"}), oci.tar({"world": b"two\n"})]
        images = {"amd64": oci.image(layers), "arm64": oci.image(layers[:1], architecture="arm64")}
        for image in images.values():
            self.upstream.registry.push("src/app", image.digest, image)
        self.upstream.registry.push_manifest("src/app", "latest", oci.index(images), oci.INDEX)
        self.mirror("app", "src/app")

        task = self.sync("app")

        self.assertEqual(1, len(task["created_resources"]))
        self.assertEqual(3, self.done(task, "sync.manifests"))
        self.upstream.stop()
        self.registry.require_whole("app", "latest")
        with DockerDaemon() as docker:
            pulled = docker.docker("pull", f"{self.host}/app:latest")
            self.assertIn(f"Digest: {oci.sha256(oci.index(images))}", pulled)

    def test_requests_of_a_first_an_unchanged_and_a_second_mirror(self):
        shared = [os.urandom(LAYER_BYTES) for _ in range(3)]
        for number in range(20):
            image = oci.raw_image([*shared, os.urandom(LAYER_BYTES), os.urandom(LAYER_BYTES)])
            self.upstream.registry.push("src/many", f"v{number}", image)
        self.mirror("many", "src/many")
        self.upstream.forget_requests()

        first = self.sync("many")
        self.assertLessEqual(len(self.upstream.requests()), 85)
        fetched = [path for _, path, _, _ in self.upstream.blobs()]
        self.assertEqual(len(set(fetched)), len(fetched))
        self.assertEqual(63, self.done(first, "sync.blobs"))
        for number in range(20):
            self.registry.require_whole("many", f"v{number}")

        self.upstream.forget_requests()
        unchanged = self.sync_as_mirror("many")
        self.assertLessEqual(len(self.upstream.requests()), 22)
        self.assertEqual([], unchanged["created_resources"])

        self.mirror("again", "src/many", "--include-tags", '["v1*"]')
        self.upstream.forget_requests()
        self.sync("again")
        self.assertEqual([], self.upstream.blobs())
        self.registry.require_whole("again", "v19")
        self.assertEqual(11, len(self.registry.tags("again")))

    def test_a_mirror_follows_its_upstream(self):
        for tag in ("v1", "v2"):
            self.upstream.registry.push("src/moving", tag, oci.raw_image([os.urandom(100)]))
        self.mirror("moving", "src/moving")
        self.sync("moving")
        moved = oci.raw_image([os.urandom(100)])
        self.upstream.registry.push("src/moving", "v2", moved)
        self.upstream.registry.expect(202, "DELETE", "/v2/src/moving/manifests/v1")

        self.sync_as_mirror("moving")

        self.assertEqual(["v2"], self.registry.tags("moving"))
        self.assertEqual(moved.digest, self.registry.digest("moving", "v2"))

    def test_what_cosign_signed_is_mirrored_alone_and_verified_there(self):
        home = temp_folder("cosign")
        self.addCleanup(remove, home)
        signed, other = oci.raw_image([os.urandom(100)]), oci.raw_image([os.urandom(100)])
        self.upstream.registry.push("src/signed", "signed", signed)
        self.upstream.registry.push("src/signed", "unsigned", other)
        env = {"COSIGN_PASSWORD": "", "HOME": str(home)}
        cosign = functools.partial(run, TOOLS / "cosign", env=env, cwd=home)
        cosign("generate-key-pair")
        offline = ("--yes", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry")
        cosign("sign", "--key=cosign.key", *offline, f"{self.upstream.host}/src/signed@{signed.digest}")
        self.mirror("signed", "src/signed")
        href = self.container("repository", "show", "--name", "signed")["pulp_href"]

        task = self.curl("POST", f"{href}sync/", signed_only=True)

        self.assertEqual("completed", task["state"], task["error"])
        self.upstream.stop()
        self.assertIn("signed", self.registry.tags("signed"))
        self.assertNotIn("unsigned", self.registry.tags("signed"))
        verify = ("--key=cosign.pub", "--insecure-ignore-tlog=true", "--allow-http-registry")
        cosign("verify", *verify, f"{self.host}/signed@{signed.digest}")

    def test_what_goes_wrong_is_told(self):
        self.mirror("absent", "src/absent")

        said = self.container("repository", "sync", "--name", "absent", ok=False)

        self.assertIn(self.upstream.host, str(said))
        self.assertIn("src/absent", str(said))


class BrokenOffSyncTest(unittest.TestCase):
    def test_a_sync_that_a_kill_broke_off_goes_on_and_fetches_what_was_missing(self):
        self.break_off(Server.kill)

    def test_a_sync_that_a_stop_broke_off_goes_on_as_well(self):
        self.break_off(Server.stop)

    def break_off(self, end):
        upstream = self.enterContext(Upstream())
        manifest = self.push_large(upstream.registry)
        total = KILLED_MIB // LARGE_LAYERS * LARGE_LAYERS * 1024 * 1024
        # A stop lets what is under way end for 10 s.
        way = self.enterContext(SlowWay(upstream, total, seconds=26))
        server = self.enterContext(Server())
        registry = Registry(server.host)
        repository = registry.mirror("large", way.url, "src/large")
        remote, repository = repository["remote"], repository["pulp_href"]
        upstream.forget_requests()
        task = registry.call(202, "POST", f"{repository}sync/", remote=remote)["task"]

        before = until(
            lambda: self.fetched(registry, task, total // 10), 120, lambda: f"some bytes: {registry.ended(task)}"
        )
        end(server)
        way.opened.set()
        server.start()
        registry = Registry(server.host)
        registry.complete(task, 300)

        self.assertEqual(manifest, registry.manifest("large", "v1").body)
        for layer in json.loads(manifest)["layers"]:
            response = registry.open("GET", f"/v2/large/blobs/{layer['digest']}")
            self.assertEqual(layer["digest"], oci.sha256(response.read()))
        # What was told to be fetched is not fetched again.
        after = [request for request in upstream.blobs() if request[2] == 206]
        self.assertLessEqual(sum(size for _, _, _, size in after), total - before)
        self.assertGreater(len(after), 0)
        again = registry.call(202, "POST", f"{repository}sync/", remote=remote)["task"]
        upstream.forget_requests()
        registry.complete(again)
        self.assertEqual([], upstream.blobs())

    def fetched(self, registry, task, least):
        """Bytes, as the task reports them, if they are as many."""
        reports = registry.call(200, "GET", task)["progress_reports"]
        done = next((report["done"] for report in reports if report["code"] == "sync.bytes"), 0)
        return done if done > least else None

    def push_large(self, registry):
        """One layer after the other: they need not be in memory together."""
        layers = []
        for number in range(LARGE_LAYERS):
            source = random.Random(number)
            content = b"".join(source.randbytes(1024 * 1024) for _ in range(KILLED_MIB // LARGE_LAYERS))
            registry.push_blob("src/large", content)
            layers.append(oci.descriptor(oci.LAYER, content))
        config = b"{}"
        registry.push_blob("src/large", config)
        manifest = json.dumps({
            "schemaVersion": 2,
            "mediaType": oci.MANIFEST,
            "config": oci.descriptor(oci.CONFIG, config),
            "layers": layers,
        }).encode()  # fmt: skip
        registry.push_manifest("src/large", "v1", manifest)
        return manifest


if __name__ == "__main__":
    unittest.main()
