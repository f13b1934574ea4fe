"""Crane, regctl and oras: layouts in and out, indexes, referrers, deletion; and cosign's signatures."""

import json
import unittest

import oci
from harness import PASSWORD, TOOLS, Server, remove, run, temp_folder
from registry import Registry


class Clients(unittest.TestCase):
    """A server, a folder for what clients keep, and each of them logged in."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        cls.home = temp_folder("clients")
        cls.addClassCleanup(remove, cls.home)
        cls.registry = Registry(cls.host)
        cls.call("crane", "auth", "login", cls.host, "-u", "admin", "-p", PASSWORD)
        cls.call("regctl", "registry", "set", "--tls=disabled", cls.host)
        cls.call("regctl", "registry", "login", cls.host, "-u", "admin", "--pass-stdin", stdin=PASSWORD)

    @classmethod
    def call(cls, tool, *arguments, anonymous=False, **options):
        config = cls.home / ("anonymous" if anonymous else "config")
        config.mkdir(exist_ok=True)
        regctl = config / "regctl.json"
        if anonymous and not regctl.exists():
            regctl.write_text(json.dumps({"hosts": {cls.host: {"tls": "disabled", "hostname": cls.host}}}))
        env = {"HOME": str(config), "DOCKER_CONFIG": str(config), "REGCTL_CONFIG": str(regctl)}
        env |= {"COSIGN_PASSWORD": "", "NO_COLOR": "1"}
        return run(TOOLS / tool, *arguments, env=env, cwd=cls.home, **options)

    def layout(self, name, architectures=("amd64",)):
        """The path of a layout with tag 1, and the digest at its top: an index if there are several architectures."""
        images = {arch: oci.image([oci.tar({"n": name.encode(), "a": arch.encode()})], arch) for arch in architectures}
        several = len(images) > 1
        top = oci.index(images) if several else images[architectures[0]].manifest
        media_type = oci.INDEX if several else oci.MANIFEST
        oci.write_layout(self.home / name, top, media_type, images.values(), "1")
        return self.home / name, oci.sha256(top)

    def pushed(self, repository):
        """An image with tag 1, pushed without a client."""
        image = oci.raw_image([repository.encode()])
        self.registry.push(repository, "1", image)
        return image

    def require_gone(self, repository, *references):
        for reference in references:
            self.assertEqual(404, self.registry.request("HEAD", f"/v2/{repository}/manifests/{reference}").status)


class CraneTest(Clients):
    def test_an_image_and_an_index_come_back_with_equal_digests(self):
        for name, architectures in (("crane-image", ("amd64",)), ("crane-index", ("amd64", "arm64"))):
            with self.subTest(name):
                layout, digest = self.layout(name, architectures)
                reference = f"{self.host}/crane/{name}:1"
                self.call("crane", "push", layout, reference)
                self.assertEqual(digest, self.registry.digest(f"crane/{name}", "1"))
                self.registry.require_whole(f"crane/{name}", "1")
                back = self.home / f"{name}-back"
                self.call("crane", "pull", "--format=oci", reference, back, anonymous=True)
                self.assertEqual([digest], oci.layout_digests(back))

    def test_lists_and_deletes(self):
        image = self.pushed("crane/gone")
        self.assertIn("crane/gone", self.call("crane", "catalog", self.host).split())
        self.assertEqual("1", self.call("crane", "ls", f"{self.host}/crane/gone").strip())
        self.call("crane", "delete", f"{self.host}/crane/gone@{image.digest}")
        self.require_gone("crane/gone", "1", image.digest)

    def test_an_anonymous_push_is_refused(self):
        layout, _ = self.layout("anonymous")
        said = self.call("crane", "push", layout, f"{self.host}/crane/x:1", anonymous=True, ok=False)
        # A name that is not there answers as a private one, before anything is sent to it.
        self.assertIn("401 Unauthorized", said)


class RegctlTest(Clients):
    def test_an_image_and_an_index_come_back_with_equal_digests(self):
        for name, architectures in (("regctl-image", ("amd64",)), ("regctl-index", ("amd64", "arm64"))):
            with self.subTest(name):
                layout, digest = self.layout(name, architectures)
                reference = f"{self.host}/regctl/{name}:1"
                self.call("regctl", "image", "copy", f"ocidir://{layout}:1", reference)
                self.assertEqual(digest, self.registry.digest(f"regctl/{name}", "1"))
                back = self.home / f"{name}-back"
                self.call("regctl", "image", "copy", reference, f"ocidir://{back}:1", anonymous=True)
                self.assertEqual([digest], oci.layout_digests(back))

    def test_makes_an_index_of_images_in_the_registry(self):
        for architecture in ("amd64", "arm64"):
            image = oci.image([oci.tar({"arch": architecture.encode()})], architecture)
            self.registry.push("regctl/multi", architecture, image)
        name = f"{self.host}/regctl/multi"
        parts = [f"--ref={name}:{architecture}" for architecture in ("amd64", "arm64")]
        self.call("regctl", "index", "create", f"{name}:all", *parts)
        index = json.loads(self.registry.require_whole("regctl/multi", "all"))
        self.assertEqual(2, len(index["manifests"]))

    def test_lists_and_deletes_a_tag_and_a_manifest(self):
        image = self.pushed("regctl/gone")
        name = f"{self.host}/regctl/gone"
        self.assertEqual("1", self.call("regctl", "tag", "ls", name).split()[-1])
        self.call("regctl", "tag", "rm", f"{name}:1")
        self.require_gone("regctl/gone", "1")
        self.call("regctl", "manifest", "rm", f"{name}@{image.digest}")
        self.require_gone("regctl/gone", image.digest)


class OrasTest(Clients):
    def test_login_takes_the_right_password_only(self):
        login = ("oras", "login", "--plain-http", self.host, "-u", "admin", "--password-stdin")
        self.assertIn("Login Succeeded", self.call(*login, stdin=PASSWORD))
        self.assertIn("wrong user name or password", self.call(*login, stdin="wrong", ok=False, anonymous=True))

    def test_a_file_is_pushed_and_pulled(self):
        (self.home / "note.txt").write_text("a note")
        reference = f"{self.host}/oras/note:1"
        said = self.call("oras", "push", "--plain-http", reference, "note.txt:text/plain")
        self.assertIn(f"Digest: {self.registry.digest('oras/note', '1')}", said)
        said = self.call("oras", "pull", "--plain-http", "-o", self.home / "pulled", reference, anonymous=True)
        self.assertEqual("a note", (self.home / "pulled/note.txt").read_text())
        self.assertIn(f"Digest: {self.registry.digest('oras/note', '1')}", said)

    def test_an_index_is_copied_in_and_out(self):
        layout, digest = self.layout("oras-index", ("amd64", "arm64"))
        reference = f"{self.host}/oras/index:1"
        self.call("oras", "cp", "--from-oci-layout", f"{layout}:1", "--to-plain-http", reference)
        self.assertEqual(digest, self.registry.digest("oras/index", "1"))
        back = self.home / "oras-index-back"
        self.call("oras", "cp", "--from-plain-http", reference, "--to-oci-layout", f"{back}:1", anonymous=True)
        self.assertIn(digest, oci.layout_digests(back))  # beside its children

    def test_what_is_attached_is_discovered_through_the_referrers_api(self):
        image = self.pushed("oras/subject")
        reference = f"{self.host}/oras/subject:1"
        for kind in ("sbom", "scan"):
            (self.home / f"{kind}.json").write_text("{}")
            attach = ("--artifact-type", f"application/vnd.example.{kind}", reference, f"{kind}.json")
            self.call("oras", "attach", "--plain-http", *attach)
        api = ("discover", "--plain-http", "--distribution-spec=v1.1-referrers-api", "--format=json")
        found = json.loads(self.call("oras", *api, reference, anonymous=True))
        kinds = sorted(each["artifactType"] for each in found["referrers"])
        self.assertEqual(["application/vnd.example.sbom", "application/vnd.example.scan"], kinds)
        only = json.loads(self.call("oras", *api, "--artifact-type=application/vnd.example.scan", reference))
        self.assertEqual(["application/vnd.example.scan"], [each["artifactType"] for each in only["referrers"]])
        self.assertEqual(["1"], self.registry.tags("oras/subject"), "no tag stands in for the referrers API")
        self.assertEqual(image.digest, self.registry.digest("oras/subject", "1"))


class CosignTest(Clients):
    """Without a transparency log, which would need the internet."""

    def verify(self, reference, **options):
        flags = ("--key=cosign.pub", "--insecure-ignore-tlog=true", "--allow-http-registry")
        return self.call("cosign", "verify", *flags, reference, anonymous=True, **options)

    def test_a_signature_is_made_stored_and_verified(self):
        image, other = self.pushed("cosign/app"), self.pushed("cosign/other")
        signed = f"{self.host}/cosign/app@{image.digest}"
        self.call("cosign", "generate-key-pair")
        offline = ("--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "--yes")
        self.call("cosign", "sign", "--key=cosign.key", *offline, signed)
        self.assertIn(f'"docker-manifest-digest":"{image.digest}"', self.verify(signed))
        self.verify(f"{self.host}/cosign/other@{other.digest}", ok=False)
        referrers = self.registry.expect(200, "GET", f"/v2/cosign/app/referrers/{image.digest}").json()
        self.assertEqual(1, len(referrers["manifests"]))


if __name__ == "__main__":
    unittest.main()
