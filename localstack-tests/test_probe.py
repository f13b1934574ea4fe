"""The probe, in the stacks that an emulator has: what it prints, and that it leaves nothing, whatever becomes of it."""

import os
import random
import re
import signal
import subprocess
import sys
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from deployment import Deployment
from emulator import Emulator
from harness import Server, until
from probe import MIB, Probe
from registry import Registry

PROBE = Path(__file__).with_name("probe.py")
SECONDS = 300
FULL = unittest.skipUnless(os.environ.get("E2E_FULL"), "in make e2e-full")

stage = {}


def setUpModule():
    emulator = unittest.enterModuleContext(Emulator())
    deployment = unittest.enterModuleContext(Deployment(emulator))
    deployment.deploy(deployment.synth("probed"))
    url = deployment.gateway.url
    # As on AWS, where clients reach the API by the URL that the stack tells.
    Registry(deployment.gateway.host, None).expect(200, "GET", "/token/?service=lading")
    name = deployment.outputs["AdminPassword"]
    password = emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    env = {"LADING_URL": url, "LADING_ADMIN_PASSWORD": password, "LADING_PREFIX": "Lading", "LADING_LOG_SECONDS": "5"}
    stage.update(emulator=emulator, deployment=deployment, env={**os.environ, **emulator.env, **env}, password=password)


class ProbeTest(unittest.TestCase):
    def setUp(self):
        self.registry = Registry(stage["deployment"].gateway.host, stage["password"])
        self.before = self.everything()

    def everything(self):
        """What the registry holds that somebody made."""
        found = {}
        for kind in ("repositories", "distributions", "remotes", "tasks"):
            path = "tasks/" if kind == "tasks" else f"{kind}/container/container/"
            results = self.registry.call(200, "GET", f"{path}?limit=1000")["results"]
            found[kind] = sorted(each["pulp_href"] for each in results)
        found["catalog"] = self.registry.expect(200, "GET", "/v2/_catalog?n=1000").json()["repositories"]
        return found

    def start(self, **env):
        output = (stage["deployment"].home / "probe.log").open("wb+")
        self.addCleanup(output.close)
        return output.name, subprocess.Popen(
            [sys.executable, str(PROBE)], env={**stage["env"], **env}, stdout=output, stderr=subprocess.STDOUT
        )

    def ended(self, name, process):
        try:
            status = process.wait(SECONDS)
        finally:
            process.kill()
        return status, Path(name).read_text(errors="replace")

    def test_it_prints_a_table_and_leaves_nothing(self):
        with Server() as upstream:
            registry = Registry(upstream.host)
            registry.push("upstream/app", "1", oci.raw_image([random.randbytes(20 * MIB), random.randbytes(20 * MIB)]))
            mirrored = f"http://{upstream.host}/upstream/app:1"
            status, said = self.ended(*self.start(LADING_UPSTREAM=mirrored))
        print(f"\n{said}")
        self.assertEqual(0, status, said)
        self.assertEqual(self.before, self.everything())
        rows = re.findall(r"^\| ([^|]+) \| (.+) \|$", said, re.MULTILINE)
        found = {}
        for what, line in rows:
            found.setdefault(what, []).append(line)
        expected = {
            "headers of a 401": "^401, `WWW-Authenticate` kept; ",
            "mirror": "^40 of 40 MiB fetched from 127.0.0.1:.*pulled back whole$",
            "docker": "^docker .*pushed 2 MiB|not installed|needs root",
            "containerd": "^containerd .*pushed 2 MiB|not installed|needs root",
            "podman": "^podman .*pushed 2 MiB|not installed",
            "upload service": "^not measured: uploads go to the API itself",
            "starts": r"slowest [\d,]+ ms",
            "functions at once": "^[0-9,]+ in the account",
            "log of a request": r"^[\d,]+ bytes: .*the function's \d+",
        }
        for what, pattern in expected.items():
            self.assertRegex(found[what][0], pattern)
        self.assertEqual(3, len(found["HEAD"]))
        for line in found["HEAD"]:
            self.assertRegex(line, "Content-Length")

    @FULL
    def test_interrupted_it_leaves_nothing(self):
        for each in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(each.name):
                name, process = self.start()
                until(lambda: self.registry.call(200, "GET", "remotes/container/container/")["count"], 120, "a mirror")
                process.send_signal(each)
                status, said = self.ended(name, process)
                self.assertEqual(1, status, said)
                self.assertIn("Interrupted", said)
                self.assertEqual(self.before, self.everything())

    @FULL
    def test_what_fails_is_told_and_leaves_nothing(self):
        status, said = self.ended(*self.start(LADING_UPSTREAM="127.0.0.1:9/nobody:1", PATH="/nowhere"))
        self.assertEqual(1, status, said)
        self.assertRegex(said, r"\| mirror \| \*\*failed\*\*: ")
        self.assertRegex(said, r"\| podman \| not measured: podman is not installed \|")
        self.assertRegex(said, "Failed: mirror.")
        self.assertEqual(self.before, self.everything())

    @FULL
    def test_what_a_killed_probe_left_is_taken_out_an_hour_later(self):
        image = oci.raw_image([b"layer"])
        self.registry.push("lading-probe/killed/app", "1", image)
        fields = {"name": "lading-probe/killed/mirror", "url": "http://127.0.0.1:9", "upstream_name": "app"}
        self.registry.call(201, "POST", "remotes/container/container/", **fields)
        left = self.everything()
        self.assertNotEqual(self.before, left)
        probe = Probe(stage["deployment"].gateway.url, stage["password"])
        probe.take_out("lading-probe/", datetime.now(UTC) - timedelta(hours=1))
        self.assertEqual(left, self.everything())
        probe.take_out("lading-probe/", datetime.now(UTC) + timedelta(hours=1))
        self.assertEqual(self.before, self.everything())

    @FULL
    def test_without_rights_the_missing_action_is_named(self):
        iam = stage["emulator"].client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        status, said = self.ended(*self.start(PATH="/nowhere", **credentials))
        self.assertEqual(0, status, said)
        self.assertRegex(said, r"\| mirror \| 0 of 40 MiB fetched .* pulled back whole; the bytes were here")
        for action in ("lambda:GetAccountSettings", "cloudformation:ListStackResources"):
            self.assertIn(f"not measured: these credentials may not: allow {action}", said)
        self.assertEqual(self.before, self.everything())

    def test_a_wrong_password_ends_it_with_a_sentence(self):
        status, said = self.ended(*self.start(LADING_ADMIN_PASSWORD="wrong"))
        self.assertEqual(1, status)
        self.assertRegex(said.splitlines()[-1], "^The probe cannot go on: .* was answered 401")


if __name__ == "__main__":
    unittest.main(verbosity=2)
