"""The stacks in an AWS emulator, and real clients at the API's address."""

import concurrent.futures
import json
import os
import re
import sys
import time
import unittest
import uuid
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import boto3
import conformance
import oci
from botocore.exceptions import ClientError
from deployment import Deployment
from emulator import REGION, Emulator
from engine import DockerDaemon
from gateway import GATEWAY_BYTES, LAMBDA_BYTES
from harness import ROOT, TOOLS, Server, free_port, run, until
from registry import Registry
from smoke import MIB, Journeys
from test_pulp_cli import Session, Sessions

# So that a schedule can be waited for, and what is given up.
SOON = {"rate(1 hour)": "rate(1 minute)", '"maxReceiveCount": 10': '"maxReceiveCount": 3'}
UPLOAD_DOMAIN = "uploads.lading.example"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
AWS_REFUSAL = b'{"message":"Request Entity Too Large"}'

stage = {}


def setUpModule():
    emulator = unittest.enterModuleContext(Emulator())
    deployment = unittest.enterModuleContext(Deployment(emulator))
    began = time.monotonic()
    assembly = deployment.synth("api")
    synthesised = time.monotonic()
    deployment.deploy(assembly, SOON)
    print(f"\n  synthesised in {synthesised - began:.0f} s, deployed in {time.monotonic() - synthesised:.0f} s")
    stage.update(emulator=emulator, deployment=deployment, gateway=deployment.gateway)
    # The first token is what makes the secrets.
    Registry(deployment.gateway.host, None).expect(200, "GET", "/token/?service=lading")
    name = deployment.outputs["AdminPassword"]
    stage["password"] = emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


class Deployed(Journeys):
    @classmethod
    def setUpClass(cls):
        cls.url, cls.password = stage["gateway"].url, stage["password"]
        super().setUpClass()

    def test_nothing_but_the_api_answered(self):
        self.assertEqual([], stage["gateway"].strays)


class A_ApiTest(Deployed, unittest.TestCase):
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


class A_ManagementTest(Sessions, unittest.TestCase):
    """The pulp command line at the API's address; tasks go through the queue."""

    @classmethod
    def setUpClass(cls):
        cls.host, cls.password = stage["gateway"].host, stage["password"]
        super().setUpClass()


class A_SyncTest(Session, unittest.TestCase):
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
            until(lambda: self.numbers("scheduled") == [1, 0], 150, "the sync that is due each minute")
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


class A_RecoveryTest(unittest.TestCase):
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


class A_RolesTest(unittest.TestCase):
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

    def test_maintenance_and_management_store_no_content(self):
        for role in ("Maintenance", "Management"):
            with self.subTest(role):
                content = {"Bucket": stage["deployment"].outputs["Bucket"], "Key": "blobs/none", "Body": b""}
                self.require_denied(self.holder(role)("s3").put_object, **content)


class B_UploadServiceTest(Deployed, unittest.TestCase):
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

    def test_docker_pushes_a_layer_of_300_mb_and_pulls_it_through_the_api(self):
        pushed = self.docker_round_trip("large", 300 * MIB)
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


class C_DestroyTest(unittest.TestCase):
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
