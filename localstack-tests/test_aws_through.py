"""The stacks in an AWS emulator: pulls of what is not here yet, by every client, from a slow upstream."""

import functools
import os
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from engine import Containerd, DockerDaemon
from harness import TOOLS, length, remove, run, temp_folder
from registry import Registry
from smoke import MIB
from stage import deploy, stage
from test_through import through
from upstream import SlowWay, Upstream

LAYERS = 2
LAYER_BYTES = int(length("E2E_AWS_THROUGH_MIB", 20, full=150)) * MIB
# For the layers of all clients: more than a request is held, which is 25 s.
SECONDS = int(length("E2E_AWS_THROUGH_SECONDS", 45, full=150))
AT_ONCE = 6


def setUpModule():
    deploy()


class ThroughTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = stage["gateway"].host
        cls.registry = Registry(cls.host, stage["password"])
        cls.home = temp_folder("aws-through")
        cls.addClassCleanup(remove, cls.home)

    def setUp(self):
        self.upstream = self.enterContext(Upstream())

    def copy(self, tool, reference, to):
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home)}
        if tool == "crane":
            run(TOOLS / "crane", "pull", "--format=oci", reference, self.home / to, env=env)
        else:
            policy = self.home / "policy.json"
            policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
            options = (f"--policy={policy}", "copy", "--src-tls-verify=false")
            run("skopeo", *options, f"docker://{reference}", f"oci:{self.home / to}:1", env=env)
        return oci.layout_digests(self.home / to)

    @staticmethod
    def docker(reference, to):
        with DockerDaemon() as docker:
            return [line.split()[-1] for line in docker.docker("pull", reference).splitlines() if "Digest:" in line]

    @staticmethod
    def containerd(reference, to):
        with Containerd() as containerd:
            containerd.ctr("images", "pull", "--plain-http", reference)
            return [line.split()[2] for line in containerd.ctr("images", "list").splitlines() if reference in line]

    def test_cold_pulls_wait_for_large_layers_and_later_ones_need_no_upstream(self):
        image = oci.image([oci.tar({f"layer{n}": os.urandom(LAYER_BYTES)}) for n in range(LAYERS)])
        digest = oci.sha256(image.manifest)
        clients = {
            "docker": self.docker,
            "containerd": self.containerd,
            "skopeo": functools.partial(self.copy, "skopeo"),
            "crane": functools.partial(self.copy, "crane"),
        }
        for name in clients:
            self.upstream.registry.push(f"library/{name}", "1", image)
        pulled = {}

        def pull(name, state):
            began = time.monotonic()
            try:
                pulled[name] = clients[name](f"{self.host}/hub/library/{name}:1", f"{state}-{name}")
            except AssertionError as failure:
                pulled[name] = str(failure)
            print(f"  {state} pull by {name}: {time.monotonic() - began:.0f} s")

        with SlowWay(self.upstream, len(clients) * LAYERS * LAYER_BYTES, SECONDS) as slow:
            through(self.registry, "hub", slow.url, anonymous_fetch=True, freshness=0)
            self.upstream.forget_requests()
            threads = [threading.Thread(target=pull, args=(name, "cold")) for name in clients]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual({client: [digest] for client in clients}, pulled)
            blobs = [(path, status) for _, path, status, _ in self.upstream.requests() if "/blobs/" in path]
            self.assertEqual(len(clients) * len(image.blobs), len(blobs), blobs)
        self.upstream.stop()
        for name in clients:
            pull(name, "warm")
        self.assertEqual({client: [digest] for client in clients}, pulled)

    def test_many_who_want_one_cold_image_make_the_requests_of_one(self):
        image = oci.image([oci.tar({"large": os.urandom(9 * MIB)}), oci.tar({"small": os.urandom(MIB)})])
        self.upstream.registry.push("library/app", "1", image)
        through(self.registry, "crowd", self.upstream.url, anonymous_fetch=True)
        self.upstream.forget_requests()
        failed = []

        def pull():
            try:
                Registry(self.host, None).require_whole("crowd/library/app", "1")
            except AssertionError as failure:
                failed.append(str(failure))

        threads = [threading.Thread(target=pull) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failed)
        asked = [path for _, path, _, _ in self.upstream.requests() if "/blobs/" in path]
        self.assertEqual(len(image.blobs), len(asked), asked)

    def test_what_the_upstream_refuses_is_said_and_what_is_here_is_served_without_it(self):
        self.upstream.registry.push("library/app", "1", oci.raw_image([b"layer"]))
        through(self.registry, "away", self.upstream.url, anonymous_fetch=True, freshness=0)
        stranger = Registry(self.host, None)
        stranger.require_whole("away/library/app", "1")
        self.assertEqual(404, stranger.request("GET", "/v2/away/library/app/manifests/none").status)
        self.upstream.stop()
        answer = stranger.request("GET", "/v2/away/library/app/manifests/1")
        self.assertEqual(200, answer.status)
        self.assertRegex(answer.headers["Warning"], '^299 - "only copy is yours: .*"$')
        refused = stranger.request("GET", "/v2/away/library/other/manifests/1")
        self.assertEqual(502, refused.status)
        self.assertIn(self.upstream.host, refused.body.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
