"""Cold starts and warm answers of the functions' zips, under Lambda's runtime interface client: `make bench-aws`."""

import statistics
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from emulator import Emulator
from function_process import get
from harness import ROOT
from test_calls import LAYER, function, push, storage

ROUNDS = 5
WARM_UP = 2000
REQUESTS = 500


def zip_of(module):
    return ROOT / "functions" / module / "target/function.zip"


def spread(seconds):
    """Median, least and most, in milliseconds."""
    return f"{statistics.median(seconds) * 1000:.0f} ({min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f})"


def main():
    with Emulator() as emulator:
        storage(emulator)
        registry = zip_of("registry-lambda")
        with function(emulator, emulator.url, registry) as process:
            image = push(lambda event: process.invoke(event)[0], "team/app", "1")
        tag = get("/v2/team/app/manifests/1", {"accept": "*/*"}, "HEAD")
        print("| function | zip, MB | init, ms | first event, ms | after a snapshot, ms |\n|---|---|---|---|---|")
        for name, zip_file, event in (
            ("registry", registry, tag),
            ("management", zip_of("management-lambda"), get("/pulp/api/v3/status/")),
            ("tasks", zip_of("tasks"), {"Records": []}),
            ("maintenance", zip_of("maintenance"), {}),
        ):
            inits, firsts, restored = [], [], []
            for _ in range(ROUNDS):
                with function(emulator, emulator.url, zip_file) as process:
                    inits.append(process.init_seconds)
                    firsts.append(process.invoke(event)[1])
                with function(emulator, emulator.url, zip_file, snapshot=True) as process:
                    process.restore()
                    restored.append(process.invoke(event)[1])
            size = zip_file.stat().st_size / 1e6
            print(f"| {name} | {size:.1f} | {spread(inits)} | {spread(firsts)} | {spread(restored)} |", flush=True)
        print("\n| request, warm | ms, median | 95% |\n|---|---|---|")
        with function(emulator, emulator.url, registry) as process:
            for name, event in (
                ("HEAD manifest by tag", tag),
                ("GET manifest by digest", get(f"/v2/team/app/manifests/{image.digest}", {"accept": "*/*"})),
                ("GET blob, a redirect", get(f"/v2/team/app/blobs/{oci.sha256(LAYER)}")),
                ("GET /v2/, no record", get("/v2/")),
            ):
                for _ in range(WARM_UP):
                    process.invoke(event)
                times = sorted(process.invoke(event)[1] for _ in range(REQUESTS))
                print(f"| {name} | {statistics.median(times) * 1000:.1f} | {times[int(REQUESTS * 0.95)] * 1000:.1f} |")


if __name__ == "__main__":
    main()
