"""Bundles that `lading export` writes, as stock clients read them: whole ones, and increments where the base is."""

import hashlib
import json
import os
import random
import subprocess
import tarfile
import unittest
from pathlib import Path

import oci
from engine import DockerDaemon
from harness import PASSWORD, TOOLS, Server, remove, run, temp_folder
from registry import Registry
from test_command import LADING, Shell
from test_pulp_cli import Session

NAME = "team/app"
PLAIN = "--dest-tls-verify=false"
SIGNATURE = "application/vnd.example.signature"
# Above what an increment has of blobs that the other side holds.
LARGE = 100_000


def image(seed, *more, architecture="amd64"):
    """Layers of a size that no compression takes away."""
    noise = [random.Random(each).randbytes(LARGE) for each in (seed, *more)]
    return oci.image([oci.tar({"noise": each}) for each in noise], architecture)


class ExportTest(Shell):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)
        cls.fill()
        cls.clients = temp_folder("export")
        cls.addClassCleanup(remove, cls.clients)
        policy = cls.clients / "policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        cls.policy = f"--policy={policy}"

    @classmethod
    def fill(cls):
        """Tags 1 and all, whose index has a signature; then, as an increment, 2, which adds a layer to that of 1."""
        cls.one = image("one")
        cls.other = image("other", architecture="arm64")
        cls.registry.push(NAME, "1", cls.one)
        cls.registry.push(NAME, "arm", cls.other)
        cls.index = oci.index({"amd64": cls.one, "arm64": cls.other})
        cls.registry.push_manifest(NAME, "all", cls.index, oci.INDEX)
        config = b"{}"
        cls.registry.push_blob(NAME, config)
        signature = {
            "schemaVersion": 2,
            "mediaType": oci.MANIFEST,
            "artifactType": SIGNATURE,
            "config": oci.descriptor("application/vnd.oci.empty.v1+json", config),
            "layers": [oci.descriptor("application/vnd.oci.empty.v1+json", config)],
            "subject": oci.descriptor(oci.INDEX, cls.index),
        }
        cls.signature = json.dumps(signature).encode()
        cls.registry.push_manifest(NAME, oci.sha256(cls.signature), cls.signature)
        cls.base = cls.registry.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]
        cls.base = int(cls.base["latest_version_href"].rstrip("/").rsplit("/", 1)[1])
        cls.two = image("one", "two")
        cls.registry.push(NAME, "2", cls.two)

    def setUp(self):
        super().setUp()
        self.env |= {"LADING_URL": f"http://{self.server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
        self.bundle = self.folder / "bundle.tar"

    def export(self, *arguments):
        out, _ = self.lading("export", NAME, "--output", self.bundle, "--json", *arguments)
        told = json.loads(out)
        self.assertEqual(os.path.getsize(self.bundle), told["bytes"])
        self.assertEqual(hashlib.sha256(self.bundle.read_bytes()).hexdigest(), told["sha256"])
        return self.bundle

    def target(self):
        """An empty registry that anybody may push to, where every client has to find the same digests again."""
        target = self.enterContext(Server("--anonymous-push"))
        return target, Registry(target.host)

    def call(self, tool, *arguments):
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home), "REGCTL_CONFIG": str(self.home / "regctl")}
        return run(TOOLS / tool, *arguments, env=env, cwd=self.home)

    def skopeo(self, *arguments):
        env = {"HOME": str(self.home), "TMPDIR": str(self.home)}
        return run("skopeo", self.policy, *arguments, env=env)

    def unpacked(self):
        folder = self.home / "layout"
        folder.mkdir()
        run("tar", "--extract", f"--file={self.bundle}", f"--directory={folder}")
        return folder

    def require(self, registry, repository, tag, digest):
        self.assertEqual(digest, registry.digest(repository, tag))
        registry.require_whole(repository, tag)

    def test_it_is_a_layout_of_files_that_are_what_their_names_say(self):
        self.export()
        layout = self.unpacked()
        for blob in (layout / "blobs/sha256").iterdir():
            self.assertEqual(blob.name, hashlib.sha256(blob.read_bytes()).hexdigest())
        index = json.loads((layout / "index.json").read_text())
        tags = {
            each["annotations"]["org.opencontainers.image.ref.name"]: each["digest"]
            for each in index["manifests"]
            if "annotations" in each
        }
        expected = {"1": self.one.digest, "arm": self.other.digest, "all": oci.sha256(self.index), "2": self.two.digest}
        self.assertEqual({f"{NAME}:{tag}": digest for tag, digest in expected.items()}, tags)
        self.assertIn(oci.sha256(self.signature), [each["digest"] for each in index["manifests"]])
        out, _ = self.lading("export", NAME, "--dry-run", "--json")
        files = [each for each in layout.rglob("*") if each.is_file()]
        self.assertEqual(len(files) - 2, json.loads(out)["files"])

    def test_the_same_content_gives_the_same_bytes(self):
        first = self.export().read_bytes()
        self.bundle.unlink()
        self.assertEqual(first, self.export().read_bytes())
        line = (LADING, "export", NAME, "--output", "-", "--quiet")
        piped = subprocess.run(line, check=True, env=self.env, capture_output=True, timeout=60)
        self.assertEqual(first, piped.stdout)

    def test_skopeo_copies_every_image_of_it(self):
        self.export()
        target, registry = self.target()
        for tag in ("1", "2", "arm"):
            self.skopeo(
                "copy", PLAIN, f"oci-archive:{self.bundle}:{NAME}:{tag}", f"docker://{target.host}/{NAME}:{tag}"
            )
        source = f"oci-archive:{self.bundle}:{NAME}:all"
        self.skopeo("copy", "--all", PLAIN, source, f"docker://{target.host}/{NAME}:all")
        for tag, digest in (("1", self.one.digest), ("2", self.two.digest), ("all", oci.sha256(self.index))):
            self.require(registry, NAME, tag, digest)

    def test_oras_copies_an_index_with_its_signature(self):
        self.export()
        target, registry = self.target()
        self.oras(f"{NAME}:all", target)
        self.require(registry, NAME, "all", oci.sha256(self.index))
        found = json.loads(registry.request("GET", f"/v2/{NAME}/referrers/{oci.sha256(self.index)}").body)
        self.assertEqual([oci.sha256(self.signature)], [each["digest"] for each in found["manifests"]])

    def oras(self, reference, target):
        options = ("--recursive", "--to-plain-http", "--from-oci-layout-path", self.bundle)
        self.call("oras", "cp", *options, reference, f"{target.host}/{reference}")

    def test_regctl_imports_it(self):
        self.export()
        target, registry = self.target()
        self.call("regctl", "registry", "set", "--tls=disabled", target.host)
        for tag in ("2", "all"):
            name = f"{NAME}:{tag}"
            self.call("regctl", "image", "import", f"--name={name}", f"{target.host}/{name}", self.bundle)
        self.require(registry, NAME, "2", self.two.digest)
        self.require(registry, NAME, "all", oci.sha256(self.index))

    def test_crane_pushes_all_of_it_as_one_index(self):
        self.export()
        target, registry = self.target()
        self.call("crane", "push", "--index", "--insecure", self.unpacked(), f"{target.host}/{NAME}:everything")
        for digest in (self.one.digest, self.two.digest, oci.sha256(self.index)):
            registry.require_whole(NAME, digest)

    def test_podman_loads_images_of_one_platform(self):
        self.export()
        store = (f"--root={self.home / 'store'}", f"--runroot={self.home / 'run'}", "--storage-driver=vfs")
        loaded = run("podman", *store, "load", f"--input={self.bundle}", env={"HOME": str(self.home)})
        for tag in ("1", "2", "arm"):
            self.assertIn(f"{self.server.host}/{NAME}:{tag}", loaded)
        listed = json.loads(run("podman", *store, "inspect", f"{self.server.host}/{NAME}:2"))
        self.assertEqual(f"sha256:{listed[0]['Id']}", json.loads(self.two.manifest)["config"]["digest"])

    def test_docker_loads_images_of_one_platform(self):
        self.export()
        with DockerDaemon() as docker:
            loaded = docker.docker("load", f"--input={self.bundle}")
            for tag in ("1", "2", "arm"):
                self.assertIn(f"{self.server.host}/{NAME}:{tag}", loaded)
            identity = docker.docker("inspect", "--format={{.Id}}", f"{self.server.host}/{NAME}:2").strip()
            self.assertEqual(identity, json.loads(self.two.manifest)["config"]["digest"])

    def with_base(self):
        """A registry that has what came before, and the bundle of the rest."""
        target, registry = self.target()
        for tag, each in (("1", self.one), ("arm", self.other)):
            registry.push(NAME, tag, each)
        whole = os.path.getsize(self.export())
        self.bundle.unlink()
        size = os.path.getsize(self.export("--since", str(self.base)))
        self.assertLess(size, LARGE + 30_000)
        self.assertLess(size, whole)
        return target, registry

    def test_an_increment_is_copied_by_skopeo_where_the_base_is(self):
        target, registry = self.with_base()
        name = f"{NAME}:2"
        self.skopeo("copy", PLAIN, f"oci-archive:{self.bundle}:{name}", f"docker://{target.host}/{name}")
        self.require(registry, NAME, "2", self.two.digest)

    def test_an_increment_is_copied_by_oras_where_the_base_is(self):
        target, registry = self.with_base()
        self.oras(f"{NAME}:2", target)
        self.require(registry, NAME, "2", self.two.digest)

    def test_an_increment_is_pushed_by_crane_where_the_base_is(self):
        target, registry = self.with_base()
        self.call("crane", "push", "--index", "--insecure", self.unpacked(), f"{target.host}/{NAME}:increment")
        registry.require_whole(NAME, self.two.digest)


class ExporterTest(Session, unittest.TestCase):
    """By pulp's command line, which knows nothing of bundles but that they are files."""

    @classmethod
    def setUpClass(cls):
        cls.folder = temp_folder("exports")
        cls.addClassCleanup(remove, cls.folder)
        server = cls.enterClassContext(Server(f"--exports-folder={cls.folder}"))
        cls.host = server.host
        super().setUpClass()

    def test_an_exporter_is_made_run_listed_and_deleted(self):
        self.registry.push(NAME, "1", image("one"))
        named = ("--name", "monthly")
        repository = ("--repository", f"container:container:{NAME}")
        made = self.pulp("exporter", "pulp", "create", *named, "--path", f"{self.folder}/monthly", *repository)
        self.assertEqual(made, self.pulp("exporter", "pulp", "show", *named))
        export = self.pulp("export", "pulp", "run", "--exporter", "monthly")
        [(file, digest)] = export["output_file_info"].items()
        self.assertEqual(self.folder / "monthly", Path(file).parent)
        self.assertEqual(digest, hashlib.sha256(Path(file).read_bytes()).hexdigest())
        self.registry.push(NAME, "2", image("two"))
        start = ("--start-versions", f"container:container:{NAME}", "1")
        increment = self.pulp("export", "pulp", "run", "--exporter", "monthly", "--full", "false", *start)
        [smaller] = increment["output_file_info"]
        with tarfile.open(smaller) as bundle:
            index = json.load(bundle.extractfile("index.json"))
        self.assertEqual(
            [f"{NAME}:2"],
            [each["annotations"]["org.opencontainers.image.ref.name"] for each in index["manifests"]],
        )
        listed = self.pulp("export", "pulp", "list", "--exporter", "monthly")
        self.assertEqual([increment["pulp_href"], export["pulp_href"]], [each["pulp_href"] for each in listed])
        self.pulp("export", "pulp", "destroy", "--href", export["pulp_href"])
        self.pulp("exporter", "pulp", "update", *named, "--path", f"{self.folder}/yearly")
        self.assertEqual([], self.pulp("exporter", "pulp", "list", "--name", "none"))
        refused = self.pulp("exporter", "pulp", "create", "--name", "out", "--path", "/tmp/out", *repository, ok=False)
        self.assertIn("--exports-folder", refused)
        self.pulp("exporter", "pulp", "destroy", *named)
        self.assertEqual([], self.pulp("exporter", "pulp", "list"))
        self.assertTrue(Path(file).exists())

    def test_without_a_folder_exporters_are_refused(self):
        with Server() as server:
            registry = Registry(server.host)
            registry.push(NAME, "1", image("one"))
            [repository] = registry.call(200, "GET", "repositories/container/container/")["results"]
            body = {"name": "none", "path": "/tmp", "repositories": [repository["pulp_href"]]}
            content = (json.dumps(body).encode(), {"Content-Type": "application/json"})
            answer = registry.request("POST", "/pulp/api/v3/exporters/core/pulp/", *content)
            self.assertEqual(400, answer.status)
            self.assertIn(b"--exports-folder", answer.body)
