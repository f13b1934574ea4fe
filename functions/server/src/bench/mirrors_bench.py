"""Measures many mirrors of one image, synced at once from a slow upstream, beside one alone: `make bench-mirrors`."""

import argparse
import pathlib
import random
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import oci
from faulty import FaultyUpstream
from harness import Server
from registry import Registry

LAYERS = 30
LAYER_BYTES = 10_000
LAYER_SECONDS = 3
MOST_TIMES = 2
PATIENCE_SECONDS = 600


def slowly(config):
    """Each layer takes its time; the config does not."""

    def fault(handler, kind, name, nth):
        if kind == "blobs" and name != config:
            time.sleep(LAYER_SECONDS)
        return False

    return fault


def measure(mirrors):
    """(seconds, requests for blobs) of so many mirrors at once, each with a remote of its own, on a new server."""
    chance = random.Random(1)
    image = oci.raw_image([chance.randbytes(LAYER_BYTES) for _ in range(LAYERS)])
    with Server("--no-access-log") as server, FaultyUpstream() as upstream:
        upstream.image("v1", image)
        upstream.fault = slowly(oci.sha256(image.blobs[0]))
        registry = Registry(server.host)
        hrefs = [registry.mirror(f"mirror{number}", upstream.url, "app")["pulp_href"] for number in range(mirrors)]
        began = time.monotonic()
        tasks = [registry.call(202, "POST", f"{href}sync/")["task"] for href in hrefs]
        for task in tasks:
            registry.complete(task, PATIENCE_SECONDS)
        seconds = time.monotonic() - began
        for number in range(mirrors):
            registry.require_whole(f"mirror{number}", "v1")
        asked = [count for (kind, _), count in upstream.asked.items() if kind == "blobs"]
        return seconds, asked


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mirrors", type=int, default=100)
    options = parser.parse_args()
    print("| mirrors at once | wall time, s | times one alone | requests for each blob, most |\n|---|---|---|---|")
    alone, _ = measure(1)
    print(f"| 1 | {alone:.1f} | 1.0 | 1 |", flush=True)
    seconds, asked = measure(options.mirrors)
    print(f"| {options.mirrors} | {seconds:.1f} | {seconds / alone:.1f} | {max(asked)} |")
    if len(asked) != LAYERS + 1 or max(asked) > 1 or seconds > MOST_TIMES * alone:
        sys.exit(
            f"each of {LAYERS + 1} blobs should be asked for once, in no more than {MOST_TIMES} times the time of one"
        )


if __name__ == "__main__":
    main()
