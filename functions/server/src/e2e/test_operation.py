"""What an operator meets: starting, stopping, refusals, the password, the log, health and metrics."""

import os
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
import unittest
from pathlib import Path

import oci
import store
from harness import CACHE, PASSWORD, Server, free_port, remove, temp_folder, until
from registry import Registry

STACK = re.compile(r"^\s+at [\w.$]+\(|Exception", re.MULTILINE)
ENDED_BY = {signal.SIGINT: 130, signal.SIGTERM: 143}


class StartAndStopTest(unittest.TestCase):
    def require_refused(self, server, *words):
        """It ends by itself, with one sentence that has these words."""
        self.addCleanup(server.close)
        began = time.monotonic()
        server.launch()
        code = server.wait(30)
        said = server.output().strip()
        print(f"\n  after {time.monotonic() - began:.1f} s, exit code {code}: {said.splitlines()[0] if said else ''}")
        self.assertNotEqual(0, code, said)
        for word in words:
            self.assertIn(word, said)
        self.assertNotRegex(said, STACK)

    def test_the_ready_line_names_the_address_and_the_next_command(self):
        with Server() as server:
            self.assertEqual(f"http://{server.host}", server.url())
            self.assertIn(f"docker login -u admin {server.host}", server.output())
            print(f"\n  ready after {server.start_seconds:.1f} s")

    def test_a_second_server_on_the_same_folder_is_refused(self):
        with Server() as first:
            self.require_refused(Server(data=first.data), str(first.data), "in use by another server", "--data")
            Registry(first.host).push("still", "1", oci.raw_image([b"works"]))

    def test_a_taken_port_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.require_refused(Server(port=other.getsockname()[1]), "taken", "--port")

    def test_anonymous_push_is_refused_where_others_could_reach_it(self):
        self.require_refused(Server("--anonymous-push", host="0.0.0.0"), "--anonymous-push", "--host=127.0.0.1")

    def test_anonymous_push_works_on_loopback(self):
        with Server("--anonymous-push") as server:
            Registry(server.host, password=None).push("open", "1", oci.raw_image([b"anybody's"]))

    def test_mirrors_have_ports_of_their_own(self):
        port, metrics = free_port(), free_port()
        for options in (
            (f"--mirror-port={port}=hub",),
            (f"--mirror-port={metrics}=hub", f"--metrics-port={metrics}"),
            ("--mirror-port=7000=hub", "--mirror-port=7000=other"),
            ("--mirror-port=70000=hub",),
            ("--mirror-port=hub",),
            ("--mirror-port=7000=Hub",),
        ):
            self.require_refused(Server(*options, port=port), "--mirror-port takes a port")

    def test_bundles_are_signed_by_kms_only_on_aws(self):
        self.require_refused(Server("--bundle-key=alias/bundles"), "--bundle-key goes with --storage=aws")

    def test_an_unknown_option_is_refused(self):
        self.require_refused(Server("--prot=1"), "--prot")

    def test_a_folder_of_a_newer_format_is_refused(self):
        with Server() as server:
            self.assertIn(server.stop(), (0, 143))
            (server.data / "format").write_text("999\n")
            self.require_refused(Server(data=server.data), "format '999'")

    def test_signals_end_it_cleanly(self):
        for sign, code in ENDED_BY.items():
            with self.subTest(sign.name), Server() as server:
                registry = Registry(server.host)  # its connection stays open meanwhile
                registry.push("kept", "1", oci.raw_image([b"kept"]))
                began = time.monotonic()
                self.assertIn(server.stop(sign), (0, code), server.output())
                print(f"\n  {sign.name}: ended after {time.monotonic() - began:.1f} s")
                self.assertNotRegex(server.output(), STACK)
                self.assertFalse((server.data / "lading.db-wal").exists(), "the log is folded into the database")
                server.start()
                Registry(server.host).require_whole("kept", "1")

    def test_a_killed_server_leaves_nothing_among_temporary_files(self):
        folder = temp_folder("tmp")
        self.addCleanup(remove, folder)
        with Server("--no-warm-up", java_opts=(f"-Djava.io.tmpdir={folder}",)) as server:
            Registry(server.host).push("kept", "1", oci.raw_image([b"kept"]))
            server.kill()
        self.assertEqual([], [path for path in folder.rglob("*") if path.is_file()])

    def test_an_idle_server_gives_back_what_only_the_start_has_read(self):
        folder = temp_folder("cache")
        self.addCleanup(remove, folder)
        # What other servers have mapped, too, stays.
        cache = shutil.copy(CACHE, folder)
        os.sync()
        options = ("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", f"-XX:AOTCache={cache}")
        with Server("--warm-up", java_opts=options) as server:
            before = self.resident_kib(server, "r--p", cache)
            self.assertGreater(before, 10_000)
            until(lambda: self.resident_kib(server, "r--p", cache) < before / 2, 60, "memory to be given back")
            registry = Registry(server.host)
            registry.push("kept", "1", oci.raw_image([b"kept"]))
            registry.require_whole("kept", "1")

    def resident_kib(self, server, rights, file):
        """How much of what is mapped of a file with these rights is in memory."""
        maps = Path(f"/proc/{server.pid()}/smaps").read_text()
        mapped = re.compile(rf"^\S+ {rights} .* {re.escape(str(file))}\n(?:.*\n)*?Rss: +(\d+) kB", re.MULTILINE)
        return sum(int(kib) for kib in mapped.findall(maps))

    def test_a_half_done_upload_does_not_keep_it_from_ending(self):
        with Server() as server, socket.create_connection(("127.0.0.1", server.port)) as connection:
            location = Registry(server.host).begin("half")
            connection.sendall(self.half_a_patch(location))
            until(lambda: store.files(server.data), 10, "the first bytes of the upload")
            server.stop()
            self.assertNotRegex(server.output(), STACK)

    def test_a_client_that_hangs_up_is_no_error_and_may_come_back(self):
        with Server() as server:
            registry = Registry(server.host)
            location = registry.begin("half")
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(self.half_a_patch(location))
                until(lambda: store.files(server.data), 10, "the first bytes of the upload")
            until(lambda: not store.files(server.data), 10, "the bytes nobody was answered for to be dropped")
            registry.expect(201, "PUT", f"{location}&digest={oci.sha256(b'whole')}", b"whole")
            self.assertNotRegex(server.output(), STACK)

    def test_a_client_that_hangs_up_while_it_is_answered_is_no_error(self):
        with Server() as server:
            registry = Registry(server.host)
            image = oci.raw_image([bytes(32 * 1024 * 1024)])
            registry.push("big", "1", image)
            layer = max(image.blobs, key=len)
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", server.port)) as connection:
                    connection.sendall(f"GET /v2/big/blobs/{oci.sha256(layer)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    self.assertTrue(connection.recv(1000))
            until(lambda: server.output().count("GET /v2/big/blobs/") == 3, 10, "the lines of the access log")
            self.assertNotIn("ERROR", server.output())

    def half_a_patch(self, location):
        """More than the server keeps in memory, less than it is told to expect."""
        path = location[location.index("/v2/") :]
        return f"PATCH {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n".encode() + bytes(1_000_000)


class PasswordTest(unittest.TestCase):
    def test_a_password_is_made_and_kept_for_its_owner_and_no_log_has_it(self):
        data = temp_folder("data")
        self.addCleanup(remove, data)
        with Server(data=data, env={"LADING_ADMIN_PASSWORD": None}) as server:
            password = (data / "secrets/admin-password").read_text().strip()
            self.assertGreaterEqual(len(password), 16)
            self.assertIn(f"kept in {data}/secrets/admin-password", server.output())
            Registry(server.host, password).push("app", "1", oci.raw_image([b"x"]))
            self.assertEqual(401, Registry(server.host, "wrong").request("GET", "/v2/").status)
            self.assertNotIn(password, server.output())
            others = [str(path) for path in [data, *data.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]
            self.assertEqual([], others, "others than its owner may read this")
            server.stop()
            server.start()
            self.assertNotIn("Made a password", server.output(), "it is told once")
            Registry(server.host, password).push("app", "2", oci.raw_image([b"y"]))

    def test_a_terminal_is_shown_the_password_that_was_made(self):
        with Server(env={"LADING_ADMIN_PASSWORD": None}) as server:
            server.stop()
            (server.data / "secrets/admin-password").unlink()
            master, slave = pty.openpty()
            self.addCleanup(os.close, master)
            process = subprocess.Popen(server.command, env=server.env, stdin=slave, stdout=slave, stderr=slave)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            os.close(slave)
            shown = ""
            while "Lading is ready" not in shown:
                shown += os.read(master, 65536).decode()
            password = re.search(r"password for user 'admin': (\S+)", shown).group(1)
            self.assertEqual((server.data / "secrets/admin-password").read_text().strip(), password)

    def test_a_short_password_is_refused_where_it_is_given(self):
        with Server() as server:
            server.stop()
            server.env["LADING_ADMIN_PASSWORD"] = "eleven-char"
            server.launch()
            self.assertEqual(1, server.wait())
            self.assertIn("LADING_ADMIN_PASSWORD is shorter than 12 characters", server.output())

    def test_a_given_password_is_neither_printed_nor_kept(self):
        with Server() as server:
            Registry(server.host).push("app", "1", oci.raw_image([b"x"]))
            self.assertNotIn(PASSWORD, server.output())
            kept = [
                file for file in server.data.rglob("*") if file.is_file() and PASSWORD.encode() in file.read_bytes()
            ]
            self.assertEqual([], kept)


class RequestLimitTest(unittest.TestCase):
    """Ten a second, and those of ten seconds at once."""

    def refusal(self, registry, path, most):
        """The first answer that is 429, which comes within some more requests than the burst."""
        for _ in range(most):
            answer = registry.request("GET", path)
            if answer.status == 429:
                self.assertIn(int(answer.headers["Retry-After"]), (1, 2))
                return answer
        raise AssertionError(f"{most} requests were answered")

    def test_each_principal_has_a_limit_of_its_own(self):
        with Server(env={"LADING_REQUESTS_PER_SECOND": "10"}) as server:
            admin, nobody, wrong = (Registry(server.host, password) for password in (PASSWORD, None, PASSWORD))
            admin.call(201, "POST", "users/", username="ann", password=PASSWORD)
            ann = Registry(server.host, PASSWORD, user="ann")
            refused = self.refusal(nobody, "/v2/_catalog", 300).json()["errors"][0]
            self.assertEqual("TOOMANYREQUESTS", refused["code"])
            self.assertIn("more than 10 requests a second came from your address; try again in 1 s", refused["message"])
            wrong.headers["Authorization"] = "Bearer nonsense"
            self.refusal(wrong, "/v2/_catalog", 30)
            self.assertEqual(200, ann.request("GET", "/v2/_catalog").status)
            said = self.refusal(ann, "/pulp/api/v3/login/", 300).json()["detail"]
            self.assertIn("more than 10 requests a second came from you; try again in 1 s", said)
            admin.push("still", "1", oci.raw_image([b"works"]))
            time.sleep(1.1)
            self.assertEqual([200] * 5, [ann.request("GET", "/v2/_catalog").status for _ in range(5)])
            self.assertIn("more than 10 requests a second, now from 127.0.0.1/32", server.output())

    def test_a_limit_that_is_none_is_refused(self):
        server = Server("--requests-per-second=-1")
        self.addCleanup(server.close)
        server.launch()
        self.assertEqual(2, server.wait(30))
        self.assertIn("--requests-per-second is a number from 1", server.output())


class OpenUploadsTest(unittest.TestCase):
    """Two uploads of each principal at once."""

    PATH = "/v2/team/app/blobs/uploads/"

    def test_one_is_finished_before_another_is_begun(self):
        with Server("--open-uploads=2", "--upload-expiry=PT30S") as server:
            admin = Registry(server.host)
            admin.call(201, "POST", "users/", username="ann", password=PASSWORD)
            user = Registry(server.host, PASSWORD, user="ann")
            content = b"bytes"
            digest = oci.sha256(content)
            first, second = (admin.expect(202, "POST", self.PATH).headers["Location"] for _ in range(2))
            refused = admin.expect(429, "POST", self.PATH)
            self.assertEqual("TOOMANYREQUESTS", refused.json()["errors"][0]["code"])
            self.assertEqual("60", refused.headers["Retry-After"])
            self.assertIn("you have 2 uploads open", refused.message())
            admin.expect(201, "POST", f"{self.PATH}?digest={digest}", content)
            admin.expect(201, "POST", f"{self.PATH}?mount={digest}&from=team/app")
            user.expect(202, "POST", "/v2/ann/app/blobs/uploads/")
            server.kill()
            server.start()
            admin = Registry(server.host)
            admin.expect(429, "POST", self.PATH)
            admin.expect(201, "PUT", f"{first}&digest={digest}", content)
            third = admin.expect(202, "POST", self.PATH).headers["Location"]
            admin.expect(204, "DELETE", second)
            admin.expect(202, "POST", self.PATH)
            admin.expect(429, "POST", self.PATH)
            until(lambda: admin.request("POST", self.PATH).status == 202, 90, "the abandoned uploads to end")
            admin.expect(404, "PATCH", third, content)

    def test_a_blob_of_one_request_that_breaks_off_leaves_nothing(self):
        with Server("--anonymous-push") as server:
            address = ("127.0.0.1", server.port)
            digest = oci.sha256(b"never sent")
            head = (
                f"POST {self.PATH}?digest={digest} HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 1000000\r\n\r\n"
            )
            with socket.create_connection(address) as client:
                client.sendall(head.encode() + bytes(300_000))
                until(lambda: store.uploads(server.data), 30, "the upload to begin")
            until(lambda: not store.uploads(server.data), 30, "the upload to end with its request")


class ObservationTest(unittest.TestCase):
    def test_each_request_is_logged_without_what_authorises_it(self):
        with Server() as server:
            registry = Registry(server.host)
            location = registry.begin("logged")
            location = registry.expect(202, "PATCH", location, b"a").headers["Location"]
            registry.expect(201, "PUT", f"{location}&digest={oci.sha256(b'a')}", b"")
            token = registry.expect(200, "GET", "/token/?scope=repository:logged:push").json()["token"]
            log = server.output()
            self.assertRegex(log, r'127\.0\.0\.1 "PATCH /v2/logged/blobs/uploads/[0-9a-f]{32} HTTP/1\.1" 202')
            for secret in ("_state", location.split("_state=")[1], token, PASSWORD):
                self.assertNotIn(secret, log)

    def test_the_access_log_can_be_turned_off(self):
        with Server("--no-access-log") as server:
            Registry(server.host).push("quiet", "1", oci.raw_image([b"x"]))
            self.assertNotIn("/v2/quiet", server.output())

    def test_health_and_metrics_answer(self):
        port = free_port()
        with Server(f"--metrics-port={port}") as server:
            registry = Registry(server.host, password=None)
            for probe in ("live", "ready"):
                self.assertEqual({"status": "UP"}, registry.expect(200, "GET", f"/q/health/{probe}").json())
            registry.expect(401, "GET", "/v2/none/tags/list")
            for elsewhere in ("/q/health", "/q/metrics"):
                registry.expect(404, "GET", elsewhere)
            observer = Registry(f"127.0.0.1:{port}", password=None)
            self.assertEqual({"status": "UP", "storage": "embedded"}, observer.expect(200, "GET", "/q/health").json())
            metrics = observer.expect(200, "GET", "/q/metrics").body.decode()
            self.assertIn("http_server_requests_seconds_count", metrics)
            self.assertIn("jvm_memory_used_bytes", metrics)
            self.assertIn("# TYPE lading_pull_through_hits_total counter", metrics)
            observer.expect(404, "GET", "/v2/none/tags/list")
            print(f"\n  resident after a few requests: {server.peak_mib():.0f} MiB")

    def test_a_metrics_port_that_is_taken_is_told(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            server = Server(f"--metrics-port={taken.getsockname()[1]}")
            server.launch()
            self.assertNotEqual(0, server.wait())
            self.assertIn("cannot listen on the metrics port", server.output())
            server.close()


if __name__ == "__main__":
    unittest.main()
