"""Bundles of functions: written to S3, downloaded by a link, and imported where there is no AWS."""

import hashlib
import json
import os
import sys
import unittest
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from harness import PASSWORD, Server, run, until
from registry import Registry
from smoke import MIB
from stage import deploy, stage
from test_command import REFUSED, USAGE, Shell

NAME = "team/app"
EXPORTERS = "exporters/core/pulp/"
IMPORTERS = "importers/core/pulp/"


def setUpModule():
    deploy()


class ExportTest(Shell):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(stage["gateway"].host, stage["password"])
        # More than a part of a multipart upload.
        layers = [oci.tar({f"layer-{number}": os.urandom(3 * MIB)}) for number in range(7)]
        cls.images = [oci.image(layers), oci.image(layers[:1])]
        for tag, image in enumerate(cls.images, start=1):
            cls.registry.push(NAME, str(tag), image)
        found = cls.registry.call(200, "GET", f"repositories/container/container/?name={NAME}")
        cls.repository = found["results"][0]["pulp_href"]

    def setUp(self):
        super().setUp()
        self.env |= {"LADING_URL": stage["gateway"].url, "LADING_ADMIN_PASSWORD": stage["password"]}
        self.bundle = self.folder / "bundle.tar"

    def require_no_exporter_of_the_command(self):
        """It is deleted by a task."""

        def left():
            found = self.registry.call(200, "GET", EXPORTERS)["results"]
            return [each for each in found if each["name"].startswith("lading-export")]

        until(lambda: not left(), 60, "the exporter to be deleted")

    def objects(self):
        found = (
            stage["emulator"]
            .client("s3")
            .list_objects_v2(Bucket=stage["deployment"].outputs["Bucket"], Prefix="exports/")
        )
        return [each["Key"] for each in found.get("Contents", [])]

    def test_lading_export_writes_to_s3_and_an_import_makes_it_again(self):
        told = json.loads(self.lading("export", NAME, "--output", self.bundle, "--json", "--quiet")[0])
        content = self.bundle.read_bytes()
        self.assertGreater(len(content), 16 * MIB)
        self.assertEqual(hashlib.sha256(content).hexdigest(), told["sha256"])
        self.require_no_exporter_of_the_command()

        key = self.folder / "key.pem"
        key.write_text(self.lading("keys", "bundle")[0])
        with Server() as target:
            there = {"LADING_URL": f"http://{target.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
            self.lading("import", self.bundle, "--trust", key, "--quiet", env=there)
            registry = Registry(target.host)
            for tag, image in enumerate(self.images, start=1):
                self.assertEqual(image.digest, registry.digest(NAME, str(tag)))
                registry.require_whole(NAME, str(tag))
            copied = self.folder / "copied"
            run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--src-tls-verify=false",
                f"--src-creds=admin:{PASSWORD}",
                f"docker://{target.host}/{NAME}:1",
                f"dir:{copied}",
            )
            self.assertEqual(self.images[0].digest, oci.sha256((copied / "manifest.json").read_bytes()))

    def test_an_exporter_writes_where_it_says_and_its_link_needs_no_login(self):
        exporter = self.registry.call(201, "POST", EXPORTERS, name="m", path="monthly", repositories=[self.repository])
        started = self.registry.call(202, "POST", exporter["pulp_href"] + "exports/")
        [href] = self.registry.complete(started["task"])["created_resources"]
        export = self.registry.call(200, "GET", href)
        [(path, digest)] = export["output_file_info"].items()
        key = f"exports/monthly/export-{href.split('/')[-2]}.tar"
        self.assertEqual(f"s3://{stage['deployment'].outputs['Bucket']}/{key}", path)
        self.assertIn(key, self.objects())
        with urllib.request.urlopen(export["download_url"]) as answer:
            self.assertEqual(digest, hashlib.sha256(answer.read()).hexdigest())
        for outside in ("../blobs", "/etc", "s3://other/exports/a"):
            with self.subTest(outside):
                said = self.registry.call(
                    400, "POST", EXPORTERS, name="o", path=outside, repositories=[self.repository]
                )
                self.assertIn("does not lead below s3://", str(said))

    def test_an_importer_takes_what_lies_in_s3(self):
        self.lading("export", NAME, "--output", self.bundle, "--quiet")
        bucket = stage["deployment"].outputs["Bucket"]
        stage["emulator"].client("s3").upload_file(str(self.bundle), bucket, "imports/monthly/a.tar")
        key = self.folder / "key.pem"
        key.write_text(self.lading("keys", "bundle")[0])
        self.lading("keys", "trust", key)
        importer = self.registry.call(201, "POST", IMPORTERS, name="m", repo_mapping={NAME: "copied/app"})
        body = {"path": f"s3://{bucket}/imports/monthly/a.tar", "create_repositories": True}
        group = self.registry.call(202, "POST", importer["pulp_href"] + "imports/", **body)["task_group"]
        [task] = self.registry.call(200, "GET", group)["tasks"]
        self.registry.complete(task["pulp_href"], 120)
        for tag, image in enumerate(self.images, start=1):
            self.assertEqual(image.digest, self.registry.digest("copied/app", str(tag)))
            self.registry.require_whole("copied/app", str(tag))
        said = self.registry.call(400, "POST", importer["pulp_href"] + "imports/", path="../blobs/a")
        self.assertIn("does not lead below s3://", str(said))

    def test_what_a_bundle_would_hold_is_told_at_once(self):
        before = self.objects()
        self.assertRegex(self.lading("export", NAME, "--dry-run")[0], r"^\d+ files of \d+ bytes")
        self.assertEqual(before, self.objects())

    def test_what_cannot_be_is_refused(self):
        _, said = self.lading("export", NAME, "-o", self.bundle, "--allow-missing", "-q", code=USAGE)
        self.assertIn("leave --allow-missing out", said)
        self.lading("export", NAME, "--since", "99", "-o", self.bundle, "-q", code=REFUSED)
        self.assertFalse(self.bundle.exists())
        self.require_no_exporter_of_the_command()


if __name__ == "__main__":
    unittest.main(verbosity=2)
