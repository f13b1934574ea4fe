"""Requests that name a route by another spelling than the plain one, and what an anonymous client may get for them.

`ways` makes them, seeded, as bytes for a raw socket: clients normalise what they send. `Oracle` says of an answer
whether it gives more than the plain requests of the same client do.
"""

import json
import random
import socket
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ROOTS = ("/v2/", "/q/", "/token/", "/pulp/", "/pulp/api/v3/", "/q/health/live/", "/pulp/api/v3/docs/api.json/", "/")
BODY = b"{}"
SECONDS = 20


@dataclass(frozen=True)
class Request:
    """`target` is what stands in the request line, byte by byte; `host=None` sends no Host."""

    method: str
    target: str
    host: str | None = "registry.invalid"
    version: str = "HTTP/1.1"
    headers: tuple = ()
    kinds: tuple = ()

    def encoded(self):
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"Host: {self.host}"] if self.host is not None else []
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.method in ("POST", "PUT", "PATCH"):
            lines += ["Content-Type: application/json", f"Content-Length: {len(BODY)}"]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
        return head + (BODY if self.method in ("POST", "PUT", "PATCH") else b"")

    def __str__(self):
        line = f"{self.method} {self.target!r} {self.version} Host: {self.host!r} {list(self.headers)}"
        return f"{'+'.join(self.kinds) or 'plain'}: {line}"


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""


def percent(character, chance):
    text = "".join(f"%{byte:02x}" for byte in character.encode())
    return text.upper() if chance.random() < 0.5 else text


def dots(chance):
    """A segment that is one dot or two, plain, encoded or both."""
    return "".join(chance.choice((".", ".", "%2e", "%2E")) for _ in range(chance.choice((1, 2, 2))))


def escaped_twice(character, chance):
    return percent("%", chance) + percent(character, chance)[1:]


def overlong(character, chance):
    """UTF-8 of more bytes than it takes, which is none."""
    high, low = 0x80 | ord(character) >> 6 & 0x3F, 0x80 | ord(character) & 0x3F
    return chance.choice((f"%{high | 0x40:02x}%{low:02x}", f"%e0%{high:02x}%{low:02x}"))


def wide(character, chance):
    """The full-width form, which some fold into the plain one."""
    return percent(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character, chance)


# One character is written otherwise.
CHARACTERS = {"one escape": percent, "escaped twice": escaped_twice, "overlong": overlong, "wide": wide}

# One of these is put anywhere into the path.
ANYWHERE = {
    "parameters": (";", ";a=b", ";/", "..;/", "%3b", ";jsessionid=1", "/;/", ";%2f.."),
    "control": ("%00", "%0a", "%0d%0a", "%09", "%7f", "%1f", "\t", "\x00", "\x01", "\x7f", "\x0b"),
    "line": (" HTTP/1.1\r\nX-Two: ", "\r\n", "\n", "\r", "%20HTTP/1.1%0d%0aX:%20"),
    "broken escape": ("%", "%2", "%zz", "%u002f", "%%32%65", "%c3", "%ff"),
    "latin": ("\xaf", "\xc0\xaf", "\xe4", "\xff", "\xa0", "\xad"),
    "query within": ("?", "%3f", "%3F", "?/../"),
    "fragment within": ("#", "%23", "#/../"),
}

# One of these is put behind the path.
BEHIND = {
    "tail": (".", "/", "//", "%20", " ", ".json", "/.", "/..;/", "/%2e", "%2f", "..", "~", "%00.json", "/x/.."),
    "query": ("?", "?/../..", "?_method=GET", "?/q/health/live", "??", "?format=json"),
    "fragment": ("#", "#/q/health/live", "#?", "%23"),
}

# One of these is put before it.
BEFORE = {
    "half a root": [
        root.rstrip("/") + up for root in ROOTS for up in ("/..", "/%2e%2e", "/.%2E", "/..;", "/..%2f..", "%2f..")
    ],
    "absolute form": (
        "http://registry.invalid",
        "HTTP://other.invalid:99",
        "https://a@b.invalid",
        "http://",
        "ftp://x",
        "//other.invalid",
        "http:",
        "x:",
        "*",
    ),
    "another's query": ("/?", "/q/health/live?", "/q/health/live#", "/v2/?"),
}


def escapes(path, chance):
    share = chance.choice((0.1, 0.5, 1))
    return "".join(percent(c, chance) if c != "/" and chance.random() < share else c for c in path)


def slash_inserted(path, chance, text):
    """`path` with `text` behind one of its slashes."""
    place = chance.choice([i for i, character in enumerate("/" + path) if character == "/"])
    return path[:place] + text + path[place:]


def escaped_slashes(path, chance):
    return path[:1] + "".join(percent(c, chance) if c == "/" and chance.random() < 0.5 else c for c in path[1:])


def dot_segment(path, chance):
    return slash_inserted(
        path, chance, chance.choice(("", "x/", "v2/", "x/y/" + dots(chance) + "/")) + dots(chance) + "/"
    )


def from_a_root(path, chance):
    root = chance.choice(ROOTS)
    return root + (dots(chance) + "/") * chance.randint(1, root.count("/") + 1) + path.lstrip("/")


def backslash(path, chance):
    return path[:1] + path[1:].replace("/", chance.choice(("\\", "%5c", "%5C", "/\\", "\\/")), chance.randint(1, 4))


# The path as a whole is written otherwise.
WHOLE = {
    "escapes": escapes,
    "escaped slash": escaped_slashes,
    "dot segment": dot_segment,
    "from a root": from_a_root,
    "slashes": lambda path, chance: slash_inserted(path, chance, "/" * chance.randint(1, 3)),
    "backslash": backslash,
    "no tail": lambda path, chance: path.rstrip("/") or "/",
    "case": lambda path, chance: "".join(c.swapcase() if c.isascii() and chance.random() < 0.4 else c for c in path),
    "capitals": lambda path, chance: "".join(c.upper() if c.isascii() else c for c in path),
}
PATHS = (*CHARACTERS, *ANYWHERE, *WHOLE, *BEHIND, *BEFORE)

# One of these headers is sent, too; {target} and {method} are those of the plain request.
HEADERS = {
    "override": [(name, "{method}") for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")],
    "rewrite": [
        (name, "{target}") for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "X-Forwarded-Uri")
    ],
    "forwarded": [
        ("X-Forwarded-Prefix", "/pulp/api/v3"),
        ("X-Forwarded-Prefix", "/v2/.."),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "localhost"),
        ("Forwarded", "for=127.0.0.1;host=localhost;proto=https"),
        ("X-Real-IP", "127.0.0.1"),
    ],
    "nobody": [
        ("Authorization", v)
        for v in ("Basic Og==", "Basic", "Bearer", "Bearer x.y.z", "Basic \xff", "basic  Og==", "X y")
    ],
    "two hosts": [("Host", "localhost"), ("Host", "registry.invalid")],
}
HOSTS = ("", "localhost", "127.0.0.1", "a/pulp/api/v3", "a\t", "[::1]", "a@b", "registry.invalid/../q")
VERSIONS = ("HTTP/1.0", "HTTP/1.1", "HTTP/0.9", "HTTP/2.0", "http/1.1")
STRANGE_METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "CONNECT", "X")
KINDS = (*PATHS, *HEADERS, "method", "host", "without host")


def path_spelled(path, kind, chance):
    place = chance.randint(1, max(1, len(path) - 1))
    if kind in CHARACTERS:
        return path[:place] + CHARACTERS[kind](path[place : place + 1] or "/", chance) + path[place + 1 :]
    if kind in ANYWHERE:
        return path[:place] + chance.choice(ANYWHERE[kind]) + path[place:]
    if kind in WHOLE:
        return WHOLE[kind](path, chance)
    return path + chance.choice(BEHIND[kind]) if kind in BEHIND else chance.choice(BEFORE[kind]) + path


def request_spelled(request, kind, chance):
    if kind == "method":
        strange = (request.method.lower(), request.method.title(), *STRANGE_METHODS)
        return replace(request, method=chance.choice(strange))
    if kind == "host":
        return replace(request, host=chance.choice(HOSTS))
    if kind == "without host":
        return replace(request, version=chance.choice(VERSIONS), host=None)
    name, value = chance.choice(HEADERS[kind])
    headers = (*request.headers, (name, value.format(target=request.target, method=request.method)))
    if kind == "override":
        return replace(request, method=chance.choice(("GET", "POST", "OPTIONS", "HEAD")), headers=headers)
    if kind == "rewrite":
        return replace(request, target=chance.choice((request.target, "/", "/v2/", "/q/health/live")), headers=headers)
    return replace(request, headers=headers)


def spelled(request, kinds, chance):
    """The request by one spelling of each kind, what comes before a path last."""
    for kind in sorted(kinds, key=KINDS.index):
        if kind in PATHS:
            request = replace(request, target=path_spelled(request.target, kind, chance))
        else:
            request = request_spelled(request, kind, chance)
    return replace(request, kinds=tuple(kinds))


def ways(routes, count, seed):
    """At least `count` requests, all different: every route by every kind, then by two and three kinds at once."""
    chance = random.Random(seed)
    seen = set()
    plain = [Request(method, path) for method, path in routes]

    def new(request, kinds):
        # One that came out as another did is spelled again, and left out where a kind knows no other.
        for _ in range(5):
            way = spelled(request, kinds, chance)
            key = (way.method, way.target, way.version, way.host, way.headers)
            if key not in seen and way != request:
                seen.add(key)
                return way
        return None

    made = [way for request in plain for kind in KINDS if (way := new(request, (kind,)))]
    while len(made) < count:
        kinds = tuple(chance.sample(KINDS, chance.choice((2, 2, 3))))
        made += [way for way in [new(chance.choice(plain), kinds)] if way]
    return made


def ask(host, request):
    """All that is answered, over a connection of its own; empty: it was closed without a word."""
    name, port = host.split(":")
    received = b""
    with socket.create_connection((name, int(port)), timeout=SECONDS) as connection:
        try:
            connection.sendall(request.encoded())
            while part := connection.recv(65536):
                received += part
        except ConnectionError:
            # Refused while it was sent, or reset behind the answer.
            pass
    return answers(received, request.method)


def answers(received, method):
    """One request may be read as two."""
    found = []
    while received.startswith(b"HTTP/"):
        head, _, rest = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ")[1])
        bodiless = method == "HEAD" or status in (204, 304) or status < 200
        if headers.get("transfer-encoding", "").lower() == "chunked" and not bodiless:
            body, received = unchunked(rest)
        else:
            length = 0 if bodiless else int(headers.get("content-length", len(rest)))
            body, received = rest[:length], rest[length:]
        found.append(Answer(status, headers, body))
    return found


def unchunked(rest):
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        body, rest = body + rest[:length], rest[length + 2 :]
        if length == 0:
            break
    return body, rest


class Oracle:
    """What the plain requests of a client got is what it may get.

    `secrets`: texts that stand in private content and in no request, so that an answer with one of them is one too
    many. An answer is a grant unless its status refuses it, finds nothing, or sends elsewhere on the same host. A grant
    is right if a plain request got one of the same form: method, status, the headers that name content, and the shape
    of its document, or the bytes of what is none. Values may differ, as tokens and times do. An answer that says the
    server failed is never right.
    """

    def __init__(self, secrets):
        self.secrets = [secret.encode() for secret in secrets]
        self.open = set()

    def learn(self, request, answered):
        for answer in answered:
            if self.grants(answer):
                self.open.add(self.form(request, answer))

    def wrong(self, request, answered):
        """Why an answer is more than a plain request gets, or None."""
        for answer in answered:
            said = answer.body + str(answer.headers).encode()
            if any(secret in said for secret in self.secrets):
                return f"tells what is private: {said[:300]!r}"
            if answer.status >= 500 and answer.status not in (501, 505):
                return f"failed with {answer.status}: {answer.body[:300]!r}"
            if self.grants(answer) and self.form(request, answer) not in self.open:
                return f"is granted {answer.status}: {answer.body[:300]!r}"
        return None

    @staticmethod
    def grants(answer):
        if 300 <= answer.status < 400:
            return bool(urlsplit(answer.headers.get("location", "")).query)
        return 200 <= answer.status < 300

    @staticmethod
    def form(request, answer):
        content = tuple(answer.headers.get(name) for name in ("docker-content-digest", "etag"))
        location = urlsplit(answer.headers.get("location", ""))
        return request.method.upper(), answer.status, content, location.path, shape(answer.body)


def shape(body):
    """Which fields a document has and of what kind; the bytes of what is no document."""
    try:
        document = json.loads(body)
    except ValueError:
        return body

    def fields(value):
        if isinstance(value, dict):
            return tuple(sorted((name, fields(each)) for name, each in value.items()))
        if isinstance(value, list):
            return tuple(sorted({repr(fields(each)) for each in value}))
        return type(value).__name__

    return fields(document)


def plain_answers(oracle, routes, send, methods=METHODS):
    """Teaches `oracle` what plain requests get: the routes, and `methods` of each path. `send` answers a request.

    What it is not taught, nobody may get.
    """
    paths = dict.fromkeys(path for _, path in routes)
    for method, path in dict.fromkeys([*routes, *((method, path) for path in paths for method in methods)]):
        request = Request(method, path)
        oracle.learn(request, send(request))
