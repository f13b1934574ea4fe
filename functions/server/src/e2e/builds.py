"""Builds from Containerfiles, whose steps run a program of the tests' own: no image with a shell is at hand."""

import base64
import functools
import json
import os
from pathlib import Path

import oci
from harness import remove, run, temp_folder, until
from registry import Registry

OWN = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
ARCHITECTURES = ("amd64", "arm64")
DATED = 1_700_000_000
# Longer than any step takes, on a machine that does other things.
SECONDS = 60


@functools.cache
def program(architecture=OWN):
    """What `step` is, for an architecture."""
    folder = temp_folder("step")
    try:
        env = {"CGO_ENABLED": "0", "GOARCH": architecture, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
        source = Path(__file__).resolve().parent / "step"
        run("go", "build", "-trimpath", "-ldflags=-s -w", "-o", folder / "step", ".", env=env, cwd=source)
        return (folder / "step").read_bytes()
    finally:
        remove(folder)


def packed(files, mtime=DATED):
    """A context: a tar of {name: bytes}."""
    return oci.tar(files, mode=0o755, mtime=mtime)


def base(files=None, architecture=OWN):
    """An image with the program in it, or with files."""
    layer = oci.tar(files or {"step": program(architecture)}, mode=0o755)
    # buildah 1.28 puts nothing above a base that has layers and no history.
    return oci.image([layer], architecture=architecture, history=[{"created_by": "a test"}])


class Builds:
    """What is asked of one server's builder."""

    def __init__(self, host):
        self.registry = Registry(host)
        # A trial of the builder is made when the server has started.
        self.builder = until(self.tried, SECONDS, "the trial of the builder")
        if not self.builder["builds"]:
            raise AssertionError(self.builder["reason"])

    def tried(self):
        builder = self.registry.call(200, "GET", "status/")["builder"]
        return builder if builder["builds"] is not None else None

    def repository(self, name):
        """The href of a repository of that name, which is made and served if there is none."""
        path = "container/container/"
        found = self.registry.call(200, "GET", f"repositories/{path}?name={name}")["results"]
        if found:
            return found[0]["pulp_href"]
        href = self.registry.call(201, "POST", f"repositories/{path}", name=name)["pulp_href"]
        served = {"name": name, "base_path": name, "repository": href}
        self.registry.complete(self.registry.call(202, "POST", f"distributions/{path}", **served)["task"])
        return href

    def begin(self, name, containerfile, context=None, **fields):
        """The href of the task that builds into a repository."""
        href = self.repository(name)
        if context:
            self.registry.push_blob(name, context)
            fields["context_digest"] = oci.sha256(context)
        body = {"containerfile_text": containerfile, **fields}
        return self.registry.call(202, "POST", f"{href}build_image/", **body)["task"]

    def build(self, name, containerfile, context=None, **fields):
        """The task, which was done."""
        task = self.registry.end(self.begin(name, containerfile, context, **fields), SECONDS)
        if task["state"] != "completed":
            raise AssertionError(f"{task['error']}; its log:\n{self.log(task)}")
        return task

    def fail(self, name, containerfile, context=None, **fields):
        """Why the build failed."""
        task = self.registry.end(self.begin(name, containerfile, context, **fields), SECONDS)
        if task["state"] != "failed":
            raise AssertionError(f"the build is {task['state']}; its log:\n{self.log(task)}")
        return task["error"]["description"]

    def log(self, task):
        return self.registry.expect(200, "GET", f"{task['pulp_href']}log/").body.decode()

    def configuration(self, name, reference):
        manifest = self.registry.manifest(name, reference).json()
        return json.loads(self.registry.blob(name, manifest["config"]["digest"]))

    @staticmethod
    def cached(task):
        """How many steps came from the cache."""
        return sum(each["done"] for each in task["progress_reports"] if each["code"] == "build.cached")

    @staticmethod
    def secret(value):
        return base64.b64encode(value).decode()
