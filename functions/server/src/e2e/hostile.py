"""Requests that nobody honest sends, drawn by a seed, by kinds: credentials, tokens, names, bodies, roles, uploads.

Each is to be refused, and to change nothing.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

API = "/pulp/api/v3/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ODD_TEXTS = (
    "", " ", "\u0000", "a\nb", "../x", "a/../b", "-x", "+", "a+", "+a", "A" * 5_000, "名前", "admin", "ADMIN ",
    "anonymous", "oidc", "*", "%", "'; drop table users; --", "${jndi:ldap://127.0.0.1:9/x}", "\u202eadmin", "a+b+c",
)  # fmt: skip
ODD_VALUES = (None, True, -1, 2**70, 1.5, [], {}, [[]], {"a": {"b": []}}, ["x"] * 2_000, "x" * 200_000)


@dataclass(frozen=True)
class Hostile:
    kind: str
    method: str
    path: str
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    def __str__(self):
        shown = {name: value[:80] for name, value in self.headers.items()}
        return f"{self.kind}: {self.method} {self.path[:150]} {shown} {self.body[:100]}"


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def encoded(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Generator:
    """`stranger`: the header of a user without any right. `tokens`: a user's, another registry's, a refresh token.

    `objects`: paths that are not for strangers. `lists`: paths where only the administrator, or who has a role, makes
    something. `uploads`: locations of uploads, each with the state of another.
    """

    def __init__(self, random, stranger, tokens, objects, lists, uploads, private):
        self.random, self.stranger, self.tokens = random, stranger, tokens
        self.objects, self.lists, self.uploads, self.private = objects, lists, uploads, private
        self.kinds = [self.credentials, self.token, self.spelled, self.made, self.malformed, self.upload]

    def draw(self, count):
        return [self.random.choice(self.kinds)() for _ in range(count)]

    def somewhere(self, kind, authorization):
        method, path = self.random.choice(
            [
                ("GET", f"/v2/{self.private}/manifests/1"),
                ("POST", f"/v2/{self.private}/blobs/uploads/"),
                ("DELETE", f"/v2/{self.private}/manifests/1"),
                ("GET", API + "users/"),
                ("POST", API + "robots/"),
                ("PATCH", self.random.choice(self.objects)),
            ]
        )
        return Hostile(kind, method, path, {"Authorization": authorization}, b"{}" if method != "GET" else b"")

    def credentials(self):
        odd = self.random.choice(ODD_TEXTS)
        user = self.random.choice(["ann", "nobody", "team+ci", "team+none", odd.strip() or "x"])
        password = self.random.choice(["guess", "ldg_" + "0" * 57, "x" * 7_001, odd or "x"])
        forms = [
            basic(user, password), basic(user, password).replace("Basic ", "basic  "), "Basic", "Basic !!!",
            "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(), basic(user, password) + ", " + self.stranger,
            "Digest x", "Bearer", "Bearer " + "x" * self.random.choice([1, 100, 15_000]), "bearer a.b.c",
        ]  # fmt: skip
        return self.somewhere("credentials", self.random.choice(forms))

    def token(self):
        head, claims, signature = self.random.choice(self.tokens).split(".")
        changed = decoded(claims)
        changed |= self.random.choice(
            [
                {"sub": "admin", "upn": "admin"},
                {"sub": "user:1:1"},
                {"with": "zzz.1"},
                {"exp": changed["exp"] + 10_000},
                {"iat": changed["iat"] + 10_000},
                {"access": [{"type": "repository", "name": self.private, "actions": ["*"]}]},
                {"access": [{"type": "registry", "name": "management", "actions": ["*"]}]},
                {"aud": "another"},
            ]
        )
        forged = encoded(changed)
        none, symmetric = encoded({"alg": "none", "typ": "JWT"}), encoded({"alg": "HS256", "typ": "JWT"})
        mac = hmac.new(b"secret", f"{symmetric}.{forged}".encode(), hashlib.sha256).digest()
        text = self.random.choice(
            [
                f"{head}.{claims}.{signature}",
                f"{head}.{forged}.{signature}",
                f"{none}.{forged}.",
                f"{symmetric}.{forged}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}",
                f"{head}.{claims}.{signature[:-4]}AAAA",
                f"{head}.{claims}",
                f"{head}..{signature}",
            ]
        )
        return self.somewhere("token", "Bearer " + text)

    def spelled(self):
        """A stranger, or nobody, at what is not theirs."""
        path = self.random.choice(self.objects)
        at = self.random.randrange(1, len(path))
        ways = [
            path, path.rstrip("/"), path.replace("/", "//", 2), path.replace("/v3/", "/v3/./"), path + "?fields=name",
            path[:at] + f"%{ord(path[at]):02x}" + path[at + 1 :], path.replace("/v3/", "/v3/x/../"), path + ";a=b",
            path[: at // 2] + path[at // 2 :].upper(),
        ]  # fmt: skip
        headers = {"Authorization": self.stranger} if self.random.random() < 0.7 else {}
        headers["Content-Type"] = "application/json"
        return Hostile("spelled", self.random.choice(METHODS[2:]), self.random.choice(ways), headers, b'{"role": "x"}')

    def made(self):
        """A stranger who makes what only others may."""
        body = self.random.choice(
            [
                {"name": "library"},
                {"username": "eve2", "password": "battery staple"},
                {"name": "prod+ci", "role": "container.containernamespace_owner"},
                {"name": "mine", "permissions": ["container.namespace_pull_containerdistribution"]},
                {"role": "container.containernamespace_owner", "content_object": None},
                {"name": "x", "base_path": "prod/x"},
            ]
        )
        headers = {"Authorization": self.stranger, "Content-Type": "application/json"}
        return Hostile("made", "POST", self.random.choice(self.lists), headers, json.dumps(body).encode())

    def malformed(self):
        """What even the administrator is told is wrong; the test adds their credentials."""
        odd = self.random.choice(ODD_TEXTS)
        fields = self.random.choice(["name", "username", "role", "permissions", "content_object", "users", "groups"])
        content = json.dumps({fields: self.random.choice([odd, *ODD_VALUES]), "unknown": 1}).encode()
        body = self.random.choice(
            [content, content[:-1], b"", b"[]", b"null", b"{" * 1_000, b"\xff\xfe", b'{"a":1,"a":2}']
        )
        return Hostile("malformed", "POST", self.random.choice(self.lists), {"Content-Type": "application/json"}, body)

    def upload(self):
        """An upload's location with the state of another, or none, or one that was changed."""
        location, state = self.random.choice(self.uploads)
        changed = self.random.choice([state, state[:-6] + "AAAAAA", "", "x" * 3_000, state.replace(".", "")])
        method = self.random.choice(["PATCH", "PUT", "DELETE", "GET"])
        headers = {"Authorization": self.stranger} if self.random.random() < 0.5 else {}
        return Hostile("upload", method, f"{location}?_state={changed}", headers, b"x" if method[0] == "P" else b"")
