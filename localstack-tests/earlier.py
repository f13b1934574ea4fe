"""A tree of an earlier revision, taken out of git's history and built, for tests of what comes after it."""

import io
import subprocess
import tarfile

from harness import ROOT, remove, run

# Built once: a commit does not change.
TREES = ROOT / "localstack-tests/target/earlier"
BUILD_SECONDS = 1_800
# What the verbs around the tests hand on to every `make` below them, and is meant for them.
OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "TESTS", "ARGS", "DATA")


def tree(commit):
    """The folder of the revision's own sources."""
    folder = TREES / commit[:12]
    if folder.exists():
        return folder
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        raise AssertionError(
            f"git has no {commit} here, which this test builds: it needs the whole history. "
            f"`git fetch --unshallow` fetches it. git said: {packed.stderr.decode(errors='replace').strip()}"
        )
    TREES.mkdir(parents=True, exist_ok=True)
    # Half a tree is never taken for a whole one.
    unpacked = TREES / f"{commit[:12]}.unpacked"
    remove(unpacked)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(unpacked, filter="tar")
    return unpacked.rename(folder)


def built(commit, *targets):
    """The same, with files made as its own Makefile makes them."""
    folder = tree(commit)
    bare = [part for name in OF_MAKE for part in ("-u", name)]
    run("env", *bare, "make", "--no-print-directory", *targets, cwd=folder, seconds=BUILD_SECONDS)
    return folder
