"""Bundles that a key of KMS signs: by a function, by a server on the same storage, and read where there is no AWS."""

import os
import sys
import tarfile
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from harness import PASSWORD, Server
from registry import Registry
from smoke import MIB
from stage import deploy, stage
from test_command import NO_SERVER, REFUSED, Shell

NAME = "team/app"
ALIAS = "alias/bundles"


def setUpModule():
    deploy(lambda emulator: [f"bundleKey={key(emulator, 'ECC_NIST_P256', ALIAS)}"])


def key(emulator, spec, alias):
    """The ARN of a key that the operator made."""
    kms = emulator.client("kms")
    made = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    return made["Arn"]


class BundleKeyTest(Shell):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kms = stage["emulator"].client("kms")
        cls.registry = Registry(stage["gateway"].host, stage["password"])
        cls.image = oci.image([oci.tar({"layer": os.urandom(MIB)})])
        cls.registry.push(NAME, "1", cls.image)

    def setUp(self):
        super().setUp()
        self.env |= {"LADING_URL": stage["gateway"].url, "LADING_ADMIN_PASSWORD": stage["password"]}
        self.bundle = self.folder / "bundle.tar"
        self.trusted = self.folder / "key.pem"

    def server(self, key):
        """A server on the deployment's bucket and table."""
        outputs = stage["deployment"].outputs
        storage = [f"--s3-bucket={outputs['Bucket']}", f"--dynamodb-table={outputs['Table']}", f"--bundle-key={key}"]
        server = self.enterContext(Server("--storage=aws", *storage, env=stage["emulator"].env))
        return {"LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}

    def require_imported(self):
        with tarfile.open(self.bundle) as bundle:
            signature = bundle.extractfile("lading/checksums.sig").read()
        self.assertTrue(signature.startswith(b"SHA256withECDSA "), signature)
        with Server() as target:
            there = {"LADING_URL": f"http://{target.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
            self.lading("import", self.bundle, "--trust", self.trusted, "--quiet", env=there)
            registry = Registry(target.host)
            self.assertEqual(self.image.digest, registry.digest(NAME, "1"))
            registry.require_whole(NAME, "1")

    def test_a_function_signs_and_a_server_without_aws_imports(self):
        self.lading("export", NAME, "--output", self.bundle, "--quiet")
        self.trusted.write_text(self.lading("keys", "bundle")[0])
        self.require_imported()
        path = stage["deployment"].outputs["AdminPassword"].replace("admin-password", "bundle-key")
        self.assertEqual([path], stage["emulator"].client("ssm").get_parameters(Names=[path])["InvalidParameters"])

    def test_a_server_on_the_same_storage_signs_by_the_same_key(self):
        self.trusted.write_text(self.lading("keys", "bundle")[0])
        beside = self.server(ALIAS)
        self.assertEqual(self.trusted.read_text(), self.lading("keys", "bundle", env=beside)[0])
        self.lading("export", NAME, "--output", self.bundle, "--quiet", env=beside)
        self.require_imported()

    def test_a_key_that_cannot_sign_is_named_with_what_to_do(self):
        beside = self.server(ALIAS)
        arn = self.kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"]
        self.kms.disable_key(KeyId=arn)
        self.addCleanup(self.kms.enable_key, KeyId=arn)
        for name, code, env in ((arn, REFUSED, {}), (ALIAS, NO_SERVER, beside)):
            _, said = self.lading("export", NAME, "--output", self.bundle, "--quiet", code=code, env=env)
            self.assertIn(f"the KMS key {name} that signs bundles is disabled: enable it", said)
            self.assertFalse(self.bundle.exists())

    def test_a_key_of_another_kind_is_refused(self):
        key(stage["emulator"], "ECC_NIST_P384", "alias/other")
        _, said = self.lading("keys", "bundle", code=NO_SERVER, env=self.server("alias/other"))
        self.assertIn("is ECC_NIST_P384 for SIGN_VERIFY, and bundles need ECC_NIST_P256 for SIGN_VERIFY", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
