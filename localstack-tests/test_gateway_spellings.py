"""Every caller gets what the tables of rights say, and no spelling of a request gets more than the plain one.

Spellings come through the API, and by the events that AWS's gateway makes of them.
"""

import base64
import random
import sys
import unittest
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import clients
import spellings
from deployment import RUNTIME, Deployment
from emulator import Emulator
from function_process import FunctionProcess, get
from gateway import Gateway
from harness import JAVA, ROOT, length, remove, temp_folder
from registry import Registry
from rights import Rights
from secluded import Secluded

SEED = 11
COUNT = int(length("E2E_SPELLINGS", 600, full=3_000))
# An emulated gateway takes five times as long as an event: of all spellings, this many are drawn.
COUNT_THROUGH = int(length("E2E_SPELLINGS", 200, full=10_000))
REQUEST_ID = "apigw-requestid"

stage = {}

MIRROR = "mirror.test"
# What everybody may read.
OPEN = {"registry-lambda": "/v2/_catalog", "management-lambda": "/pulp/api/v3/livez/"}


def setUpModule():
    emulator = unittest.enterModuleContext(Emulator())
    deployment = unittest.enterModuleContext(Deployment(emulator))
    deployment.deploy(deployment.synth("api"))
    host = deployment.gateway.host
    Registry(host, None).expect(200, "GET", "/token/?service=lading")
    name = deployment.outputs["AdminPassword"]
    password = emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    secluded = Secluded(Registry(host, password))
    key = emulator.client("ssm").get_parameter(Name=f"{name.rsplit('/', 1)[0]}/token-key", WithDecryption=True)
    rights = Rights(host, password, key["Parameter"]["Value"])
    stage.update(emulator=emulator, deployment=deployment, secluded=secluded, routes=secluded.routes(), rights=rights)


class GatewayRightsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stage["rights"].set_up_registry()
        stage["rights"].set_up_management()

    def test_a_robot_pushes_and_pulls_with_containerd(self):
        robot = stage["rights"].clients["robot"]
        home = temp_folder("robot")
        self.addCleanup(remove, home)
        login = {"host": robot.host, "secure": False, "user": robot.user, "password": robot.password}
        with ExitStack() as stack:
            _, pulled = clients.containerd(stack, SimpleNamespace(home=home, name="team", **login))
        self.assertEqual(pulled, robot.digest("team/containerd", "1"))

    def test_the_tables_hold(self):
        rights = stage["rights"]
        # An emulated gateway is slow.
        whole = bool(length("E2E_WHOLE", 0, full=1))
        held = (rights.wrong_of_registry, rights.wrong_of_management, rights.wrong_of_console)
        for wrong, sent in (hold(whole) for hold in held):
            # Functions take no bundles, and say so before they look at one; what they serve is counted elsewhere.
            other = ("POST repositories/import/: 501", "GET {through-remote}figures/: 404, 200")
            self.assertEqual([], [each for each in wrong if not any(known in each for known in other)])
            print(f"\n  {sent} requests were answered as the table says")


class GatewaySpellingsTest(unittest.TestCase):
    def judge(self, send, ways, methods=spellings.METHODS):
        """Sends spellings, and tells how often which status was answered."""
        secluded, routes = stage["secluded"], stage["routes"]
        before, oracle = secluded.state(), spellings.Oracle([secluded.SECRET])
        spellings.plain_answers(oracle, routes, send, methods)
        said, wrong = Counter(), []
        for way in ways:
            answered = send(way)
            said.update(answer.status for answer in answered)
            why = oracle.wrong(way, answered)
            wrong += [f"{way}\n    {why}"] if why else []
        print(
            f"\n  {said.total()} answers to spellings of {len(routes)} routes, by status: {dict(sorted(said.items()))}"
        )
        if wrong:
            self.fail("\n".join([f"{len(wrong)} spellings get more than the plain ones, such as", *wrong[:20]]))
        self.assertEqual(before, secluded.state(), "a spelling changed something")
        # For the emulator answers some paths itself.
        self.assertGreaterEqual(said.total(), len(ways) * 2 // 3)

    def test_through_the_api(self):
        # One of its own, for what the emulator answers itself.
        gateway = Gateway(stage["deployment"].gateway.target)
        self.addCleanup(gateway.close)

        def send(request):
            return [answer for answer in spellings.ask(gateway.host, request) if REQUEST_ID in answer.headers]

        ways = spellings.ways(stage["routes"], COUNT, SEED)
        self.judge(send, random.Random(SEED).sample(ways, min(len(ways), COUNT_THROUGH)), ("GET", "HEAD"))

    def test_registry_by_events(self):
        self.judge_events("registry-lambda")

    def test_management_by_events(self):
        self.judge_events("management-lambda")

    def judge_events(self, module):
        """Whatever the gateway's routes are: each function answers for itself."""
        outputs, emulator = stage["deployment"].outputs, stage["emulator"]
        env = {**emulator.env, "LADING_AWS_BUCKET": outputs["Bucket"], "LADING_AWS_TABLE": outputs["Table"]}
        env |= {"LADING_AWS_PARAMETERS": outputs["AdminPassword"].rsplit("/", 1)[0]}
        queue = f"{emulator.url}/000000000000/unused.fifo"
        env |= {"LADING_AWS_QUEUE": queue, "LADING_AWS_COPY_QUEUE": queue}
        env |= {"LADING_TASKS_AT_ONCE": "1", "LADING_COPIES_AT_ONCE": "1", "LADING_DEMANDS_AT_ONCE": "1"}
        env |= {"LADING_MIRROR_DOMAIN": MIRROR, "LADING_MIRROR_DISTRIBUTION": "hub"}
        env |= {f"LADING_AWS_{name}": "unused" for name in ("KEY", "QUEUE_ARN", "SCHEDULE_GROUP", "SCHEDULE_ROLE")}
        zip_file = ROOT / "functions" / module / "target/function.zip"
        with FunctionProcess(JAVA, RUNTIME, zip_file, temp_folder("function"), env) as process:

            def send(request):
                event = as_event(request)
                return [as_answer(process.invoke(event)[0])] if event else []

            self.judge(send, spellings.ways(stage["routes"], COUNT, SEED))
            self.judge_mirror(process, OPEN[module])

    def judge_mirror(self, process, path):
        """By the domain name of a mirror nothing but pulls is answered, whatever host a client names."""

        def status(domain, host, path, method="GET"):
            event = get(path, {"host": host}, method)
            event["requestContext"]["domainName"] = domain
            return process.invoke(event)[0]["statusCode"]

        self.assertEqual(200, status("registry.test", MIRROR, path))
        self.assertEqual(404, status(MIRROR, MIRROR, path))
        self.assertEqual(404, status(MIRROR, "registry.test", path))
        for other in ("/pulp/api/v3/docs/api.json", "/v2/library/app/manifests/1", "/mirror/other/v2/"):
            self.assertEqual(404, status(MIRROR, MIRROR, other), other)
        self.assertIn(status(MIRROR, MIRROR, "/v2/app/blobs/uploads/", "POST"), (404, 405))


def as_event(request):
    """As API Gateway makes it: paths are decoded and cut at a question mark. None: what it answers itself."""
    target = request.target
    if not target.isascii() or not target.isprintable() or " " in target or not request.method.isalpha():
        return None
    if not target.startswith("/"):
        parts = urlsplit(target)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
    path, _, query = target.partition("?")
    decoded = unquote(path, errors="replace").partition("?")[0]
    if not decoded.startswith("/"):
        return None
    headers = {name.lower(): value for name, value in request.headers if name.lower() != "host"}
    event = get(decoded, headers, request.method)
    event["rawPath"] = event["requestContext"]["http"]["path"] = decoded
    event["rawQueryString"] = query
    if request.method in ("POST", "PUT", "PATCH"):
        event["headers"] |= {"content-type": "application/json", "content-length": str(len(spellings.BODY))}
        event["body"] = spellings.BODY.decode()
    return event


def as_answer(answer):
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    return spellings.Answer(answer["statusCode"], headers, content)


if __name__ == "__main__":
    unittest.main(verbosity=2)
