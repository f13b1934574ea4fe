"""Measures how long the console's pages take, of a large repository: `make bench-console`."""

import argparse
import pathlib
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import oci
from console import Console
from harness import Server
from registry import Registry

NAME = "large/app"
WARMING = 20


def fill(host, tags, versions):
    """A repository of so many tags, of which the last pushes made a version each."""
    images = [oci.raw_image([b"%d" % number]) for number in range(20)]
    registry = Registry(host)
    for image in images:
        registry.push(NAME, oci.sha256(image.manifest)[7:19], image)

    def push(share):
        client = Registry(host)
        for number in share:
            client.push_manifest(NAME, f"v{number:05}", images[number % 20].manifest)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(push, [range(start, tags, 4) for start in range(4)]))
    path = "container/container/"
    [repository] = registry.call(200, "GET", f"repositories/{path}?name={NAME}")["results"]
    registry.call(202, "PATCH", repository["pulp_href"], retain_repo_versions=versions)
    return repository["pulp_href"].rstrip("/").rsplit("/", 1)[-1], oci.sha256(images[0].manifest)


def milliseconds(console, path, times):
    taken = []
    for _ in range(times):
        began = time.monotonic()
        size = len(console.page(path))
        taken.append((time.monotonic() - began) * 1000)
    return taken, size


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--tags", type=int, default=10_000)
    parser.add_argument("--versions", type=int, default=500)
    options = parser.parse_args()
    with Server("--no-access-log") as server:
        began = time.monotonic()
        Console(server.host).page("/ui/")
        print(f"first login and first page: {(time.monotonic() - began) * 1000:.0f} ms")
        repository, digest = fill(server.host, options.tags, options.versions)
        console = Console(server.host)
        head = Registry(server.host).call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]
        version = int(head["latest_version_href"].rstrip("/").rsplit("/", 1)[-1])
        base = f"/ui/repositories/{repository}/"
        pages = {
            "home": "/ui/",
            "repositories": "/ui/repositories/",
            "tags": base,
            "tags, half way": f"{base}?after=v05000",
            "timeline": f"{base}versions/",
            "version": f"{base}versions/{version}/",
            "diff of 50 versions": f"{base}diff?from={version - 50}&to={version}",
            "image": f"{base}images/{digest}",
            "search": f"/ui/search?q={NAME}",
            "distributions": "/ui/distributions/",
            "tasks": "/ui/tasks/",
        }
        print(f"{options.tags} tags, {options.versions} versions; {options.times} requests of each by one client")
        print("| page | median, ms | 99%, ms | KB |\n|---|---|---|---|")
        for name, path in pages.items():
            milliseconds(console, path, WARMING)
            taken, size = milliseconds(console, path, options.times)
            worst = statistics.quantiles(taken, n=100)[98]
            print(f"| {name} | {statistics.median(taken):.1f} | {worst:.1f} | {size / 1000:.0f} |")


if __name__ == "__main__":
    main()
