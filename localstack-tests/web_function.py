"""What stands for Lambda Web Functions, of which no emulator is to be had here.

Environments in turn, each a process of `index.js` with a disk of its own, behind an endpoint that takes HTTP/1.1 for
its own name alone. Sources: docs.aws.amazon.com/lambda/latest/dg/web-functions*.html. What AWS says in its refusals is
not documented: the bodies are ours.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from harness import CACHE, JAR, JAVA, ROOT, free_port, mind_interrupts, remove, temp_folder, until
from loopback import Handler, serve

INDEX = ROOT / "infra-cdk/upload-function/index.js"
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
INIT_SECONDS = 10
# An environment's, and the most that a request may take.
DISK_MIB = 512
REQUEST_SECONDS = 900
BLOCK = 128 * 1024
MIB = 1024 * 1024
# A disk of its own, which goes with the process.
OWN_DISK = 'mount -t tmpfs -o size="$1"m,mode=700 none "$2" && shift 2 && exec "$@"'


class Environment:
    """One process, started when a request first comes. `index` names it in what the endpoint remembers."""

    def __init__(self, index, function):
        self.index = index
        self.function = function
        self.home = function.home / f"environment-{index}"
        self.disk = self.home / "tmp"
        self.disk.mkdir(parents=True)
        self.starting = threading.Lock()
        self.process = None
        self.requests = 0
        self.peak_disk_mib = 0
        self.start_seconds = None

    def ready(self):
        """Starts it where it does not run, within the time that Lambda gives. A process that has ended is replaced."""
        with self.starting:
            if self.process and self.process.poll() is None:
                return
            self.port = free_port()
            env = {"PATH": os.environ["PATH"], "TMPDIR": str(self.disk), **self.function.env}
            env["AWS_LAMBDA_HTTP_ENDPOINT"] = f"127.0.0.1:{self.port}"
            own_disk = ["unshare", "--mount", "sh", "-c", OWN_DISK, "sh", str(DISK_MIB), str(self.disk)]
            began = time.monotonic()
            with (self.home / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    [*own_disk, "node", str(self.function.package / "index.js")],
                    env=env,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=mind_interrupts,  # noqa: PLW1509
                )
            until(self.listens, self.function.init_seconds, lambda: f"an environment; it said:\n{self.said()}")
            self.start_seconds = time.monotonic() - began

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the environment ended with {self.process.returncode}; it said:\n{self.said()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self):
        return (self.home / "log").read_text(errors="replace")

    def java(self):
        """The server's process."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def peak_mib(self):
        """The most memory that the server ever had, in MiB."""
        status = Path(f"/proc/{self.java()}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1)) / 1024

    def cpu_seconds(self):
        """What the server has computed."""
        fields = Path(f"/proc/{self.java()}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measure_disk(self):
        with contextlib.suppress(OSError):
            disk = os.statvfs(f"/proc/{self.process.pid}/root{self.disk}")
            used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize / MIB
            self.peak_disk_mib = max(self.peak_disk_mib, used)

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """As Lambda does when nobody comes any more; the exit code."""
        os.kill(self.process.pid, signal.SIGTERM)
        return self.process.wait(10)


class WebFunction:
    """`url`: of the endpoint. `served`: the method of each request, and the environment that had it.

    `concurrency`: requests at once in an environment; `options`: of the server, behind those of `index.js`.
    `cold`: as it starts on Lambda, without the cache that this machine's server has.
    """

    def __init__(
        self,
        env,
        options,
        environments=2,
        concurrency=8,
        seconds=REQUEST_SECONDS,
        init_seconds=INIT_SECONDS,
        cold=False,
    ):
        self.home = temp_folder("web-function")
        self.package = self.home / "package"
        self.package.mkdir()
        shutil.copy(INDEX, self.package)
        (self.package / "quarkus-app").symlink_to(JAR.parent)
        (self.package / "java").symlink_to(Path(shutil.which(JAVA)).resolve().parents[1])
        self.env = {**env, "SERVER_OPTIONS": " ".join(options)}
        if CACHE.exists() and not cold:
            self.env["JAVA_TOOL_OPTIONS"] = f"-XX:AOTCache={CACHE} -Xlog:aot=off -Xlog:cds=off"
        self.concurrency, self.seconds, self.init_seconds = concurrency, seconds, init_seconds
        self.environments = [Environment(index, self) for index in range(environments)]
        self.turn = 0
        self.lock = threading.Lock()
        self.served = []
        # Bytes of a body after which its environment is killed, once.
        self.kill_after = None
        self.server = serve(endpoint(self))
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
        for environment in self.environments:
            environment.kill()
        remove(self.home)

    def take(self, method):
        """The next environment that has room, or None."""
        with self.lock:
            for _ in self.environments:
                environment = self.environments[self.turn % len(self.environments)]
                self.turn += 1
                if environment.requests < self.concurrency:
                    environment.requests += 1
                    self.served.append((method, environment.index))
                    return environment
        return None

    def release(self, environment):
        with self.lock:
            environment.requests -= 1

    def passed(self, environment, total):
        """So many bytes of a request's body have been passed on."""
        environment.measure_disk()
        with self.lock:
            due = self.kill_after is not None and total >= self.kill_after
            if due:
                self.kill_after = None
        if due:
            environment.kill()


def endpoint(function):
    class Endpoint(Handler):
        def handle_any(self):
            self.deadline = time.monotonic() + function.seconds
            if self.request_version != "HTTP/1.1":
                return self.refuse(505, "HTTP/1.1 is expected")
            if self.headers.get("Host") != function.host:
                return self.refuse(403, "no endpoint of this name")
            if "Expect" in self.headers:
                return self.refuse(417, "Expect is not supported")
            environment = function.take(self.command)
            if environment is None:
                return self.refuse(429, "all environments are busy")
            try:
                environment.ready()
                return self.pass_on(environment)
            finally:
                function.release(environment)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

        # It comes with its own answer.
        def handle_expect_100(self):
            return True

        def pass_on(self, environment):
            """Half duplex: who answers before the body's end must take the rest all the same, or is not heard."""
            upstream = http.client.HTTPConnection("127.0.0.1", environment.port, timeout=self.left())
            try:
                self.send(upstream, environment)
                upstream.sock.settimeout(self.left())
                response = upstream.getresponse()
                content = response.read()
            except TimeoutError:
                return self.refuse(504, f"it took longer than {function.seconds} s")
            except (OSError, http.client.HTTPException):
                return self.refuse(502, "the environment ended")
            finally:
                upstream.close()
            headers = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP]
            return self.answer(response.status, headers, content)

        def send(self, upstream, environment):
            dropped = HOP_BY_HOP | {part.strip().lower() for part in self.headers.get("Connection", "").split(",")}
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in dropped:
                    upstream.putheader(name, value)
            chunked = "Transfer-Encoding" in self.headers
            if chunked:
                upstream.putheader("Transfer-Encoding", "chunked")
            upstream.endheaders()
            total, body = 0, self.body()
            try:
                for block in body:
                    total += len(block)
                    upstream.send(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
                    function.passed(environment, total)
                if chunked:
                    upstream.send(b"0\r\n\r\n")
            except ConnectionError:
                # A client that still sends would not hear of it.
                for _ in body:
                    pass
                raise

        def body(self):
            if "Transfer-Encoding" not in self.headers:
                yield from self.blocks(int(self.headers.get("Content-Length") or 0))
                return
            while size := int(self.line().split(b";")[0], 16):
                yield from self.blocks(size)
                self.line()
            while self.line().strip():
                pass

        def blocks(self, left):
            while left:
                self.connection.settimeout(self.left())
                block = self.rfile.read1(min(left, BLOCK))
                if not block:
                    raise ConnectionResetError("the client went")
                left -= len(block)
                yield block

        def line(self):
            self.connection.settimeout(self.left())
            line = self.rfile.readline()
            if not line:
                raise ConnectionResetError("the client went")
            return line

        def left(self):
            seconds = self.deadline - time.monotonic()
            if seconds <= 0:
                raise TimeoutError
            return seconds

        def refuse(self, status, message):
            """The connection ends, since what is left of the body is not read."""
            self.close_connection = True
            body = json.dumps({"message": message}).encode()
            self.answer(status, [("Content-Type", "application/json"), ("Connection", "close")], body)

    return Endpoint
