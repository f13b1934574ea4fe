"""Floods Lading and CNCF distribution in turn while a client pulls from each; run by `make bench-floods`.

Prints a Markdown table: how long the client's requests took, how many were refused or took longer than five seconds,
and the most memory that was resident meanwhile.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
import threading
import time

import bench

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import scenarios
from bystander import Bystander, Process

HEALTH = {"lading": "/q/health/live", "distribution": "/v2/"}
# Of a flood that is over when all is asked, at most.
ASKING_SECONDS = 60
REST_SECONDS = 30


class Flooded:
    """One registry. It is started again when a flood has ended it, or left it deaf."""

    def __init__(self, name, folder, options):
        self.name, self.folder, self.options, self.number = name, folder, options, 0
        self.start()

    def start(self):
        self.number += 1
        folder = self.folder / f"{self.name}{self.number}"
        folder.mkdir()
        ours = self.name == "lading"
        self.server = bench.Server(self.name, folder, *([self.options.jar, self.options.cache] if ours else []))
        self.server.start(self.options)
        self.process = Process(self.server.process.pid)
        self.stock = scenarios.Stock(self.server.port, ours, bench.PASSWORD).push(tags=500)
        self.scenarios = scenarios.all_of(self.stock)

    def flood(self, name, seconds):
        """A cell of the table."""
        if name not in self.scenarios:
            return "not served"
        scenario = self.scenarios[name]
        held = seconds if scenario[0] in scenarios.HOLDING else ASKING_SECONDS
        watch = Watch(self.process)
        with self.bystander() as client, scenarios.attack(self.stock, scenario, seconds=held) as attack, watch:
            attack.tally(4 * ASKING_SECONDS)
        return f"{figures(client)} | {watch.most:.0f}{self.rest()}"

    def bystander(self):
        return Bystander(self.server.port, self.stock.image, HEALTH[self.name])

    def rest(self):
        """What is left of it once the flood is over; the next one meets a server that answers."""
        end = time.monotonic() + REST_SECONDS
        while self.process.alive() and time.monotonic() < end:
            with self.bystander() as client:
                time.sleep(1)
            if not client.failures:
                return ""
        left = "deaf afterwards" if self.process.alive() else "ended"
        self.stop()
        self.start()
        return f", {left}"

    def stop(self):
        if self.process.alive():
            self.server.process.kill()
        self.server.process.wait(30)


class Watch(threading.Thread):
    """The most resident memory of a process, in MiB, looked at ten times a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.most, self.over = process, 0, threading.Event()

    def __enter__(self):
        self.start()

    def __exit__(self, *failure):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.wait(0.1) and self.process.alive():
            self.most = max(self.most, self.process.resident_mib())


def figures(client):
    times = " / ".join(f"{client.millis(share):.0f}" for share in (0.5, 0.99, 1))
    return f"{times} | {len(client.failures)} of {len(client.seconds)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("java", "java-opts", "jar", "cache", "distribution"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--seconds", type=float, default=10, help="how long peers hold on")
    parser.add_argument("--only", default="", help="part of the names of the floods to run")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lading-floods-"))
    servers = []
    try:
        for name in HEALTH:
            servers.append(Flooded(name, folder, options))
        print("| flood | Lading, ms p50 / p99 / max | failed | MiB | distribution, ms p50 / p99 / max | failed | MiB |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for name in servers[0].scenarios:
            if options.only in name:
                cells = [server.flood(name, options.seconds) for server in servers]
                print(
                    f"| {name} | {' | '.join(each if '|' in each else f'{each} | | ' for each in cells)} |", flush=True
                )
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
