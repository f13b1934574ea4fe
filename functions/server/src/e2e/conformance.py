"""Runs the OCI conformance suite against a started server, on each storage at once: `conformance.py [embedded] [aws]`.

$CI_TALLY: a file that is told, in a line for each storage, how many tests passed, failed and were skipped.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from harness import JAVA, PASSWORD, ROOT, TOOLS, Server, remove, run, temp_folder, until

SUITE = TOOLS / "conformance"
REPORTS = ROOT / "functions/server/target/conformance"
# Off by default in the suite, and switched on here.
BLOB_DIGESTS = "OCI_API_BLOBS_DIGEST_HEADER"
SWITCHES = ("OCI_API_BLOBS_UPLOAD_CANCEL", BLOB_DIGESTS, "OCI_API_MANIFESTS_DIGEST_HEADER")
# Off by default, and no part of the spec's version 1.1.
MAY_BE_OFF = {"Manifest put with tag params", "Sparse Manifests", "Tag Param", "Tag Param sha512"}
DISABLED = re.compile(r"^  (\S[^.]*)\.*: +Disabled$", re.MULTILINE)
COUNT = re.compile(r"^  (Disabled|Skip|Pass|FAIL|Error|Total)\.*: +(\d+)$", re.MULTILINE)
SUMMARY = re.compile(r"^OCI Conformance Result.*?(?=^Test results|\Z)", re.MULTILINE | re.DOTALL)
MUST_BE_NONE = ("FAIL", "Error", "Skip")


def module():
    """The suite's module version, which ends with its commit."""
    return re.search(r"^\s*mod\s+(\S+)\s+(\S+)", run("go", "version", "-m", SUITE), re.MULTILINE).groups()


class Emulators:
    """S3 and DynamoDB, from the tests of shared-model."""

    CLASS_PATH = ROOT / "shared-model/target/test.classpath"  # made by the Makefile

    def __enter__(self):
        classes = [str(ROOT / "shared-model/target" / folder) for folder in ("test-classes", "classes")]
        if not (Path(classes[0]) / "dev/lading/testing/LocalAws.class").exists() or not self.CLASS_PATH.exists():
            raise AssertionError("the emulators are not built: run `make conformance`")
        self.home = temp_folder("emulators")
        path = ":".join([*classes, self.CLASS_PATH.read_text().strip()])
        command = [JAVA, "-Xmx512m", "-cp", path, "dev.lading.testing.LocalAws", str(self.home / "s3")]
        self.log = self.home / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        until(lambda: "DYNAMODB=" in self.said() or self.process.poll() is not None, 60, self.said)
        if self.process.poll() is not None:
            raise AssertionError(f"the emulators ended; they said:\n{self.said()}")
        return self

    def said(self):
        return self.log.read_text(errors="replace")

    def env(self):
        """For a server that is to use them."""
        found = dict(re.findall(r"^(S3|DYNAMODB)=(\S+)$", self.said(), re.MULTILINE))
        return {
            "AWS_ENDPOINT_URL_S3": found["S3"],
            "AWS_ENDPOINT_URL_DYNAMODB": found["DYNAMODB"],
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local-secret",
            "AWS_REGION": "us-east-1",
        }

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        remove(self.home)


def conforms(storage):
    with ExitStack() as stack:
        arguments, env = ("--no-access-log", f"--storage={storage}"), {}
        if storage == "aws":
            env = stack.enter_context(Emulators()).env()
            arguments += ("--create-storage",)
        server = stack.enter_context(Server(*arguments, env=env))
        good, counts = result_at(server.host, PASSWORD, storage)
        (REPORTS / storage / "server.log").write_text(server.output())
    if tally := os.environ.get("CI_TALLY"):
        failed = sum(counts.get(kind, 0) for kind in MUST_BE_NONE) or int(not good)
        with Path(tally).open("a") as file:
            print(counts.get("Pass", 0), failed, 0, file=file)
    return good


def conforms_through_gateway(host, password, name):
    """Whether a registry behind API Gateway passes the suite; blobs come from S3, without their digest in a header."""
    return result_at(host, password, name, digest_of_blobs=False)[0]


def result_at(host, password, name, digest_of_blobs=True, user="admin"):
    """Runs the suite against a registry: whether it passes, and how many of its tests came to what."""
    folder = REPORTS / name
    remove(folder)
    folder.mkdir(parents=True)
    settings = {"OCI_REGISTRY": host, "OCI_TLS": "disabled", "OCI_USERNAME": user, "OCI_PASSWORD": password}
    switches = [switch for switch in SWITCHES if digest_of_blobs or switch != BLOB_DIGESTS]
    said = run(SUITE, env=settings | dict.fromkeys(switches, "true"), ok=None, cwd=folder, seconds=900)
    (folder / "output.txt").write_text(said)
    summary = SUMMARY.search(said)
    counts = {kind: int(count) for kind, count in COUNT.findall(summary.group(0) if summary else "")}
    print(f"== {name}\n{summary.group(0).strip() if summary else said}", flush=True)
    off = set(DISABLED.findall(said)) - MAY_BE_OFF
    clean = all(counts.get(kind) == 0 for kind in MUST_BE_NONE)
    good = not off and counts.get("Pass", 0) > 0 and clean
    if not good:
        lines = [line for line in said.splitlines() if re.search(r": (FAIL|Error|Skip)$", line)]
        lines += [f"  {part} must not be disabled" for part in off]
        print("\n".join(lines), f"== {name} does not conform; see {folder}", sep="\n", flush=True)
    return good, counts


def main():
    name, version = module()
    print(f"OCI conformance suite {name} {version}", flush=True)
    storages = sys.argv[1:] or ["embedded", "aws"]
    with ThreadPoolExecutor(len(storages)) as pool:
        results = list(pool.map(conforms, storages))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
