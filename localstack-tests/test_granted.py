"""What a user with a few of very many private repositories sees, and what that costs."""

import os
import statistics
import sys
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from conformance import Emulators
from counting import Counting
from harness import PASSWORD, Server, length
from registry import Registry

# As many users as repositories, and ten times as many roles given.
MANY = int(length("E2E_GRANTED", 200, full=10_000))
MANY_ON_AWS = 300
EACH = 10
SEEN = 100
IMAGE = oci.image([])
CONFIG = oci.sha256(IMAGE.blobs[0])
VIEWER = "container.containerrepository_viewer"
THREADS = 8
LISTS = ("repositories/container/container/", "content/container/tags/")


class Granted:
    """`ann` sees a hundred of `many` private repositories at a server."""

    def __init__(self, host, many):
        self.host, self.many = host, many
        self.admin = Registry(host)
        self.admin.push("many/r0", "1", IMAGE)
        self.spread(self.make, many)
        self.ann = Registry(host, "battery staple", user="ann")
        self.admin.call(201, "POST", "users/", username="ann", password="battery staple")
        self.hrefs = self.all_hrefs()
        self.spread(self.give, many)

    def spread(self, work, many):
        """Does work for each number, by several connections."""

        def some(first):
            client = Registry(self.host)
            for number in range(first, many, THREADS):
                work(client, number)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(some, range(THREADS)))

    def make(self, client, number):
        client.call(201, "POST", "users/", username=f"u{number}")
        name = f"many/r{number}"
        if number:
            client.expect(201, "POST", f"/v2/{name}/blobs/uploads/?mount={CONFIG}&from=many/r0", b"")
            client.push_manifest(name, "1", IMAGE.manifest)

    def all_hrefs(self):
        found, path = {}, "repositories/container/container/?limit=1000&fields=name,pulp_href"
        while path:
            page = self.admin.call(200, "GET", path)
            found |= {each["name"]: each["pulp_href"] for each in page["results"]}
            path = page["next"] and page["next"].split("/pulp/api/v3/")[1]
        return found

    def give(self, client, number):
        users = [f"u{(number * EACH + each) % self.many}" for each in range(EACH)]
        if number < SEEN:
            users.append("ann")
        client.call(201, "POST", f"{self.hrefs[f'many/r{number}']}add_role/", role=VIEWER, users=users)

    def listed(self, path):
        return self.ann.call(200, "GET", f"{path}?limit={SEEN}")


class GrantedTest(unittest.TestCase):
    def require_seen(self, granted, path):
        seen = min(SEEN, granted.many)
        page = granted.listed(path)
        expected = {"repositories": seen, "content": 1}[path.split("/")[0]]
        self.assertEqual(expected, page["count"])
        self.assertEqual(expected, len(page["results"]))

    def test_on_a_laptop(self):
        began = time.monotonic()
        with Server("--private-by-default", "--no-access-log") as server:
            granted = Granted(server.host, MANY)
            given = f"{MANY:,} private repositories, {MANY:,} users, {MANY * EACH:,} roles given"
            print(f"\n  {given}, made in {time.monotonic() - began:.0f} s")
            for path in LISTS:
                self.require_seen(granted, path)
                seconds = []
                for _ in range(9):
                    began = time.monotonic()
                    granted.listed(path)
                    seconds.append(time.monotonic() - began)
                print(f"  {path}: {statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms")

    @unittest.skipUnless(os.environ.get("E2E_FULL"), "in make e2e-full: the emulator takes minutes to be given them")
    def test_on_aws(self):
        env = self.enterContext(Emulators()).env()
        wire = self.enterContext(Counting(env["AWS_ENDPOINT_URL_DYNAMODB"]))
        env |= {"AWS_ENDPOINT_URL_DYNAMODB": wire.url, "LADING_ADMIN_PASSWORD": PASSWORD}
        options = ("--storage=aws", "--create-storage", "--private-by-default", "--no-access-log")
        server = self.enterContext(Server(*options, env=env))
        granted = Granted(server.host, MANY_ON_AWS)
        for path in LISTS:
            self.require_seen(granted, path)
            wire.taken()
            granted.listed(path)
            calls = Counter(wire.taken())
            print(f"\n  of {MANY_ON_AWS:,} private repositories on AWS, {path}: {dict(calls)}")
            # For each that is seen its grant's object, its newest version and what is in it; and a few.
            self.assertLessEqual(calls.total(), 3 * SEEN + 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
