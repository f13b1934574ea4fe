"""A client that pulls while others flood the server, and what the server's process shows from outside."""

import contextlib
import http.client
import re
import subprocess
import threading
import time
from pathlib import Path

from floods import ACCEPT
from harness import JAVA

HOST = "127.0.0.1"
# Neither the attackers' address nor the tests' own.
SOURCE = "127.0.1.1"
REQUEST_SECONDS = 5
JCMD = str(Path(JAVA).with_name("jcmd")) if "/" in JAVA else "jcmd"
# What a worker that has nothing to do stands in.
RESTING = "EnhancedQueueExecutor$PoolThreadNode.park"


class Bystander:
    """Pulls one image over and over, each time on a new connection, and asks for the server's health in between."""

    def __init__(self, port, targets, health="/q/health/live", source=SOURCE):
        self.port, self.health, self.source = port, health, source
        self.targets = [*targets, health] if health else targets
        self.seconds, self.failures, self.pulls = [], [], 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.go, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.over.set()
        self.thread.join()

    def go(self):
        while not self.over.is_set():
            self.pull()
            self.over.wait(0.02)

    def pull(self):
        """All of the image's parts, and health; what fails is noted, and the rest still asked for."""
        connection = self.connect()
        for target in self.targets:
            began = time.monotonic()
            try:
                connection.request("GET", target, headers={"Accept": ACCEPT})
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.failures.append(f"{target}: status {response.status}")
            except (OSError, http.client.HTTPException) as failure:
                self.failures.append(f"{target}: {type(failure).__name__} {failure}")
                connection.close()
                connection = self.connect()
            self.seconds.append(time.monotonic() - began)
        connection.close()
        self.pulls += 1

    def connect(self):
        return http.client.HTTPConnection(HOST, self.port, timeout=REQUEST_SECONDS, source_address=(self.source, 0))

    def millis(self, share):
        """Of the requests, `share` took no longer."""
        ordered = sorted(self.seconds) or [0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def __str__(self):
        times = ", ".join(
            f"{name} {self.millis(share):.0f}" for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))
        )
        return f"{self.pulls} pulls, {len(self.failures)} failures, ms: {times}"


class Process:
    """A server's process. Its threads and heap are those of a JVM."""

    def __init__(self, pid):
        self.pid = pid

    def alive(self):
        stat = Path(f"/proc/{self.pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"

    def resident_mib(self):
        return self.status("VmRSS")

    def peak_mib(self):
        return self.status("VmHWM")

    def status(self, name):
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE).group(1)) / 1024

    def sockets(self):
        """Open ones: what it listens on, and connections."""
        count = 0
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                count += str(entry.readlink()).startswith("socket:")
        return count

    def busy_workers(self):
        """Stacks of workers that do something, or wait for somebody."""
        stacks = re.split(r"\n(?=\")", self.jcmd("Thread.print"))
        return [stack for stack in stacks if stack.startswith('"executor-thread-') and RESTING not in stack]

    def heap_mib(self):
        """What is reachable: a whole collection comes first."""
        total = re.search(r"^Total\s+\d+\s+(\d+)", self.jcmd("GC.class_histogram"), re.MULTILINE)
        return int(total.group(1)) / 1024 / 1024

    def jcmd(self, command):
        done = subprocess.run([JCMD, str(self.pid), command], capture_output=True, text=True, timeout=30, check=False)
        if done.returncode:
            raise AssertionError(f"jcmd {self.pid} {command}: {done.stderr or done.stdout}")
        return done.stdout
