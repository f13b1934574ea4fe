"""Measures pulls while an image is built beside them: `make bench-builds`."""

import argparse
import pathlib
import random
import statistics
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from builds import Builds, base, packed, program
from harness import Server
from registry import Registry

CLIENTS = 4
PATIENCE_SECONDS = 600
STEPS = 'FROM scratch\nCOPY step /step\nCOPY data /data\nRUN ["/step", "write", "/first", "of the first step"]\n'


class Pulls:
    """Clients that pull one image until they are told to stop."""

    def __init__(self, host):
        self.host, self.over = host, threading.Event()
        self.counts = [0] * CLIENTS
        self.threads = [threading.Thread(target=self.pull, args=(each,)) for each in range(CLIENTS)]

    def pull(self, client):
        registry = Registry(self.host)
        while not self.over.is_set():
            registry.require_whole("pulled", "1")
            self.counts[client] += 1

    def during(self, work):
        """Pulls a second while work is done, and how long it took."""
        began = time.monotonic()
        for thread in self.threads:
            thread.start()
        try:
            work()
            seconds = time.monotonic() - began
            counted = sum(self.counts)
        finally:
            self.over.set()
            for thread in self.threads:
                thread.join()
        return counted / seconds, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mib", type=int, default=200)
    options = parser.parse_args()
    with Server("--no-access-log") as server:
        builds = Builds(server.host)
        builds.registry.push("pulled", "1", base())
        chance = random.Random(1)
        rounds = []
        for number in range(options.rounds):
            inputs = packed({"step": program(), "data": chance.randbytes(options.mib * 1024 * 1024)})

            def build(name=f"built{number}", inputs=inputs):
                task = builds.begin(name, STEPS, inputs, cache=False)
                ended = builds.registry.end(task, PATIENCE_SECONDS)
                if ended["state"] != "completed":
                    raise SystemExit(f"the build failed: {ended['error']}")

            beside, seconds = Pulls(server.host).during(build)
            alone, _ = Pulls(server.host).during(lambda seconds=seconds: time.sleep(seconds))
            rounds.append((alone, beside, beside / alone, seconds))
    print(f"\npulls by {CLIENTS} clients, a build of {options.mib} MiB beside them, {options.rounds} rounds")
    for name, column in zip(
        ("alone, 1/s", "beside a build, 1/s", "ratio", "build, s"), zip(*rounds, strict=True), strict=True
    ):
        print(f"{name:<20} {statistics.median(column):.2f} ({min(column):.2f} to {max(column):.2f})")


if __name__ == "__main__":
    main()
