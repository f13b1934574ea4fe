"""An upgrade of a deployed stack that was made before there were users and rights, by a deployment alone.

The revision before them is built from git's history and deployed; what was pushed to it, what its clients hold and who
was answered what is noted. Then this tree is deployed over it, with the options that a deployer has who said nothing.
"""

import base64
import json
import os
import sys
import time
import unittest
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urlencode

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from deployment import Deployment
from earlier import built
from emulator import Emulator
from harness import until
from registry import API, Registry
from secluded import Secluded
from spellings import METHODS
from upstream import Upstream

BEFORE_USERS = "8795f372df77281810838ff3670375275bec590d"
# What is deployed of it: the functions, and the app that deploys them.
DEPLOYED = ("functions/registry-lambda/target/function.zip", "infra-cdk/target/lib")
# Upstreams of the tests are on loopback; whether new names are private, nobody says.
OPTIONS = ("upstreams=any",)
REQUEST_ID = "apigw-requestid"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CONTAINER = "container/container/"
DISTRIBUTIONS, REPOSITORIES = f"distributions/{CONTAINER}", f"repositories/{CONTAINER}"
CONSUMER, COLLABORATOR = "container.containerdistribution_consumer", "container.containernamespace_collaborator"
PUBLIC, PRIVATE = ("mirror/app", "shown/app"), ("hidden/again", "hidden/app")
FIRST, REST = b"the first half, ", b"and the second"
USER_PASSWORD = "a long sentence of theirs"
INDEXING = "lading.index_public_paths"
# Of answers about what is there: what was not told yet, and what changes by being read.
UNTOLD = {"namespace", "prn"}
# All that anybody may read who names it. The rest of what answers 200 is what the tests made public.
OPEN = {"/", "/token/", f"{API}/docs/api.json/", f"{API}/livez/", f"{API}/status/"}

stage = SimpleNamespace()


def setUpModule():
    if not os.environ.get("E2E_FULL"):
        raise unittest.SkipTest("in make e2e-full: an earlier revision is built, and two are deployed")
    began = time.monotonic()
    root = built(BEFORE_USERS, *DEPLOYED)
    told(began, "built the revision before users")
    stage.emulator = unittest.enterModuleContext(Emulator())
    stage.deployment = unittest.enterModuleContext(Deployment(stage.emulator, OPTIONS))
    stage.upstream = unittest.enterModuleContext(Upstream())
    began = time.monotonic()
    stage.deployment.deploy(stage.deployment.synth("before", root=root))
    told(began, "deployed it")
    write_before()
    began = time.monotonic()
    assembly = stage.deployment.synth("now")
    # They live for five minutes.
    stage.access_token = token(access_type="online")["access_token"]
    stage.deployment.deploy(assembly)
    told(began, "deployed this one over it")


def told(began, what):
    print(f"\n  {what} in {time.monotonic() - began:.0f} s", flush=True)


def secret():
    """The administrator's password, which Parameter Store holds, and the version of the parameter."""
    name = stage.deployment.outputs["AdminPassword"]
    found = stage.emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return found["Value"], found["Version"]


def token(**form):
    """As docker asks for it with a password, or with the refresh token of an earlier time."""
    login = {"service": "lading", "scope": "repository:hidden/app:pull"}
    if "refresh_token" not in form:
        login |= {"grant_type": "password", "username": "admin", "password": stage.password}
    return stage.anybody.expect(200, "POST", "/token/", urlencode(login | form), FORM).json()


def bearer(access_token):
    registry = Registry(stage.host, None)
    registry.headers["Authorization"] = f"Bearer {access_token}"
    return registry


def write_before():
    """What the registry of before holds, and what it answers to whom."""
    stage.host = stage.deployment.gateway.host
    stage.anybody = Registry(stage.host, None)
    # The first token is what makes the secrets.
    stage.anybody.expect(200, "GET", "/token/?service=lading")
    stage.secret = secret()
    stage.password = stage.secret[0]
    stage.admin = admin = Registry(stage.host, stage.password)
    # One image for everybody, one that was made private through Pulp's API, and that once more at another path.
    stage.secluded = Secluded(admin)
    stage.mirrored = oci.raw_image([os.urandom(1000)])
    stage.upstream.registry.push("app", "1", stage.mirrored)
    login = {"username": "robot", "password": "of the upstream"}
    stage.mirror = admin.mirror("mirror/app", stage.upstream.url, "app", remote=login)["pulp_href"]
    stage.synced = admin.complete(admin.call(202, "POST", f"{stage.mirror}sync/")["task"])
    admin.call(202, "PATCH", stage.mirror, sync_schedule="rate(1 day)")
    # Served nowhere.
    admin.call(201, "POST", REPOSITORIES, name="solo/app")
    stage.refresh_token = token(grant_type="password", access_type="offline")["refresh_token"]
    stage.upload = admin.expect(202, "PATCH", admin.begin("hidden/app"), FIRST).headers["Location"]
    stage.routes = routes()
    stage.before, stage.held = answers(stage.routes), state()
    stage.catalogs = {"admin": catalog(admin), "anybody": catalog(stage.anybody)}


def state():
    return stage.secluded.state() | {"sync": stage.admin.call(200, "GET", stage.synced["pulp_href"])}


def routes():
    """Every operation that the API documents, and all that is asked of names that are there and that are not."""
    found = {*stage.secluded.routes(), *of_names((*PUBLIC, *PRIVATE, "hidden/none", "shown/none", "none/none"))}
    hrefs = [each["pulp_href"] for kind in (DISTRIBUTIONS, REPOSITORIES, "tasks/") for each in listed(kind)]
    return sorted(found | {("GET", href) for href in hrefs})


def of_names(names):
    shown, hidden = stage.secluded.shown, stage.secluded.hidden
    found = set()
    for name in names:
        image = hidden if name.startswith("hidden") else stage.mirrored if name == "mirror/app" else shown
        parts = (f"manifests/{image.digest}", "manifests/1", f"referrers/{image.digest}", "tags/list")
        parts += tuple(f"blobs/{oci.sha256(blob)}" for blob in image.blobs)
        found |= {(method, f"/v2/{name}/{part}") for part in (*parts, "blobs/uploads/") for method in METHODS}
    return found


def listed(kind):
    return stage.admin.call(200, "GET", f"{kind}?limit=1000")["results"]


def answers(asked):
    """By who asks, method and path, the status that strangers are answered with.

    They have no credentials, a token that the registry gave to nobody in particular, or a password that is none. What
    the emulator answers by itself, which has registries of its own, is left out.
    """
    scopes = "&".join(f"scope={quote(f'repository:{name}:pull,push,delete')}" for name in (*PUBLIC, *PRIVATE))
    given = stage.anybody.expect(200, "GET", f"/token/?service=lading&{scopes}").json()["token"]
    strangers = {"anybody": stage.anybody, "a token": bearer(given), "a name": Registry(stage.host, "x", user="robot")}
    said = {}
    for who, client in strangers.items():
        for method, path in asked:
            # A few: guesses of one source are slowed down after ten.
            if who == "a name" and (method, path[-12:]) != ("GET", "/manifests/1"):
                continue
            answer = client.request(method, path)
            if REQUEST_ID in answer.headers:
                said[who, method, path] = answer.status
    return said


def catalog(registry):
    return registry.expect(200, "GET", "/v2/_catalog").json()["repositories"]


def distribution(name):
    [found] = stage.admin.call(200, "GET", f"{DISTRIBUTIONS}?name={name}")["results"]
    return found


def said_again(before, now):
    """Places where something that was told is told otherwise, or no more."""
    if isinstance(before, dict):
        return [
            f"{key}: {place}"
            for key, value in before.items()
            if key not in UNTOLD
            for place in said_again(value, now.get(key, "missing"))
        ]
    if isinstance(before, list):
        if len(before) != len(now):
            return [f"{before} is now {now}"]
        return [place for one, other in zip(before, now, strict=True) for place in said_again(one, other)]
    return [] if before == now else [f"{before!r} is now {now!r}"]


class Upgraded(unittest.TestCase):
    def setUp(self):
        self.admin, self.anybody = stage.admin, stage.anybody

    def require_closed(self):
        """What refused strangers before refuses them now, and what they may read are the same names."""
        now = answers(stage.routes)
        opened = {key: (was, now[key]) for key, was in stage.before.items() if was >= 400 and now[key] < 400}
        self.assertEqual({}, opened)
        shut = {key: (was, now[key]) for key, was in stage.before.items() if was < 400 and now[key] >= 400}
        self.assertEqual({}, shut)
        asked = sorted(set(routes()) - set(stage.routes))
        readable = {path for (_, _, path), status in answers(asked).items() if status < 400}
        self.assertEqual(set(), readable - OPEN)
        refused = sum(was >= 400 for was in stage.before.values())
        print(
            f"\n  {len(stage.before)} answers to strangers, {refused} of them refusals, are as before; "
            f"{len(asked)} new routes are shut"
        )

    def require_pulls(self):
        """What is public is pulled by anybody, byte for byte, and what is private by the administrator alone."""
        for name in PUBLIC:
            self.anybody.require_whole(name, "1")
        for name in PRIVATE:
            self.admin.require_whole(name, "1")
            self.anybody.expect(401, "GET", f"/v2/{name}/manifests/1")


class A_UpgradedTest(Upgraded):
    """Right after the deployment, before any maintenance."""

    def test_a_deployment_was_all(self):
        self.assertEqual(stage.secret, secret())
        self.assertEqual(1, stage.secret[1])

    def test_a_strangers_get_nothing_that_they_did_not_get(self):
        self.require_closed()
        self.require_pulls()

    def test_a_what_is_there_is_as_it_was(self):
        self.assertEqual([], said_again(stage.held, state()))

    def test_a_lists_are_as_they_were(self):
        self.assertEqual({"admin": catalog(self.admin), "anybody": catalog(self.anybody)}, stage.catalogs)
        self.assertEqual(sorted(PUBLIC), catalog(self.anybody))

    def test_b_tokens_of_before_count(self):
        given = token(grant_type="refresh_token", refresh_token=stage.refresh_token)["access_token"]
        self.assertEqual(stage.secluded.hidden.digest, bearer(given).digest("hidden/app", "1"))
        claims = json.loads(base64.urlsafe_b64decode(stage.access_token.split(".")[1] + "=="))
        answer = bearer(stage.access_token).request("GET", "/v2/hidden/app/manifests/1")
        self.assertEqual(200 if time.time() < claims["exp"] else 401, answer.status)
        print(f"\n  an access token of before was answered {answer.status}")

    def test_b_an_upload_that_was_begun_is_ended(self):
        digest = oci.sha256(FIRST + REST)
        location = self.admin.expect(202, "PATCH", stage.upload, REST).headers["Location"]
        self.admin.expect(201, "PUT", f"{location}&digest={digest}", b"")
        self.assertEqual(FIRST + REST, self.admin.blob("hidden/app", digest))
        self.anybody.expect(401, "GET", f"/v2/hidden/app/blobs/{digest}")

    def test_b_a_mirror_goes_on_with_what_was_sealed(self):
        stage.upstream.registry.push("app", "2", oci.raw_image([os.urandom(1000)]))
        self.admin.complete(self.admin.call(202, "POST", f"{stage.mirror}sync/")["task"])
        self.anybody.require_whole("mirror/app", "2")

    def test_b_a_schedule_goes_on(self):
        """What EventBridge sends when it is due is sent here."""
        named = {"GroupName": "Lading-Syncs", "Name": stage.mirror.split("/")[-2]}
        target = stage.emulator.client("scheduler").get_schedule(**named)["Target"]
        body = target["Input"].replace(
            "<aws.scheduler.scheduled-time>", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        )
        sqs = stage.emulator.client("sqs")
        queue = sqs.get_queue_url(QueueName=target["Arn"].split(":")[-1])["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=body, **target["SqsParameters"])
        last = until(
            lambda: self.admin.call(200, "GET", stage.mirror)["sync_schedule_last"],
            60,
            "the sync that the schedule starts",
        )
        self.admin.complete(last["task"])

    def test_b_a_push_leaves_a_name_what_it_is(self):
        for name, status in (("shown/app", 200), ("hidden/app", 401)):
            self.admin.push(name, "2", stage.secluded.shown)
            self.assertEqual(status, self.anybody.request("GET", f"/v2/{name}/manifests/2").status)

    def test_c_a_new_name_is_private_unless_it_is_said(self):
        """Whatever others of its namespace are."""
        for name in ("shown/new", "new/app"):
            with self.subTest(name):
                self.admin.push(name, "1", stage.secluded.shown)
                self.assertTrue(distribution(name)["private"])
                self.anybody.expect(401, "GET", f"/v2/{name}/manifests/1")
                self.assertNotIn(name, catalog(self.anybody))
                self.assertIn(name, catalog(self.admin))
        served = {"repository": distribution("shown/new")["repository"]}
        for name, said, status in (("made/closed", {}, 401), ("made/open", {"private": False}, 200)):
            with self.subTest(name):
                made = {"name": name, "base_path": name, **served, **said}
                self.admin.complete(self.admin.call(202, "POST", DISTRIBUTIONS, **made)["task"])
                self.anybody.expect(status, "GET", f"/v2/{name}/manifests/1")
        opened = self.admin.call(202, "PATCH", distribution("new/app")["pulp_href"], private=False)
        self.admin.complete(opened["task"])
        self.anybody.require_whole("new/app", "1")

    def test_c_the_deployment_says_what_becomes_of_new_names(self):
        self.assertRegex(stage.deployment.outputs["NewNames"], "^New names are private .*keep what they are")

    def user(self, name):
        self.admin.call(201, "POST", "users/", username=name, password=USER_PASSWORD)
        return Registry(stage.host, USER_PASSWORD, user=name)

    def test_d_users_get_what_is_given_to_them(self):
        ann, bob = self.user("ann"), self.user("bob")
        for user in (ann, bob):
            user.require_whole("shown/app", "1")
            user.expect(401, "GET", "/v2/hidden/app/manifests/1")
            self.assertFalse(set(PRIVATE) & set(catalog(user)))
        private = distribution("hidden/app")["pulp_href"]
        self.admin.call(201, "POST", f"{private}add_role/", role=CONSUMER, users=["ann"])
        ann.require_whole("hidden/app", "1")
        self.assertIn("hidden/app", catalog(ann))
        ann.expect(401, "GET", "/v2/hidden/again/manifests/1")
        bob.expect(401, "GET", "/v2/hidden/app/manifests/1")
        ann.expect(401, "POST", "/v2/hidden/app/blobs/uploads/", b"")
        # There since something is in it: nobody made it.
        namespace = self.admin.call(200, "GET", "pulp_container/namespaces/?name=hidden")["results"][0]["pulp_href"]
        self.admin.call(201, "POST", f"{namespace}add_role/", role=COLLABORATOR, users=["bob"])
        bob.push("hidden/app", "of-bob", stage.secluded.shown)
        bob.push("bob/app", "1", stage.secluded.shown)
        ann.expect(401, "GET", "/v2/bob/app/manifests/1")

    def test_d_a_user_of_a_namespaces_name_gets_nothing_of_it(self):
        mirror, solo = self.user("mirror"), self.user("solo")
        for user, name in ((mirror, "mirror/app"), (mirror, "mirror/new"), (solo, "solo/app")):
            user.expect(401, "POST", f"/v2/{name}/blobs/uploads/", b"")
        hrefs = (stage.mirror, distribution("mirror/app")["pulp_href"])
        for href in hrefs:
            self.assertIn(mirror.request("DELETE", href).status, (403, 404))

    def test_e_changes_are_told_of(self):
        self.admin.push("told/app", "1", stage.secluded.shown)
        changes = self.admin.call(200, "GET", "audit/?limit=1000")["results"]
        self.assertTrue(any("PUT /v2/told/app/manifests/1" in each["action"] for each in changes), changes[:5])
        self.assertEqual(401, self.anybody.request("GET", f"{API}/audit/").status)


class B_MaintainedTest(Upgraded):
    """After the daily maintenance, which indexes what everybody may pull."""

    @classmethod
    def setUpClass(cls):
        cls.lists = catalog(stage.admin), catalog(stage.anybody)
        maintain()

    def test_a_the_public_names_are_indexed_once(self):
        maintain()
        states = [task["state"] for task in listed("tasks/") if task["name"] == INDEXING]
        self.assertEqual(["completed"], states)

    def test_a_lists_are_as_before_it(self):
        self.assertEqual(self.lists, (catalog(self.admin), catalog(self.anybody)))
        self.assertLessEqual(set(PUBLIC), set(self.lists[1]))
        self.assertFalse({*PRIVATE, "shown/new"} & set(self.lists[1]))

    def test_a_strangers_get_nothing_that_they_did_not_get(self):
        self.require_closed()
        self.require_pulls()

    def test_a_strangers_get_nothing_of_new_names(self):
        private = [each["base_path"] for each in listed(DISTRIBUTIONS) if each["private"]]
        self.assertLessEqual({"shown/new", "made/closed", "told/app", "bob/app"}, set(private))
        self.assertEqual({}, {key: status for key, status in answers(of_names(private)).items() if status < 400})

    def test_b_lists_follow_what_is_opened_and_closed(self):
        for private in (True, False):
            task = self.admin.call(202, "PATCH", distribution("shown/app")["pulp_href"], private=private)["task"]
            self.admin.complete(task)
            self.assertEqual(private, "shown/app" not in catalog(self.anybody))


def maintain():
    """What the daily schedule does, done now; returns when its tasks have ended."""
    scheduler, functions = stage.emulator.client("scheduler"), stage.emulator.client("lambda")
    names = [each["Name"] for each in scheduler.list_schedules(GroupName="default")["Schedules"]]
    targets = [scheduler.get_schedule(Name=name)["Target"] for name in names]
    [target] = [each for each in targets if json.loads(each["Input"]).get("daily")]
    answer = functions.invoke(FunctionName=target["Arn"], Payload=target["Input"])
    if "FunctionError" in answer:
        raise AssertionError(f"the daily maintenance failed: {answer['Payload'].read()}")
    until(lambda: all(task["finished_at"] for task in listed("tasks/")), 120, lambda: f"the end of {listed('tasks/')}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
