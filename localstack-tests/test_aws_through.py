"""The stacks in an AWS emulator: pulls of what is not here yet, by every client, from a slow upstream."""

import os
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from engine import Containerd, DockerDaemon
from harness import TOOLS, length, remove, run, temp_folder
from registry import Registry
from smoke import MIB
from stage import deploy, stage
from upstream import SlowWay, Upstream

LAYERS = 2
LAYER_BYTES = int(length("E2E_AWS_THROUGH_MIB", 20, full=150)) * MIB
# For the layers of all clients: more than a request is held, which is 25 s.
SECONDS = int(length("E2E_AWS_THROUGH_SECONDS", 32, full=150))
AT_ONCE = 6
CLIENTS = ("docker", "containerd", "skopeo", "crane")


def setUpModule():
    deploy()


class ThroughTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.host = stage["gateway"].host
        cls.registry = Registry(cls.host, stage["password"])
        cls.home = temp_folder("aws-through")
        cls.addClassCleanup(remove, cls.home)
        cls.upstreams = {name: cls.enterClassContext(Upstream()) for name in ("hub", "crowd", "away")}
        size = len(CLIENTS) * LAYERS * LAYER_BYTES
        cls.slow = cls.enterClassContext(SlowWay(cls.upstreams["hub"], size, SECONDS))
        cls.registry.pull_through("hub", cls.slow.url, anonymous_fetch=True, freshness=0)
        cls.registry.pull_through("crowd", cls.upstreams["crowd"].url, anonymous_fetch=True)
        cls.registry.pull_through("away", cls.upstreams["away"].url, anonymous_fetch=True, freshness=0)
        # Each function reads at most every ten seconds which distributions pull through.
        time.sleep(11)

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
    def docker(reference):
        with DockerDaemon() as docker:
            return [line.split()[-1] for line in docker.docker("pull", reference).splitlines() if "Digest:" in line]

    @staticmethod
    def containerd(reference):
        with Containerd() as containerd:
            containerd.ctr("images", "pull", "--plain-http", reference)
            return [line.split()[2] for line in containerd.ctr("images", "list").splitlines() if reference in line]

    def pull(self, client, reference, to):
        began = time.monotonic()
        try:
            if client == "docker":
                return self.docker(reference)
            if client == "containerd":
                return self.containerd(reference)
            return self.copy(client, reference, to)
        except AssertionError as failure:
            return str(failure)[-3000:]
        finally:
            print(f"  {to}: {time.monotonic() - began:.0f} s")

    def test_cold_pulls_wait_for_large_layers_and_later_ones_need_no_upstream(self):
        upstream = self.upstreams["hub"]
        image = oci.image([oci.tar({f"layer{n}": os.urandom(LAYER_BYTES)}) for n in range(LAYERS)])
        for name in CLIENTS:
            upstream.registry.push(f"library/{name}", "1", image)
        upstream.forget_requests()

        def pulled(state):
            with ThreadPoolExecutor(len(CLIENTS)) as pool:
                references = [f"{self.host}/hub/library/{name}:1" for name in CLIENTS]
                return list(pool.map(self.pull, CLIENTS, references, [f"{state}-{name}" for name in CLIENTS]))

        expected = [[oci.sha256(image.manifest)]] * len(CLIENTS)
        self.assertEqual(expected, pulled("cold"))
        blobs = [path for _, path, _, _ in upstream.requests() if "/blobs/" in path]
        self.assertEqual(len(CLIENTS) * len(image.blobs), len(blobs), blobs)
        upstream.stop()
        self.assertEqual(expected, pulled("warm"))

    def test_many_who_want_one_cold_image_make_the_requests_of_one(self):
        image = oci.image([oci.tar({"large": os.urandom(9 * MIB)}), oci.tar({"small": os.urandom(MIB)})])
        upstream = self.upstreams["crowd"]
        upstream.registry.push("library/app", "1", image)
        upstream.forget_requests()

        def pull(_):
            Registry(self.host, None).require_whole("crowd/library/app", "1")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(pull, range(AT_ONCE)))
        asked = [path for _, path, _, _ in upstream.requests() if "/blobs/" in path]
        self.assertEqual(len(image.blobs), len(asked), asked)

    def test_what_the_upstream_refuses_is_said_and_what_is_here_is_served_without_it(self):
        upstream = self.upstreams["away"]
        upstream.registry.push("library/app", "1", oci.raw_image([b"layer"]))
        stranger = Registry(self.host, None)
        stranger.require_whole("away/library/app", "1")
        self.assertEqual(404, stranger.request("GET", "/v2/away/library/app/manifests/none").status)
        upstream.stop()
        answer = stranger.request("GET", "/v2/away/library/app/manifests/1")
        self.assertEqual(200, answer.status)
        self.assertRegex(answer.headers["Warning"], '^299 - "only copy is yours: .*"$')
        refused = stranger.request("GET", "/v2/away/library/other/manifests/1")
        self.assertEqual(502, refused.status)
        self.assertIn(upstream.host, refused.body.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
