"""An image that is declared, made by a function, with the digest that a server makes."""

import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from harness import PASSWORD, Server
from registry import Registry
from stage import deploy, stage
from test_command import Shell

NAME = "team/app"
BASE = "bases/tool"
DECLARATION = """\
base: bases/tool:1
files: [{from: tool.jar, to: /app/tool.jar}]
entrypoint: [java, -jar, /app/tool.jar]
"""


def setUpModule():
    deploy()


class BuildTest(Shell):
    def fill(self, registry):
        images = {
            each: oci.image([oci.tar({"base": b"of the base"})], architecture=each) for each in ("amd64", "arm64")
        }
        for architecture, image in images.items():
            registry.push(BASE, architecture, image)
        registry.push_manifest(BASE, "1", oci.index(images), oci.INDEX)

    def build(self, url, password):
        env = {"LADING_URL": url, "LADING_ADMIN_PASSWORD": password}
        began = time.monotonic()
        self.lading("build", "--declare", "image.yaml", "--tag", f"{NAME}:1", "--quiet", env=env)
        return time.monotonic() - began

    def test_a_function_and_a_server_make_one_digest(self):
        (self.folder / "image.yaml").write_text(DECLARATION)
        # More than one chunk, and than a gateway takes at once.
        (self.folder / "tool.jar").write_bytes(bytes(range(256)) * 4096 * 9)
        there = Registry(stage["gateway"].host, stage["password"])
        self.fill(there)
        cold = self.build(stage["gateway"].url, stage["password"])
        (self.folder / "tool.jar").write_bytes(b"changed")
        changed = self.build(stage["gateway"].url, stage["password"])
        with Server() as server:
            here = Registry(server.host)
            self.fill(here)
            warm = self.build(f"http://{server.host}", PASSWORD)
            print(f"\n  by functions {cold:.1f} s, then {changed:.1f} s; by a server {warm:.1f} s")
            self.assertEqual(here.digest(NAME, "1"), there.digest(NAME, "1"))
        there.require_whole(NAME, "1")

    def test_a_containerfile_is_refused_where_functions_run(self):
        there = Registry(stage["gateway"].host, stage["password"])
        there.push(NAME, "base", oci.image([]))
        (self.folder / "Containerfile").write_text("FROM scratch\n")
        env = {"LADING_URL": stage["gateway"].url, "LADING_ADMIN_PASSWORD": stage["password"]}
        _, err = self.lading("build", "--tag", f"{NAME}:1", "--quiet", ".", code=3, env=env)
        self.assertIn("this registry runs as functions, which build nothing from Containerfiles", err)
        self.assertIn("lading build --declare", err)
