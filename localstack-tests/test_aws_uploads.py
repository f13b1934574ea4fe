"""The stacks in an AWS emulator, updated so that uploads go to a service of their own, and then destroyed."""

import os
import sys
import unittest
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from harness import Server, free_port, length
from registry import Registry
from smoke import MIB
from stage import SOON, Deployed, deploy, stage

UPLOAD_DOMAIN = "uploads.lading.example"
# Several times what passes the API in one request.
LARGE_MIB = int(length("E2E_UPLOAD_MIB", 64, full=300))
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"


def setUpModule():
    deploy()


class A_UploadServiceTest(Deployed, unittest.TestCase):
    """The same stacks, updated: uploads go to a service of their own, on the same bucket and table."""

    @classmethod
    def setUpClass(cls):
        emulator, deployment = stage["emulator"], stage["deployment"]
        port = free_port()
        options = ("uploadService=true", f"uploadDomainName={UPLOAD_DOMAIN}", f"uploadCertificateArn={CERTIFICATE}")
        here = f"http://127.0.0.1:{port}"
        deployment.deploy(deployment.synth("uploads", *options), SOON | {f"https://{UPLOAD_DOMAIN}": here})
        outputs = deployment.outputs
        cls.service = cls.enterClassContext(
            Server(
                "--role=uploads",
                "--storage=aws",
                f"--s3-bucket={outputs['Bucket']}",
                f"--dynamodb-table={outputs['Table']}",
                f"--parameters={outputs['AdminPassword'].rsplit('/', 1)[0]}",
                f"--public-url={deployment.gateway.url}",
                f"--upload-url={here}",
                env={**emulator.env, "LADING_ADMIN_PASSWORD": None},
                port=port,
            )
        )
        super().setUpClass()

    def test_oras(self):
        """It sends nothing to another host: GHSA-jxpm-75mh-9fp7, since oras 1.3.6."""
        with self.assertRaisesRegex(AssertionError, "is on a different host than the registry"):
            super().test_oras()

    def test_uploads_are_sent_to_the_service(self):
        self.assertEqual(self.service.host, urlsplit(self.registry.begin(f"{self.repository}/where")).netloc)

    def test_the_service_serves_nothing_else(self):
        service = Registry(self.service.host, self.password)
        # The load balancer passes none of them on; a trick may.
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


class B_DestroyTest(unittest.TestCase):
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
