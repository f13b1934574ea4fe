"""Podman, buildah and skopeo: the containers/image family, which docker's daemon shares no code with."""

import json
import unittest

import oci
from harness import PASSWORD, Server, remove, run, temp_folder
from registry import Registry

PLAIN = "--tls-verify=false"


class PodmanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        cls.home = temp_folder("podman")
        cls.addClassCleanup(remove, cls.home)
        cls.policy = cls.home / "policy.json"
        cls.policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        cls.layer = cls.home / "layer.tar"
        cls.layer.write_bytes(oci.tar({"hello": b"hello\n" * 1000}))
        cls.log_in("skopeo")
        cls.registry = Registry(cls.host)

    @classmethod
    def env(cls):
        return {"REGISTRY_AUTH_FILE": str(cls.home / "auth.json"), "BUILDAH_ISOLATION": "chroot"}

    @classmethod
    def call(cls, *command, **options):
        return run(*command, env=cls.env(), **options)

    @classmethod
    def log_in(cls, tool, password=PASSWORD, **options):
        command = (tool, "login", PLAIN, "--username=admin", "--password-stdin", cls.host)
        return cls.call(*command, stdin=password, **options)

    def store(self, tool, name, *arguments, **options):
        """Runs podman or buildah on the store `name`."""
        folders = (f"--root={self.home / name}", f"--runroot={self.home / name}-run", "--storage-driver=vfs")
        self.addCleanup(remove, self.home / name)
        return self.call(tool, *folders, *arguments, **options)

    def skopeo(self, *arguments, **options):
        return self.call("skopeo", f"--policy={self.policy}", *arguments, **options)

    def test_podman_pulls_back_what_it_pushed(self):
        self.log_in("podman")
        reference = f"{self.host}/podman/app:1"
        self.store("podman", "first", "import", self.layer, reference)
        digest_file = self.home / "digest"
        signing = f"--signature-policy={self.policy}"
        self.store("podman", "first", "push", PLAIN, signing, f"--digestfile={digest_file}", reference)
        digest = digest_file.read_text().strip()
        self.assertEqual(digest, self.registry.digest("podman/app", "1"))
        self.store("podman", "second", "pull", PLAIN, signing, reference)
        image = json.loads(self.store("podman", "second", "inspect", reference))[0]
        self.assertEqual(digest, image["Digest"])
        self.assertEqual([f"{self.host}/podman/app@{digest}"], image["RepoDigests"])

    def test_buildah_pulls_back_what_it_built_and_pushed(self):
        self.log_in("buildah")
        reference = f"{self.host}/buildah/app:1"
        signing = f"--signature-policy={self.policy}"
        container = self.store("buildah", "built", "from", "--name=e2e", "scratch").split()[-1]
        self.store("buildah", "built", "add", container, self.layer, "/")
        self.store("buildah", "built", "commit", signing, container, reference)
        digest_file = self.home / "digest"
        self.store("buildah", "built", "push", PLAIN, signing, f"--digestfile={digest_file}", reference)
        digest = digest_file.read_text().strip()
        self.assertEqual(digest, self.registry.digest("buildah/app", "1"))
        self.store("buildah", "fresh", "pull", PLAIN, signing, reference)
        image = json.loads(self.store("buildah", "fresh", "inspect", "--type=image", reference))
        self.assertEqual(digest, image["FromImageDigest"])

    def test_skopeo_copies_a_layout_in_and_out(self):
        image = oci.image([oci.tar({"a": b"a"}), oci.tar({"b": b"b" * 100_000})])
        oci.write_layout(self.home / "in", image.manifest, oci.MANIFEST, [image], "1")
        remote = f"docker://{self.host}/skopeo/app:1"
        self.skopeo("copy", "--dest-tls-verify=false", f"oci:{self.home / 'in'}:1", remote)
        self.assertEqual(image.digest, self.registry.digest("skopeo/app", "1"))
        self.skopeo("copy", "--src-tls-verify=false", "--src-no-creds", remote, f"oci:{self.home / 'out'}:1")
        self.assertEqual([image.digest], oci.layout_digests(self.home / "out"))
        self.assertEqual(image.digest, self.skopeo("inspect", PLAIN, "--format={{.Digest}}", remote).strip())

    def test_skopeo_copies_every_image_of_an_index(self):
        images = {arch: oci.image([oci.tar({"arch": arch.encode()})], arch) for arch in ("amd64", "arm64")}
        index = oci.index(images)
        oci.write_layout(self.home / "multi", index, oci.INDEX, images.values(), "all")
        remote = f"docker://{self.host}/skopeo/multi:all"
        self.skopeo("copy", "--all", "--dest-tls-verify=false", f"oci:{self.home / 'multi'}:all", remote)
        self.assertEqual(oci.sha256(index), self.registry.digest("skopeo/multi", "all"))
        back = f"oci:{self.home / 'multi-out'}:all"
        self.skopeo("copy", "--all", "--src-tls-verify=false", "--src-no-creds", remote, back)
        self.assertEqual([oci.sha256(index)], oci.layout_digests(self.home / "multi-out"))

    def test_skopeo_deletes(self):
        self.registry.push("skopeo/gone", "1", oci.raw_image([b"gone"]))
        self.skopeo("delete", PLAIN, f"docker://{self.host}/skopeo/gone:1")
        self.assertEqual(404, self.registry.request("HEAD", "/v2/skopeo/gone/manifests/1").status)

    def test_a_wrong_password_is_refused_at_login(self):
        for tool in ("podman", "skopeo", "buildah"):
            with self.subTest(tool):
                said = self.log_in(tool, "wrong", ok=False)
                self.assertRegex(said.lower(), "invalid username/password|unauthorized")


if __name__ == "__main__":
    unittest.main()
