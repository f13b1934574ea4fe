"""What a function makes of the gateway's events: whose they are, and which path they name."""

import json
import sys
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from emulator import Emulator
from function_process import get
from test_calls import function, storage

CLIENT = "198.51.100.7"


class EventsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        emulator = cls.enterClassContext(Emulator())
        storage(emulator)
        cls.process = cls.enterClassContext(function(emulator, emulator.url))

    def send(self, path, headers=None):
        """The answer and its line in the log."""
        event = get(path, headers)
        event["requestContext"]["http"]["sourceIp"] = CLIENT
        seen = len(self.lines())
        answer, _ = self.process.invoke(event)
        new = self.lines()[seen:]
        return answer, new[-1] if new else None

    def lines(self):
        """Those that are metrics, too, one for each request a resource answered."""
        return [json.loads(line) for line in self.process.said().splitlines() if line.startswith('{"_aws"')]

    def test_the_source_is_what_the_gateway_saw_whatever_the_client_says(self):
        lies = (
            {"x-forwarded-for": f"192.0.2.1, {CLIENT}"},
            {"x-forwarded-for": "192.0.2.1"},
            {"X-Forwarded-For": "192.0.2.1"},
            {"forwarded": "for=192.0.2.1;host=evil.invalid;proto=https"},
            {"x-forwarded-for": "192.0.2.1", "forwarded": "for=192.0.2.2"},
        )
        for headers in lies:
            with self.subTest(headers):
                self.assertEqual(CLIENT, self.send("/v2/", headers)[1]["source"])

    def test_links_have_the_gateways_scheme_and_no_host_but_the_requests(self):
        headers = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.invalid", "x-forwarded-prefix": "/evil"}
        answer, _ = self.send("/v2/", headers)
        self.assertIn('realm="https://registry.invalid/token/"', str(answer["headers"]))

    def test_nothing_of_a_path_becomes_a_query(self):
        plain, _ = self.send("/token/")
        self.assertEqual(200, plain["statusCode"])
        event = get("/token/")
        event["rawPath"] = event["requestContext"]["http"]["path"] = "/token/?scope=repository:a:pull"
        answer, _ = self.process.invoke(event)
        self.assertIn(answer["statusCode"], (400, 404))

    def test_the_query_is_not_logged(self):
        _, line = self.send("/v2/?_state=permission")
        self.assertNotIn("permission", json.dumps(line))


if __name__ == "__main__":
    unittest.main(verbosity=2)
