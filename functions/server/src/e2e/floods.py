"""Peers that ask for much and take or send little: floods bounded in count and time, each in a process of its own.

`python3 floods.py 5000 unread '{"target": "/v2/app/tags/list", "connections": 210, "requests": 30}'` runs one by hand
against port 5000 of the loopback address, which is all that it can reach, and prints its tally.
"""

import asyncio
import contextlib
import http.client
import itertools
import json
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlencode

HOST = "127.0.0.1"
# Where attackers come from; clients come from others.
SOURCE = "127.0.0.66"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
# Distribution gives OCI manifests only to who names them.
ACCEPT = f"{MANIFEST_TYPE}, */*"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
PIECE = 64 * 1024


class Flood:
    """What its connections have in common; each sends `script(number)`, pairs of bytes and seconds to wait after them.

    `reads`: bytes a second that a peer takes of what it is answered; 0: none, None: all.
    """

    def __init__(self, port, connections, seconds, sources=(SOURCE,), reads=0, receive_buffer=None, wave=200):
        self.port, self.connections, self.sources = port, connections, sources
        self.reads, self.receive_buffer = reads, receive_buffer
        self.end = time.monotonic() + seconds
        self.gate = asyncio.Semaphore(wave)
        self.tally = Counter()

    async def run(self, script):
        await asyncio.gather(*(self.peer(number, script(number)) for number in range(self.connections)))
        return self.tally

    async def peer(self, number, script):
        with socket.socket() as sock:
            if not await self.connect(sock, self.sources[number % len(self.sources)]):
                return
            tasks = [asyncio.create_task(self.send(sock, script))]
            if self.reads != 0:
                tasks.append(asyncio.create_task(self.read(sock)))
            # Who has sent all stays until the end, unless it reads and sees the server close.
            await asyncio.wait(tasks[-1:], timeout=self.left())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self.reads == 0 and await self.stay(sock):
                self.tally["closed"] += 1

    async def connect(self, sock, source):
        sock.setblocking(False)
        if self.receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        try:
            async with self.gate, asyncio.timeout(5):
                sock.bind((source, 0))
                await asyncio.get_running_loop().sock_connect(sock, (HOST, self.port))
        except OSError:  # TimeoutError is one
            self.tally["refused"] += 1
            return False
        self.tally["connected"] += 1
        return True

    def left(self):
        return max(0, self.end - time.monotonic())

    async def stay(self, sock):
        """Until the end; whether the server reset the connection before, which shows without a read."""
        poll = select.poll()
        poll.register(sock, 0)
        while self.left() and not poll.poll(0):
            await asyncio.sleep(min(0.5, self.left()))
        return bool(poll.poll(0))

    async def send(self, sock, script):
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            for content, pause in script:
                await loop.sock_sendall(sock, content)
                self.tally["sent"] += len(content)
                await asyncio.sleep(pause)

    async def read(self, sock):
        loop = asyncio.get_running_loop()
        try:
            while content := await loop.sock_recv(sock, self.reads or PIECE):
                self.tally["received"] += len(content)
                self.tally.update(f"status {status.decode()}" for status in STATUS.findall(content))
                if self.reads:
                    await asyncio.sleep(1)
        except OSError:
            pass
        self.tally["closed"] += 1


def unread(port, target, connections, requests=1, seconds=6, receive_buffer=4096, **how):
    """GETs sent in one go, with answers that are not read, or with `reads` dripped from them.

    A small buffer here, for Linux would otherwise take up to 6 MiB in for a peer that takes nothing.
    """
    ask = (f"GET {target} HTTP/1.1\r\nHost: registry\r\nAccept: {ACCEPT}\r\n\r\n" * requests).encode()
    return hold(port, lambda number: [(ask, 0)], connections, seconds, receive_buffer=receive_buffer, **how)


def gone(port, target, connections, requests=1, seconds=6, **how):
    """The same, each of them gone at once and replaced by the next, so that the work is for nobody."""
    end, tally = time.monotonic() + seconds, Counter()
    while time.monotonic() < end:
        tally += unread(port, target, connections, requests, seconds=0.5, **how)
    return tally


def idle(port, connections, seconds=6, **how):
    """Connections that say nothing, and see it when they are closed."""
    return hold(port, lambda number: [], connections, seconds, **{"reads": None, **how})


def slow(port, heads, connections, seconds=6, piece="", pause=1, **how):
    """One of `heads` on each connection, then `piece` every `pause` seconds: for ever, or nothing at all."""

    def script(number):
        yield heads[number % len(heads)].encode(), pause
        while piece:
            yield piece.encode(), pause

    return hold(port, script, connections, seconds, **{"reads": None, **how})


def hold(port, script, connections, seconds, **how):
    async def run():
        return await Flood(port, connections, seconds, **how).run(script)

    return asyncio.run(run())


class Askers:
    """Threads with a connection each, which ask and read answers as clients do, until there is nothing left to ask."""

    def __init__(self, port, threads, seconds, source):
        self.port, self.threads, self.source = port, threads, source
        self.end = time.monotonic() + seconds
        self.tally, self.lock = Counter(), threading.Lock()
        self.gate = threading.Barrier(threads)

    def run(self, work):
        """`work`: what each of a sequence wants, as functions of `ask`."""
        work = iter(work)
        threads = [threading.Thread(target=self.go, args=(work,)) for _ in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.tally

    def go(self, work):
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30, source_address=(self.source, 0))
        with contextlib.suppress(OSError):
            connection.connect()
        # All of them are connected before the first asks.
        self.gate.wait()

        def ask(method, target, body=None, headers=None):
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            content = response.read()
            self.count(f"status {response.status}")
            return response, content

        while time.monotonic() < self.end:
            with self.lock:
                each = next(work, None)
            if each is None:
                break
            try:
                each(ask)
            except (OSError, http.client.HTTPException) as failure:
                self.count(type(failure).__name__)
                connection.close()
        connection.close()

    def count(self, what):
        with self.lock:
            self.tally[what] += 1


def tokens(port, count, scopes=50, length=200, name="flood", threads=16, seconds=60, source=SOURCE):
    """Tokens asked for with many and long scopes, none the same, and each used once. A head of ours may have 20 KB."""

    def trade(number):
        def work(ask):
            names = (f"{name}{number}x{n}/".ljust(length, "a") for n in range(scopes))
            scope = " ".join(f"repository:{each}:pull" for each in names)
            # In the query: forms may have fields of 2 KB.
            response, content = ask("GET", "/token/?" + urlencode({"service": "lading", "scope": scope}))
            if response.status == 200:
                token = json.loads(content)["token"]
                ask("GET", "/v2/", headers={"Authorization": f"Bearer {token}"})

        return work

    return Askers(port, threads, seconds, source).run(map(trade, range(count)))


def bearers(port, count, size=8000, threads=16, seconds=60, source=SOURCE):
    """Tokens that were never given out, none the same."""

    def show(number):
        return lambda ask: ask("GET", "/v2/", headers={"Authorization": f"Bearer {number:08}".ljust(size, "x")})

    return Askers(port, threads, seconds, source).run(map(show, range(count)))


def bodies(
    port, kind, target, at_once, count=None, size=3_900_000, method="PUT", headers=None, seconds=60, source=SOURCE
):
    """`at_once` bodies of a kind in `BODIES`, sent as fast as they are taken. `{}` in the target: a number."""
    content = BODIES[kind](size)

    def send(number):
        return lambda ask: ask(method, target.format(number), content, headers)

    return Askers(port, at_once, seconds, source).run(map(send, range(count or at_once)))


def fetches(port, targets, at_once, headers=None, seconds=60, source=SOURCE):
    """Each of `at_once` clients gets all the targets, one after the other and reading them, on its own connection."""

    def fetch(number):
        def work(ask):
            for target in targets:
                ask("GET", target, headers={"Accept": ACCEPT, **(headers or {})})

        return work

    return Askers(port, at_once, seconds, source).run(map(fetch, range(at_once)))


def filled(opening, element, closing, size):
    count = (size - len(opening) - len(closing)) // len(element)
    return (opening + element * (count - 1) + element.rstrip(",&") + closing).encode()


def numbered(opening, form, closing, size):
    out, length = [], len(opening) + len(closing)
    for number in itertools.count():
        field = form.format(number)
        length += len(field) + 1
        if length > size:
            return (opening + ",".join(out) + closing).encode()
        out.append(field)


START = f'{{"schemaVersion":2,"mediaType":"{MANIFEST_TYPE}",'
# Well-formed JSON all of it, for a parser that stops early would not be shown.
BODIES = {
    "empty objects": lambda size: filled(START + '"layers":[', "{},", "]}", size),
    "nested arrays": lambda size: filled(START + '"layers":', "[", "", size // 2) + b"]" * (size // 2 - 100),
    "deep and closed": lambda size: START.encode() + b'"layers":' + b"[" * (size // 2) + b"]" * (size // 2) + b"}",
    "one string": lambda size: filled(START + '"config":"', "a", '"}', size),
    "one number": lambda size: filled(START + '"config":', "9", "}", size),
    "one exponent": lambda size: filled(START + '"config":1e', "9", "}", size),
    "one name": lambda size: filled(START + '"', "a", '":1}', size),
    "many fields": lambda size: numbered(START, '"{}":0', "}", size),
    "annotations": lambda size: numbered(START + '"annotations":{', '"{}":""', "}}", size),
    "object of fields": lambda size: numbered("{", '"{}":0', "}", size),
    "list in a field": lambda size: filled('{"name":"flood","pulp_labels":{},"description":[', "{},", "]}", size),
    "form field": lambda size: b"grant_type=password&scope=repository:" + b"a" * size,
    "form fields": lambda size: filled("", "a=1&", "", size),
}

FLOODS = {each.__name__: each for each in (unread, gone, idle, slow, tokens, bearers, bodies, fetches)}


class Attack:
    """A flood in a process of its own, so that a client in this one is slowed by the server only."""

    def __init__(self, port, flood, **parameters):
        command = [sys.executable, __file__, str(port), flood, json.dumps(parameters)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def running(self):
        return self.process.poll() is None

    def tally(self, seconds=120):
        """What it counted, once it has ended."""
        return Counter(json.loads(self.process.communicate(timeout=seconds)[0]))


if __name__ == "__main__":
    print(json.dumps(FLOODS[sys.argv[2]](int(sys.argv[1]), **json.loads(sys.argv[3]))))
