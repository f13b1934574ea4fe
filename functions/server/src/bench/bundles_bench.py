"""Measures `lading export` and `lading import` beside a copy of the same file and its SHA-256: `make bench-bundles`.

Each round exports, copies, computes and imports once, so that a machine whose speed drifts moves all. To reach: 70%
of the slower of a copy that is synced and of SHA-256 on one core, as sha256sum computes it, in less than 300 MiB of
memory. And the increment after 2 of many images changed: 1.05 times what changed, and 1 MB. Prints Markdown tables.
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import bench
import oci
from harness import PASSWORD, ROOT, Server
from registry import Registry

LADING = ROOT / "bin/lading"
NAME = "bench/bundle"
MIB = 1024 * 1024
LAYER = 128 * MIB
IMAGE = 50 * MIB
CHANGED = 2
MEMORY = 300
SETTLED = 4


def lading(server, *arguments):
    env = {**os.environ, "LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}
    command = [str(each) for each in (LADING, *arguments)]
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def seconds(work, *arguments):
    began = time.monotonic()
    work(*arguments)
    return time.monotonic() - began


def copy(source, target):
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, MIB)
        os.fsync(write.fileno())


def digest(file, *command):
    subprocess.run([*command, str(file)], check=True, capture_output=True)


def drop(file):
    """Forgets what the operating system keeps of a file in memory, which no copy from a disk would have."""
    with file.open("rb") as read:
        os.posix_fadvise(read.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def forget_peak(server):
    """Lets the most memory that was resident be counted from now on."""
    pathlib.Path(f"/proc/{server.pid()}/clear_refs").write_text("5")


def push(registry, layers, size, seed):
    """Images of one layer each."""
    for number in range(layers):
        registry.push(NAME, f"v{number}", oci.raw_image([random.Random(seed + number).randbytes(size)]))


def measure(folder, mib, rounds):
    with Server("--no-access-log") as server:
        push(Registry(server.host), max(1, mib * MIB // LAYER), LAYER, 1)
        key = folder / "key.pem"
        key.write_text(lading(server, "keys", "bundle"))
        rows = {what: [] for what in ("copy, synced", "sha256sum", "openssl's SHA-256", "export", "import")}
        memory = {"export": [], "import": []}
        for _ in range(rounds):
            bundle, copied = folder / "bundle.tar", folder / "copy.tar"
            forget_peak(server)
            rows["export"].append(seconds(lading, server, "export", NAME, "--output", bundle, "--quiet"))
            memory["export"].append(server.peak_mib())
            size = bundle.stat().st_size
            drop(bundle)
            rows["copy, synced"].append(seconds(copy, bundle, copied))
            copied.unlink()
            rows["sha256sum"].append(seconds(digest, bundle, "sha256sum"))
            rows["openssl's SHA-256"].append(seconds(digest, bundle, "openssl", "dgst", "-sha256"))
            drop(bundle)
            with Server("--no-access-log") as target:
                # One that runs, as that which exports: not its first seconds, when it compiles itself.
                time.sleep(SETTLED)
                rows["import"].append(seconds(lading, target, "import", bundle, "--trust", key, "--quiet"))
                memory["import"].append(target.peak_mib())
            bundle.unlink()
    most = max(each for peaks in memory.values() for each in peaks)
    slower = [max(pair) for pair in zip(rows["copy, synced"], rows["sha256sum"], strict=True)]
    print(f"\n{size / 1e9:.2f} GB in {rounds} rounds\n")
    print("| | MB/s | times the slower of the first two | peak memory, MiB |\n|---|---|---|---|")
    for what, took in rows.items():
        rates = bench.spread([size / 1e6 / each for each in took])
        ratios = bench.spread([base / each for base, each in zip(slower, took, strict=True)])
        print(f"| {what} | {rates} | {ratios} | {bench.spread(memory[what]) if what in memory else ''} |", flush=True)
    if most > MEMORY:
        sys.exit(f"a server took {most:.0f} MiB; at most {MEMORY}")


def increment(folder, images):
    with Server("--no-access-log") as server:
        registry = Registry(server.host)
        push(registry, images, IMAGE, 1000)
        href = registry.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]
        number = href["latest_version_href"].rstrip("/").rsplit("/", 1)[1]
        push(registry, CHANGED, IMAGE, 5000)
        bundle = folder / "increment.tar"
        took = seconds(lading, server, "export", NAME, "--since", number, "--output", bundle, "--quiet")
        size = bundle.stat().st_size
    most = 1.05 * CHANGED * IMAGE + 1e6
    print(f"\n{CHANGED} of {images} images of {IMAGE // MIB} MiB changed: {took:.1f} s")
    print(f"{size} bytes; at most {most:.0f}")
    if size > most:
        sys.exit("the increment is too large")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--images", type=int, default=200)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bundles-bench"))
    try:
        measure(folder, options.mib, options.rounds)
        increment(folder, options.images)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
