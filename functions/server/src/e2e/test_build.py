"""Images that are declared, by `lading build`: made by us, and read by a real daemon."""

import json
import os
import shutil

import oci
from engine import DockerDaemon
from harness import PASSWORD, Server
from registry import Registry
from test_command import Shell

NAME = "team/app"
BASE = "bases/tool"
DECLARATION = """\
base: bases/tool:1
files:
  - from: app
    to: /app
  - from: run.sh
    to: /usr/local/bin/run.sh
environment:
  MODE: declared
entrypoint: [/usr/local/bin/run.sh]
command: [--help]
working_directory: /app
user: "1000"
labels: {org.opencontainers.image.title: A tool}
exposed_ports: ["8080"]
"""


class BuildTest(Shell):
    @classmethod
    def setUpClass(cls):
        cls.layer = oci.tar({"etc/base": b"of the base"})
        cls.bases = {each: oci.image([cls.layer], architecture=each) for each in ("amd64", "arm64")}
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)
        cls.fill(cls.registry)

    @classmethod
    def fill(cls, registry):
        for architecture, image in cls.bases.items():
            registry.push(BASE, architecture, image)
        registry.push_manifest(BASE, "1", oci.index(cls.bases), oci.INDEX)

    def setUp(self):
        super().setUp()
        (self.folder / "app").mkdir()
        (self.folder / "app/tool.jar").write_bytes(os.urandom(9_000_000))
        (self.folder / "run.sh").write_text("#!/bin/sh\n")
        (self.folder / "run.sh").chmod(0o755)
        (self.folder / "image.yaml").write_text(DECLARATION)

    def build(self, server, *arguments, name=NAME, code=0):
        env = {"LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
        options = ("--declare", "image.yaml", "--tag", f"{name}:1", *arguments)
        return self.lading("build", *options, "--quiet", code=code, env=env)

    def test_an_image_is_made_in_one_version_and_docker_reads_it(self):
        out, _ = self.build(self.server, "--tag", f"{NAME}:latest")
        self.assertEqual(f"{NAME} is at version 1, which holds the image as 1, latest\n", out)
        self.assertEqual(["1", "latest"], self.registry.tags(NAME))
        self.registry.require_whole(NAME, "1")
        with DockerDaemon() as engine:
            engine.login(self.server.host, PASSWORD)
            reference = f"{self.server.host}/{NAME}:1"
            engine.docker("pull", reference)
            config = json.loads(engine.docker("image", "inspect", reference))[0]["Config"]
            self.assertEqual(["/usr/local/bin/run.sh"], config["Entrypoint"])
            self.assertEqual(["--help"], config["Cmd"])
            self.assertEqual(["MODE=declared"], config["Env"])
            self.assertEqual(("1000", "/app"), (config["User"], config["WorkingDir"]))
            container = engine.docker("create", reference).strip()
            for source in ("app/tool.jar", "run.sh"):
                copied = self.home / "copied"
                there = {"run.sh": "usr/local/bin/run.sh"}.get(source, source)
                engine.docker("cp", f"{container}:/{there}", str(copied))
                self.assertEqual((self.folder / source).read_bytes(), copied.read_bytes())
                self.assertEqual((self.folder / source).stat().st_mode & 0o111, copied.stat().st_mode & 0o111)
                copied.unlink()
            engine.docker("cp", f"{container}:/etc/base", str(self.home / "base"))
            self.assertEqual(b"of the base", (self.home / "base").read_bytes())

    def test_the_same_files_make_the_same_digest_elsewhere_and_no_version_here(self):
        self.build(self.server, name="team/same")
        digest = self.registry.digest("team/same", "1")
        out, _ = self.build(self.server, name="team/same")
        self.assertIn("no version was made", out)
        # Another checkout: other dates, another order.
        elsewhere = self.home / "elsewhere"
        shutil.copytree(self.folder, elsewhere, copy_function=shutil.copyfile)
        (elsewhere / "run.sh").chmod(0o755)
        self.folder = elsewhere
        with Server() as other:
            self.fill(Registry(other.host))
            self.build(other, name="other/name")
            self.assertEqual(digest, Registry(other.host).digest("other/name", "1"))

    def test_only_what_changed_is_pushed(self):
        self.build(self.server, name="team/changed")
        before = self.registry.digest("team/changed", "1")
        (self.folder / "run.sh").write_text("#!/bin/sh\necho changed\n")
        log = len(self.server.output())

        self.build(self.server, name="team/changed")

        self.assertNotEqual(before, self.registry.digest("team/changed", "1"))
        self.assertEqual(1, self.server.output()[log:].count('"POST /v2/team/changed/blobs/uploads/'))

    def test_one_platform_and_what_the_base_lacks(self):
        (self.folder / "image.yaml").write_text(DECLARATION + "platforms: [linux/arm64]\n")
        self.build(self.server, name="team/arm")
        index = self.registry.manifest("team/arm", "1").json()
        self.assertEqual(["arm64"], [each["platform"]["architecture"] for each in index["manifests"]])
        (self.folder / "image.yaml").write_text(DECLARATION + "platforms: [linux/s390x]\n")
        _, said = self.build(self.server, name="team/arm", code=1)
        self.assertIn("The base has no image for linux/s390x; it has linux/amd64, linux/arm64.", said)
