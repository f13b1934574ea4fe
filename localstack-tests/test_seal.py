"""What secrets of remotes are sealed under, in a deployment that had a KMS key before that was an option."""

import base64
import os
import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from boto3.dynamodb.types import TypeDeserializer
from deployment import Deployment
from emulator import Emulator
from loopback import Handler, serve
from registry import Registry

LOGIN = "Basic " + base64.b64encode(b"robot:hunter2 hunter2").decode()


class Upstream:
    """Asks for a log-in, whatever is asked for; `logins` are those that came."""

    def __init__(self):
        self.logins = set()
        upstream = self

        class Asked(Handler):
            def do_GET(self):
                upstream.logins.add(self.headers.get("Authorization"))
                self.answer(401, [("WWW-Authenticate", 'Basic realm="upstream"')], b"")

            do_HEAD = do_GET

        self.server = serve(Asked)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@unittest.skipUnless(os.environ.get("E2E_FULL"), "in make e2e-full")
class SealTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.deployment = cls.enterClassContext(Deployment(cls.emulator))
        cls.upstream = Upstream()
        cls.addClassCleanup(cls.upstream.server.shutdown)

    def deploy(self, name, *options):
        """As `make deploy` does, which looks at what is deployed."""
        env = {**self.emulator.env, "LADING_DEPLOYING": "1"}
        self.deployment.outputs.clear()
        self.deployment.deploy(self.deployment.synth(name, *options, env=env))
        host, outputs = self.deployment.gateway.host, self.deployment.outputs
        Registry(host, None).expect(200, "GET", "/token/?service=lading")
        ssm = self.emulator.client("ssm")
        password = ssm.get_parameter(Name=outputs["AdminPassword"], WithDecryption=True)["Parameter"]["Value"]
        return Registry(host, password), outputs.get("Key")

    def remote(self, registry, name):
        fields = {"name": name, "url": self.upstream.url, "upstream_name": "app", "username": "robot"}
        path = "remotes/container/container/"
        return registry.call(201, "POST", path, password="hunter2 hunter2", **fields)["pulp_href"]

    def is_envelope(self, name):
        """Whether the password of a remote is sealed under a data key of KMS."""
        table = self.deployment.outputs["Table"]
        pages = self.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        records = [TypeDeserializer().deserialize({"M": item}) for page in pages for item in page["Items"]]
        remotes = [record for record in records if record["pk"].startswith("remote#")]
        [secrets] = [each["settings"]["secrets"] for each in remotes if each["settings"]["name"] == name]
        self.assertNotIn("hunter2", str(secrets))
        return "." in str(secrets["password"])

    def require_opened(self, registry, remote):
        """The task worker logs in with what the remote holds."""
        self.upstream.logins.clear()
        body = {"name": remote.strip("/").rsplit("/", 1)[1], "remote": remote}
        repository = registry.call(201, "POST", "repositories/container/container/", **body)["pulp_href"]
        registry.end(registry.call(202, "POST", f"{repository}sync/", mirror=False)["task"])
        registry.end(registry.call(202, "DELETE", repository)["task"])
        self.assertIn(LOGIN, self.upstream.logins)

    def test_an_update_keeps_the_kms_key_and_opens_what_either_seal_sealed(self):
        registry, key = self.deploy("kms", "sealKey=kms")
        before = self.remote(registry, "before")
        self.assertTrue(self.is_envelope("before"))

        registry, kept = self.deploy("default")
        self.assertIn("The deployed KMS key stays, and secrets of remotes are sealed under it.", self.deployment.said)
        self.assertEqual(key, kept)
        self.require_opened(registry, before)
        # Management may seal, and cannot open to compare: the same password is a change.
        registry.call(202, "PATCH", before, password="hunter2 hunter2")
        self.assertTrue(self.is_envelope("before"))

        registry, kept = self.deploy("parameter", "sealKey=parameter")
        self.assertIn("in Parameter Store from now on", self.deployment.said)
        self.assertEqual(key, kept)
        self.require_opened(registry, before)
        after = self.remote(registry, "after")
        self.assertFalse(self.is_envelope("after"))
        self.require_opened(registry, after)
        registry.call(202, "PATCH", before, password="hunter2 hunter2")
        self.assertFalse(self.is_envelope("before"))

        registry, kept = self.deploy("kms-again", "sealKey=kms")
        self.assertEqual(key, kept)
        self.require_opened(registry, after)
        registry.call(200, "PATCH", after, password="hunter2 hunter2")


if __name__ == "__main__":
    unittest.main(verbosity=2)
