"""The stacks in an account that runs ten functions at once, which tasks, copies and pulls share."""

import json
import os
import sys
import threading
import time
import unittest
import uuid
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from deployment import Deployment
from emulator import Emulator
from harness import Server, until
from loopback import Handler, serve
from registry import Registry

CONCURRENCY = 10
TASKS, COPIES, DEMANDS = 2, 2, 1
LAYERS = 10
BLOBS = LAYERS * int(os.environ.get("E2E_IMAGES", "20"))
# With the account's tasks and copies more than it runs at once.
PULLS = 6
REFUSED = (429, 503)
# Where nothing else runs beside the test.
REFUSED_SECONDS = float(os.environ.get("REFUSED_SECONDS", "1"))
PER_CONNECTION = ("transfer-encoding", "connection", "content-length")

stage = {}


def setUpModule():
    if not os.environ.get("E2E_FULL"):
        raise unittest.SkipTest("in make e2e-full: it waits for ten functions, and takes six minutes")
    emulator = unittest.enterModuleContext(Emulator(CONCURRENCY))
    deployment = unittest.enterModuleContext(Deployment(emulator))
    assembly = deployment.synth("small", env={**emulator.env, "LADING_DEPLOYING": "1"})
    stage.update(emulator=emulator, deployment=deployment, said=deployment.said)
    deployment.deploy(assembly, {'"maxReceiveCount": 10': '"maxReceiveCount": 3'})
    host = deployment.gateway.host
    # The first token is what makes the secrets.
    Registry(host, None).expect(200, "GET", "/token/?service=lading")
    name = deployment.outputs["AdminPassword"]
    password = emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    stage.update(host=host, password=password)


class Upstream:
    """A registry, and before it who counts how many blobs are asked for at once; `held` until `go` is set."""

    def __init__(self):
        upstream = self
        self.server = Server()
        self.most, self.now, self.go = 0, 0, threading.Event()
        self.go.set()
        lock = threading.Lock()

        class Counted(Handler):
            def do_GET(self):
                is_blob = "/blobs/" in self.path
                with lock:
                    upstream.now += is_blob
                    upstream.most = max(upstream.most, upstream.now)
                try:
                    upstream.go.wait(60)
                    response, content = self.forward(f"http://{upstream.server.host}", None, dict(self.headers.items()))
                finally:
                    with lock:
                        upstream.now -= is_blob
                headers = [(n, v) for n, v in response.getheaders() if n.lower() not in PER_CONNECTION]
                if self.command == "HEAD":
                    headers.append(("Content-Length", response.headers["Content-Length"] or "0"))
                self.answer(response.status, headers, content)

            do_HEAD = do_GET

        self.front = serve(Counted)
        self.url = f"http://127.0.0.1:{self.front.server_port}"

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *failure):
        self.go.set()
        self.front.shutdown()
        self.front.server_close()
        self.server.close()


class Patient(Registry):
    """Asks again when the account runs no more functions; `refusals` are the seconds for which it was refused."""

    def __init__(self, password=None):
        super().__init__(stage["host"], password)
        self.refusals = []

    def request(self, *arguments, **options):
        refused = None
        while (answer := super().request(*arguments, **options)).status in REFUSED:
            refused = refused or time.monotonic()
            time.sleep(0.05)
        if refused:
            self.refusals.append(time.monotonic() - refused)
        return answer


class Pulls:
    """Threads that pull an image again and again."""

    def __init__(self, repository, image):
        self.repository, self.image = repository, image
        self.done, self.count, self.refusals, self.failures = threading.Event(), 0, [], []
        self.threads = [threading.Thread(target=self.pull) for _ in range(PULLS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def pull(self):
        registry = Patient()
        paths = ["manifests/1", *(f"blobs/{oci.sha256(blob)}" for blob in self.image.blobs)]
        while not self.done.is_set():
            for path in paths:
                answer = registry.request("GET", f"/v2/{self.repository}/{path}")
                if answer.status not in (200, 307):
                    self.failures.append((path, answer.status, answer.body[:200]))
            self.count += 1
        self.refusals += registry.refusals


class SmallAccountTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Patient(stage["password"])

    def start(self, name, url, **remote):
        """The task of a new repository's first sync."""
        repository = self.registry.mirror(name, url, f"upstream/{name}", {"policy": "immediate", **remote})
        return self.registry.call(202, "POST", repository["pulp_href"] + "sync/")["task"]

    def test_a_deploy_says_what_follows_from_the_accounts_limit(self):
        decision = (
            f"The account leaves {CONCURRENCY} concurrent executions to Lading: up to {TASKS} tasks run and {COPIES} "
            f"blobs are copied and {DEMANDS} that pulls wait for, at once, and none is reserved for pulls, which have "
            "the rest."
        )
        self.assertIn(decision, stage["said"].splitlines())

    def test_many_blobs_are_mirrored_while_pulls_are_answered(self):
        pulled = oci.raw_image([os.urandom(20_000)])
        self.registry.push("team/app", "1", pulled)
        with Upstream() as upstream:
            source = Registry(upstream.server.host)
            for number in range(BLOBS // LAYERS):
                source.push("upstream/many", f"t{number}", oci.raw_image([os.urandom(5000) for _ in range(LAYERS)]))
            began = time.monotonic()
            with Pulls("team/app", pulled) as pulls:
                task = self.start("many", upstream.url, download_concurrency=8)
                self.registry.complete(task, 300)
            seconds = time.monotonic() - began
        refused = [round(each, 2) for each in sorted(pulls.refusals, reverse=True)]
        print(
            f"\n  {BLOBS} blobs mirrored in {seconds:.0f} s, {upstream.most} at once, beside {pulls.count} pulls; "
            f"{len(refused)} requests were refused first, the longest for {refused[:3]} s"
        )
        self.assertEqual([], pulls.failures)
        self.assertEqual([], [each for each in refused if each > REFUSED_SECONDS])
        self.assertGreater(pulls.count, PULLS)
        self.assertLessEqual(upstream.most, COPIES)
        for number in range(BLOBS // LAYERS):
            self.registry.require_whole("many", f"t{number}")

    def test_who_may_not_look_at_the_account_is_told_the_action_and_may_say_the_limit(self):
        iam = stage["emulator"].client("iam")
        iam.create_user(UserName="deployer")
        key = iam.create_access_key(UserName="deployer")["AccessKey"]
        secret = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        env = {**stage["emulator"].env, **secret, "LADING_DEPLOYING": "1"}
        with self.assertRaisesRegex(AssertionError, "allow lambda:GetAccountSettings, or say it with -c account"):
            stage["deployment"].synth("denied", "sealKeyDeployed=false", env=env)
        stage["deployment"].synth("said", "sealKeyDeployed=false", "accountConcurrency=200", env=env)
        self.assertIn("100 are reserved for pulls", stage["deployment"].said)

    @contextmanager
    def denied(self, role, action):
        """As long as it lasts, a function's role may not do this."""
        iam = stage["emulator"].client("iam")
        roles = [each["RoleName"] for page in iam.get_paginator("list_roles").paginate() for each in page["Roles"]]
        named = {"RoleName": next(each for each in roles if f"-{role}Role" in each), "PolicyName": "denied"}
        deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]}
        iam.put_role_policy(**named, PolicyDocument=json.dumps(deny))
        try:
            yield
        finally:
            iam.delete_role_policy(**named)

    def test_a_message_of_an_earlier_version_is_done(self):
        with Upstream() as upstream:
            Registry(upstream.server.host).push("upstream/earlier", "1", oci.raw_image([os.urandom(5000)]))
            settings = {"policy": "immediate"}
            repository = self.registry.mirror("earlier", upstream.url, "upstream/earlier", settings)
            with self.denied("Management", "sqs:SendMessage"):
                self.registry.expect(500, "POST", repository["pulp_href"] + "sync/")
            [task] = self.registry.call(200, "GET", "tasks/?state=waiting")["results"]
            sqs = stage["emulator"].client("sqs")
            [queue] = [url for url in sqs.list_queues()["QueueUrls"] if "TasksQueue" in url]
            # In a message group of its own, and without an attribute that names it.
            group = {"MessageGroupId": repository["prn"], "MessageDeduplicationId": str(uuid.uuid4())}
            sqs.send_message(QueueUrl=queue, MessageBody=task["pulp_href"].split("/")[-2], **group)
            self.registry.complete(task["pulp_href"], 120)
        self.registry.require_whole("earlier", "1")

    def test_a_blob_that_cannot_be_stored_ends_its_task_with_the_reason(self):
        with self.denied("BlobCopier", "s3:PutObject"), Upstream() as upstream:
            Registry(upstream.server.host).push("upstream/refused", "1", oci.raw_image([os.urandom(5000)]))
            task = self.registry.end(self.start("refused", upstream.url), 120)
        self.assertEqual("failed", task["state"])
        self.assertRegex(
            task["error"]["description"],
            "sha256:.* could not be stored, however often it was tried: .*AccessDenied.*Sync again when that is put",
        )

    def test_a_task_that_is_given_up_ends_with_the_reason_and_the_next_of_its_repository_runs(self):
        sqs = stage["emulator"].client("sqs")
        [dead] = [url for url in sqs.list_queues()["QueueUrls"] if "TasksDead" in url]
        with Upstream() as upstream:
            Registry(upstream.server.host).push("upstream/given-up", "1", oci.raw_image([os.urandom(5000)]))
            upstream.go.clear()
            href = self.start("given-up", upstream.url)
            until(lambda: self.registry.call(200, "GET", href)["state"] == "running", 60, "the task to run")
            task = href.rstrip("/").split("/")[-1]
            for _ in range(2):
                message = {"MessageGroupId": "1", "MessageDeduplicationId": str(uuid.uuid4())}
                sqs.send_message(QueueUrl=dead, MessageBody=task, **message)
            ended = self.registry.end(href)
            upstream.go.set()
            self.assertEqual("failed", ended["state"])
            self.assertRegex(ended["error"]["description"], f"under task {task}: start it again when that is put right")
            [repository] = self.registry.call(200, "GET", "repositories/container/container/?name=given-up")["results"]
            again = self.registry.call(202, "POST", repository["pulp_href"] + "sync/")["task"]
            self.registry.complete(again, 120)
        self.registry.require_whole("given-up", "1")


if __name__ == "__main__":
    unittest.main(verbosity=2)
