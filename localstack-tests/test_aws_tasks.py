"""The stacks in an AWS emulator: management and its tasks, mirrors, recovery, and what roles may do."""

import json
import os
import sys
import time
import unittest
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import boto3
import oci
from botocore.exceptions import ClientError
from emulator import REGION
from engine import DockerDaemon
from harness import ROOT, TOOLS, Server, run, until
from registry import Registry
from smoke import MIB
from stage import deploy, stage
from test_pulp_cli import Session, Sessions


def setUpModule():
    deploy()


class ManagementTest(Sessions, unittest.TestCase):
    """The pulp command line at the API's address; tasks go through the queue."""

    @classmethod
    def setUpClass(cls):
        cls.host, cls.password = stage["gateway"].host, stage["password"]
        super().setUpClass()


class SyncTest(Session, unittest.TestCase):
    """Mirrors another Lading, on this machine: planned as a task, each blob fetched for a message of its own."""

    @classmethod
    def setUpClass(cls):
        cls.host, cls.password = stage["gateway"].host, stage["password"]
        super().setUpClass()

    def mirror(self, upstream, name, image):
        """A repository with a remote that has `image`, served under its own name."""
        Registry(upstream.host).push(f"upstream/{name}", "1", image)
        options = ("--url", f"http://{upstream.host}", "--upstream-name", f"upstream/{name}", "--policy", "immediate")
        self.container("remote", "create", "--name", name, *options)
        self.container("repository", "create", "--name", name, "--remote", name)
        self.container("distribution", "create", "--name", name, "--base-path", f"mirror/{name}", "--repository", name)

    def test_what_is_mirrored_is_pulled_with_the_upstream_gone(self):
        image = oci.image([oci.tar({"hello": os.urandom(3 * MIB)}), oci.tar({"world": b"2"})])
        with Server() as upstream:
            self.mirror(upstream, "sound", image)
            self.container("repository", "sync", "--name", "sound")
            versions = self.numbers("sound")
            self.container("repository", "sync", "--name", "sound")
            self.assertEqual(versions, self.numbers("sound"))
        self.registry.require_whole("mirror/sound", "1")
        with DockerDaemon() as docker:
            self.assertIn(f"Digest: {image.digest}", docker.docker("pull", f"{self.host}/mirror/sound:1"))

    def test_a_blob_that_cannot_be_stored_fails_its_task_and_leaves_no_dead_letter(self):
        emulator = stage["emulator"]
        iam, sqs = emulator.client("iam"), emulator.client("sqs")
        roles = [role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
        copier = next(role for role in roles if "BlobCopier" in role)
        deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}]}
        iam.put_role_policy(RoleName=copier, PolicyName="no-room", PolicyDocument=json.dumps(deny))
        self.addCleanup(iam.delete_role_policy, RoleName=copier, PolicyName="no-room")
        image = oci.raw_image([os.urandom(100_000)])
        with Server() as upstream:
            self.mirror(upstream, "refused", image)
            repository = self.container("repository", "show", "--name", "refused")
            task = self.curl("POST", repository["pulp_href"] + "sync/")
        self.assertEqual("failed", task["state"])
        self.assertRegex(task["error"]["description"], "sha256:.*could not be stored")
        self.assertEqual([0], self.numbers("refused"))
        self.assertRegex(task["error"]["description"], "Sync again when that is put right")

        def left():
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            queues = [url for url in sqs.list_queues()["QueueUrls"] if "-Copies" in url]
            self.assertEqual(2, len(queues))
            found = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] for url in queues]
            return sum(int(number) for each in found for number in each.values())

        until(lambda: not left(), 60, "both queues to be empty")

    def test_what_is_scheduled_is_mirrored_by_itself(self):
        scheduler = stage["emulator"].client("scheduler")
        image = oci.image([oci.tar({"hello": b"by the clock"})])
        with Server() as upstream:
            self.mirror(upstream, "scheduled", image)
            href = self.container("repository", "show", "--name", "scheduled")["pulp_href"]
            self.registry.call(202, "PATCH", href, sync_schedule="rate(1 minute)")
            name = {"GroupName": "Lading-Syncs", "Name": href.split("/")[-2]}
            self.assertEqual("rate(1 minute)", scheduler.get_schedule(**name)["ScheduleExpression"])
            newest = f"{href}versions/?number__gt=0"
            until(lambda: self.registry.call(200, "GET", newest)["count"], 150, "the sync that is due each minute")
            self.assertEqual([1, 0], self.numbers("scheduled"))
            last = self.registry.call(200, "GET", href)["sync_schedule_last"]
            self.assertIn("/pulp/api/v3/tasks/", last["task"])
            self.registry.call(202, "PATCH", href, sync_schedule=None)
            self.assertRaises(scheduler.exceptions.ResourceNotFoundException, scheduler.get_schedule, **name)
        with DockerDaemon() as docker:
            self.assertIn(f"Digest: {image.digest}", docker.docker("pull", f"{self.host}/mirror/scheduled:1"))

    def test_what_a_remote_logs_in_with_is_sealed(self):
        body = {"name": "sealed", "url": "http://127.0.0.1:9", "upstream_name": "app", "client_key": "plainly " * 1000}
        remote = self.registry.call(201, "POST", "remotes/container/container/", **body)
        table = stage["deployment"].outputs["Table"]
        pages = stage["emulator"].client("dynamodb").get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        [record] = [item for item in items if item["pk"]["S"].startswith("remote#") and "sealed" in str(item)]
        self.assertNotIn("plainly", str(record))
        self.assertIn({"name": "client_key", "is_set": True}, remote["hidden_fields"])


class RecoveryTest(unittest.TestCase):
    """A table restored to an earlier time, by the runbook: docs/recovery.md."""

    def setUp(self):
        self.registry = Registry(stage["gateway"].host, stage["password"])
        self.strangers = Registry(stage["gateway"].host, None)
        self.s3, self.table = stage["emulator"].client("s3"), stage["emulator"].client("dynamodb")
        self.outputs = stage["deployment"].outputs

    def items(self):
        pages = self.table.get_paginator("scan").paginate(TableName=self.outputs["Table"])
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}

    def restore(self, before):
        """The emulator restores no table: its items are changed to those of before."""
        for pk, sk in self.items().keys() - before.keys():
            self.table.delete_item(TableName=self.outputs["Table"], Key={"pk": {"S": pk}, "sk": {"S": sk}})
        for item in before.values():
            self.table.put_item(TableName=self.outputs["Table"], Item=item)

    def deleted_blobs(self, verb, *arguments):
        script = str(ROOT / "infra-cdk/deleted-blobs")
        env = {**stage["emulator"].env, "PATH": f"{TOOLS.parent / 'aws/bin'}:{os.environ['PATH']}"}
        return run(script, verb, self.outputs["Bucket"], *arguments, env=env)

    def done(self, method, href, **body):
        """The result of a task."""
        task = self.registry.complete(self.registry.call(202, method, href, **body)["task"])
        return task["result"]

    def verify(self):
        result = self.done("POST", "repair/", verify_checksums=False)
        return result["checked"], sorted(result["missing"]), result["corrupted"]

    def objects(self):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.outputs["Bucket"], Prefix="blobs/")
        return {each["Key"] for page in pages for each in page.get("Contents", [])}

    def test_yesterday_is_restored_and_pulled(self):
        # Bytes that no other test has pushed: those would stay.
        images = {f"recovered/{n}": oci.raw_image([os.urandom(1000), os.urandom(10)]) for n in range(3)}
        large = "recovered/large"
        images[large] = oci.raw_image([os.urandom(10)], {"padding": "x" * MIB})
        for name, image in images.items():
            self.registry.push(name, "1", image)
        whole, stored = self.verify(), self.objects()
        yesterday, time_then = self.items(), time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())

        for name in images:
            found = self.registry.call(200, "GET", f"repositories/container/container/?name={name}")["results"]
            self.done("DELETE", found[0]["pulp_href"])
        # Only when a clean-up finds no row of a repository is its end recorded.
        for _ in range(2):
            self.done("POST", "orphans/cleanup/", orphan_protection_time=0)
        self.assertGreaterEqual(len(stored - self.objects()), 4 * 3)
        self.assertEqual(whole[1:], self.verify()[1:])

        self.restore(yesterday)
        checked, missing, _ = self.verify()
        self.assertEqual(whole[0], checked)
        lost = {oci.sha256(blob) for image in images.values() for blob in image.blobs} | {images[large].digest}
        self.assertEqual(lost, set(missing) - set(whole[1]))

        self.assertIn("brought back", self.deleted_blobs("undelete", time_then))
        self.assertEqual(stored, self.objects() & stored)
        self.assertEqual(whole, self.verify())
        for name, image in images.items():
            self.strangers.require_whole(name, "1")
            self.assertEqual(image.digest, self.strangers.digest(name, "1"))

    def test_what_is_purged_is_gone_for_good_and_what_is_stored_stays(self):
        repository, image = "recovered/purged", oci.raw_image([os.urandom(1000)])
        self.registry.push(repository, "1", image)
        bucket = {"Bucket": self.outputs["Bucket"]}
        self.s3.put_object(**bucket, Key="blobs/gone", Body=b"gone")
        self.s3.delete_object(**bucket, Key="blobs/gone")
        stored = self.objects()
        self.assertIn("for good", self.deleted_blobs("purge"))
        left = self.s3.list_object_versions(**bucket)
        self.assertEqual([], left.get("DeleteMarkers", []))
        self.assertEqual({True}, {version["IsLatest"] for version in left["Versions"]})
        self.assertEqual(stored, self.objects())
        self.strangers.require_whole(repository, "1")
        self.assertEqual(image.digest, self.registry.digest(repository, "1"))


class RolesTest(unittest.TestCase):
    """What somebody could do who got hold of a function's role: a user has its policies here."""

    def holder(self, role):
        """Makes clients of AWS that may do what the role may, by service."""
        iam = stage["emulator"].client("iam")
        roles = [each["RoleName"] for page in iam.get_paginator("list_roles").paginate() for each in page["Roles"]]
        [name] = [each for each in roles if f"-{role}Role" in each]
        user = f"{role}-{uuid.uuid4()}"
        iam.create_user(UserName=user)
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            iam.put_user_policy(UserName=user, PolicyName=policy, PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        named = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        options = {"endpoint_url": stage["emulator"].url, "region_name": REGION, **named}
        return lambda service: boto3.client(service, **options)

    def require_denied(self, call, **arguments):
        with self.assertRaisesRegex(ClientError, "AccessDenied"):
            call(**arguments)

    def test_copier_and_maintenance_cannot_change_what_is_served_nor_log_in(self):
        outputs = stage["deployment"].outputs
        for role, own in {"BlobCopier": ("upload", "sync-blob"), "Maintenance": ("upload",)}.items():
            with self.subTest(role):
                client = self.holder(role)
                table = client("dynamodb")
                for kind in own:
                    item = {"pk": {"S": f"{kind}#none"}, "sk": {"S": role}}
                    table.put_item(TableName=outputs["Table"], Item=item)
                    table.delete_item(TableName=outputs["Table"], Key=item)
                for kind in ("name", "tag", "version", "distribution", "remote"):
                    item = {"pk": {"S": f"{kind}#none"}, "sk": {"S": role}}
                    self.require_denied(table.put_item, TableName=outputs["Table"], Item=item)
                    self.require_denied(table.delete_item, TableName=outputs["Table"], Key=item)
                self.require_denied(client("ssm").get_parameter, Name=outputs["AdminPassword"], WithDecryption=True)

    def test_maintenance_stores_no_content(self):
        content = {"Bucket": stage["deployment"].outputs["Bucket"], "Key": "blobs/none", "Body": b""}
        self.require_denied(self.holder("Maintenance")("s3").put_object, **content)


if __name__ == "__main__":
    unittest.main(verbosity=2)
