"""The floods that a registry must withstand, by name, against content that `Stock` pushes there first."""

import base64
import json
import os
from urllib.parse import urlsplit

import oci
from floods import MANIFEST_TYPE, Attack
from harness import PASSWORD
from registry import Registry

KIB = 1024
MIB = 1024 * KIB
# More than the 200 workers that the server has.
MANY = 210
FEW = 70
# A little less than what bodies of the management API may have.
MANAGED_BYTES = 1_000_000
TAG_LENGTH = 120
# Each is a header of the answer, of which Python takes 100.
TAGS_AT_ONCE = 80


class Stock:
    """What is pulled: a small image by the client, large answers by the floods. `ours`: tags are pushed our way."""

    def __init__(self, port, ours=True, password=PASSWORD):
        self.port, self.ours = port, ours
        self.registry = Registry(f"127.0.0.1:{port}", password)
        self.login = {"Authorization": "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()}

    def push(self, tags=2000, blob_mib=32):
        small = oci.raw_image([os.urandom(20 * KIB) for _ in range(3)])
        self.registry.push("app", "1", small)
        self.image = ["/v2/app/manifests/1", *(f"/v2/app/blobs/{oci.sha256(blob)}" for blob in small.blobs)]
        large = oci.raw_image([os.urandom(blob_mib * MIB)])
        self.registry.push("big", "blob", large)
        self.blob = f"/v2/big/blobs/{oci.sha256(large.blobs[1])}"
        for tag, size in (("60k", 60 * KIB), ("4m", 4 * MIB)):
            self.registry.push_manifest("big", tag, padded(large, size))
        self.push_tags(large.manifest, tags)
        return self

    def push_tags(self, manifest, count, repository="big", length=TAG_LENGTH):
        """A list of them is the large JSON answer that anybody is given."""
        names = [f"{number}".ljust(length, "x") for number in range(count)]
        if self.ours:
            for start in range(0, count, TAGS_AT_ONCE):
                first, *others = names[start : start + TAGS_AT_ONCE]
                self.registry.push_manifest(
                    repository, first + "?" + "&".join(f"tag={each}" for each in others), manifest
                )
        else:
            for name in names:
                self.registry.push_manifest(repository, name, manifest)

    def uploads(self, count):
        """Where so many uploads go on."""
        found = (urlsplit(self.registry.begin("app")) for _ in range(count))
        return [f"{each.path}?{each.query}" for each in found]

    def head(self, method, target, **headers):
        """A whole head, with the password in it; the headers with `_` for `-`."""
        fields = {"Host": "registry", **self.login, **headers}
        lines = (f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        return f"{method} {target} HTTP/1.1\r\n" + "".join(lines) + "\r\n"


def padded(image, size):
    """The image's manifest with an annotation that fills it up to `size` bytes."""
    document = json.loads(image.manifest)
    bare = len(json.dumps({**document, "annotations": {"padding": ""}}))
    return json.dumps({**document, "annotations": {"padding": "p" * (size - bare)}}).encode()


TOKEN = (
    "POST /token/ HTTP/1.1\r\nHost: registry\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 60\r\n\r\ng"
)
TAGS = "/v2/big/tags/list"
JSON_TYPE = {"Content-Type": "application/json"}


def answers_unread(stock):
    """8 and 9: whoever asks and does not take what it asked for."""
    yield "tag lists, 30 on each of 210, unread", "unread", {"target": TAGS, "connections": MANY, "requests": 30}
    yield "tag lists, 30 on each of 300, unread", "unread", {"target": TAGS, "connections": 300, "requests": 30}
    # eclipse-vertx/vert.x issues 2365 and 3245: requests of closed connections go on being answered.
    yield "tag lists, 30 on each of 100, gone at once", "gone", {"target": TAGS, "connections": 100, "requests": 30}
    yield "tag lists, one on each of 300, gone at once", "gone", {"target": TAGS, "connections": 300, "requests": 1}
    yield "tag list of one, read by bytes, 210", "unread", {"target": TAGS, "connections": MANY, "reads": 16}
    if stock.ours:
        yield (
            "API document, 30 on each of 210, unread",
            "unread",
            {"target": "/pulp/api/v3/docs/api.json", "connections": MANY, "requests": 30},
        )
    yield (
        "4 MiB manifest, 210 read by bytes",
        "unread",
        {"target": "/v2/big/manifests/4m", "connections": MANY, "reads": 16},
    )
    yield "blob of 32 MiB, 210 unread", "unread", {"target": stock.blob, "connections": MANY}
    yield (
        "blob of 32 MiB, 30 on each of 210, unread",
        "unread",
        {"target": stock.blob, "connections": MANY, "requests": 30},
    )
    yield (
        "60 KB manifest, 4,000 on one, unread",
        "unread",
        {"target": "/v2/big/manifests/60k", "connections": 1, "requests": 4000},
    )
    yield (
        "4 MiB manifest, 200 on one, unread",
        "unread",
        {"target": "/v2/big/manifests/4m", "connections": 1, "requests": 200},
    )
    yield (
        "errors, 20,000 on each of 20, unread",
        "unread",
        {"target": "/v2/none/manifests/1", "connections": 20, "requests": 20_000},
    )


def connections(stock):
    """9: how many there are."""
    yield "5,000 idle from one address", "idle", {"connections": 5000}
    yield (
        "6,000 idle from 30 addresses",
        "idle",
        {"connections": 6000, "sources": [f"127.0.0.{number}" for number in range(30, 60)]},
    )


def slow_bodies(stock):
    """10: whoever begins and does not go on."""
    for connections in (MANY, 500):
        yield f"token forms of one byte, {connections}", "slow", {"heads": [TOKEN], "connections": connections}
    yield "token forms, a byte a second, 210", "slow", {"heads": [TOKEN], "connections": MANY, "piece": "a"}
    wrong = TOKEN.replace("x-www-form-urlencoded", "x-www-form-urlencoded; charset=utf-16")
    chunked = TOKEN.replace("Content-Length: 60", "Transfer-Encoding: chunked").removesuffix("g") + "1\r\ng\r\n"
    yield (
        "token forms in chunks of a byte, 210",
        "slow",
        {"heads": [wrong, chunked], "connections": MANY, "piece": "1\r\ng\r\n"},
    )
    yield (
        "heads, a line a second, 500",
        "slow",
        {"heads": ["GET /v2/ HTTP/1.1\r\nHost: registry\r\n"], "connections": 500, "piece": "X-Slow: 1\r\n"},
    )
    yield (
        "heads of 60 KB without end, 500",
        "slow",
        {"heads": ["GET /" + "a" * 60_000, "GET / HTTP/1.1\r\n" + "A: b\r\n" * 3000], "connections": 500},
    )
    yield (
        "refused bodies, a byte a second, 210",
        "slow",
        {
            "heads": ["PUT /v2/app/manifests/2 HTTP/1.1\r\nHost: registry\r\nContent-Length: 900000\r\n\r\n"],
            "connections": MANY,
            "piece": "a",
        },
    )
    yield (
        "HEAD and GET with bodies that never come, 210",
        "slow",
        {
            "heads": [
                f"{method} /v2/app/manifests/1 HTTP/1.1\r\nHost: registry\r\nContent-Length: 9\r\n\r\n"
                for method in ("GET", "HEAD")
            ],
            "connections": MANY,
        },
    )
    yield (
        "manifests, a byte a second, 210",
        "slow",
        {
            "heads": [stock.head("PUT", "/v2/app/manifests/2", Content_Type=MANIFEST_TYPE, Content_Length="900000")],
            "connections": MANY,
            "piece": "{",
        },
    )
    patches = [stock.head("PATCH", each, Content_Length="900000") for each in stock.uploads(MANY)]
    yield "uploads, a byte a second, 210", "slow", {"heads": patches, "connections": MANY, "piece": "a"}
    chunks = [stock.head("PATCH", each, Transfer_Encoding="chunked") for each in stock.uploads(FEW)]
    yield "uploads in chunks of a byte, 70", "slow", {"heads": chunks, "connections": FEW, "piece": "1\r\na\r\n"}
    waiting = [stock.head("PATCH", each, Content_Length="900000", Expect="100-continue") for each in stock.uploads(FEW)]
    yield "uploads that expect and wait, 70", "slow", {"heads": waiting, "connections": FEW}
    if stock.ours:
        yield (
            "management bodies of one byte, 210",
            "slow",
            {
                "heads": [
                    stock.head(
                        "POST",
                        "/pulp/api/v3/remotes/container/container/",
                        Content_Length="60",
                        Content_Type="application/json",
                    )
                    + "{"
                ],
                "connections": MANY,
            },
        )
        yield (
            "management bodies nobody may send, 210",
            "slow",
            {
                "heads": [
                    "POST /pulp/api/v3/remotes/container/container/ HTTP/1.1\r\nHost: registry\r\n"
                    "Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
                ],
                "connections": MANY,
            },
        )


def tokens(stock):
    """11: whatever is kept of what strangers send."""
    yield "tokens of 50 scopes, 10,000", "tokens", {"count": 10_000, "scopes": 50}
    yield "tokens of 200 short scopes, 10,000", "tokens", {"count": 10_000, "scopes": 200, "length": 12, "name": "f"}
    yield (
        "token forms of one long field, 2,000",
        "bodies",
        {
            "kind": "form field",
            "size": 100_000,
            "target": "/token/",
            "method": "POST",
            "at_once": 16,
            "count": 2000,
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
    )
    yield "tokens that nobody gave, 10,000 of 8 KB", "bearers", {"count": 10_000}


def documents(stock):
    """12: JSON that grows when it is read."""
    target = "/v2/flood{}/manifests/1"
    login = {**stock.login, "Content-Type": MANIFEST_TYPE}
    for at_once in (8, 32):
        yield (
            f"manifests of empty objects, {at_once}",
            "bodies",
            {"kind": "empty objects", "target": target, "headers": login, "at_once": at_once},
        )
    yield (
        "manifests of empty objects by nobody, 32",
        "bodies",
        {"kind": "empty objects", "target": target, "at_once": 32},
    )
    for kind in (
        "deep and closed",
        "one string",
        "one number",
        "one exponent",
        "one name",
        "many fields",
        "annotations",
    ):
        yield f"manifests of {kind}, 32", "bodies", {"kind": kind, "target": target, "headers": login, "at_once": 32}
    if stock.ours:
        managed = {**stock.login, **JSON_TYPE}
        remotes = "/pulp/api/v3/remotes/container/container/"
        for kind in ("object of fields", "list in a field", "deep and closed", "one number"):
            yield (
                f"management bodies of {kind}, 32",
                "bodies",
                {
                    "kind": kind,
                    "size": MANAGED_BYTES,
                    "target": remotes,
                    "method": "POST",
                    "headers": managed,
                    "at_once": 32,
                },
            )
        yield (
            "management bodies by nobody, 32",
            "bodies",
            {
                "kind": "list in a field",
                "size": MANAGED_BYTES,
                "target": remotes,
                "method": "POST",
                "headers": JSON_TYPE,
                "at_once": 32,
            },
        )
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield (
        "token forms of 100,000 fields, 32",
        "bodies",
        {"kind": "form fields", "size": 400_000, "target": "/token/", "method": "POST", "headers": form, "at_once": 32},
    )
    yield (
        "token forms of 16 MB, 32",
        "bodies",
        {
            "kind": "form fields",
            "size": 16_000_000,
            "target": "/token/",
            "method": "POST",
            "headers": form,
            "at_once": 32,
        },
    )


def referrers(stock, count=20):
    """12: a list of documents, each as large as may be, that anybody is given. Not of `POINTS`: it is long to push."""
    subject = oci.raw_image([b"subject"])
    stock.registry.push("referred", "1", subject)
    for number in range(count):
        document = {
            **json.loads(subject.manifest),
            "artifactType": "application/example",
            "annotations": {"number": str(number), "padding": "p" * 3_900_000},
            "subject": oci.descriptor(oci.MANIFEST, subject.manifest),
        }
        content = json.dumps(document).encode()
        stock.registry.push_manifest("referred", oci.sha256(content), content)
    yield (
        f"referrers, a list of {count * 4} MB, 8",
        "fetches",
        {"targets": [f"/v2/referred/referrers/{subject.digest}"], "at_once": 8},
    )


def long_lists(stock, tags=12_000):
    """12: lists of which much is kept until all was read. Not of `POINTS`: they are long to push."""
    image = oci.raw_image([b"many tags"])
    stock.registry.push("long", "0", image)
    stock.push_tags(image.manifest, tags, "long", 8)
    [long] = stock.registry.call(200, "GET", "repositories/container/container/?name=long")["results"]
    version = long["latest_version_href"]
    page = f"/pulp/api/v3/content/container/tags/?repository_version={version}&limit=10&offset={tags // 2}"
    targets = {
        "pages in the middle": page,
        "pages from the end": page + "&ordering=-name",
        "comparisons": f"{long['pulp_href']}diff/?from=1&to={version.split('/')[-2]}&limit=10",
    }
    for what, target in targets.items():
        yield f"{what} of a long list, 100", "fetches", {"targets": [target], "at_once": 100, "headers": stock.login}


POINTS = (answers_unread, connections, slow_bodies, tokens, documents)


def all_of(stock, points=POINTS):
    """{name: (flood, parameters)}"""
    return {name: (flood, parameters) for point in points for name, flood, parameters in point(stock)}


# Of these the duration is to be said; the others end when all is asked.
HOLDING = ("unread", "gone", "idle", "slow")


def honest(stock):
    """Who is slow, but not too slow: 4 KB a second either way, where 64 KiB a minute are asked for.

    netty issue 8912: a writer that is busy with one large buffer is easily taken for an idle one.
    """
    yield "unread", {"target": "/v2/big/manifests/4m", "reads": 4 * KIB, "receive_buffer": 64 * KIB}
    heads = [stock.head("PATCH", each, Content_Length="90000000") for each in stock.uploads(FEW)]
    yield "slow", {"heads": heads, "piece": "a" * 4 * KIB}


def attack(stock, scenario, **changes):
    flood, parameters = scenario
    return Attack(stock.port, flood, **{**parameters, **changes})
