"""The stacks in an AWS emulator, deployed once for the tests of a module, and clients that make journeys there."""

import sys
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from deployment import Deployment
from emulator import Emulator
from registry import Registry
from smoke import Journeys

# So that a schedule can be waited for, and what is given up.
SOON = {"rate(1 hour)": "rate(1 minute)", '"maxReceiveCount": 10': '"maxReceiveCount": 3'}

# The one of the module that is run: each has a process of its own.
stage = {}


def deploy(options=lambda emulator: ()):
    """For `setUpModule`: the API alone, until the module's end.

    `options`: of the CDK app, beside those of every deployment.
    """
    emulator = unittest.enterModuleContext(Emulator())
    deployment = unittest.enterModuleContext(Deployment(emulator))
    began = time.monotonic()
    assembly = deployment.synth("api", *options(emulator))
    synthesised = time.monotonic()
    deployment.deploy(assembly, SOON)
    print(f"\n  synthesised in {synthesised - began:.0f} s, deployed in {time.monotonic() - synthesised:.0f} s")
    # The first token is what makes the secrets.
    Registry(deployment.gateway.host, None).expect(200, "GET", "/token/?service=lading")
    name = deployment.outputs["AdminPassword"]
    password = emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    stage.update(emulator=emulator, deployment=deployment, gateway=deployment.gateway, password=password)


class Deployed(Journeys):
    @classmethod
    def setUpClass(cls):
        cls.url, cls.password = stage["gateway"].url, stage["password"]
        super().setUpClass()

    def test_nothing_but_the_api_answered(self):
        self.assertEqual([], stage["gateway"].strays)
