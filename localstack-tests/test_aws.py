"""The API alone in an AWS emulator, and real clients at its address."""

import concurrent.futures
import json
import os
import re
import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import conformance
import oci
from engine import DockerDaemon
from gateway import GATEWAY_BYTES, LAMBDA_BYTES
from harness import until
from smoke import MIB
from stage import Deployed, deploy, stage

AWS_REFUSAL = b'{"message":"Request Entity Too Large"}'


def setUpModule():
    deploy()


class ApiTest(Deployed, unittest.TestCase):
    """The API alone: uploads come to it in small requests."""

    def test_the_secrets_are_secure_parameters_made_once(self):
        found = stage["emulator"].client("ssm").get_parameters_by_path(Path="/lading", Recursive=True)["Parameters"]
        self.assertEqual(
            {"/lading/admin-password", "/lading/token-key", "/lading/upload-key"}, {p["Name"] for p in found}
        )
        self.assertEqual({("SecureString", 1)}, {(p["Type"], p["Version"]) for p in found})

    def test_what_is_too_large_is_refused_in_awss_words(self):
        for size in (GATEWAY_BYTES + 1, LAMBDA_BYTES // 4 * 3 + 1):
            with self.subTest(size):
                location = self.registry.begin(f"{self.repository}/large")
                answer = self.client(None).request("PATCH", location, bytes(size))
                self.assertEqual((413, AWS_REFUSAL), (answer.status, answer.body))

    def test_chunks_of_the_size_that_is_announced_pass(self):
        repository = f"{self.repository}/announced"
        begun = self.registry.expect(202, "POST", f"/v2/{repository}/blobs/uploads/", b"")
        size = int(begun.headers["OCI-Chunk-Min-Length"])
        self.assertEqual(5 * MIB // 4, size)
        content = os.urandom(8 * size)
        location, uploads = begun.headers["Location"], self.uploads()
        for start in range(0, len(content), size):
            headers = {"Content-Range": f"{start}-{start + size - 1}"}
            chunk = content[start : start + size]
            location = uploads.expect(202, "PATCH", location, chunk, headers).headers["Location"]
        uploads.expect(201, "PUT", f"{location}&digest={oci.sha256(content)}", b"")

    def test_a_manifest_of_4_mib_passes(self):
        repository = f"{self.repository}/manifest"
        image = oci.raw_image([b"layer"], {"padding": "x" * (4 * MIB - 2000)})
        for blob in image.blobs:
            self.registry.push_blob(repository, blob)
        self.registry.push_manifest(repository, "1", image.manifest)
        self.assertEqual(image.manifest, self.client(None).manifest(repository, "1").body)

    def test_a_manifest_that_doubles_as_text_passes(self):
        repository = f"{self.repository}/quotes"
        image = oci.raw_image([b"layer"])
        for blob in image.blobs:
            self.registry.push_blob(repository, blob)
        manifest = image.manifest + b"\n" * (4 * MIB - 2000)
        self.registry.push_manifest(repository, "1", manifest)
        self.assertEqual(manifest, self.client(None).manifest(repository, "1").body)
        head = self.client(None).expect(200, "HEAD", f"/v2/{repository}/manifests/1")
        self.assertEqual(str(len(manifest)), head.headers["Content-Length"])

    def test_nobody_is_sent_to_bytes_that_are_gone(self):
        repository, image = self.pushed("gone")
        digest = oci.sha256(image.blobs[1])
        path = f"/v2/{repository}/blobs/{digest}"
        location = self.client(None).expect(307, "HEAD", path).headers["Location"]
        [key] = re.findall("blobs/[0-9a-f]+", location)
        stage["emulator"].client("s3").delete_object(Bucket=stage["deployment"].outputs["Bucket"], Key=key)
        self.client(None).expect(404, "HEAD", path)

    def test_a_long_list_comes_whole(self):
        repository, image = self.pushed("long")
        tags = sorted(f"{n:03}-{'x' * 120}" for n in range(80))

        def tag(name):
            self.client(self.password).push_manifest(repository, name, image.manifest)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(tag, tags))
        answer = self.client(None).expect(200, "GET", f"/v2/{repository}/tags/list")
        self.assertEqual(["1", *tags], sorted(answer.json()["tags"], key=lambda name: (len(name), name)))
        self.assertEqual(str(len(answer.body)), answer.headers["Content-Length"])

    def test_docker_cannot_push_a_layer_that_does_not_pass_and_regctl_can(self):
        archive = self.home / "saved.tar"
        with DockerDaemon() as docker:
            reference = self.imported(docker, "too-large", 12 * MIB)
            self.assertIn("413", docker.docker("push", reference, ok=False))
            docker.docker("save", "--output", str(archive), reference)
            image = docker.docker("inspect", "--format={{.Id}}", reference)
        self.regctl_login()
        self.regctl("image", "import", reference, archive)
        with DockerDaemon() as fresh:
            fresh.docker("pull", reference)
            self.assertEqual(image, fresh.docker("inspect", "--format={{.Id}}", reference))

    def test_many_at_once_find_many_functions(self):
        repository, image = self.pushed("many")

        def pull(_):
            self.client(None).require_whole(repository, "1")

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(pull, range(40)))
        self.assertEqual(image.digest, self.registry.digest(repository, "1"))

    def test_the_schedule_sweeps_uploads_that_expired(self):
        table = stage["emulator"].client("dynamodb")
        location = self.registry.begin(f"{self.repository}/expired")
        upload = re.search("uploads/([0-9a-f]+)", location).group(1)
        scan = {"TableName": stage["deployment"].outputs["Table"]}

        def records():
            items = [item for page in table.get_paginator("scan").paginate(**scan) for item in page["Items"]]
            return [item for item in items if upload in item["sk"]["S"]]

        [record] = records()
        table.put_item(**scan, Item=record | {"expires": {"S": "2000-01-01T00:00:00Z"}})
        until(lambda: not records(), 120, "the maintenance function, which a schedule calls each minute")
        self.assertEqual(404, self.client(None).request("GET", location).status)

    def test_each_request_is_a_line_of_json_with_metrics(self):
        self.registry.expect(200, "GET", "/v2/_catalog")
        logs = stage["emulator"].client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]

        def lines():
            events = [event for group in groups for event in logs.filter_log_events(logGroupName=group)["events"]]
            said = [part for event in events for part in event["message"].splitlines() if part.startswith('{"_aws"')]
            return [json.loads(line) for line in said if '"/v2/_catalog"' in line]

        line = until(lines, 20, "the request's line in CloudWatch's logs")[-1]
        self.assertEqual((200, "GET"), (line["status"], line["method"]))
        self.assertRegex(line["requestId"], "[0-9a-f-]{36}")
        self.assertEqual("Lading", line["_aws"]["CloudWatchMetrics"][0]["Namespace"])
        self.assertGreaterEqual(line["Latency"], 0)

    def test_it_conforms(self):
        self.assertTrue(conformance.conforms_through_gateway(self.host, self.password, "gateway"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
