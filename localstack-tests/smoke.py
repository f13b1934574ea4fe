"""What clients do with a registry that is deployed, step by step: `make smoke URL=https://…`.

It pushes to repositories under `lading-smoke/` and deletes the tags again. $LADING_ADMIN_PASSWORD is the password of
`admin`.
"""

import os
import random
import re
import shutil
import sys
import tarfile
import unittest
import uuid
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from engine import Containerd, DockerDaemon
from harness import TOOLS, remove, run, temp_folder
from registry import Registry

MIB = 1024 * 1024
CRANE, ORAS, REGCTL = (shutil.which(name, path=f"{TOOLS}:{os.environ['PATH']}") for name in ("crane", "oras", "regctl"))
# Well under what passes API Gateway and Lambda in one request.
CHUNK = 3 * MIB


class Journeys:
    """Tests for any deployment. `url` and `password` are set before `setUpClass`."""

    url = password = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        address = urlsplit(cls.url.rstrip("/"))
        cls.secure, cls.host = address.scheme == "https", address.netloc
        cls.repository = f"lading-smoke/{uuid.uuid4().hex[:8]}"
        cls.home = temp_folder("smoke")
        cls.addClassCleanup(remove, cls.home)
        cls.registry = cls.client(cls.password)
        cls.addClassCleanup(cls.forget)
        location = cls.registry.begin(cls.repository)
        cls.upload_host = urlsplit(location).netloc
        cls.registry.request("DELETE", location)

    @classmethod
    def client(cls, password):
        return Registry(cls.host, password, secure=cls.secure)

    @classmethod
    def uploads(cls):
        """Whoever has an upload's location needs no password."""
        return Registry(cls.upload_host, None, secure=cls.secure)

    @classmethod
    def forget(cls):
        admin = cls.client(cls.password)
        for name in admin.request("GET", "/v2/_catalog?n=1000").json()["repositories"]:
            if name.startswith(cls.repository):
                for tag in admin.tags(name):
                    admin.request("DELETE", f"/v2/{name}/manifests/{tag}")

    def pushed(self, name, layers=None):
        repository = f"{self.repository}/{name}"
        image = oci.raw_image(layers or [random.randbytes(200_000)])
        uploads = self.uploads()
        for blob in image.blobs:
            location = self.registry.begin(repository)
            uploads.expect(201, "PUT", f"{location}&digest={oci.sha256(blob)}", blob)
        self.registry.push_manifest(repository, "1", image.manifest)
        return repository, image

    def test_the_challenge_says_where_tokens_are_given(self):
        answer = self.client(None).request("GET", "/v2/")
        self.assertEqual(401, answer.status)
        challenge = answer.headers["WWW-Authenticate"]
        self.assertIsNotNone(challenge, f"the gateway took the challenge away; the headers are {answer.headers}")
        realm = re.search('realm="([^"]+)"', challenge).group(1)
        self.assertEqual(f"{self.url.rstrip('/')}/token/", realm)
        self.assertEqual("registry/2.0", answer.headers["Docker-Distribution-API-Version"])
        self.assertEqual("UNAUTHORIZED", answer.json()["errors"][0]["code"])
        self.assertEqual(401, self.client("wrong").request("GET", "/token/?service=lading").status)

    def test_head_tells_lengths_and_digests(self):
        repository, image = self.pushed("heads")
        for path, content in (
            (f"manifests/{image.digest}", image.manifest),
            ("manifests/1", image.manifest),
            *((f"blobs/{oci.sha256(blob)}", blob) for blob in image.blobs),
        ):
            with self.subTest(path):
                head = self.client(None).request("HEAD", f"/v2/{repository}/{path}")
                self.assertEqual(oci.sha256(content), head.headers["Docker-Content-Digest"])
                if head.status == 307 and path.startswith("blobs/"):
                    # Signed for HEAD: whoever has it gets no bytes by it.
                    location = head.headers["Location"]
                    self.assertRaisesRegex(HTTPError, "403", urlopen, location)
                    with urlopen(Request(location, method="HEAD")) as head:
                        self.assertEqual("application/octet-stream", head.headers["Content-Type"])
                self.assertEqual((200, str(len(content))), (head.status, head.headers["Content-Length"]))

    def test_a_blob_comes_by_a_redirect_that_dies_soon(self):
        repository, image = self.pushed("blobs")
        content = image.blobs[1]
        path = f"/v2/{repository}/blobs/{oci.sha256(content)}"
        answer = self.client(None).request("GET", path)
        if answer.status == 200:  # a server with storage of its own
            part = self.client(None).expect(206, "GET", path, headers={"Range": "bytes=1000-1999"})
            self.assertEqual((content, content[1000:2000]), (answer.body, part.body))
            return
        self.assertEqual(307, answer.status)
        location = answer.headers["Location"]
        self.assertLessEqual(int(parse_qs(urlsplit(location).query)["X-Amz-Expires"][0]), 20 * 60)
        with urlopen(location) as whole:
            self.assertEqual(content, whole.read())
            self.assertEqual("application/octet-stream", whole.headers["Content-Type"])
            self.assertEqual(str(len(content)), whole.headers["Content-Length"])
        with urlopen(Request(location, headers={"Range": "bytes=1000-1999"})) as part:
            self.assertEqual((206, content[1000:2000]), (part.status, part.read()))
        with self.assertRaises(HTTPError) as refused:
            urlopen(location[:-4] + "0000")
        self.assertEqual(403, refused.exception.code)

    def test_a_layer_of_12_mb_passes_in_small_chunks(self):
        repository = f"{self.repository}/chunks"
        content = random.randbytes(12 * MIB)
        location = self.registry.begin(repository)
        uploads = self.uploads()
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            headers = {"Content-Range": f"{start}-{start + len(chunk) - 1}", "Content-Type": "application/octet-stream"}
            location = uploads.expect(202, "PATCH", location, chunk, headers).headers["Location"]
        digest = oci.sha256(content)
        uploads.expect(201, "PUT", f"{location}&digest={digest}", b"")
        self.assertEqual(content, self.registry.blob(repository, digest))

    def test_a_layer_of_12_mb_in_one_request_needs_the_upload_service(self):
        repository = f"{self.repository}/whole"
        content = random.randbytes(12 * MIB)
        location = self.registry.begin(repository)
        answer = self.uploads().request("PUT", f"{location}&digest={oci.sha256(content)}", content)
        # A server takes it, too.
        self.assertIn(answer.status, (201,) if self.upload_host != self.host else (201, 413))

    def test_tags_are_listed_and_deleted(self):
        repository, image = self.pushed("tags")
        self.registry.push_manifest(repository, "2", image.manifest)
        self.assertEqual(["1", "2"], self.registry.tags(repository))
        self.registry.expect(202, "DELETE", f"/v2/{repository}/manifests/2")
        self.assertEqual(["1"], self.registry.tags(repository))
        self.registry.require_whole(repository, "1")

    def layout(self):
        image = oci.image([oci.tar({"hello": random.randbytes(50_000)})])
        path = self.home / uuid.uuid4().hex
        oci.write_layout(path, image.manifest, oci.MANIFEST, [image], "1")
        return path, image

    @unittest.skipUnless(CRANE, "needs crane: make tools installs it, or go install")
    def test_crane(self):
        layout, image = self.layout()
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home / "crane")}
        plain = () if self.secure else ("--insecure",)
        reference = f"{self.host}/{self.repository}/crane:1"
        run(CRANE, "auth", "login", self.host, "-u", "admin", "-p", self.password, *plain, env=env)
        run(CRANE, "push", layout, reference, *plain, env=env)
        self.assertEqual(image.digest, run(CRANE, "digest", reference, *plain, env=env).strip())
        run(CRANE, "pull", "--format=oci", reference, self.home / "crane-back", *plain, env={"HOME": str(self.home)})
        self.assertEqual([image.digest], oci.layout_digests(self.home / "crane-back"))

    @unittest.skipUnless(shutil.which("skopeo"), "needs skopeo")
    def test_skopeo(self):
        layout, image = self.layout()
        verify = str(self.secure).lower()
        reference = f"docker://{self.host}/{self.repository}/skopeo:1"
        credentials = f"--dest-creds=admin:{self.password}"
        policy = "--insecure-policy"
        run("skopeo", policy, "copy", f"--dest-tls-verify={verify}", credentials, f"oci:{layout}:1", reference)
        back = f"oci:{self.home / 'skopeo-back'}:1"
        run("skopeo", policy, "copy", f"--src-tls-verify={verify}", "--src-no-creds", reference, back)
        self.assertEqual([image.digest], oci.layout_digests(self.home / "skopeo-back"))

    @unittest.skipUnless(ORAS, "needs oras: make tools installs it, or go install")
    def test_oras(self):
        layout, image = self.layout()
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home / "oras")}
        plain = str(not self.secure).lower()
        reference = f"{self.host}/{self.repository}/oras:1"
        login = ("login", f"--plain-http={plain}", self.host, "-u", "admin", "--password-stdin")
        run(ORAS, *login, env=env, stdin=self.password)
        # Twice: what is there is asked for, and not sent again.
        for _ in range(2):
            run(ORAS, "cp", "--from-oci-layout", f"{layout}:1", f"--to-plain-http={plain}", reference, env=env)
        self.assertIn(image.digest, run(ORAS, "resolve", f"--plain-http={plain}", reference, env=env))
        back = self.home / "oras-back"
        nobody = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home / "nobody")}
        run(ORAS, "cp", f"--from-plain-http={plain}", reference, "--to-oci-layout", f"{back}:1", env=nobody)
        self.assertEqual([image.digest], oci.layout_digests(back))

    def regctl(self, *arguments, **options):
        return run(REGCTL, *arguments, env={"REGCTL_CONFIG": str(self.home / "regctl.json")}, **options)

    def regctl_login(self):
        tls = f"--tls={'enabled' if self.secure else 'disabled'}"
        # Else it reads a refused layer twice at once; see infra-cdk/README.md.
        self.regctl("registry", "set", tls, f"--blob-max={4 * MIB}", f"--blob-chunk={4 * MIB}", self.host)
        self.regctl("registry", "login", self.host, "-u", "admin", "--pass-stdin", stdin=self.password)

    @unittest.skipUnless(REGCTL, "needs regctl: make tools installs it, or go install")
    def test_regctl(self):
        layout, image = self.layout()
        reference = f"{self.host}/{self.repository}/regctl:1"
        self.regctl_login()
        for _ in range(2):
            self.regctl("image", "copy", f"ocidir://{layout}:1", reference)
        self.assertEqual(image.digest, self.regctl("image", "digest", reference).strip())
        layer = oci.sha256(image.blobs[1])
        # Of a blob it asks by HEAD alone.
        said = self.regctl("blob", "head", f"{self.host}/{self.repository}/regctl", layer)
        self.assertIn(str(len(image.blobs[1])), said)
        self.regctl("image", "copy", reference, f"ocidir://{self.home / 'regctl-back'}:1")
        self.assertEqual([image.digest], oci.layout_digests(self.home / "regctl-back"))

    @unittest.skipUnless(REGCTL, "needs regctl: make tools installs it, or go install")
    def test_regctl_pushes_a_layer_of_12_mb(self):
        """In chunks, since it would not pass in one request."""
        image = oci.raw_image([random.randbytes(12 * MIB)])
        layout = self.home / "regctl-large"
        oci.write_layout(layout, image.manifest, oci.MANIFEST, [image], "1")
        self.regctl_login()
        self.regctl("image", "copy", f"ocidir://{layout}:1", f"{self.host}/{self.repository}/regctl-large:1")
        self.registry.require_whole(f"{self.repository}/regctl-large", "1")

    def containers(self, tool, store):
        """Pushes a layout by podman or buildah, whose images have names, and pulls it into an empty store."""
        layout, _ = self.layout()
        policy = self.home / "policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        verify = (f"--tls-verify={str(self.secure).lower()}", f"--signature-policy={policy}")
        reference = f"{self.host}/{self.repository}/{tool}:1"

        def call(name, *arguments):
            folders = (f"--root={self.home / name}", f"--runroot={self.home / name}-run", "--storage-driver=vfs")
            return run(tool, *folders, *arguments, env={"BUILDAH_ISOLATION": "chroot"})

        named = call(f"{tool}-first", "pull", f"--signature-policy={policy}", f"oci:{layout}:1").split()[-1]
        for _ in range(2):
            call(f"{tool}-first", "push", *verify, f"--creds=admin:{self.password}", named, f"docker://{reference}")
        pushed = self.registry.digest(f"{self.repository}/{tool}", "1")
        call(f"{tool}-second", "pull", *verify, f"docker://{reference}")
        digests = call(f"{tool}-second", *store, "--format={{.Digest}}")
        self.assertIn(pushed, digests)

    @unittest.skipUnless(shutil.which("podman") and os.geteuid() == 0, "needs podman and root")
    def test_podman(self):
        self.containers("podman", ("images", "--digests"))

    @unittest.skipUnless(shutil.which("buildah") and os.geteuid() == 0, "needs buildah and root")
    def test_buildah(self):
        self.containers("buildah", ("images", "--digests"))

    @unittest.skipUnless(shutil.which("ctr") and os.geteuid() == 0, "needs containerd and root")
    def test_containerd(self):
        layout, image = self.layout()
        archive = self.home / "containerd.tar"
        run("tar", "-C", layout, "-cf", archive, ".")
        reference = f"{self.host}/{self.repository}/containerd:1"
        plain = () if self.secure else ("--plain-http",)
        with Containerd() as first:
            first.ctr("images", "import", "--no-unpack", f"--base-name={reference.rsplit(':', 1)[0]}", archive)
            for _ in range(2):
                first.ctr("images", "push", *plain, f"--user=admin:{self.password}", reference)
        self.assertEqual(image.digest, self.registry.digest(f"{self.repository}/containerd", "1"))
        with Containerd() as fresh:
            fresh.ctr("images", "pull", *plain, "--snapshotter=native", reference)
            self.assertIn(image.digest, fresh.ctr("images", "ls"))

    def imported(self, docker, name, size):
        """An image of one random layer in a daemon that is logged in; what it is called there."""
        reference = f"{self.host}/{self.repository}/{name}:1"
        layer, archive = self.home / f"{name}.layer", self.home / f"{name}.tar"
        with layer.open("wb") as content:
            for start in range(0, size, MIB):
                content.write(os.urandom(min(MIB, size - start)))
        with tarfile.open(archive, "w") as tar:
            tar.add(layer, "layer")
        layer.unlink()
        docker.login(self.host, self.password)
        docker.import_tar(archive, reference)
        return reference

    def docker_round_trip(self, name, size):
        """Pushes an image and pulls it into an empty store; its digest."""
        with DockerDaemon() as docker:
            reference = self.imported(docker, name, size)
            # A megabyte a second, on a machine that does much else.
            seconds = max(300, size // MIB)
            docker.docker("push", reference, seconds=seconds)
            pushed = docker.digest(reference)
        (self.home / f"{name}.tar").unlink()
        with DockerDaemon() as fresh:
            fresh.login(self.host, self.password)
            self.assertIn(f"Digest: {pushed}", fresh.docker("pull", reference, seconds=seconds))
        return pushed

    @unittest.skipUnless(shutil.which("dockerd") and os.geteuid() == 0, "needs dockerd and root")
    def test_docker(self):
        self.docker_round_trip("docker", 2 * MIB)


class SmokeTest(Journeys, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.url = os.environ.get("LADING_URL")
        cls.password = os.environ.get("LADING_ADMIN_PASSWORD")
        if not cls.url or not cls.password:
            raise AssertionError("say make smoke URL=https://… with the password of admin in $LADING_ADMIN_PASSWORD")
        super().setUpClass()


def load_tests(loader, tests, pattern):
    """Only where this module is named: found by discovery, it has no deployment to look at."""
    return tests if os.environ.get("LADING_URL") else unittest.TestSuite()


if __name__ == "__main__":
    unittest.main(verbosity=2)
