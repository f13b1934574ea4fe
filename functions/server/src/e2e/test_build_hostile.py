"""Builds that attack what builds them: each is refused or contained, which a table shows."""

import base64
import gzip
import io
import json
import os
import pwd
import shutil
import signal
import sys
import tarfile
import unittest
from pathlib import Path

import oci
from harness import Server, remove, run, temp_folder, until
from registry import Registry

BUSYBOX = Path(shutil.which("busybox") or "/nowhere")
SECONDS = 90
MIB = 1024 * 1024


def form(fields, files):
    """The body and headers of a form with files."""
    parts = []
    for name, value in fields.items():
        parts.append(f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, content in files.items():
        head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + b"--edge--\r\n", {"Content-Type": "multipart/form-data; boundary=edge"}


def layer(files=None, links=None, shell=False):
    """A layer of {name: bytes} and {name: target}, with a shell if it is to run something."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        files = {**({"bin/busybox": BUSYBOX.read_bytes()} if shell else {}), **(files or {})}
        links = {**({"bin/sh": "busybox"} if shell else {}), **(links or {})}
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o755
            archive.addfile(info, io.BytesIO(content))
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return out.getvalue()


def image(layers, **config):
    """An image with a history, without which buildah 1.28 puts nothing above it."""
    rootfs = {"type": "layers", "diff_ids": [oci.sha256(each) for each in layers]}
    history = [{"created_by": "a test"} for _ in layers]
    document = {"architecture": "amd64", "os": "linux", "config": config, "rootfs": rootfs, "history": history}
    packed = [gzip.compress(each, 1, mtime=0) for each in layers]
    return oci.assemble(json.dumps(document).encode(), packed, None)


class Builds:
    """What is asked of one server's builder."""

    def __init__(self, server):
        self.server, self.registry = server, Registry(server.host)
        self.bases()

    def bases(self):
        self.registry.push("bases/shell", "1", image([layer(shell=True)]))

    def repository(self, name):
        path = "repositories/container/container/"
        found = self.registry.call(200, "GET", f"{path}?name={name}")["results"]
        return (found[0] if found else self.registry.call(201, "POST", path, name=name))["pulp_href"]

    def begin(self, containerfile, context=None, name="team/app", **fields):
        files = {"containerfile": containerfile.encode()}
        if context is not None:
            files["context"] = context
        plain = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fields.items()}
        body, headers = form(plain, files)
        return self.registry.request("POST", f"{self.repository(name)}build_image/", body, headers)

    def task(self, *arguments, **fields):
        answer = self.begin(*arguments, **fields)
        if answer.status != 202:
            raise AssertionError(f"{answer.status}: {answer.body.decode()}")
        return answer.json()["task"]

    def end(self, *arguments, **fields):
        """The ended task and its log."""
        task = self.registry.end(self.task(*arguments, **fields), SECONDS)
        return task, self.log(task["pulp_href"])

    def log(self, href):
        answer = self.registry.request("GET", f"{href}log/")
        return answer.body.decode(errors="replace") if answer.status == 200 else ""

    def base(self, *steps):
        return "\n".join([f"FROM {self.server.host}/bases/shell:1", *steps, ""])


def shell(script):
    return "RUN " + json.dumps(["/bin/busybox", "sh", "-c", script])


def busy(*words):
    return " ".join(["/bin/busybox", *words])


def left():
    """What of builds is on this machine: processes, mounts, control groups."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "\0sandbox\0" in words:
            found.append((process.parent.name, words[words.index("\0sandbox\0") :].split("\0")[2]))
    mounts = [line for line in Path("/proc/mounts").read_text().splitlines() if "lading-builds-" in line]
    return found, mounts


def inside(process):
    """The number that a process has in a build, if it is in one."""
    status = Path(f"/proc/{process}/status").read_text()
    numbers = next(line for line in status.splitlines() if line.startswith("NSpid")).split()[1:]
    own = len(Path("/proc/self/status").read_text().split("NSpid:")[1].splitlines()[0].split())
    return int(numbers[own]) if len(numbers) > own else None


def namespaces(process):
    """The namespaces of a process, by kind and number; none if it is gone."""
    try:
        return {os.readlink(link) for link in Path(f"/proc/{process}/ns").iterdir()}
    except OSError:
        return set()


def begun(process):
    """When a process began, in ticks of the kernel; never, if it is gone."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[19])
    except OSError:
        return sys.maxsize


def groups(build):
    return [str(each) for each in Path("/sys/fs/cgroup").rglob(f"lading-build-*-{build}")]


class HostileBuildTest(unittest.TestCase):
    """Nothing leaves if a guard fails: builds have a network of their own."""

    rows = ()

    @classmethod
    def setUpClass(cls):
        if not BUSYBOX.exists():
            raise unittest.SkipTest("there is no busybox to run in builds; on Debian: apt-get install busybox-static")
        cls.rows = []
        cls.server = cls.enterClassContext(Server())
        cls.builds = Builds(cls.server)
        registry = cls.builds.registry
        builder = until(
            lambda: cls.settled(registry.call(200, "GET", "status/")["builder"]), SECONDS, "the builder's trial"
        )
        if not builder["builds"]:
            raise unittest.SkipTest(builder["reason"])
        links = {"root": "/", "build": "/build"}
        registry.push("bases/links", "1", image([layer(links=links, shell=True)]))
        onbuild = ["RUN " + busy("cat", "/build/auth.json")]
        registry.push("bases/onbuild", "1", image([layer(shell=True)], OnBuild=onbuild))

    @staticmethod
    def settled(builder):
        return builder if builder["builds"] is not None else None

    @classmethod
    def tearDownClass(cls):
        print("\ncase | outcome | sentence")
        for row in cls.rows:
            print(" | ".join(row))

    def refused(self, case, sentence, containerfile, *arguments, **fields):
        task, log = self.builds.end(containerfile, *arguments, **fields)
        self.assertEqual("failed", task["state"], log)
        self.assertIn(sentence, task["error"]["description"])
        self.rows.append((case, "refused", task["error"]["description"][:150]))
        return log

    def contained(self, case, script, expected, unexpected=(), **fields):
        task, log = self.builds.end(self.builds.base(shell(script + "; true")), cache=False, **fields)
        self.assertEqual("completed", task["state"], task["error"])
        said = log.split("STEP 2/2", 1)[1].split("\n", 1)[1]
        for each in expected:
            self.assertIn(each, said)
        for each in unexpected:
            self.assertNotIn(each, said)
        self.rows.append((case, "contained", " ".join(said.split())[:150]))
        return said

    def test_a_step_mounts_nothing_but_what_is_its_own(self):
        host = self.server.host
        tries = {
            "a link to the root": "type=bind,from=links,source=/root",
            "a link to the build": "type=bind,from=links,source=/build,rw",
            "a link to layers": "type=bind,from=links,source=/build/home,rw",
            "a cache's link": "type=cache,from=links,source=/build",
            "beside a cache": "type=cache,id=../../../../build",
            "above a cache": "type=cache,id=..",
        }
        head = f"FROM {host}/bases/links:1 AS links\nFROM {host}/bases/shell:1\n"
        for case, mount in tries.items():
            with self.subTest(case):
                step = f"RUN --mount={mount},target=/mnt " + busy("cat", "/mnt/auth.json", "/mnt/build/auth.json")
                log = self.refused(case, "the step mounts what is outside of its images", f"{head}{step}\n")
                self.assertNotIn('"auths"', log)

    def test_what_a_step_may_mount_is_there(self):
        mounts = ["type=bind,from=links,source=/bin,target=/a", "type=bind,source=d,target=/b",
                  "type=cache,target=/c", "type=secret,id=key,target=/d"]  # fmt: skip
        step = "RUN " + " ".join(f"--mount={each}" for each in mounts) + " " + busy("cat", "/b/f", "/d")
        head = f"FROM {self.server.host}/bases/links:1 AS links\nFROM {self.server.host}/bases/shell:1\n"
        secret = base64.b64encode(b"swordfish").decode()
        task, log = self.builds.end(head + step + "\n", layer({"d/f": b"of the context"}), secrets={"key": secret})
        self.assertEqual("completed", task["state"], task["error"])
        self.assertIn("of the context***", log)
        self.assertNotIn("swordfish", log)

    def test_files_of_the_host_are_not_copied(self):
        for source in ("../auth.json", "/build/auth.json", "--from=links /build/auth.json"):
            with self.subTest(source):
                head = f"FROM {self.server.host}/bases/links:1 AS links\nFROM {self.server.host}/bases/shell:1\n"
                self.refused(f"COPY {source}", "the build failed", f"{head}COPY {source} /x\n")
        self.refused("a base's ONBUILD", "the build failed", f"FROM {self.server.host}/bases/onbuild:1\nRUN true\n")

    def test_rights_end_at_the_step(self):
        tries = ["mknod /x b 254 0", "mount -t proc p /mnt", "unshare -m true", "dmesg", "hostname x"]
        script = "; ".join(["/bin/busybox mkdir /mnt", *(busy(each) for each in tries)])
        said = self.contained("rights", script, ["mknod: /x: Operation not permitted"])
        self.assertGreaterEqual(said.count("ot permitted") + said.count("denied"), len(tries))

    def test_nothing_is_near(self):
        ports = [("169.254.169.254", 80), ("127.0.0.1", self.server.port), ("127.0.0.1", 5000)]
        script = "; ".join(
            f"{busy('nc', '-w', '2', host, str(port))} </dev/null && echo reached" for host, port in ports
        )
        self.contained("the network", script, ["nreachable", "refused"], ["reached"])

    def test_a_log_is_bounded(self):
        task, log = self.builds.end(self.builds.base(shell("/bin/busybox yes | /bin/busybox head -c 20000000")))
        self.assertEqual("completed", task["state"], task["error"])
        self.assertLess(len(log), 17 * MIB)
        self.rows.append(("a huge log", "contained", log.strip().rsplit("\n", 1)[-1]))

    def test_words_are_no_options(self):
        odd = "'; touch /build/x; echo '\n--volume=/:/x"
        task, log = self.builds.end(self.builds.base("RUN true"), build_args={"A": odd}, labels={"-x": odd})
        self.assertEqual("completed", task["state"], log)
        self.assertEqual(400, self.builds.begin(self.builds.base("RUN true"), target="--help").status)
        self.rows.append(("options in values", "contained", "values are values; a target that begins with - is 400"))

    def test_memory_ends_where_it_is_told(self):
        builder = self.builds.registry.call(200, "GET", "status/")["builder"]
        script = busy("dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1")
        if not builder["limits"].startswith("cgroup"):
            self.rows.append(("memory", "skipped", "no control group bounds builds here"))
            self.skipTest("no control group bounds builds here")
        # Harmless: one process of 200 MiB. More is tried nowhere.
        self.refused("memory", "MiB of memory that it may use", self.builds.base(shell(script)), memory=96 * MIB)

    def test_processes_end_where_they_are_told(self):
        if not self.builds.registry.call(200, "GET", "status/")["builder"]["limits"].startswith("cgroup"):
            self.rows.append(("processes", "skipped", "no control group bounds builds here"))
            self.skipTest("no control group bounds builds here")
        # Harmless: all of them sleep, and there are some more than there may be. They fork no others.
        script = "i=0; while [ $i -lt 2200 ]; do /bin/busybox sleep 60 & i=$((i+1)); done"
        self.refused("processes", "processes that it may have", self.builds.base(shell(script)))
        self.require_nothing_left()

    def test_disk_ends_where_it_is_told(self):
        with Server("--build-disk=96") as server:
            builds = Builds(server)
            until(lambda: self.settled(builds.registry.call(200, "GET", "status/")["builder"]), SECONDS, "the trial")
            # Harmless: 200 MB in all, in one file or in many, and then it waits.
            one = "/bin/busybox dd if=/dev/zero of=/x bs=1M count=200"
            task, log = builds.end(builds.base(shell(one)), cache=False)
            self.assertEqual("failed", task["state"], log)
            self.rows.append(("a large file", "refused", log.strip().splitlines()[-1][:150]))
            many = "i=0; while [ $i -lt 10 ]; do /bin/busybox dd if=/dev/zero of=/x$i bs=1M count=20; i=$((i+1)); done"
            task, log = builds.end(builds.base(shell(many + "; /bin/busybox sleep 60")), cache=False)
            self.assertEqual("failed", task["state"], log)
            self.assertIn("filled the 96 MiB of disk", task["error"]["description"])
            self.rows.append(("many files", "refused", task["error"]["description"]))
            sparse = "/bin/busybox truncate -s 90M /a /b /c; /bin/busybox ls -l /a"
            task, log = builds.end(builds.base(shell(sparse)), cache=False)
            # Each is within what a file may be; as layers they are what they say that they are.
            self.assertEqual("failed", task["state"], log)
            self.rows.append(("sparse files", "refused", task["error"]["description"][:150]))
        self.require_nothing_left()

    def test_a_build_that_never_ends_is_ended(self):
        script = "exec >&- 2>&-; /bin/busybox sleep 1000"
        self.refused("never ends", "longer than the 2 s", self.builds.base(shell(script)), timeout=2)
        self.require_nothing_left()
        script = "/bin/busybox setsid /bin/busybox sleep 1000 >/dev/null 2>&1 & /bin/busybox true"
        self.contained("a daemon", script, [])
        self.require_nothing_left()

    def test_another_build_under_way_is_not_met(self):
        """By its processes, its files, its network or its secrets: one of another server, by the same user."""
        secret = "of-the-other-build-" + os.urandom(8).hex()
        step = shell("/bin/busybox cat /run/secrets/other >/kept; exec /bin/busybox sleep 1000")
        with Server() as server:
            other = Builds(server)
            until(lambda: self.settled(other.registry.call(200, "GET", "status/")["builder"]), SECONDS, "its trial")
            href = other.task(
                other.base(step.replace("RUN", "RUN --mount=type=secret,id=other", 1)),
                secrets={"other": base64.b64encode(secret.encode()).decode()},
            )
            until(lambda: self.reading(secret), SECONDS, "the other build's secret")
            script = f"""
                for each in /proc/[0-9]*; do echo process $(cat $each/cmdline | tr '\\000' ' '); done
                for each in $(seq 2 400); do kill -9 $each 2>/dev/null; done
                ls /build /var/tmp /tmp /run 2>&1
                find / -xdev -name kept -o -xdev -name other 2>/dev/null | xargs -r cat
                grep -rs {secret[:19]} /proc/[0-9]*/environ /tmp /var /run | head
                cat /proc/net/unix /proc/net/tcp | wc -l"""
            self.contained(
                "another build",
                f"export PATH=/bin; /bin/busybox --install -s /bin; {script}",
                ["process"],
                [secret, "sleep 1000"],
            )
            self.assertTrue(self.reading(secret), "the other build was ended")
            self.assertEqual("running", other.registry.call(200, "GET", href)["state"])
        self.require_nothing_left()

    def reading(self, secret):
        """Whether the other build got so far that there is something to steal."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (
                    b"sleep\x001000" in (process / "cmdline").read_bytes()
                    and secret in (process / "root/kept").read_text()
                ):
                    return True
            except OSError:
                continue
        return False

    def test_a_build_leaves_no_namespace(self):
        href = self.builds.task(self.builds.base(shell("/bin/busybox sleep 1000")), cache=False)
        until(lambda: "STEP 2/2" in self.builds.log(href), SECONDS, "the step")
        processes = [pid for pid, _ in self.running()]
        made = set().union(*map(namespaces, processes)) - namespaces("self")
        for kind in ("user", "mnt", "pid", "net", "ipc", "uts"):
            self.assertTrue([each for each in made if each.startswith(kind)], f"{kind} is shared with the host")
        last = max(map(begun, processes))
        self.builds.registry.call(200, "PATCH", href, state="canceled")
        self.builds.registry.end(href, SECONDS)
        self.require_nothing_left()
        # The kernel gives numbers of namespaces again: whoever began later is in another.
        others = [each.name for each in Path("/proc").glob("[0-9]*") if begun(each.name) <= last]
        self.assertEqual(set(), made & set().union(*map(namespaces, others)))
        self.rows.append(("namespaces", "contained", f"{len(made)} were made, and nothing is in them any more"))

    def test_a_canceled_build_leaves_nothing(self):
        href = self.builds.task(self.builds.base(shell("/bin/busybox sleep 1000")))
        until(lambda: "STEP 2/2" in self.builds.log(href), SECONDS, "the step")
        self.builds.registry.call(200, "PATCH", href, state="canceled")
        self.assertEqual("canceled", self.builds.registry.end(href, SECONDS)["state"])
        self.require_nothing_left()
        self.rows.append(("cancel", "contained", "the task is canceled, and nothing is left"))

    def test_a_build_whose_watchers_are_killed_ends(self):
        """As the kernel does for want of memory."""
        href = self.builds.task(self.builds.base(shell("/bin/busybox sleep 1000")))
        until(lambda: "STEP 2/2" in self.builds.log(href), SECONDS, "the step")
        watchers = [int(pid) for pid, _ in self.running() if inside(pid) not in (None, 1)]
        self.assertGreaterEqual(len(watchers), 2)
        for watcher in watchers:
            os.kill(watcher, signal.SIGKILL)
        self.assertEqual("failed", self.builds.registry.end(href, SECONDS)["state"])
        self.require_nothing_left()
        self.rows.append(("watchers killed", "contained", "the task failed, and nothing is left"))

    def test_hostile_contexts_are_refused(self):
        out = layer(links={"x": "../auth.json"})
        self.refused("a context's link", "leads out of it", self.builds.base("COPY . /"), out)
        self.refused("no context", "can be read", self.builds.base("COPY . /"), b"no archive" * 100)

    def running(self):
        """Builds of this server: others may build on this machine."""
        return [each for each in left()[0] if Path(each[1]).parent.name == self.folder().name]

    def require_nothing_left(self):
        until(lambda: not self.running(), 30, lambda: f"the end of {self.running()}")
        until(lambda: not self.folder().exists(), 30, lambda: f"the removal of {self.folder()}")
        self.assertEqual([], [each for each in left()[1] if self.folder().name in each])

    def folder(self):
        digest = oci.sha256(str(self.server.data).encode())
        return Path("/var/tmp") / f"lading-builds-{digest.removeprefix('sha256:')[:12]}"


class KilledServerTest(unittest.TestCase):
    def test_a_build_ends_with_its_server(self):
        if not BUSYBOX.exists():
            self.skipTest("there is no busybox to run in builds; on Debian: apt-get install busybox-static")
        with Server() as server:
            builds = Builds(server)
            status = until(
                lambda: HostileBuildTest.settled(builds.registry.call(200, "GET", "status/")["builder"]),
                SECONDS,
                "the builder's trial",
            )
            if not status["builds"]:
                self.skipTest(status["reason"])
            href = builds.task(builds.base(shell("/bin/busybox sleep 1000")))
            until(lambda: "STEP 2/2" in builds.log(href), SECONDS, "the step")
            build = href.rstrip("/").rsplit("/", 1)[1]
            self.assertTrue([each for each in left()[0] if build in each[1]])

            server.kill()
            until(lambda: not [each for each in left()[0] if build in each[1]], 30, "the end of the build's processes")
            server.start()
            builds.registry = Registry(server.host)
            task = builds.registry.end(href, SECONDS)

            self.assertEqual("failed", task["state"])
            print("\nkill -9 of the server | contained |", task["error"]["description"])
            until(lambda: not groups(build), 30, lambda: f"the removal of {groups(build)}")
            self.assertEqual([], [each for each in left()[1] if build in each])
            again, log = builds.end(builds.base(shell("echo again")))
            self.assertEqual("completed", again["state"], log)


class EarlyBuildTest(unittest.TestCase):
    """A build that comes before the server has found out what it can build."""

    def test_it_waits_for_that_and_ends_when_it_is_canceled(self):
        if not BUSYBOX.exists() or os.getuid() != 0:
            self.skipTest("this takes root, and busybox to run in builds")
        folder = temp_folder("early")
        self.addCleanup(remove, folder)
        folder.chmod(0o755)
        shutil.copy(shutil.which("id"), folder / "id")
        slow = f'#!/bin/sh\nwhile [ ! -e {folder}/go ]; do sleep 0.1; done\nexec {folder}/id "$@"\n'
        (folder / "slow").write_text(slow)
        (folder / "slow").chmod(0o755)
        # What a trial runs first.
        hidden = ("unshare", "-m", "sh", "-c", f'mount --bind {folder}/slow "$0" && exec "$@"', shutil.which("id"))
        server = self.enterContext(Server(wrap=hidden))
        # The shell has become the server.
        server.wrapped = False
        builds = Builds(server)
        status = builds.registry.call(200, "GET", "status/")["builder"]
        self.assertIsNone(status["builds"], status)
        self.assertIn("still being found out", status["reason"])

        unwanted = builds.task(builds.base(shell("echo unwanted")))
        until(lambda: builds.registry.call(200, "GET", unwanted)["state"] == "running", SECONDS, "its beginning")
        builds.registry.call(200, "PATCH", unwanted, state="canceled")
        self.assertEqual("canceled", builds.registry.end(unwanted, SECONDS)["state"])
        wanted = builds.task(builds.base(shell("echo wanted")))
        until(lambda: builds.registry.call(200, "GET", wanted)["state"] == "running", SECONDS, "its beginning")
        (folder / "go").touch()
        ended = builds.registry.end(wanted, SECONDS)

        if not HostileBuildTest.settled(builds.registry.call(200, "GET", "status/")["builder"])["builds"]:
            self.assertEqual("failed", ended["state"])
            self.skipTest(ended["error"]["description"])
        self.assertEqual("completed", ended["state"], builds.log(wanted))


class OpenNetworkTest(unittest.TestCase):
    def test_the_internet_is_reached_and_what_is_near_is_not(self):
        """In a network that leads nowhere, whatever a guard does; its device of tunnels is one that a user may open."""
        if not BUSYBOX.exists() or os.getuid() != 0 or not shutil.which("slirp4netns"):
            self.skipTest("this takes root, busybox and slirp4netns")
        addresses = ("198.51.100.7", "169.254.169.254", "10.1.2.3", "192.168.7.8", "172.16.9.9")
        steps = ["ip link set lo up", *(f"ip addr add {each}/32 dev lo" for each in addresses)]
        steps += ["mount -t tmpfs none /dev/net", "mknod -m 666 /dev/net/tun c 10 200"]
        steps += [f"exec {sys.executable} open_network.py"]
        here = Path(__file__).resolve().parent
        print("\nan open network | contained |", run("unshare", "-n", "-m", "sh", "-ec", "; ".join(steps), cwd=here))


class UnprivilegedServerTest(unittest.TestCase):
    """A server that is not root builds as its own user, bounded by ulimits."""

    def test_core_cases(self):
        if not BUSYBOX.exists() or os.getuid() != 0:
            self.skipTest("this takes root, which becomes another user, and busybox")
        try:
            user = pwd.getpwnam("lading-build")
        except KeyError:
            self.skipTest("there is no user lading-build; .ci/install-tools makes it")
        home = temp_folder("unprivileged")
        self.addCleanup(remove, home)
        os.chown(home, user.pw_uid, user.pw_gid)
        become = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups", "--")
        server = self.enterContext(Server(data=home / "data", wrap=become, env={"HOME": str(home)}))
        # setpriv becomes the server, and has no child that is it.
        server.wrapped = False
        builds = Builds(server)
        status = lambda: HostileBuildTest.settled(builds.registry.call(200, "GET", "status/")["builder"])  # noqa: E731
        builder = until(status, SECONDS, "the builder's trial")
        if not builder["builds"]:
            self.skipTest(builder["reason"])
        builds.registry.push("bases/links", "1", image([layer(links={"root": "/"}, shell=True)]))
        mount = f"FROM {server.host}/bases/links:1 AS links\n{builds.base()}"
        mount += "RUN --mount=type=bind,from=links,source=/root,target=/mnt " + busy("ls", "/mnt") + "\n"
        sleep = builds.base(shell("/bin/busybox sleep 1000"))
        for containerfile, sentence, fields in (
            (mount, "the step mounts what is outside of its images", {}),
            (sleep, "longer than the 2 s", {"timeout": 2}),
        ):
            task, log = builds.end(containerfile, **fields)
            self.assertEqual("failed", task["state"], log)
            self.assertIn(sentence, task["error"]["description"])
        self.assertEqual([], [each for each in left()[0] if str(home) in each[1]])
        self.assertEqual([], list((home / "data/builds").iterdir()))
        task, log = builds.end(builds.base(shell("echo done")))
        self.assertEqual("completed", task["state"], log)
