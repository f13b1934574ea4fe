"""Thousands of hostile requests, drawn by a seed, are refused, change nothing, and leave memory as it was."""

import base64
import http.client
import json
import random
import re
import unittest
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import hostile
import oci
from bystander import Process
from harness import PASSWORD, Server, length
from registry import Registry

SEED = 15
COUNT = int(length("E2E_HOSTILE", 5_000, full=50_000))
USERS_PASSWORD = "battery staple"
HEAP_SLACK_MIB = 40
# What no request of this kind may be answered: that it was done.
DONE = range(200, 400)
LISTS = (
    "users/", "groups/", "roles/", "robots/", "pulp_container/namespaces/", "repositories/", "distributions/",
    "remotes/", "tasks/",
)  # fmt: skip
CHANGES_BY_ITSELF = re.compile(r'"last_used": ?("[^"]*"|null)')


class HostileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--no-access-log"))
        cls.admin = Registry(cls.server.host)
        cls.href = {}
        for user in ("ann", "eve"):
            cls.href[user] = cls.admin.call(201, "POST", "users/", username=user, password=USERS_PASSWORD)["pulp_href"]
        namespace = cls.admin.call(201, "POST", "pulp_container/namespaces/", name="team")["pulp_href"]
        group = cls.admin.call(201, "POST", "groups/", name="team")["pulp_href"]
        robot = cls.admin.call(201, "POST", "robots/", name="team+ci")["pulp_href"]
        role = cls.admin.call(201, "POST", "roles/", name="own", permissions=[])["pulp_href"]
        owner = {"role": "container.containernamespace_owner", "users": ["ann"]}
        cls.admin.call(201, "POST", namespace + "add_role/", **owner)
        cls.admin.push("team/private", "1", oci.raw_image([b"a secret layer"]))
        [private] = cls.admin.call(200, "GET", "distributions/container/container/?name=team/private")["results"]
        cls.admin.complete(cls.admin.call(202, "PATCH", private["pulp_href"], private=True)["task"])
        repository = private["repository"]
        remote = {"name": "r", "url": "http://127.0.0.1:9", "upstream_name": "a/b"}
        remote = cls.admin.call(201, "POST", "remotes/container/container/", **remote)["pulp_href"]
        cls.objects = [
            cls.href["ann"], cls.href["ann"] + "roles/", namespace, namespace + "add_role/", group, group + "users/",
            group + "roles/", robot, robot + "rotate/", role, private["pulp_href"], private["pulp_href"] + "add_role/",
            repository, repository + "tag/", repository + "sync/", repository + "remove_role/", remote,
            "/pulp/api/v3/orphans/cleanup/", "/pulp/api/v3/repair/", "/pulp/api/v3/tasks/purge/",
        ]  # fmt: skip
        cls.lists = [hostile.API + path for path in LISTS[:5]] + [
            hostile.API + "repositories/container/container/",
            hostile.API + "distributions/container/container/",
            hostile.API + "remotes/container/container/",
            cls.href["eve"] + "roles/",
            namespace + "add_role/",
        ]

    def tokens(self):
        """Ann's for another repository, her refresh token, and one that another registry signed."""
        ann = Registry(self.server.host, USERS_PASSWORD, user="ann")
        scope = "/token/?service=lading&scope=repository:team/other:pull"
        form = f"grant_type=password&access_type=offline&service=lading&username=ann&password={USERS_PASSWORD}"
        form = form.replace(" ", "+")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        refresh = Registry(self.server.host, None).expect(200, "POST", "/token/", form, headers).json()["refresh_token"]
        with Server() as another:
            signed = "/token/?service=lading&scope=registry:management:* repository:team/private:*".replace(" ", "%20")
            foreign = Registry(another.host).expect(200, "GET", signed).json()["token"]
        return [ann.expect(200, "GET", scope).json()["token"], refresh, foreign]

    def locations(self):
        """Uploads of the administrator, each with the state of the next."""
        found = []
        for _ in range(3):
            begun = self.admin.expect(202, "POST", "/v2/team/private/blobs/uploads/").headers["Location"]
            parts = urlsplit(begun)
            found.append((parts.path, parse_qs(parts.query)["_state"][0]))
        return [(found[i][0], found[i - 1][1]) for i in range(len(found))]

    def state(self):
        said = [self.admin.expect(200, "GET", f"{hostile.API}{path}?limit=1000").body.decode() for path in LISTS]
        versions = self.admin.expect(200, "GET", "/v2/team/private/tags/list").body.decode()
        return CHANGES_BY_ITSELF.sub("", "\n".join([*said, versions]))

    def send(self, request):
        headers = dict(request.headers)
        if request.kind == "malformed":
            headers["Authorization"] = hostile.basic("admin", PASSWORD)
        connection = http.client.HTTPConnection(self.server.host, timeout=30)
        try:
            connection.putrequest(request.method, request.path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value.encode())
            connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (http.client.BadStatusLine, ConnectionError):
            # A head that is larger than any sensible one ends the connection.
            return 0, b""
        finally:
            connection.close()

    def test_they_are_refused(self):
        stranger = hostile.basic("eve", USERS_PASSWORD)
        tokens, uploads = self.tokens(), self.locations()
        source = hostile.Generator(
            random.Random(SEED), stranger, tokens, self.objects, self.lists, uploads, "team/private"
        )
        process = Process(self.server.pid())
        before, heap = self.state(), process.heap_mib()
        said, wrong = Counter(), []
        for request in source.draw(COUNT):
            status, body = self.send(request)
            said[request.kind, status] += 1
            if status in DONE or status >= 500:
                wrong.append(f"{status} {request}\n    {body[:200]}")
        by_kind = {}
        for (kind, status), count in sorted(said.items()):
            by_kind.setdefault(kind, {})[status] = count
        print("", *(f"  {kind}: {statuses}" for kind, statuses in by_kind.items()), sep="\n")
        self.assertEqual([], wrong[:20], f"{len(wrong)} were not refused")
        self.assertEqual(before, self.state())
        self.assertLess(process.heap_mib() - heap, HEAP_SLACK_MIB)

    def test_no_scope_grants_what_is_not_allowed(self):
        draw = random.Random(SEED)
        words = ["repository", "repository(plugin)", "registry", "team/private", "team/private/", "TEAM/private", "*"]
        words += ["management", "catalog", "..", "team%2Fprivate", "pull", "push", "delete", "pull,push,*", "", " "]
        stranger = Registry(self.server.host, USERS_PASSWORD, user="eve")
        for _ in range(300):
            scopes = [":".join(draw.choice(words) for _ in range(draw.choice([3, 3, 3, 2, 4]))) for _ in range(3)]
            query = "&".join("scope=" + scope.replace(" ", "%20") for scope in scopes)
            answer = stranger.expect(200, "GET", "/token/?service=lading&" + query)
            claims = json.loads(base64.urlsafe_b64decode(answer.json()["token"].split(".")[1] + "=="))
            for granted in claims["access"]:
                allowed = granted["type"] == "registry" and granted["name"] == "catalog"
                self.assertTrue(allowed or granted.get("public"), (scopes, granted))
