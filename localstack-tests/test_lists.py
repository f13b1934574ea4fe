"""Requests of DynamoDB that a list costs, counted on the wire: in proportion to what it shows, not to what there is."""

import base64
import json
import sys
import unittest
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

from conformance import Emulators
from counting import Counting
from harness import PASSWORD, Server, length

REPOSITORIES = "/pulp/api/v3/repositories/container/container/"
MANY = int(length("LISTED_REPOSITORIES", 1_200, 3_000))
BASIC = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


class ListsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        env = cls.enterClassContext(Emulators()).env()
        cls.wire = cls.enterClassContext(Counting(env["AWS_ENDPOINT_URL_DYNAMODB"]))
        options = ("--storage=aws", "--create-storage", "--no-access-log")
        env |= {"AWS_ENDPOINT_URL_DYNAMODB": cls.wire.url}
        cls.server = cls.enterClassContext(Server(*options, env=env))
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(cls.create, range(MANY)))

    @classmethod
    def create(cls, number):
        cls.send(REPOSITORIES, json.dumps({"name": f"listed-{number:05}"}).encode())

    @classmethod
    def send(cls, path, body=None):
        headers = {"Authorization": BASIC, "Content-Type": "application/json"}
        request = urllib.request.Request(cls.server.url() + path, body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def reads(self, query):
        """The fewest of three tries, and the answer."""
        counted = []
        for _ in range(3):
            self.wire.taken()
            answer = self.send(REPOSITORIES + query)
            counted.append(Counter(self.wire.taken()))
        fewest = min(counted, key=lambda calls: calls.total())
        print(f"\n  of {MANY:,} repositories {query}: {dict(fewest)}")
        return fewest.total(), answer

    def test_one_name_is_found_in_its_record(self):
        calls, answer = self.reads(f"?name=listed-{MANY - 1:05}")
        self.assertEqual(1, answer["count"])
        self.assertLessEqual(calls, 3)

    def test_a_page_reads_what_it_shows(self):
        calls, answer = self.reads("?limit=100&offset=1000")
        self.assertEqual((MANY, 100), (answer["count"], len(answer["results"])))
        self.assertLessEqual(calls, 110)


if __name__ == "__main__":
    unittest.main(verbosity=2)
