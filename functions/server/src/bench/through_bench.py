"""Measures cold and warm pulls through a pull-through distribution, beside those from the upstream itself and through
CNCF distribution as a proxy; run by `make bench-through`.

The upstream is slow and far on purpose, and counts what it is asked for. Rounds take turns; figures are medians, and
ratios are taken round by round. Prints Markdown tables.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import bench
from bench import free_port, spread
from registry import Registry

RATE, DELAY = 8 * 1024 * 1024, "40ms"
LAYERS = 8
MIB = 1024 * 1024
FIRST = re.compile(r"ttfb_ms p50=(\S+) p90=(\S+)")
TICKS = os.sysconf("SC_CLK_TCK")
NAME = "library/bench"


class Upstream:
    """The load generator's own, with the images of one seed."""

    def __init__(self, options, seed, size, *, slow=True, images=1, layers=LAYERS):
        self.host = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.host}"
        self.content = f"-seed {seed} -images {images} -layers {layers} -size {size}"
        way = f"-serve {self.host}" + (f" -rate {RATE} -delay {DELAY}" if slow else "")
        self.command = [options.regbench, *way.split(), *self.content.split()]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        return self

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def most_asked(self):
        """Requests for the blob or manifest that was asked for most, and all of them."""
        with urllib.request.urlopen(f"{self.url}/counts") as answer:
            counts = json.load(answer)
        blobs = [count for what, count in counts.items() if what.startswith("GET sha256:")]
        return max(blobs), sum(counts.values())


class Lading(bench.Server):
    def begin(self, options, upstream, base_path):
        """Where the upstream's images are pulled from now on."""
        registry = Registry(f"127.0.0.1:{self.port}", bench.PASSWORD)
        registry.pull_through(base_path, upstream.url, anonymous_fetch=True)
        return f"{base_path}/{NAME}"

    def end(self):
        pass


class Proxy(bench.Server):
    """Distribution, which is the proxy of one upstream."""

    def command(self, options):
        command = super().command(options)
        config = self.folder / "config.yml"
        config.write_text(json.dumps({**json.loads(config.read_text()), "proxy": {"remoteurl": self.upstream.url}}))
        return command

    def begin(self, options, upstream, base_path):
        self.upstream = upstream
        self.start(options)
        return NAME

    def end(self):
        self.stop()
        shutil.rmtree(self.folder / "data", ignore_errors=True)


def processor(pid):
    """Seconds that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_mib(pid):
    """The most that was resident since this was asked for last."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def pull(options, url, name, upstream, clients, at_once=None):
    """Cold pulls of the upstream's image by so many clients: (ms of first bytes, s of all, processor s)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = f"{upstream.content} -c {clients} -parallel {at_once or options.at_once}"
    verify = "" if options.discard else " -verify"
    result = bench.load(options, url, [], name, *settings.split()[1:2], "coldpull", f"{settings} -maxtime 600s{verify}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    first = float(FIRST.search(result["coldpull"]["note"])[1])
    return first, result["coldpull"]["seconds"], used


def cold(options, servers, number, clients, size):
    """One round: figures by what pulled."""
    figures = {}
    for turn, server in enumerate(servers):
        seed = 1000 + 10 * number + turn + (500 if clients == 1 else 0)
        with Upstream(options, seed, size) as upstream:
            name = server.begin(options, upstream, f"cold-{clients}-{number}")
            with contextlib.ExitStack() as ended:
                ended.callback(server.end)
                first, whole, _ = pull(options, upstream.url, NAME, upstream, 1)
                asked_direct = upstream.most_asked()[1]
                pid = server.process.pid
                peak_mib(pid)
                began = processor(pid)
                through_first, through_whole, used = pull(options, server.url, name, upstream, clients)
                most, asked = upstream.most_asked()
                figures[server.name] = {
                    "first byte of a layer, direct, ms": first,
                    "through it, ms": through_first,
                    "times direct, first byte": through_first / first,
                    "whole, direct, s": whole,
                    "through it, whole, s": through_whole,
                    "times direct, whole": through_whole / whole,
                    # The direct pull was one.
                    "upstream requests for one blob, most": most - 1,
                    "upstream requests in all": asked - asked_direct,
                    "of one client that pulls directly": asked_direct,
                    "processor time of the server, s": processor(pid) - began,
                    "of the clients, s": used,
                    "most memory resident meanwhile, MiB": peak_mib(pid),
                }
                print(server.name, clients, figures[server.name], file=sys.stderr, flush=True)
    return figures


WARM = {"pull": "pull, 3 x 100 KB, 1/s", "headtag": "HEAD tag, 1/s", "getdigest": "GET manifest by digest, 1/s"}


def warm(options, lading, proxy, number):
    """One round: what was pulled before through each, and what was pushed; rates by what is read."""
    settings = "-images 50 -count 10000"
    seed = 5000 + number
    rates = {}
    with Upstream(options, seed, 100 << 10, slow=False, images=50, layers=3) as upstream:
        base = f"warm-{number}"
        Registry(f"127.0.0.1:{lading.port}", bench.PASSWORD).pull_through(
            base, upstream.url, anonymous_fetch=True, freshness=3600
        )
        load(options, lading.url, f"pushed/warm-{number}", seed, "push", settings, lading.login)
        with contextlib.ExitStack() as ended:
            sides = {"pushed": (lading.url, f"pushed/warm-{number}"), "pulled through": (lading.url, f"{base}/{NAME}")}
            if proxy:
                ended.callback(proxy.end)
                sides["distribution, as proxy"] = (proxy.url, proxy.begin(options, upstream, base))
            for url, name in list(sides.values())[1:]:
                load(options, url, name, seed, "pull", settings)
            # Who comes first meets a process that is less warm.
            for side, (url, name) in list(sides.items())[:: -1 if number % 2 else 1]:
                rates[side] = load(options, url, name, seed, ",".join(WARM), settings)
    return {WARM[phase]: {side: rates[side][phase]["ops_per_s"] for side in sides} for phase in WARM}


def load(options, url, name, seed, phases, settings, login=()):
    return bench.load(options, url, login, name, seed, phases, settings)


def warm_table(rounds):
    sides = list(next(iter(rounds[0].values())))
    lines = [f"| | {' | '.join(sides)} | pulled through / pushed |", "|---" * (len(sides) + 2) + "|"]
    for what in rounds[0]:
        ratios = [each[what]["pulled through"] / each[what]["pushed"] for each in rounds]
        values = [spread([each[what][side] for each in rounds]) for side in sides]
        lines.append(f"| {what} | {' | '.join(values)} | {spread(ratios)} |")
    return "\n".join(lines)


def table(rounds, names):
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for what in rounds[0][names[0]]:
        lines.append(
            f"| {what} | " + " | ".join(spread([each[name][what] for each in rounds]) for name in names) + " |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("java", "java-opts", "jar", "cache", "distribution", "regbench"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--layer-mib", type=int, default=128)
    parser.add_argument("--at-once", type=int, default=3, help="layers that a client pulls at once")
    parser.add_argument("--warm", action="store_true", help="warm pulls only")
    parser.add_argument("--discard", action="store_true", help="clients do not hash what they get")
    parser.add_argument("--only", default="", help="Lading or distribution")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lading-through-"))
    lading, proxy = Lading("Lading", folder, options.jar, options.cache), Proxy("distribution", folder)
    servers = [each for each in (lading, proxy) if options.only in each.name]
    try:
        lading.start(options)
        rounds = [
            warm(options, lading, proxy if proxy in servers else None, number) for number in range(options.rounds)
        ]
        print(f"\nwarm, 4 clients\n\n{warm_table(rounds)}", flush=True)
        colds = ((1, options.layer_mib * MIB // 8), (options.clients, options.layer_mib * MIB))
        for clients, size in colds[: 0 if options.warm else 2]:
            rounds = [cold(options, servers, number, clients, size) for number in range(options.rounds)]
            print(f"\n{clients} at once, {LAYERS} layers of {size // MIB} MiB\n")
            print(table(rounds, [server.name for server in servers]), flush=True)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
