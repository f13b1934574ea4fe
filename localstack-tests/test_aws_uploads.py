"""The stacks in an AWS emulator, updated so that uploads go to containers, to a function, nowhere; then destroyed."""

import os
import sys
import unittest
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from harness import ROOT, Server, free_port, length
from probe import Probe
from registry import Registry
from smoke import MIB
from stage import SOON, Deployed, deploy, stage
from web_function import WebFunction

UPLOAD_DOMAIN = "uploads.lading.example"
# Many times what passes the API in one request.
LARGE_MIB = int(length("E2E_UPLOAD_MIB", 300, full=3 * 1024))
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
FULL = os.environ.get("E2E_FULL")


def setUpModule():
    deploy()
    keep("kept/none")


def keep(repository):
    """Pushes an image that each later update must keep, wherever its uploads are sent."""
    registry = Registry(stage["gateway"].host, stage["password"])
    image = oci.raw_image([os.urandom(200_000)])
    for blob in image.blobs:
        location = registry.begin(repository)
        uploads = Registry(urlsplit(location).netloc, None)
        uploads.expect(201, "PUT", f"{location}&digest={oci.sha256(blob)}", blob)
    registry.push_manifest(repository, "1", image.manifest)
    stage.setdefault("kept", []).append(repository)


def service_options():
    """Where content is, as containers and function are told."""
    deployment = stage["deployment"]
    outputs = deployment.outputs
    return (
        f"--s3-bucket={outputs['Bucket']}",
        f"--dynamodb-table={outputs['Table']}",
        f"--parameters={outputs['AdminPassword'].rsplit('/', 1)[0]}",
        f"--public-url={deployment.gateway.url}",
    )


class Updated(Deployed):
    """Clients of stacks whose update sends uploads to `service`, on the same bucket and table."""

    service = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keep(f"kept/{cls.__name__.lower()}")

    def test_oras(self):
        """It sends nothing to another host: GHSA-jxpm-75mh-9fp7, since oras 1.3.6."""
        with self.assertRaisesRegex(AssertionError, "is on a different host than the registry"):
            super().test_oras()

    def test_uploads_are_sent_to_the_service(self):
        self.assertEqual(self.service.host, urlsplit(self.registry.begin(f"{self.repository}/where")).netloc)

    def test_the_service_serves_nothing_else(self):
        service = Registry(self.service.host, self.password)
        # What stands before it passes none of them on; a trick may.
        refused = (
            "/v2/",
            "/v2/_catalog",
            "/token/",
            "/pulp/api/v3/status/",
            "/pulp/api/v3/repositories/",
            "/q/metrics",
            "/q/health",
        )
        for path in (*refused, f"/v2/{self.repository}/tags/list", f"/v2/{self.repository}/blobs/uploads/"):
            for method in ("GET", "POST"):
                with self.subTest(f"{method} {path}"):
                    self.assertIn(service.request(method, path).status, (401, 403, 404, 405))

    def test_docker_pushes_a_large_layer_and_pulls_it_through_the_api(self):
        pushed = self.docker_round_trip("large", LARGE_MIB * MIB)
        self.assertEqual(pushed, self.registry.digest(f"{self.repository}/large", "1"))

    def test_what_the_api_began_the_service_goes_on_with(self):
        repository = f"{self.repository}/both"
        first, second = os.urandom(3 * MIB), os.urandom(9 * MIB)
        location = self.registry.begin(repository)
        path = urlsplit(location)
        api = self.client(None)
        location = api.expect(202, "PATCH", f"{path.path}?{path.query}", first).headers["Location"]
        service = Registry(self.service.host, None)
        digest = oci.sha256(first + second)
        service.expect(201, "PUT", f"{location}&digest={digest}", second)
        self.assertEqual(first + second, self.registry.blob(repository, digest))

    def test_what_was_pushed_before_is_whole(self):
        for repository in stage["kept"]:
            with self.subTest(repository):
                self.registry.require_whole(repository, "1")


class A_ContainersTest(Updated, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        emulator, deployment = stage["emulator"], stage["deployment"]
        port = free_port()
        options = ("uploadService=fargate", f"uploadDomainName={UPLOAD_DOMAIN}", f"uploadCertificateArn={CERTIFICATE}")
        here = f"http://127.0.0.1:{port}"
        deployment.deploy(deployment.synth("containers", *options), SOON | {f"https://{UPLOAD_DOMAIN}": here})
        cls.service = cls.enterClassContext(
            Server(
                "--role=uploads",
                "--storage=aws",
                *service_options(),
                f"--upload-url={here}",
                env={**emulator.env, "LADING_ADMIN_PASSWORD": None},
                port=port,
            )
        )
        super().setUpClass()


class B_FunctionTest(Updated, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        deployment = stage["deployment"]
        cls.service = cls.enterClassContext(
            WebFunction(stage["emulator"].env, service_options(), init_seconds=30),
        )
        options = ("uploadService=serverless", f"functions={with_upload_function(deployment.home)}")
        deployment.deploy(deployment.synth("function", *options), SOON, cls.service.url)
        super().setUpClass()

    def test_docker_pushes_a_large_layer_and_pulls_it_through_the_api(self):
        self.service.served.clear()
        super().test_docker_pushes_a_large_layer_and_pulls_it_through_the_api()
        self.assertEqual({0, 1}, {environment for _, environment in self.service.served})

    def test_the_probe_measures_it_and_leaves_nothing(self):
        s3, bucket = stage["emulator"].client("s3"), stage["deployment"].outputs["Bucket"]
        first, *sent = Probe(self.url, self.password).uploads((1, 20))
        self.assertRegex(first, f"^{self.service.host}: first answer after ")
        for line, mib in zip(sent, (1, 20), strict=True):
            self.assertRegex(line, rf"^PATCH of {mib} MiB: 202 after [\d.]+ s, \d+ MiB/s; [\d.]+ dollars at most")
        self.assertNotIn("Uploads", s3.list_multipart_uploads(Bucket=bucket))


def with_upload_function(home):
    """The built functions, with a package of the upload function that is not run: an emulator has none."""
    functions = home / "functions"
    functions.mkdir()
    for module in ("registry-lambda", "management-lambda", "tasks", "maintenance"):
        (functions / module).symlink_to(ROOT / "functions" / module)
    target = functions / "server/target"
    target.mkdir(parents=True)
    with zipfile.ZipFile(target / "upload-function.zip", "w") as package:
        package.writestr("index.js", "")
    return functions


class C_NoServiceTest(unittest.TestCase):
    def test_what_was_pushed_before_is_whole_and_uploads_go_to_the_api(self):
        deployment, host = stage["deployment"], stage["gateway"].host
        deployment.deploy(deployment.synth("none"), SOON)
        registry = Registry(host, stage["password"])
        self.assertEqual(host, urlsplit(registry.begin("kept/where")).netloc)
        keep("kept/again")
        for repository in stage["kept"]:
            with self.subTest(repository):
                registry.require_whole(repository, "1")


class D_DestroyTest(unittest.TestCase):
    def test_what_was_pushed_stays_and_nothing_else(self):
        emulator, deployment = stage["emulator"], stage["deployment"]
        deployment.destroy()
        stacks = emulator.client("cloudformation").list_stacks()["StackSummaries"]
        left = [s["StackName"] for s in stacks if s["StackStatus"] != "DELETE_COMPLETE" and "Lading" in s["StackName"]]
        self.assertEqual([], left)
        self.assertEqual([], emulator.client("lambda").list_functions()["Functions"])
        self.assertEqual([], emulator.client("apigatewayv2").get_apis()["Items"])
        buckets = [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]]
        self.assertIn(deployment.outputs["Bucket"], buckets)
        self.assertIn(deployment.outputs["Table"], emulator.client("dynamodb").list_tables()["TableNames"])


# Containers are the server that the function is, which CI tries.
if not FULL:
    del A_ContainersTest, C_NoServiceTest


if __name__ == "__main__":
    unittest.main(verbosity=2)
