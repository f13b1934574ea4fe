"""Who may do what, held to two tables: `registry-rights.txt`, by permissions, and the tests' `management-rights.txt`.

On the server and behind a gateway alike. Little changes for those who may: what they ask for is not there, or is
refused as it stands, with 404 or 400, and so after what they may.
"""

import base64
import json
import subprocess
import tempfile
from pathlib import Path

import oci
from harness import ROOT
from registry import API, Registry

PASSWORD = "battery staple"
REGISTRY = Path(__file__).with_name("registry-rights.txt")
MANAGEMENT = ROOT / "functions/server/src/test/resources/management-rights.txt"
ABSENT = "sha256:" + "0" * 64
NAMES = {"public": "team/public", "private": "team/private"}
IMAGE = oci.image([oci.tar({"hello": b"hello\n" * 1000})])
DIGEST = oci.sha256(IMAGE.manifest)
BLOB = oci.sha256(IMAGE.blobs[0])

# What needs each permission, below a name.
ROUTES = {
    "pull": [
        *[(method, place) for method in ("GET", "HEAD") for place in ("manifests/1", f"manifests/{DIGEST}")],
        *[(method, f"blobs/{BLOB}") for method in ("GET", "HEAD")],
        ("GET", "tags/list"),
    ],
    # Who may pull is never answered 404. Source: OCI distribution, "Listing Referrers".
    "referrers": [("GET", f"referrers/{ABSENT}")],
    "push": [
        ("POST", "blobs/uploads/?digest=none"),
        ("POST", f"blobs/uploads/?mount=none&from={NAMES['public']}&digest=none"),
        ("PUT", "manifests/new"),
        ("PUT", f"manifests/{ABSENT}"),
    ],
    "delete": [("DELETE", place) for place in ("manifests/absent", f"manifests/{ABSENT}", f"blobs/{ABSENT}")],
}


def rows(path):
    """What each row of a file's tables asks for, and the answer for each caller. Tables have an empty line between."""
    for lines in path.read_text().split("\n\n"):
        head, *asked = [line.rsplit("|", 1) for line in lines.splitlines()]
        for what, answers in asked:
            yield what.replace("|", " ").split(), dict(zip(head[1].split(), map(int, answers.split()), strict=True))


class Rights:
    """Callers of every kind at a registry; asks for everything as each of them.

    `key`: the text of the registry's token key, for a token that expired.
    """

    def __init__(self, host, password, key):
        self.host, self.key = host, key
        self.admin = Registry(host, password)
        self.clients = {"admin": self.admin, "anonymous": Registry(host, None)}
        self.users = {}
        self.made = {"missing": f"{API}/repositories/container/container/00000000-0000-0000-0000-000000000001/"}

    def user(self, caller, *roles):
        """Makes a user with roles, each on an object or, without one, on everything."""
        name = f"r-{caller}"
        self.users[caller] = self.admin.call(201, "POST", "users/", username=name, password=PASSWORD)["pulp_href"]
        self.clients[caller] = Registry(self.host, PASSWORD, user=name)
        for role, thing in roles:
            self.give(caller, role, thing)

    def give(self, caller, role, thing):
        body = {"role": f"container.container{role}", "content_object": thing}
        self.admin.call(201, "POST", self.users[caller] + "roles/", **body)

    def bearer(self, caller, token):
        self.clients[caller] = Registry(self.host, None)
        self.clients[caller].headers["Authorization"] = f"Bearer {token}"

    def token(self, caller, actions):
        target = f"/token/?service=lading&scope=repository:{NAMES['private']}:{actions}"
        return self.clients[caller].expect(200, "GET", target).json()["token"]

    def distribution(self, name):
        [found] = self.admin.call(200, "GET", f"distributions/container/container/?base_path={name}")["results"]
        return found

    def set_up_registry(self):
        for name in ("public", "private"):
            self.admin.push(NAMES[name], "1", IMAGE)
        hidden = self.distribution(NAMES["private"])["pulp_href"]
        self.admin.complete(self.admin.call(202, "PATCH", hidden, private=True)["task"])
        [team] = self.admin.call(200, "GET", "pulp_container/namespaces/?name=team")["results"]
        self.user("stranger")
        self.user("consumer", ("distribution_consumer", hidden))
        self.user("collaborator", ("namespace_collaborator", team["pulp_href"]))
        self.user("owner", ("namespace_owner", team["pulp_href"]))
        secret = self.admin.call(201, "POST", "robots/", name="team+rights")["secret"]
        self.clients["robot"] = Registry(self.host, secret, user="team+rights")
        self.bearer("pull-token", self.token("owner", "pull"))
        self.bearer("push-token", self.token("owner", "pull,push"))
        whole = self.token("owner", "pull,push,delete")
        self.bearer("delete-token", whole)
        self.bearer("stranger-token", self.token("stranger", "pull,push,delete"))
        self.bearer("signed", signed(whole, self.key, 0))
        # So that the other one is refused for nothing but its age.
        self.clients["signed"].expect(200, "GET", f"/v2/{NAMES['private']}/tags/list")
        self.bearer("expired", signed(whole, self.key, 3_600))
        self.bearer("tampered", tampered(whole))

    def set_up_management(self):
        path = "container/container/"
        self.user("maker", ("repository_creator", None), ("remote_creator", None))
        maker = self.clients["maker"]
        self.made["repo"] = maker.call(201, "POST", f"repositories/{path}", name="rights/app")["pulp_href"]
        upstream = {"name": "rights", "url": "http://127.0.0.1:9", "upstream_name": "a/b"}
        self.made["remote"] = maker.call(201, "POST", f"remotes/{path}", **upstream)["pulp_href"]
        served = {"name": "rights", "base_path": "r-maker/app", "private": True, "repository": self.made["repo"]}
        self.admin.complete(maker.call(202, "POST", f"distributions/{path}", **served)["task"])
        self.made["dist"] = self.distribution("r-maker/app")["pulp_href"]
        [namespace] = maker.call(200, "GET", "pulp_container/namespaces/?name=r-maker")["results"]
        self.made["ns"] = namespace["pulp_href"]
        self.user("manager", ("repository_content_manager", self.made["repo"]))
        self.user("viewer", ("repository_viewer", self.made["repo"]))
        # The others have their roles here beside those that they have already.
        self.give("consumer", "distribution_consumer", self.made["dist"])
        self.give("collaborator", "namespace_collaborator", self.made["ns"])

    def wrong_of_registry(self):
        """What is answered otherwise than the table says, and how many requests were sent."""
        wrong, sent = [], 0
        for (permission, name), answers in rows(REGISTRY):
            for caller, expected in answers.items():
                for method, place in ROUTES[permission]:
                    body = b"{}" if method == "PUT" else b"" if method == "POST" else None
                    headers = {"Content-Type": oci.MANIFEST} if method == "PUT" else {}
                    # Another missing name each time, since a user's push begins one, even if it is refused then.
                    target = f"/v2/{NAMES.get(name, f'team/missing-{sent}')}/{place}"
                    answer = self.clients[caller].request(method, target, body, headers)
                    sent += 1
                    status = 200 if answer.status == 307 else answer.status
                    challenge = answer.headers.get("WWW-Authenticate", "")
                    if status != expected or (status == 401) != challenge.startswith("Bearer realm="):
                        wrong.append(f"{caller}: {method} {target}: {answer.status}, {expected} expected; {challenge}")
        return wrong, sent

    def wrong_of_management(self):
        wrong, sent = [], 0
        for (method, place), answers in rows(MANAGEMENT):
            target = place.format(**self.made) if place.startswith("{") else f"{API}/{place}"
            for caller, expected in answers.items():
                content = () if method == "GET" else (b"{}", {"Content-Type": "application/json"})
                answer = self.clients[caller].request(method, target, *content)
                sent += 1
                if answer.status != expected:
                    wrong.append(f"{caller}: {method} {place}: {answer.status}, {expected} expected")
        return wrong, sent


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def tampered(token):
    """The same, for another name, with the signature of before."""
    head, _, signature = token.split(".")
    changed = claims(token)
    changed["access"][0]["name"] = "team/*"
    return ".".join((head, encoded(json.dumps(changed).encode()), signature))


def signed(token, key, seconds):
    """The same, of so many seconds ago, signed by the registry's own key."""
    head, changed = token.split(".")[0], claims(token)
    changed |= {"iat": changed["iat"] - seconds, "exp": changed["exp"] - seconds}
    unsigned = f"{head}.{encoded(json.dumps(changed).encode())}"
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(f"-----BEGIN PRIVATE KEY-----\n{key.split()[0]}\n-----END PRIVATE KEY-----\n")
        file.flush()
        command = ("openssl", "dgst", "-sha256", "-sign", file.name)
        pair = subprocess.run(command, input=unsigned.encode(), capture_output=True, check=True).stdout
    return f"{unsigned}.{encoded(concatenated(pair))}"


def concatenated(pair):
    """An ECDSA signature as JSON Web Signatures have it, of one as a sequence of two ASN.1 numbers."""
    first = pair[3]
    numbers = (pair[4 : 4 + first], pair[6 + first :])
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in numbers)
