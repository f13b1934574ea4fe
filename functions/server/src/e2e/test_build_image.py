"""Images that are built from Containerfiles, by the builder of this machine, and read by real clients."""

import base64
import json
import signal
import subprocess
import threading
import unittest

import oci
from builds import ARCHITECTURES, DATED, SECONDS, Builds, base, packed, program
from harness import PASSWORD, TOOLS, Server, mind_interrupts, run
from registry import API, Registry
from test_command import DONE, LADING, REFUSED, USAGE, Shell
from upstream import Upstream

FILES = f"{API}/repositories/file/file/"
STEPS = """\
FROM scratch
COPY step /step
RUN ["/step", "write", "/first", "of the first step"]
COPY data /data
RUN ["/step", "write", "/second", "of the second step"]
CMD ["/step", "cat", "/data"]
"""
SECRET = b"a secret that nothing may keep"


def context(**files):
    return packed({"step": program(), **files})


def setUpModule():
    BuildImageTest.server = unittest.enterModuleContext(Server())
    BuildImageTest.builds = Builds(BuildImageTest.server.host)


class BuildImageTest(Shell):
    server = builds = None

    def setUp(self):
        super().setUp()
        self.use(self.server, self.builds)

    def use(self, server, builds):
        """Builds by this server from now on."""
        self.server, self.builds = server, builds
        self.host, self.registry = server.host, builds.registry
        self.env |= {"LADING_URL": f"http://{self.host}", "LADING_ADMIN_PASSWORD": PASSWORD}

    def login(self):
        """Lets cosign and skopeo in."""
        folder = self.home / ".docker"
        folder.mkdir(exist_ok=True)
        auth = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {self.host: {"auth": auth}}}))
        return {"HOME": str(self.home), "DOCKER_CONFIG": str(folder)}

    def refuse(self, said, href, files=None, **fields):
        answer = self.registry.form(f"{href}build_image/", files or {}, **fields)
        self.assertEqual(400, answer.status, answer.body)
        self.assertIn(said, answer.body.decode())


class PulpTest(BuildImageTest):
    def curl(self, href, *form):
        """POSTs a form as Pulp's documentation does."""
        parts = [word for part in form for word in ("-F", part)]
        said = run("curl", "-sS", "-u", f"admin:{PASSWORD}", *parts, f"http://{self.host}{href}", cwd=self.folder)
        return json.loads(said)

    def add(self, repository, path, content):
        (self.folder / "sent").write_bytes(content)
        parts = (f"relative_path={path}", "file=@sent", f"repository={repository}")
        self.registry.complete(self.curl(f"{API}/content/file/files/", *parts)["task"])

    def test_the_documented_example(self):
        files = self.registry.call(201, "POST", FILES, name="documented/context")["pulp_href"]
        self.add(files, "foo/bar/example.txt", b"of the context\n")
        self.add(files, "tools/step", program())
        version = self.registry.call(200, "GET", files)["latest_version_href"]
        self.assertEqual(f"{files}versions/2/", version)
        (self.folder / "Containerfile").write_text(
            'FROM scratch\nCOPY foo/bar/example.txt /tmp/inside\nCOPY tools/step /step\nCMD ["/step", "cat"]\n'
        )
        containers = "repositories/container/container/"
        built = self.registry.call(201, "POST", containers, name="documented")["pulp_href"]

        started = self.curl(f"{built}build_image/", "containerfile=@Containerfile", f"build_context={version}", "tag=1")
        task = self.registry.complete(started["task"], SECONDS)

        self.assertEqual("pulp_container.app.tasks.builder.build_image", task["name"])
        self.assertEqual([f"{built}versions/1/"], task["created_resources"])
        present = self.registry.call(200, "GET", f"{built}versions/1/")["content_summary"]["present"]
        self.assertEqual(1, present["container.tag"]["count"])
        served = {"name": "served", "base_path": "test", "repository": built}
        self.registry.complete(self.registry.call(202, "POST", "distributions/container/container/", **served)["task"])
        layout = self.home / "layout"
        policy = self.home / "policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        source = ("--src-tls-verify=false", f"docker://{self.host}/test:1")
        run("skopeo", f"--policy={policy}", "copy", *source, f"oci:{layout}:1", env=self.login())
        configuration = self.builds.configuration("test", "1")
        self.assertEqual(["/step", "cat"], configuration["config"]["Cmd"])
        digest = self.registry.digest("test", "1")
        self.assertEqual([digest], oci.layout_digests(layout))
        exported = run(TOOLS / "crane", "export", f"{self.host}/test:1", self.home / "root.tar", env=self.login())
        self.assertEqual("", exported)
        self.assertEqual("of the context\n", run("tar", "-xOf", self.home / "root.tar", "tmp/inside"))
        units = self.registry.call(200, "GET", f"content/container/manifests/?digest={digest}")["results"]
        self.assertEqual(["image"], [unit["type"] for unit in units])

    def test_a_containerfile_of_the_context_and_what_is_refused(self):
        files = self.registry.call(201, "POST", FILES, name="named/context")["pulp_href"]
        self.add(files, "Other", b"FROM scratch\nCOPY Other /Other\n")
        version = f"{files}versions/1/"
        built = self.builds.repository("named")
        started = self.curl(f"{built}build_image/", "containerfile_name=Other", f"build_context={version}")
        self.registry.complete(started["task"], SECONDS)
        self.assertEqual(["latest"], self.registry.tags("named"))

        one = "Exactly one of 'containerfile' and 'containerfile_name' must be specified."
        self.refuse(one, built, tag="1")
        self.refuse(one, built, {"containerfile": b"FROM scratch\n"}, containerfile_name="Other", build_context=version)
        alone = "A 'build_context' must be specified when 'containerfile_name' is present."
        self.refuse(alone, built, containerfile_name="Other")
        self.refuse(alone, built, containerfile_name="Other", build_context="")
        absent = "Could not find the Containerfile with the name 'Absent'"
        self.refuse(absent, built, containerfile_name="Absent", build_context=version)
        self.refuse("build_context", built, {"containerfile": b"FROM scratch\n"}, build_context=f"{files}versions/9/")


class SameTest(BuildImageTest):
    def test_the_same_inputs_make_one_digest_in_two_stores(self):
        inputs = context(data=b"data")
        platforms = [f"linux/{each}" for each in ARCHITECTURES if f"linux/{each}" in self.builds.builder["platforms"]]
        both = packed({f"step-{each}": program(each) for each in ARCHITECTURES})
        index = 'FROM scratch\nARG TARGETARCH\nCOPY step-$TARGETARCH /step\nRUN ["/step", "write", "/made", "it"]\n'
        with Server() as server:
            other = Builds(server.host)
            for each in (self.builds, other):
                each.build("same/default", STEPS, inputs)
                each.build("same/index", index, both, platforms=platforms, source_date_epoch=DATED - 1000)
            for name in ("same/default", "same/index"):
                self.assertEqual(self.registry.digest(name, "latest"), other.registry.digest(name, "latest"))
        self.assertEqual("2023-11-14T22:13:20Z", self.builds.configuration("same/default", "latest")["created"])
        child = self.registry.manifest("same/index", "latest").json().get("manifests", [{"digest": "latest"}])[0]
        configuration = self.builds.configuration("same/index", child["digest"])
        self.assertEqual("2023-11-14T21:56:40Z", configuration["created"])
        again = self.builds.build("same/default", STEPS, inputs)
        self.assertEqual([], again["created_resources"])

    def test_what_is_long_and_what_is_later(self):
        remarks = "# a remark\n" * 7_000
        # A shift is no here-document.
        step = 'RUN ["/step", "write", "/made", "1<<n"]\n'
        dated = {"source_date_epoch": 4_102_444_800}
        self.builds.build(
            "long", remarks + "FROM scratch\nCOPY step /step\n" + step, packed({"step": program()}), **dated
        )
        self.assertEqual("2100-01-01T00:00:00Z", self.builds.configuration("long", "latest")["created"])
        href = self.builds.repository("long")
        for field in ({"build_args": {"A": "€" * 30_000}}, {"source_date_epoch": 1 << 33}):
            body = {"containerfile_text": "FROM scratch\n", **field}
            self.assertIn(*field, self.registry.call(400, "POST", f"{href}build_image/", **body))

    def test_steps_that_did_not_change_come_from_the_cache(self):
        first = self.builds.build("cached", STEPS, context(data=b"one"))
        changed = self.builds.build("cached", STEPS, context(data=b"two"))
        whole = self.builds.build("cached", STEPS, context(data=b"two"))
        without = self.builds.build("cached", STEPS, context(data=b"two"), cache=False)
        self.assertEqual([0, 2, 5, 0], [self.builds.cached(task) for task in (first, changed, whole, without)])


class PlatformsTest(BuildImageTest):
    def test_each_platform_runs_its_own_steps(self):
        platforms = [f"linux/{each}" for each in ARCHITECTURES]
        if not set(platforms) <= set(self.builds.builder["platforms"]):
            self.skipTest("no emulator is registered for the other of the two; .ci/run does so")
        containerfile = (
            "FROM scratch\nARG TARGETARCH\nCOPY step-$TARGETARCH /step\n"
            'RUN ["/step", "architecture", "/architecture"]\nCMD ["/step", "cat", "/architecture"]\n'
        )
        inputs = packed({f"step-{each}": program(each) for each in ARCHITECTURES})
        task = self.builds.build("platforms", containerfile, inputs, platforms=platforms)
        log = self.builds.log(task)
        index = self.registry.manifest("platforms", "latest").json()
        self.assertEqual(list(ARCHITECTURES), [each["platform"]["architecture"] for each in index["manifests"]])
        for architecture, child in zip(ARCHITECTURES, index["manifests"], strict=True):
            self.assertIn(f"running on {architecture}\n", log)
            configuration = self.builds.configuration("platforms", child["digest"])
            self.assertEqual(architecture, configuration["architecture"])
        self.registry.require_whole("platforms", "latest")


class BasesTest(BuildImageTest):
    """With no way out: what is needed of others comes through this registry."""

    def setUp(self):
        super().setUp()
        self.upstream = self.enterContext(Upstream())

    def test_a_base_comes_through_a_distribution(self):
        self.upstream.registry.push("tools/step", "1", base())
        self.upstream.registry.push("tools/data", "1", base({"data": b"of an image"}))
        self.registry.pull_through("through", self.upstream.url)
        host = self.upstream.host
        self.builds.build(
            "bases/through",
            f'FROM {host}/tools/step:1\nCOPY --from={host}/tools/data:1 /data /data\nRUN ["/step", "cat", "/data"]\n',
        )
        self.assertEqual(["1"], self.registry.tags("through/tools/step"))
        ours = self.registry.manifest("bases/through", "latest").json()
        theirs = self.registry.manifest("through/tools/step", "1").json()
        self.assertEqual(theirs["layers"][0]["digest"], ours["layers"][0]["digest"])
        name = "org.opencontainers.image.base.digest"
        self.assertEqual(oci.sha256(base().manifest), ours["annotations"][name])

    def test_a_short_name_is_that_of_a_mirror(self):
        self.upstream.registry.push("tools/step", "1", base())
        repository = self.registry.mirror("hub/step", self.upstream.url, "tools/step")
        self.registry.complete(self.registry.call(202, "POST", f"{repository['pulp_href']}sync/")["task"])
        # A mirror of Docker Hub's from now on; nothing more is asked of it.
        remote = {"url": "https://registry-1.docker.io", "upstream_name": "library/step"}
        self.registry.complete(self.registry.call(202, "PATCH", repository["remote"], **remote)["task"])
        self.builds.build("bases/short", 'FROM step:1\nRUN ["/step", "write", "/made", "it"]\n')
        said = self.builds.fail("bases/short", "FROM other:1\n")
        self.assertIn("an image of docker.io, which nothing here mirrors", said)
        absent = self.builds.fail("bases/short", "FROM step:2\n")
        self.assertNotIn("nothing here mirrors", absent)

    def test_what_nothing_mirrors_is_named(self):
        self.assertIn(
            "the build needs an image of quay.test, which nothing here mirrors",
            self.builds.fail("bases/none", "FROM quay.test/team/app:1\n"),
        )
        said = self.builds.fail("bases/none", "FROM scratch\nADD https://files.test/a.tar /a\n")
        self.assertIn("files.test", said)
        self.assertIn("network", said)


class PullsTest(BuildImageTest):
    def test_pulls_go_on_during_a_build(self):
        self.registry.push("pulled", "1", base())
        task = self.builds.begin("pulling", STEPS, context(data=bytes(8_000_000)), cache=False)
        pulls, over = [], threading.Event()
        client = Registry(self.host)

        def pull():
            while not over.is_set():
                pulls.append(client.require_whole("pulled", "1"))

        thread = threading.Thread(target=pull)
        thread.start()
        try:
            self.assertEqual("completed", self.registry.end(task, SECONDS)["state"])
        finally:
            over.set()
            thread.join()
        self.assertEqual({base().manifest}, set(pulls))


class CommandTest(BuildImageTest):
    CONTAINERFILE = """\
FROM scratch AS made
ARG MODE
COPY . /
RUN --mount=type=secret,id=token ["/step", "cat", "/run/secrets/token"]
RUN ["/step", "variable", "/mode", "MODE"]
FROM made AS other
RUN ["/step", "fail"]
"""

    def setUp(self):
        super().setUp()
        (self.folder / "step").write_bytes(program())
        (self.folder / "step").chmod(0o755)
        (self.folder / "Containerfile").write_text(self.CONTAINERFILE)

    def root(self, name):
        """Names of the image's files."""
        run(TOOLS / "crane", "export", f"{self.host}/{name}", self.home / "root.tar", env=self.login())
        return run("tar", "-tf", self.home / "root.tar").split()

    def test_a_folder_is_built(self):
        (self.folder / ".dockerignore").write_text("*.tmp\n.dockerignore\ntoken\n")
        (self.folder / "a.tmp").write_text("not sent")
        (self.folder / "token").write_bytes(SECRET)
        out, _ = self.lading(
            "build", "-t", "command/app:1", "-t", "command/app:latest", "--build-arg", "MODE=fast", "--label", "team=a",
            "--target", "made", "--secret", "id=token,src=token", ".",
        )  # fmt: skip
        self.assertTrue(out.endswith("command/app is at version 1, which holds the image as 1, latest\n"), out)
        self.assertIn("***", out)
        self.assertNotIn(SECRET.decode(), out)
        self.assertEqual("a", self.builds.configuration("command/app", "1")["config"]["Labels"]["team"])
        files = self.root("command/app:1")
        self.assertIn("mode", files)
        self.assertFalse({"a.tmp", "token", ".dockerignore"} & set(files))
        self.assertEqual("fast\n", run("tar", "-xOf", self.home / "root.tar", "mode"))

    def test_how_it_ends(self):
        out, err = self.lading(
            "build", "-t", "command/fails:1", "--target", "other", "--secret", "id=token,env=HOME", ".", code=REFUSED
        )
        self.assertIn('RUN ["/step", "fail"]', out)
        self.assertIn("the build failed", err)
        self.lading("build", "-t", "command/fails:1", "absent", code=USAGE)
        self.lading("build", "-t", "command/fails:1", "--secret", "id=token", ".", code=USAGE)

    def test_the_log_is_live_and_an_interrupt_cancels(self):
        (self.folder / "Containerfile").write_text(
            'FROM scratch\nCOPY step /step\nRUN ["/step", "say", "it has begun"]\nRUN ["/step", "wait"]\n'
        )
        process = subprocess.Popen(
            [str(LADING), "build", "-t", "command/waits:1", "."], env=self.env, cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=mind_interrupts,  # noqa: PLW1509
        )  # fmt: skip
        watchdog = threading.Timer(SECONDS, process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)
        self.assertIn("it has begun\n", process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
        self.assertNotEqual(DONE, process.returncode)
        self.assertIn("the build was asked to stop", err)
        [task] = self.registry.call(200, "GET", "tasks/?name__contains=build_image&ordering=-pulp_created&limit=1")[
            "results"
        ]
        self.assertEqual("canceled", self.registry.end(task["pulp_href"])["state"])


if __name__ == "__main__":
    unittest.main()
