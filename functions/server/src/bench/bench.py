"""Measures Lading beside CNCF distribution (and nginx for plain downloads) in one run; run by `make bench`.

Rounds alternate between the registries, so that a machine whose speed drifts moves both. Figures are medians over
the rounds; the ratio is taken round by round. Prints a Markdown table. With `--before`, the folder of an older
checkout that is built, that build takes its turn as well, and both take short bursts in turn: a round takes a minute,
and in a minute a machine like ours drifts by more than two builds differ.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from harness import free_port
from registry import Registry

# Processes, and bursts in each after some to warm up.
STARTS, BURSTS, WARM = 3, 5, 3
# Seconds after its start that a process is measured idle: a JVM has compilers that end after some.
IDLE = 10
BIG = 512 * 1024 * 1024
PASSWORD = "bench horse battery"


def get(url, headers=None):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=60)


class Server:
    """A registry as a process of its own, on a port and a folder of its own."""

    def __init__(self, name, folder, jar=None, cache=None):
        self.name, self.folder, self.port = name, folder / name, free_port()
        self.folder.mkdir()
        self.url = f"http://127.0.0.1:{self.port}"
        self.jar, self.cache = jar, cache
        self.process = None
        self.login = ["-user", "admin", "-pass", PASSWORD] if jar else []

    def fresh(self, name):
        """One more of this build, with nothing stored."""
        return Server(name, self.folder.parent, self.jar, self.cache)

    def command(self, options):
        if self.jar:
            return [
                options.java,
                *options.java_opts.split(),
                f"-XX:AOTCache={self.cache}",
                "-jar",
                self.jar,
                f"--port={self.port}",
                f"--data={self.folder / 'data'}",
            ]
        config = self.folder / "config.yml"
        storage = {"filesystem": {"rootdirectory": str(self.folder / "data")}, "delete": {"enabled": True}}
        http = {"addr": f"127.0.0.1:{self.port}"}
        config.write_text(json.dumps({"version": "0.1", "log": {"level": "warn"}, "storage": storage, "http": http}))
        return [options.distribution, "serve", str(config)]

    def start(self, options):
        """Milliseconds from start to the first answer."""
        began = time.monotonic()
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(options), stdout=log, stderr=log, env={**os.environ, "LADING_ADMIN_PASSWORD": PASSWORD}
            )
        while True:
            try:
                get(self.url + "/v2/")
            except urllib.error.HTTPError:
                break
            except OSError:
                if time.monotonic() - began > 60 or self.process.poll() is not None:
                    sys.exit(f"{self.name} does not start; see {self.folder / 'log'}")
                time.sleep(0.005)
                continue
            break
        return (time.monotonic() - began) * 1000

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)


def load(options, server_url, login, repo, seed, phases, more):
    """One run of the load generator; the results by phase."""
    settings = f"-seed {seed} -phases {phases} -maxtime 120s {more}"
    out = subprocess.run(
        [options.regbench, "-url", server_url, *login, "-repo", repo, *settings.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    ).stdout
    results = [json.loads(line) for line in out.splitlines()]
    for result in results:
        if result["errors"]:
            sys.exit(f"{result['phase']} failed at {server_url}: {result.get('first_error')}")
    return {result["phase"]: result for result in results}


def measure(options, server, round_number):
    """The figures of one round: name to (value, whether more is better)."""
    figures = {}
    seed = 100 + round_number
    small = load(
        options,
        server.url,
        server.login,
        f"bench/small{seed}",
        seed,
        "push,pull,headtag,getdigest,headblob",
        "-images 200 -count 15000",
    )
    figures["push, 3 x 100 KB, 1/s"] = (small["push"]["ops_per_s"], True)
    figures["pull, 3 x 100 KB, 1/s"] = (small["pull"]["ops_per_s"], True)
    figures["HEAD tag, 1/s"] = (small["headtag"]["ops_per_s"], True)
    figures["GET manifest by digest, 1/s"] = (small["getdigest"]["ops_per_s"], True)
    few = load(
        options,
        server.url,
        server.login,
        f"bench/few{seed}",
        seed + 1000,
        "push,headblob",
        "-images 10 -size 1000 -count 15000",
    )
    many = load(
        options,
        server.url,
        server.login,
        f"bench/many{seed}",
        seed + 2000,
        "push,headblob",
        "-images 400 -size 1000 -count 15000",
    )
    figures["HEAD blob, 10 images in the repository, 1/s"] = (few["headblob"]["ops_per_s"], True)
    figures["HEAD blob, 400 images in the repository, 1/s"] = (many["headblob"]["ops_per_s"], True)
    big = load(
        options,
        server.url,
        server.login,
        f"bench/big{seed}",
        seed,
        "push,blobget",
        f"-images 1 -layers 1 -size {BIG} -c 1 -count 4",
    )
    figures["push 512 MB, MB/s"] = (big["push"]["mb_per_s"], True)
    figures["GET blob 512 MB, MB/s"] = (big["blobget"]["mb_per_s"], True)
    tags = load(options, server.url, server.login, f"bench/tags{seed}", seed, "tagput,tags", "-images 1 -ntags 10000")
    figures["10,000 tags put in one repository, s"] = (tags["tagput"]["seconds"], False)
    figures["listing 10,000 tags in pages of 1,000, s"] = (tags["tags"]["seconds"] / tags["tags"]["ops"], False)
    return figures


def cold(options, servers, number):
    """Images a second of processes that have just started: the first 60, and 200 after them."""
    rates = {}
    for server in servers:
        fresh = server.fresh(f"{server.name}-cold-{number}")
        fresh.start(options)
        try:
            time.sleep(2)
            for seed, images in ((1, 60), (2, 200)):
                pushed = load(options, fresh.url, fresh.login, "bench/cold", seed, "push", f"-images {images}")
                rates.setdefault(images, []).append(pushed["push"]["ops_per_s"])
        finally:
            fresh.stop()
            shutil.rmtree(fresh.folder)
    return {
        "cold: first 60 pushes of a process, 1/s": rates[60],
        "the next 200, 1/s": rates[200],
    }


def bursts(options, builds):
    """
    What each build does in bursts of a second, in turn: phase to figures of each, in the same order. Processes are
    started anew several times: what the compiler makes of one build differs by a tenth from one process to the next.
    """
    counts = {"headtag": 4000, "getdigest": 4000, "headblob": 4000, "pull": 1500}
    figures = {}
    for start in range(STARTS):
        servers = [server.fresh(f"{server.name}-{start}") for server in builds]
        try:
            for server in servers:
                server.start(options)
            for number in range(BURSTS + WARM):
                for server in servers if number % 2 else reversed(servers):
                    for phase, count in {"push": 1, **counts}.items():
                        seed = number if phase == "push" else 0
                        rate = load(
                            options,
                            server.url,
                            server.login,
                            f"bench/burst{seed}",
                            seed,
                            phase,
                            f"-images 150 -count {count}",
                        )[phase]["ops_per_s"]
                        if number >= WARM:
                            values, _ = figures.setdefault(f"{phase}, 1/s", ([[] for _ in builds], True))
                            values[servers.index(server)].append(rate)
        finally:
            for server in servers:
                server.stop()
    return figures


def nginx_download(options, lading, folder, round_number):
    """nginx serving the same blob at the same path; MB/s."""
    seed = 100 + round_number
    repo = f"bench/big{seed}"
    accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    digest = json.load(get(f"{lading.url}/v2/{repo}/manifests/t0", accept))["layers"][0]["digest"]
    root = folder / "nginx"
    blob = root / "v2" / repo / "blobs" / digest
    blob.parent.mkdir(parents=True, exist_ok=True)
    with get(f"{lading.url}/v2/{repo}/blobs/{digest}") as source, open(blob, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    root.chmod(0o755)
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;\n"
        "events {} http { access_log off; sendfile on; tcp_nopush on; "
        f"server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    )
    process = subprocess.Popen([options.nginx, "-c", str(config)])
    try:
        time.sleep(0.5)
        result = load(
            options,
            f"http://127.0.0.1:{port}",
            [],
            repo,
            seed,
            "blobget",
            f"-images 1 -layers 1 -size {BIG} -c 1 -count 4",
        )
        return result["blobget"]["mb_per_s"]
    finally:
        process.terminate()
        process.wait(10)
        blob.unlink()


def sync(administrator, href, upstream):
    """Seconds in the task, and requests to the upstream."""
    asked = requests(upstream)
    task = administrator.complete(administrator.call(202, "POST", f"{href}sync/", mirror=False)["task"])
    began, ended = (datetime.datetime.fromisoformat(task[when]) for when in ("started_at", "finished_at"))
    time.sleep(0.1)
    return (ended - began).total_seconds(), requests(upstream) - asked


def requests(upstream):
    """Distribution logs a line for each."""
    return sum('"GET /v2/' in line or '"HEAD /v2/' in line for line in open(upstream.folder / "log"))


def mirror(options, lading, distribution, round_number):
    """Seconds and upstream requests of mirrors; `measure` has put the 10,000 tags there."""
    seed = 100 + round_number
    load(
        options,
        distribution.url,
        [],
        f"bench/mirror{seed}",
        seed + 3000,
        "push",
        f"-images 20 -layers 5 -shared 3 -size {2 * 1024 * 1024}",
    )
    os.sync()
    administrator = Registry(f"127.0.0.1:{lading.port}", PASSWORD)
    figures = {}
    for what, repository in (("mirror 20 tags", f"bench/mirror{seed}"), ("10,000 tags synced", f"bench/tags{seed}")):
        href = administrator.mirror(f"mirror/{repository}", distribution.url, repository)["pulp_href"]
        for which in ("first", "unchanged"):
            seconds, asked = sync(administrator, href, distribution)
            figures[f"{what}, {which}, s"] = seconds
            figures[f"{what}, {which}, upstream requests"] = asked
    return figures


def table(servers, rows):
    """The figures of the first beside those of each other."""
    ours, *others = servers
    lines = [
        f"| | {ours.name} |" + "".join(f" {other.name} | ratio |" for other in others),
        "|---" * (2 + 2 * len(others)) + "|",
    ]
    for name, (figures, more_is_better) in rows.items():
        cells = [name, spread(figures[0])]
        for theirs in figures[1:]:
            ratios = [(a / b if more_is_better else b / a) for a, b in zip(figures[0], theirs, strict=False)]
            cells += [spread(theirs), f"{statistics.median(ratios):.2f} x"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def spread(values):
    form = "{:.0f}" if statistics.median(values) >= 20 else "{:.2f}"
    low, mid, high = (form.format(f(values)) for f in (min, statistics.median, max))
    return f"{mid} ({low} - {high})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("java", "java-opts", "jar", "cache", "distribution", "regbench"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--nginx", default=shutil.which("nginx") or "/usr/sbin/nginx")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--before", type=pathlib.Path, help="a checkout that is built, to compare with")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lading-bench-"))
    lading = Server("Lading", folder, options.jar, options.cache)
    distribution = Server("distribution", folder)
    servers = [lading, distribution]
    if options.before:
        target = options.before / "functions/server/target"
        servers.append(Server("before", folder, target / "quarkus-app/quarkus-run.jar", target / "lading.aot"))
    rows, nginx, mirrors = {}, [], {}
    try:
        starts, idle = [], []
        for server in servers:
            starts.append([])
            for _ in range(3):
                starts[-1].append(server.start(options))
                time.sleep(IDLE)
                resident = server.resident_mib()
                server.stop()
            idle.append([resident])
            server.start(options)
        rows["start to first answer, ms"] = (starts, False)
        rows["resident memory idle, MiB"] = (idle, False)
        for number in range(options.rounds):
            for name, rates in cold(options, servers, number).items():
                values, _ = rows.setdefault(name, ([[] for _ in servers], True))
                for mine, rate in zip(values, rates, strict=True):
                    mine.append(rate)
        for number in range(options.rounds + 1):
            # Whoever comes first in one round comes last in the next.
            for server in servers if number % 2 else reversed(servers):
                figures = measure(options, server, number)
                # The first round warms all up and is not counted.
                for name, (value, more_is_better) in figures.items() if number else ():
                    values, _ = rows.setdefault(name, ([[] for _ in servers], more_is_better))
                    values[servers.index(server)].append(value)
            # Each build has what the others have: a store that grows and a heap that fills take their time.
            for server in [server for server in servers if server.jar]:
                for name, value in mirror(options, server, distribution, number).items():
                    if number:
                        mirrors.setdefault(name, {}).setdefault(server.name, []).append(value)
            if number and os.path.exists(options.nginx):
                nginx.append(nginx_download(options, lading, folder, number))
            print(f"round {number} of {options.rounds} done", file=sys.stderr)
        print(
            f"{os.cpu_count()} cores, {options.rounds} rounds after one to warm up; median (min - max); "
            "a ratio above 1 is in Lading's favour\n"
        )
        print(table(servers, rows))
        if nginx:
            ours = rows["GET blob 512 MB, MB/s"][0][0]
            ratio = statistics.median(a / b for a, b in zip(ours, nginx, strict=False))
            print(f"\nnginx, GET of the same 512 MB: {spread(nginx)} MB/s; Lading's ratio to it {ratio:.2f} x")
        if options.before:
            print(f"\nin {STARTS * BURSTS} bursts of a second each, both builds in turn\n")
            print(table([lading, servers[-1]], bursts(options, [lading, servers[-1]])))
        builds = [server.name for server in servers if server.jar]
        print(f"\n| from distribution into | {' | '.join(builds)} |\n|---{'|---' * len(builds)}|")
        for name, values in mirrors.items():
            print(f"| {name} | {' | '.join(spread(values[build]) for build in builds)} |")
        print(f"\nresident memory of Lading after all this: {lading.resident_mib():.0f} MiB")
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
