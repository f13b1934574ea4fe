"""A built server as a process of its own: started on a free port, watched, and ended by its pid."""

import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
JAR = ROOT / "functions/server/target/quarkus-app/quarkus-run.jar"
TOOLS = Path(os.environ.get("TOOLS") or ROOT / ".tools/bin").resolve()
JAVA = str(Path(os.environ["JAVA_HOME"]) / "bin/java") if os.environ.get("JAVA_HOME") else "java"
# As `make serve` runs it.
CACHE = JAR.parents[1] / "lading.aot"
JAVA_OPTS = os.environ.get("JAVA_OPTS", "-Xmx256m -XX:+ExitOnOutOfMemoryError").split()
if CACHE.exists():
    JAVA_OPTS += [f"-XX:AOTCache={CACHE}", "-Xlog:aot=off", "-Xlog:cds=off"]
PASSWORD = "correct horse"
READY = re.compile(r"^Lading is ready at (\S+)", re.MULTILINE)
START_SECONDS = 60


def length(name, short, full):
    """How long or how large a test is: as the environment's `name` says, else `full` in `make e2e-full`."""
    return float(os.environ.get(name) or (full if os.environ.get("E2E_FULL") else short))


def temp_folder(name):
    """A new folder; the test that asks for it removes it with `remove`."""
    # tempfile's own names have characters that no reference of an image has in that place; podman takes no runroot
    # of more than 50 characters.
    folder = Path(tempfile.gettempdir(), f"lading-{name}-{secrets.token_hex(4)}")
    folder.mkdir(mode=0o700)
    return folder


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)


def free_port():
    """Below the ports that Linux gives to clients, one of which could else have it while a server restarts."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port")


def until(condition, seconds, what):
    """Polls until `condition()` is true and returns its value; fails after `seconds`, naming `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what() if callable(what) else what}")
        time.sleep(0.02)


def run(*command, env=None, ok=True, stdin=None, seconds=300, cwd=None):
    """Runs a client and returns what it printed. With ok=False it must fail; with ok=None it may."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **(env or {})},
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds,
        cwd=cwd,
        check=False,
    )
    if ok is not None and (done.returncode == 0) != ok:
        raise AssertionError(
            f"{' '.join(map(str, command))}\nended with {done.returncode}, "
            f"{'0' if ok else 'a failure'} was expected. It printed:\n{done.stdout}"
        )
    return done.stdout


def mind_interrupts():
    """A shell's background job ignores SIGINT, and so does what it starts, unless told otherwise."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Server:
    """One server process. A `data` folder that is given survives `close`; one made here does not."""

    def __init__(self, *arguments, data=None, env=None, wrap=(), host="127.0.0.1", port=None, java_opts=()):
        self.home = temp_folder("server")
        self.data = Path(data) if data else self.home / "data"
        self.port = port or free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.log = self.home / "log"
        self.command = [*wrap, JAVA, *JAVA_OPTS, *java_opts, "-jar", str(JAR), f"--host={host}", f"--port={self.port}"]
        self.command += [f"--data={self.data}", *arguments]
        self.env = {**os.environ, "LADING_ADMIN_PASSWORD": PASSWORD, **(env or {})}
        self.env = {name: value for name, value in self.env.items() if value is not None}
        self.wrapped = bool(wrap)
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *failure):
        self.close()

    def start(self):
        """Returns when the server has printed its ready line."""
        self.launch()
        began = time.monotonic()
        until(
            lambda: READY.search(self.output()) or self.process.poll() is not None,
            START_SECONDS,
            lambda: f"the ready line of {' '.join(self.command)}; its log:\n{self.output()}",
        )
        if not READY.search(self.output()):
            code = self.process.returncode
            raise AssertionError(f"the server ended with {code} instead of starting; its log:\n{self.output()}")
        self.start_seconds = time.monotonic() - began
        return self

    def launch(self):
        """Starts the process and waits for nothing."""
        if not JAR.exists():
            raise AssertionError(f"{JAR} is missing: run `make e2e`, or `make {JAR.relative_to(ROOT)}`")
        with self.log.open("ab") as log:
            log.truncate(0)
            # mind_interrupts takes no lock that another thread could hold at the fork.
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=mind_interrupts,  # noqa: PLW1509
            )

    def output(self):
        return self.log.read_text(errors="replace")

    def url(self):
        return READY.search(self.output()).group(1)

    def peak_mib(self):
        """The most memory that was ever resident, in MiB."""
        status = Path(f"/proc/{self.pid()}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1)) / 1024

    def wait(self, seconds=30):
        """The exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not end within {seconds} s; its log:\n{self.output()}") from None

    def stop(self, sign=signal.SIGTERM):
        """Asks it to end, and returns the exit code."""
        os.kill(self.pid(), sign)
        return self.wait()

    def pid(self):
        """Of the JVM, which may run under a tracer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if self.wrapped and children else self.process.pid

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        remove(self.home)
