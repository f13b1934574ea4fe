"""Bundles that an importer finds, by pulp's command line and by what it calls; and what a kill in the middle leaves."""

import json
import os
import random
import time
import unittest

import oci
from harness import PASSWORD, Server, length, remove, temp_folder, until
from registry import Registry
from test_command import Shell
from test_pulp_cli import Session

NAME = "team/app"
COPY = "team/copy"
KILLS = int(length("E2E_IMPORT_KILLS", 6, full=50))
SEED = int(os.environ.get("E2E_SEED", "0")) or random.randrange(1, 1 << 30)
LARGE = 3_000_000
REPOSITORIES = "repositories/container/container/"


def image(seed, architecture="amd64"):
    return oci.image([oci.tar({"noise": random.Random(seed).randbytes(LARGE)})], architecture)


class Importing(Session, Shell):
    """A folder of bundles, and a server that has one in it of an index, its images, and a version before."""

    @classmethod
    def setUpClass(cls):
        cls.bundles = temp_folder("imports")
        cls.addClassCleanup(remove, cls.bundles)
        cls.server = cls.enterClassContext(Server(f"--exports-folder={cls.bundles}", f"--imports-folder={cls.bundles}"))
        cls.host = cls.server.host
        super().setUpClass()
        cls.fill(NAME)

    @classmethod
    def fill(cls, name):
        images = {each: image(name + each, each) for each in ("amd64", "arm64")}
        for architecture, each in images.items():
            cls.registry.push(name, architecture, each)
        cls.registry.push_manifest(name, "all", oci.index(images), oci.INDEX)

    def export(self, name):
        repository = ("--repository", f"container:container:{name}")
        exporter = self.id()
        self.pulp("exporter", "pulp", "create", "--name", exporter, "--path", f"{self.bundles}/{name}", *repository)
        [file] = self.pulp("export", "pulp", "run", "--exporter", exporter)["output_file_info"]
        return file

    def trust(self, target):
        """The target trusts whom the server signs by."""
        key = self.home / "key.pem"
        here = {"LADING_URL": f"http://{self.server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
        there = {**here, "LADING_URL": f"http://{target.host}"}
        key.write_text(self.lading("keys", "bundle", env=here)[0])
        said = self.lading("keys", "trust", key, env=there)[0]
        name = said.removeprefix("trusts ").strip()
        self.assertIn(name, self.lading("keys", "trusted", env=there)[0])
        return name, there

    def importer(self, name, mapping):
        made = [("--repo-map", *pair) for pair in mapping.items()]
        self.pulp("importer", "pulp", "create", "--name", name, *(part for each in made for part in each))
        return self.pulp("importer", "pulp", "show", "--name", name)["pulp_href"]

    def begin(self, registry, importer, file):
        """Pulp's command line has no verb for this; its documentation says to POST."""
        body = {"path": str(file), "create_repositories": True}
        content = (json.dumps(body), {"Content-Type": "application/json"})
        return registry.expect(202, "POST", f"{importer}imports/", *content).json()["task_group"]

    @staticmethod
    def ended_group(registry, group):
        def ended():
            shown = registry.call(200, "GET", group)
            return None if shown["waiting"] + shown["running"] + shown["canceling"] else shown

        return until(ended, 60, lambda: str(registry.call(200, "GET", group)))

    def newest(self, registry, name):
        """What the newest version of a repository holds, as Pulp's API shows it."""
        [repository] = registry.call(200, "GET", f"{REPOSITORIES}?name={name}")["results"]
        version = repository["latest_version_href"]
        manifests = registry.call(200, "GET", f"content/container/manifests/?repository_version={version}")["results"]
        digests = {each["pulp_href"]: each["digest"] for each in manifests}
        blobs = registry.call(200, "GET", f"content/container/blobs/?repository_version={version}")["results"]
        digests |= {each["pulp_href"]: each["digest"] for each in blobs}
        tags = registry.call(200, "GET", f"content/container/tags/?repository_version={version}")["results"]
        return (
            version.split("/versions/")[1],
            {each["name"]: digests[each["tagged_manifest"]] for each in tags},
            {
                each["digest"]: (
                    sorted(digests[child] for child in each["listed_manifests"]),
                    sorted(digests[blob] for blob in each["blobs"]),
                    each["config_blob"] and digests[each["config_blob"]],
                )
                for each in manifests
            },
        )

    def require_pulls(self, registry, name):
        for tag in ("all", "amd64", "arm64"):
            registry.require_whole(name, tag)
            registry.require_whole(name, registry.digest(name, tag))


class ImporterTest(Importing):
    def test_what_one_server_exports_another_imports(self):
        file = self.export(NAME)
        with Server(f"--imports-folder={self.bundles}") as target:
            name, there = self.trust(target)
            other = Registry(target.host)
            self.host, source = target.host, self.host
            try:
                importer = self.importer("monthly", {NAME: COPY})
                group = self.begin(other, importer, file)
                self.pulp("task-group", "show", "--href", group, "--wait")
                # What it says while it waits stands before the answer, in its line.
                shown = self.pulp("task-group", "show", "--href", group)
                self.assertEqual(1, shown["completed"], shown)
                self.assertEqual(self.newest(self.registry, NAME), self.newest(other, COPY))
                self.require_pulls(other, COPY)
                self.pulp("importer", "pulp", "update", "--name", "monthly", "--repo-map", NAME, "team/third")
                changed = self.pulp("importer", "pulp", "show", "--name", "monthly")
                self.assertEqual({NAME: "team/third"}, changed["repo_mapping"])
                self.lading("keys", "distrust", name[:12], env=there)
                group = self.begin(other, importer, file)
                said = self.pulp("task-group", "show", "--href", group, "--wait", ok=False)
                self.assertIn("is not trusted", said)
                self.pulp("importer", "pulp", "destroy", "--name", "monthly")
                self.assertEqual([], self.pulp("importer", "pulp", "list"))
                self.require_pulls(other, COPY)
            finally:
                self.host = source

    def test_what_was_deleted_at_its_source_comes_back_whole(self):
        name = "team/gone"
        self.fill(name)
        before = self.newest(self.registry, name)
        file = self.export(name)
        self.trust(self.server)
        importer = self.importer("back", {name: "team/back"})
        group = self.begin(self.registry, importer, file)
        self.pulp("task-group", "show", "--href", group, "--wait")
        for kind in ("distributions", "repositories"):
            [gone] = self.registry.call(200, "GET", f"{kind}/container/container/?name={name}")["results"]
            self.registry.complete(self.registry.call(202, "DELETE", gone["pulp_href"])["task"])
        cleaned = self.registry.call(202, "POST", "orphans/cleanup/", orphan_protection_time=0)["task"]
        self.registry.complete(cleaned)
        self.assertEqual(before, self.newest(self.registry, "team/back"))
        self.require_pulls(self.registry, "team/back")
        # And once more under the name that it had.
        again = self.importer("again", {})
        self.pulp("task-group", "show", "--href", self.begin(self.registry, again, file), "--wait")
        self.assertEqual(before, self.newest(self.registry, name))
        self.require_pulls(self.registry, name)

    def test_without_a_folder_no_file_is_read(self):
        with Server() as server:
            registry = Registry(server.host)
            importer = registry.call(201, "POST", "importers/core/pulp/", name="none")["pulp_href"]
            content = (json.dumps({"path": "/etc/passwd"}), {"Content-Type": "application/json"})
            said = registry.expect(400, "POST", f"{importer}imports/", *content)
            self.assertIn(b"--imports-folder", said.body)
            checked = registry.expect(200, "POST", "/pulp/api/v3/importers/core/pulp/import-check/", *content)
            self.assertIn(b"--imports-folder", checked.body)


class InterruptedImporterTest(Importing):
    def test_an_import_that_is_canceled_may_be_begun_again(self):
        """Whether it had ended by then or not, the end is as one import."""
        file = self.export(NAME)
        with Server(f"--imports-folder={self.bundles}") as target:
            self.trust(target)
            other = Registry(target.host)
            importer = other.call(201, "POST", "importers/core/pulp/", name="canceled", repo_mapping={NAME: COPY})
            groups = [self.begin(other, importer["pulp_href"], file) for _ in range(3)]
            body = (json.dumps({"state": "canceled"}), {"Content-Type": "application/json"})
            for group in reversed(groups):
                self.assertIn(other.request("PATCH", group, *body).status, (200, 409))
            for group in groups:
                self.ended_group(other, group)
            last = self.ended_group(other, self.begin(other, importer["pulp_href"], file))
            self.assertEqual(1, last["completed"], last)
            self.assertEqual(self.newest(self.registry, NAME), self.newest(other, COPY))
            self.require_pulls(other, COPY)

    def test_an_import_that_is_killed_again_and_again_ends_as_one(self):
        print(f"\n  E2E_SEED={SEED}")
        chosen = random.Random(SEED)
        file = self.export(NAME)
        with Server(f"--imports-folder={self.bundles}") as target:
            self.trust(target)
            other = Registry(target.host)
            importer = other.call(201, "POST", "importers/core/pulp/", name="killed", repo_mapping={NAME: COPY})
            group = self.begin(other, importer["pulp_href"], file)
            for _ in range(KILLS):
                # The moment is what is tested; none is waited for.
                time.sleep(chosen.uniform(0, 0.3))
                target.kill()
                target.start()
            other = Registry(target.host)
            self.assertEqual(1, self.ended_group(other, group)["completed"])
            self.assertEqual(self.newest(self.registry, NAME), self.newest(other, COPY))
            self.require_pulls(other, COPY)
            self.assertEqual(1, other.call(200, "GET", f"{importer['pulp_href']}imports/")["count"])


if __name__ == "__main__":
    unittest.main()
