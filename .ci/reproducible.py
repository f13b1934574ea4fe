#!/usr/bin/env python3
"""Builds the commit a second time, in another folder, and compares what is shipped, byte for byte: `make reproducible`.

The first build is the one that stands in this checkout. Whatever differs is told down to the entry of an archive; it is
an error unless KNOWN has a reason for it.
"""

import fnmatch
import io
import os
import shlex
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MVN = shlex.split(os.environ.get("MVN", "mvn -B -q"))
SHIPPED = (
    "functions/server/target/quarkus-app/**/*",
    "functions/*/target/function.zip",
    "**/target/bom.json",
    "infra-cdk/target/infra-cdk-*.jar",
)
# Patterns of what may differ, with why. Quarkus runs its build steps on several threads, and stands still with one
# (-Dio.quarkus.builder.execution.maxPoolSize=1), so their order cannot be mended from here. None of it is of
# consequence: keys under which one step leaves a value for another, and lists that are read as sets.
KNOWN = {
    "*!io/quarkus/runner/recorded/*.class": "Quarkus numbers values in the order in which build steps come by",
    "*!io/quarkus/runtime/generated/*.class": "Quarkus lists configuration classes in the order in which it met them",
}


def build(folder):
    for arguments in (["-T", "1C", "package", "-DskipTests"], ["-f", "infra-cdk", "package", "-DskipTests"]):
        subprocess.run([*MVN, *arguments], cwd=folder, check=True)


def shipped(folder):
    found = {file for pattern in SHIPPED for file in folder.glob(pattern) if file.is_file()}
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


def differences(name, one, other):
    """Places where two files differ, inside of archives as well."""
    if one == other:
        return
    if not (zipfile.is_zipfile(io.BytesIO(one)) and zipfile.is_zipfile(io.BytesIO(other))):
        yield name, "content"
        return
    with zipfile.ZipFile(io.BytesIO(one)) as first, zipfile.ZipFile(io.BytesIO(other)) as second:
        entries, others = first.namelist(), second.namelist()
        for entry in sorted(set(entries) ^ set(others)):
            yield f"{name}!{entry}", "only in one of them"
        both = [entry for entry in entries if entry in set(others)]
        if both != [entry for entry in others if entry in set(entries)]:
            yield name, "order of entries"
        if any(first.getinfo(entry).date_time != second.getinfo(entry).date_time for entry in both):
            yield name, "times of entries"
        for entry in both:
            yield from differences(f"{name}!{entry}", first.read(entry), second.read(entry))


def compare(first, second):
    for name in sorted(first.keys() ^ second.keys()):
        yield name, "only in one of them"
    for name in sorted(first.keys() & second.keys()):
        yield from differences(name, first[name], second[name])


def main():
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    if changed:
        sys.exit(f"Commit first, it is the commit that is built a second time:\n{changed}")
    build(ROOT)
    with tempfile.TemporaryDirectory(prefix="lading-reproducible-") as folder:
        copy = Path(folder) / "another"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], check=True)
        build(copy)
        first, second = shipped(ROOT), shipped(copy)
    found = list(compare(first, second))
    known = {pattern: why for pattern, why in KNOWN.items() if fnmatch.filter([name for name, _ in found], pattern)}
    for name, how in found:
        reason = next((why for pattern, why in known.items() if fnmatch.fnmatch(name, pattern)), None)
        print(f"known: {name}: {how} ({reason})" if reason else f"DIFFERS: {name}: {how}")
    unknown = [name for name, _ in found if not any(fnmatch.fnmatch(name, pattern) for pattern in known)]
    files = {name.split("!")[0] for name, _ in found}
    print(f"{len(first) - len(files)} of {len(first)} files are the same, byte for byte")
    return 1 if unknown or not first else 0


if __name__ == "__main__":
    sys.exit(main())
