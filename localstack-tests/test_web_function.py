"""The upload service as a Lambda Web Function: what a client meets when all goes well, and when something does not."""

import os
import shutil
import signal
import socket
import sys
import threading
import unittest
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from counting import Counting
from emulator import Emulator
from engine import DockerDaemon
from harness import PASSWORD, ROOT, Server, free_port, length, remove, run, temp_folder, until
from registry import Registry
from web_function import DISK_MIB, WebFunction

MIB = 1024 * 1024
STORAGE = ("--s3-bucket=web", "--dynamodb-table=web", "--parameters=/web")
REPOSITORY = "team/app"
# What an environment has room for, as index.js says it.
AT_ONCE = 8
# Several tests' machine is busier than Lambda's.
INIT_SECONDS = 30
PACKAGE = ROOT / "functions/server/target/upload-function.zip"
# The C library of arm64, as Debian's libc6-arm64-cross has it.
ARM64 = Path(os.environ.get("QEMU_LD_PREFIX", "/usr/aarch64-linux-gnu"))
EACH_MIB = int(length("E2E_WEB_MIB", 24, full=200))
here = {}


def setUpModule():
    emulator = unittest.enterModuleContext(Emulator())
    counting = unittest.enterModuleContext(Counting(emulator.url))
    env = {**emulator.env, "AWS_ENDPOINT_URL": counting.url}
    here.update(emulator=emulator, counting=counting, env=env, port=free_port())
    function = unittest.enterModuleContext(web_function())
    here.update(function=function, api=unittest.enterModuleContext(api(function)))
    # Where a test must know which environment it meets.
    here["single"] = unittest.enterModuleContext(web_function(environments=1))


def web_function(**options):
    options = {"init_seconds": INIT_SECONDS, **options}
    return WebFunction(here["env"], (*STORAGE, f"--public-url=http://127.0.0.1:{here['port']}"), **options)


def api(function):
    """Where uploads are begun, which has all else, too."""
    options = ("--storage=aws", "--create-storage", *STORAGE, f"--upload-url={function.url}")
    return Server(*options, env=here["emulator"].env, port=here["port"])


class WebFunctionTest(unittest.TestCase):
    def setUp(self):
        self.function = here["function"]
        self.function.served.clear()
        self.registry = Registry(here["api"].host)
        here["counting"].taken()

    def single(self, **limits):
        """The function of one environment, which runs, with other limits for this test."""
        function = here["single"]
        for name, value in limits.items():
            self.addCleanup(setattr, function, name, getattr(function, name))
            setattr(function, name, value)
        function.environments[0].ready()
        function.served.clear()
        return function

    def uploads(self, function=None):
        return Registry((function or self.function).host, None)

    def begin(self, registry=None):
        return (registry or self.registry).begin(REPOSITORY)

    def begun_at(self, function):
        """The path of an upload, for another endpoint than where new ones are sent."""
        parts = urlsplit(self.begin())
        return f"{function.url}{parts.path}?{parts.query}"

    def require_whole(self, content):
        self.assertEqual(content, self.registry.blob(REPOSITORY, oci.sha256(content)))

    def test_an_upload_that_changes_environments_is_not_read_again(self):
        content = os.urandom(35 * MIB)
        location = self.begin()
        self.assertEqual(self.function.host, urlsplit(location).netloc)
        blocks = [content[start : start + MIB] for start in range(0, len(content), MIB)]
        patched = self.uploads().request("PATCH", location, iter(blocks), chunked=True)
        self.assertEqual((202, f"0-{len(content) - 1}"), (patched.status, patched.headers["Range"]))
        # It does not know its name: AWS gives it once the code is there.
        self.assertTrue(patched.headers["Location"].startswith("/v2/"), patched.headers["Location"])
        here["counting"].taken()
        done = self.uploads().expect(201, "PUT", f"{patched.headers['Location']}&digest={oci.sha256(content)}", b"")
        self.assertEqual(here["api"].host, urlsplit(done.headers["Location"]).netloc)
        self.assertEqual(["PATCH", "PUT"], [method for method, _ in self.function.served])
        self.assertEqual(2, len({environment for _, environment in self.function.served}))
        calls = here["counting"].taken()
        print(f"\n  the end in another environment: {calls}")
        self.assertNotIn("S3 GET", calls)
        self.require_whole(content)

    def test_eight_uploads_share_one_environment(self):
        with web_function(environments=1, cold=True) as function:
            content = [os.urandom(MIB) * EACH_MIB for _ in range(AT_ONCE)]
            locations = [self.begun_at(function) for _ in content]
            failures = []

            def push(location, layer):
                try:
                    uploads = Registry(function.host, None, seconds=900)
                    patched = uploads.expect(202, "PATCH", location, layer)
                    uploads.expect(201, "PUT", f"{patched.headers['Location']}&digest={oci.sha256(layer)}", b"")
                except Exception as e:
                    failures.append(e)

            threads = [threading.Thread(target=push, args=each) for each in zip(locations, content, strict=True)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual([], failures)
            (environment,) = function.environments
            print(
                f"\n  {AT_ONCE} uploads of {EACH_MIB} MiB at once: {environment.peak_mib():.0f} MiB of memory, "
                f"{environment.peak_disk_mib:.0f} of disk, {environment.cpu_seconds():.0f} s of processor; "
                f"ready in {environment.start_seconds:.1f} s"
            )
            self.assertLess(environment.peak_mib(), 300)
            self.assertLess(environment.peak_disk_mib, DISK_MIB * 0.6)
        for layer in content:
            self.require_whole(layer)

    def test_an_environment_that_is_full_takes_nothing(self):
        function = self.single(concurrency=AT_ONCE * 2)
        held = [self.held(function) for _ in range(AT_ONCE)]
        (environment,) = function.environments
        spool = Path(f"/proc/{environment.java()}/root{environment.disk}/lading/spool")
        until(lambda: len(list(spool.glob("*"))) == AT_ONCE, 30, "so many uploads under way")
        content = os.urandom(40 * MIB)
        location = self.begun_at(function)
        refused = self.uploads(function).request("PATCH", location, content)
        self.assertEqual((503, "5"), (refused.status, refused.headers["Retry-After"]))
        self.assertIn("as many uploads are under way here as the disk has room for", refused.message())
        for each in held:
            each.close()
        until(lambda: not list(spool.glob("*")), 30, "their end")
        patched = self.uploads(function).expect(202, "PATCH", location, content)
        self.assertEqual(f"0-{len(content) - 1}", patched.headers["Range"])

    def held(self, function):
        """A connection with a PATCH that goes on and on."""
        location = urlsplit(self.begun_at(function))
        connection = socket.create_connection(location.netloc.split(":"))
        head = f"PATCH {location.path}?{location.query} HTTP/1.1\r\nHost: {location.netloc}\r\n"
        connection.sendall(f"{head}Content-Length: {40 * MIB}\r\n\r\n".encode() + os.urandom(MIB))
        return connection

    @unittest.skipUnless(shutil.which("dockerd") and os.geteuid() == 0, "needs dockerd and root")
    def test_docker_sends_the_layer_of_a_killed_environment_again(self):
        reference = f"{here['api'].host}/team/killed:1"
        home = temp_folder("killed")
        self.addCleanup(remove, home)
        layer = oci.tar({"layer": os.urandom(40 * MIB)})
        (home / "layer.tar").write_bytes(layer)
        with DockerDaemon() as docker:
            docker.login(here["api"].host, PASSWORD)
            docker.import_tar(home / "layer.tar", reference)
            self.function.kill_after = 20 * MIB
            docker.docker("push", reference)
            pushed = docker.digest(reference)
        self.assertIsNone(self.function.kill_after)
        self.assertEqual(2, [method for method, _ in self.function.served].count("PATCH") - 1)
        self.assertEqual(pushed, self.registry.digest("team/killed", "1"))
        self.registry.require_whole("team/killed", "1")

    def test_a_killed_environment_keeps_nothing_and_the_upload_goes_on(self):
        content = os.urandom(35 * MIB)
        location = self.begin()
        self.function.kill_after = 20 * MIB
        self.assertEqual(502, self.uploads().request("PATCH", location, content).status)
        self.assertEqual("0-0", self.uploads().expect(204, "GET", location).headers["Range"])
        self.uploads().expect(201, "PUT", f"{location}&digest={oci.sha256(content)}", content)
        self.require_whole(content)

    def test_a_request_that_takes_too_long_is_given_up(self):
        function = self.single(seconds=2)
        connection = self.held(function)
        connection.settimeout(30)
        self.assertIn(b" 504 ", connection.recv(1000))
        connection.close()
        function.seconds = 900
        content = os.urandom(MIB)
        self.uploads(function).expect(201, "PUT", f"{self.begun_at(function)}&digest={oci.sha256(content)}", content)
        self.require_whole(content)

    def test_what_the_service_refuses_itself(self):
        location = self.begin()
        for status, headers in ((417, {"Expect": "100-continue"}), (403, {"Host": "another.example"})):
            with self.subTest(headers):
                self.assertEqual(status, self.uploads().request("PATCH", location, b"x", headers).status)
        self.assertEqual([], self.function.served)
        function = self.single(concurrency=1)
        held = self.held(function)
        until(lambda: function.served, 10, "a request")
        self.assertEqual(429, self.uploads(function).request("GET", self.begun_at(function)).status)
        held.close()
        until(lambda: not function.environments[0].requests, 10, "its end")

    def test_uploads_are_refused_as_on_the_server(self):
        location, another = self.begin(), self.begin()
        path, state = location.split("?")
        theirs = another.split("?")[1]
        self.refused(404, "GET", path)
        self.refused(404, "GET", f"{path}?{theirs}")
        self.refused(404, "GET", f"{path}?{state[:-4]}AAAA")
        self.refused(404, "PATCH", f"{path.replace(REPOSITORY, 'team/other')}?{state}", b"x")
        self.refused(400, "PUT", f"{location}&digest={oci.sha256(b'other')}", b"content")
        self.refused(404, "PUT", f"{path.rsplit('/', 1)[0]}/{'0' * 32}?{state}&digest={oci.sha256(b'')}")
        self.uploads().expect(204, "DELETE", another)
        self.refused(404, "PATCH", another, b"x")
        # Half duplex: AWS gives no answer to who still sends.
        self.refused(404, "PATCH", path, os.urandom(40 * MIB))

    def refused(self, status, method, target, body=None):
        with self.subTest(f"{method} {target[:90]}"):
            answer = self.uploads().request(method, target, body)
            self.assertEqual((status, True), (answer.status, bool(answer.message())))

    def test_bodies_that_are_not_as_announced(self):
        content = os.urandom(MIB)
        for announced in (f"0-{MIB - 2}", f"0-{MIB}"):
            with self.subTest(announced):
                location = self.begin()
                answer = self.uploads().request("PATCH", location, content, {"Content-Range": announced})
                self.assertEqual(400, answer.status)
                self.assertEqual("0-0", self.uploads().expect(204, "GET", location).headers["Range"])

    def test_nothing_but_uploads_is_served(self):
        refused = ("/v2/", "/v2/_catalog", "/token/", "/pulp/api/v3/status/", "/q/metrics", "/q/health", "/")
        for path in (*refused, f"/v2/{REPOSITORY}/tags/list", f"/v2/{REPOSITORY}/blobs/uploads/"):
            for method in ("GET", "POST"):
                with self.subTest(f"{method} {path}"):
                    answer = Registry(self.function.host).request(method, path)
                    self.assertIn(answer.status, (401, 403, 404, 405))

    def test_uploads_that_are_begun_and_never_sent_reach_no_environment(self):
        for _ in range(200):
            self.registry.begin("team/many")
        self.assertEqual([], self.function.served)

    def test_a_spool_with_room_for_nobody_is_refused(self):
        server = Server("--storage=aws", *STORAGE, "--spool-mib=32", env=here["emulator"].env)
        self.addCleanup(server.close)
        server.launch()
        self.assertNotEqual(0, server.wait())
        self.assertIn("--spool-mib: a spool of 32 MiB has room for no upload, which needs 33", server.output())

    def test_the_process_ends_as_lambda_ends_it_and_with_its_server(self):
        with web_function(environments=2) as function:
            for _ in function.environments:
                self.uploads(function).expect(204, "GET", self.begun_at(function))
            stopped, crashed = function.environments
            self.assertEqual(143, stopped.stop())
            os.kill(crashed.java(), signal.SIGKILL)
            self.assertEqual(137, crashed.process.wait(10))
            started = [line for line in stopped.said().splitlines() if line.startswith("started the server")]
            self.assertEqual(1, len(started))

    @unittest.skipUnless(
        os.environ.get("E2E_FULL") and shutil.which("qemu-aarch64-static") and ARM64.exists(),
        "in make e2e-full, with qemu-user-static and libc6-arm64-cross",
    )
    def test_the_runtime_for_arm64_runs_the_server(self):
        folder = temp_folder("arm64")
        self.addCleanup(remove, folder)
        run("unzip", "-q", PACKAGE, "-d", folder)
        java = ("qemu-aarch64-static", "-L", ARM64, folder / "java/bin/java")
        self.assertIn('version "25', run(*java, "-version"))
        self.assertIn("--role", run(*java, "-jar", folder / "quarkus-app/quarkus-run.jar", "--help"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
