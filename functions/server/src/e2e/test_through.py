"""Pulls of what is not here yet: through a distribution, by every client, and with an upstream that is away."""

import functools
import http.client
import os
import random
import threading
import time
import unittest

import oci
import store
from engine import Containerd, DockerDaemon
from faulty import FaultyUpstream
from harness import PASSWORD, TOOLS, Server, free_port, length, remove, run, temp_folder
from registry import Registry
from upstream import SlowWay, Upstream

IMAGE = oci.image(
    [oci.tar({"hello": b"hello\n" * 1000}), oci.tar({"large": random.Random(7).randbytes(3 * 1024 * 1024)})]
)
DIGEST = oci.sha256(IMAGE.manifest)
CLIENTS = 30
ROUNDS = int(length("E2E_THROUGH_KILLS", 3, full=10))
SEED = int(os.environ.get("E2E_SEED", "0")) or random.randrange(1, 1 << 30)
PULLS = 20
# All rounds together make fewer than anybody may in an hour, also where a killed pull is counted again.
NAMES = 4
# While so many wait for an upstream that says nothing, others are served.
WAITING = 200


class ThroughTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        cls.registry = Registry(cls.host)
        cls.home = temp_folder("through")
        cls.addClassCleanup(remove, cls.home)

    def setUp(self):
        self.upstream = self.enterContext(Upstream())

    def image(self, name, tag="1"):
        self.upstream.registry.push(name, tag, IMAGE)
        self.upstream.forget_requests()

    def copy(self, tool, name, to):
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home)}
        reference = f"{self.host}/{name}:1"
        if tool == "crane":
            return run(TOOLS / "crane", "pull", "--format=oci", reference, self.home / to, env=env)
        policy = self.home / "policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        options = (f"--policy={policy}", "copy", "--src-tls-verify=false")
        return run("skopeo", *options, f"docker://{reference}", f"oci:{self.home / to}:1", env=env)

    def test_clients_pull_by_path_and_again_with_the_upstream_stopped(self):
        self.registry.pull_through("hub", self.upstream.url, anonymous_fetch=True, freshness=0)
        for tool in ("docker", "skopeo", "crane"):
            self.image(f"library/{tool}")
        with DockerDaemon() as docker:
            reference = f"{self.host}/hub/library/docker:1"
            self.assertIn(f"Digest: {DIGEST}", docker.docker("pull", reference))
        for tool in ("skopeo", "crane"):
            self.copy(tool, f"hub/library/{tool}", f"cold-{tool}")
            self.assertEqual([DIGEST], oci.layout_digests(self.home / f"cold-{tool}"))
        asked = self.upstream.requests()
        self.assertEqual(3 * len(IMAGE.blobs), sum("/blobs/" in path for _, path, _, _ in asked), asked)
        self.upstream.stop()
        with DockerDaemon() as docker:
            self.assertIn(f"Digest: {DIGEST}", docker.docker("pull", reference))
        for tool in ("skopeo", "crane"):
            self.copy(tool, f"hub/library/{tool}", f"warm-{tool}")
            self.assertEqual([DIGEST], oci.layout_digests(self.home / f"warm-{tool}"))
        answer = self.registry.request("GET", "/v2/hub/library/docker/manifests/1")
        self.assertRegex(answer.headers["Warning"], '^299 - "only copy is yours: .*"$')

    def test_containerd_has_one_mirror_for_two_registries(self):
        hosts = self.home / "hosts"
        (hosts / "_default").mkdir(parents=True, exist_ok=True)
        mirror = f'[host."http://{self.host}"]\n  capabilities = ["pull", "resolve"]\n'
        (hosts / "_default/hosts.toml").write_text(mirror)
        other = self.enterContext(Upstream())
        references = []
        for name, upstream in (("first", self.upstream), ("second", other)):
            self.registry.pull_through(f"mirror-{name}", upstream.url, anonymous_fetch=True, freshness=0)
            upstream.registry.push("library/app", "1", IMAGE)
            references.append(f"{upstream.host}/library/app:1")
        for state in ("cold", "stopped"):
            with Containerd() as containerd:
                for reference in references:
                    # As a kubelet with a pull secret of the upstream's does.
                    login = "--user=upstreams:secret"
                    containerd.ctr("images", "pull", login, f"--hosts-dir={hosts}", reference)
                    self.assertIn(DIGEST, containerd.ctr("images", "list"))
            if state == "cold":
                self.upstream.stop()
                other.stop()
        for name in ("first", "second"):
            self.assertEqual(["1"], self.registry.tags(f"mirror-{name}/library/app"))

    def test_a_mirror_beneath_a_path_serves_who_takes_one(self):
        self.registry.pull_through("by/path", self.upstream.url, anonymous_fetch=True, freshness=0)
        self.image("library/app")
        url = f"http://{self.host}/mirror/by/path"
        forms = {"short": (url, ""), "whole": (f"{url}/v2", "  override_path = true\n")}
        for name, (host, more) in forms.items():
            hosts = self.home / f"hosts-{name}"
            (hosts / self.upstream.host).mkdir(parents=True)
            mirror = f'[host."{host}"]\n  capabilities = ["pull", "resolve"]\n{more}'
            (hosts / self.upstream.host / "hosts.toml").write_text(mirror)
            with Containerd() as containerd:
                containerd.ctr("images", "pull", f"--hosts-dir={hosts}", f"{self.upstream.host}/library/app:1")
                self.assertIn(DIGEST, containerd.ctr("images", "list"))
            # Later pulls are not served by the upstream itself.
            if self.upstream.process.poll() is None:
                self.upstream.stop()
        self.assertEqual(["1"], self.registry.tags("by/path/library/app"))

    def test_podman_has_a_mirror_by_its_path(self):
        self.registry.pull_through("pods", self.upstream.url, anonymous_fetch=True, freshness=0)
        self.image("library/app")
        conf = self.home / "registries.conf"
        mirror = f'location = "{self.host}/pods"\ninsecure = true\n'
        conf.write_text(f'[[registry]]\nlocation = "registry.invalid"\n[[registry.mirror]]\n{mirror}')
        env = {"CONTAINERS_REGISTRIES_CONF": str(conf), "REGISTRY_AUTH_FILE": str(self.home / "none.json")}
        (self.home / "none.json").write_text("{}")
        for state in ("cold", "stopped"):
            folders = [f"--root={self.home / state}", f"--runroot={self.home / state}-run", "--storage-driver=vfs"]
            self.addCleanup(remove, self.home / state)
            run("podman", *folders, "pull", "registry.invalid/library/app:1", env=env)
            listed = run("podman", *folders, "images", "--digests", env=env)
            self.assertIn(DIGEST, listed)
            if state == "cold":
                self.upstream.stop()

    def test_cosign_verifies_through_it_as_directly(self):
        self.registry.pull_through("signed", self.upstream.url, anonymous_fetch=True)
        env = {"COSIGN_PASSWORD": "", "HOME": str(self.home), "NO_COLOR": "1"}
        cosign = functools.partial(run, TOOLS / "cosign", env=env, cwd=self.home)
        cosign("generate-key-pair")
        offline = ("--yes", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry")
        verify = ("verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", "--allow-http-registry")
        # By a tag, as older ones sign, and as a referrer.
        for name, form in (("app", "--new-bundle-format=false"), ("bundle", "--new-bundle-format=true")):
            self.image(f"library/{name}")
            cosign("sign", "--key=cosign.key", *offline, form, f"{self.upstream.host}/library/{name}@{DIGEST}")
            cosign(*verify, form, f"{self.upstream.host}/library/{name}@{DIGEST}")
            cosign(*verify, form, f"{self.host}/signed/library/{name}@{DIGEST}")
        self.upstream.registry.push("library/other", "1", oci.raw_image([b"unsigned"]))
        cosign(*verify, f"{self.host}/signed/library/other:1", ok=False)

    def test_many_clients_of_one_cold_image_make_the_requests_of_one(self):
        self.registry.pull_through("crowd", self.upstream.url, anonymous_fetch=True)
        self.image("library/app")
        wrong = []

        def pull():
            client = Registry(self.host, password=None)
            manifest = client.request("GET", "/v2/crowd/library/app/manifests/1")
            blobs = [client.request("GET", f"/v2/crowd/library/app/blobs/{oci.sha256(blob)}") for blob in IMAGE.blobs]
            if manifest.body != IMAGE.manifest or [blob.body for blob in blobs] != list(IMAGE.blobs):
                wrong.append([manifest.status, *(blob.status for blob in blobs)])

        threads = [threading.Thread(target=pull) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], wrong)
        self.assertEqual(1 + len(IMAGE.blobs), len(self.upstream.requests()), self.upstream.requests())

    def test_a_user_with_the_role_has_new_content_fetched_and_others_have_not(self):
        href, _ = self.registry.pull_through("roles", self.upstream.url)
        self.image("library/app")
        for name in ("reader", "stranger"):
            self.registry.call(201, "POST", "users/", username=name, password=PASSWORD)
        body = {"role": "container.containerpullthroughdistribution_consumer", "users": ["reader"]}
        self.registry.call(201, "POST", f"{href}add_role/", **body)
        target = "/v2/roles/library/app/manifests/1"
        self.assertEqual(401, Registry(self.host, None).request("GET", target).status)
        self.assertEqual(401, Registry(self.host, user="stranger").request("GET", target).status)
        scope = "/token/?service=lading&scope=repository:roles/library/app:pull"
        token = Registry(self.host, user="reader").expect(200, "GET", scope).json()["token"]
        bearer = Registry(self.host, None)
        bearer.headers["Authorization"] = f"Bearer {token}"
        self.assertEqual(200, bearer.request("GET", target).status)
        # What is here is pulled by everybody.
        self.assertEqual(200, Registry(self.host, None).request("GET", target).status)


class DockerMirrorTest(unittest.TestCase):
    """dockerd asks a mirror for what Docker Hub has, and for nothing else."""

    def test_dockerd_pulls_by_its_mirror_port_and_again_with_the_upstream_stopped(self):
        port = free_port()
        mirror = f"http://127.0.0.1:{port}"
        with Upstream() as upstream, Server(f"--mirror-port={port}=hub") as server:
            self.assertIn("until one is made", server.output())
            self.assertEqual(404, Registry(f"127.0.0.1:{port}", None).request("GET", "/v2/").status)
            Registry(server.host).pull_through("hub", upstream.url, anonymous_fetch=True, freshness=0)
            upstream.registry.push("library/busybox", "1", IMAGE)
            for state in ("cold", "stopped"):
                with DockerDaemon(**{"registry-mirrors": [mirror]}) as docker:
                    self.assertIn(f"Digest: {DIGEST}", docker.docker("pull", "busybox:1"))
                    # Wrong for a registry of ours, as a login of Docker Hub's is.
                    docker.keep_login("https://index.docker.io/v1/", "hub:secret")
                    self.assertIn(f"Digest: {DIGEST}", docker.docker("pull", f"busybox@{DIGEST}"))
                if state == "cold":
                    upstream.stop()
            self.assertEqual(["1"], Registry(server.host).tags("hub/library/busybox"))
            self.assertEqual(404, Registry(server.host).request("GET", "/v2/library/busybox/manifests/1").status)


class KilledTest(unittest.TestCase):
    def test_killed_among_cold_pulls_it_keeps_nothing_wrong_and_the_next_pulls_complete(self):
        print(f"\n  E2E_SEED={SEED}")
        chosen = random.Random(SEED)
        with Upstream() as upstream, Server("--no-access-log") as server:
            for number in range(ROUNDS):
                images = [oci.raw_image([chosen.randbytes(400_000), chosen.randbytes(200_000)]) for _ in range(PULLS)]
                for index, image in enumerate(images):
                    upstream.registry.push(f"killed/r{number}-{index % NAMES}", str(index), image)
                # Some two seconds for all.
                with SlowWay(upstream, PULLS * 600_000, 2) as slow:
                    base = f"killed-{number}"
                    Registry(server.host).pull_through(base, slow.url, anonymous_fetch=True)
                    pulls = [threading.Thread(target=self.pull, args=(server.host, base, number, i, images[i]))
                             for i in range(PULLS)]  # fmt: skip
                    for pull in pulls:
                        pull.start()
                    time.sleep(chosen.uniform(0.1, 2))
                    server.kill()
                    for pull in pulls:
                        pull.join()
                    server.start()
                    registry = Registry(server.host)
                    task = registry.complete(registry.call(202, "POST", "repair/", verify_checksums=True)["task"], 120)
                    self.assertEqual(0, task["result"]["broken"], task["result"])
                    # Records of uploads stay until they expire, without bytes.
                    self.assertEqual(set(store.stored(server.data)), store.files(server.data))
                    slow.opened.set()
                    for index, image in enumerate(images):
                        self.assertTrue(self.pull(server.host, base, number, index, image), f"{base}, image {index}")

    @staticmethod
    def pull(host, base, number, index, image):
        """Whether an image came whole; a server that is killed breaks off."""
        try:
            client = Registry(host, None)
            path = f"/v2/{base}/killed/r{number}-{index % NAMES}"
            manifest = client.request("GET", f"{path}/manifests/{index}")
            blobs = [client.request("GET", f"{path}/blobs/{oci.sha256(blob)}") for blob in image.blobs]
        except (OSError, http.client.HTTPException):
            return False
        return manifest.body == image.manifest and [blob.body for blob in blobs] == list(image.blobs)


class SilentUpstreamTest(unittest.TestCase):
    def test_clients_who_wait_for_an_upstream_hold_up_nobody(self):
        go = threading.Event()
        with FaultyUpstream() as upstream, Server() as server:
            registry = Registry(server.host)
            upstream.image("1", IMAGE)
            registry.pull_through("silent", upstream.url, anonymous_fetch=True)
            registry.push("team/app", "1", IMAGE)
            upstream.fault = lambda handler, kind, name, nth: go.wait(60) and False
            answers = []

            def wait():
                answers.append(Registry(server.host, None).request("GET", "/v2/silent/app/manifests/1").status)

            threads = [threading.Thread(target=wait) for _ in range(WAITING)]
            for thread in threads:
                thread.start()
            slowest = 0
            for _ in range(50):
                began = time.monotonic()
                registry.require_whole("team/app", "1")
                slowest = max(slowest, time.monotonic() - began)
            self.assertEqual([], answers)
            go.set()
            for thread in threads:
                thread.join()
            self.assertEqual([200] * WAITING, answers)
            print(f"50 pulls beside {WAITING} clients who wait: the slowest took {slowest:.2f} s")
