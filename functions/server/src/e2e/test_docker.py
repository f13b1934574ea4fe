"""Docker, with a real daemon: login, push, pull into an empty store, mounts, indexes, and what it refuses."""

import base64
import json
import socket
import ssl
import unittest

import oci
from engine import DockerDaemon
from harness import PASSWORD, Server
from registry import Registry


class DockerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        cls.docker = cls.enterClassContext(DockerDaemon())
        cls.archive = cls.docker.home / "layer.tar"
        cls.archive.write_bytes(oci.tar({"hello": b"hello\n" * 1000}))
        cls.docker.login(cls.host, PASSWORD)

    def push(self, repository, tag="1"):
        reference = f"{self.host}/{repository}:{tag}"
        self.docker.import_tar(self.archive, reference)
        return reference, self.docker.docker("push", reference)

    def test_what_is_pushed_pulls_into_an_empty_store_with_an_equal_digest(self):
        reference, _ = self.push("team/app")
        pushed = self.docker.digest(reference)
        self.assertEqual(pushed, Registry(self.host).digest("team/app", "1"))
        with DockerDaemon() as fresh:  # which never logged in: pulling is anonymous
            self.assertIn(f"Digest: {pushed}", fresh.docker("pull", reference))
            self.assertEqual(pushed, fresh.digest(reference))
            by_digest = f"{self.host}/team/app@{pushed}"
            self.assertIn(f"Digest: {pushed}", fresh.docker("pull", by_digest))
            image = json.loads(fresh.docker("inspect", reference))[0]["Id"]
            self.assertEqual(image, json.loads(self.docker.docker("inspect", reference))[0]["Id"])

    def test_a_layer_another_repository_has_is_mounted(self):
        reference, _ = self.push("team/source")
        copy = f"{self.host}/team/copy:1"
        self.docker.docker("tag", reference, copy)
        self.assertIn("Mounted from team/", self.docker.docker("push", copy))
        Registry(self.host).require_whole("team/copy", "1")

    def test_an_index_of_two_platforms_is_pushed_and_pulled_by_platform(self):
        registry = Registry(self.host)
        for architecture in ("amd64", "arm64"):
            each = oci.image([oci.tar({"arch": architecture.encode()})], architecture)
            registry.push("team/multi", architecture, each)
        name = f"{self.host}/team/multi"
        parts = [f"{name}:{architecture}" for architecture in ("amd64", "arm64")]
        self.docker.docker("manifest", "create", "--insecure", f"{name}:all", *parts)
        pushed = self.docker.docker("manifest", "push", "--insecure", f"{name}:all").split()[-1]
        self.assertEqual(pushed, registry.digest("team/multi", "all"))
        for architecture in ("amd64", "arm64"):
            with self.subTest(architecture), DockerDaemon() as fresh:
                pulled = fresh.docker("pull", f"--platform=linux/{architecture}", f"{name}:all")
                self.assertIn(f"Digest: {pushed}", pulled)
                image = json.loads(fresh.docker("inspect", f"{name}:all"))[0]
                self.assertEqual(architecture, image["Architecture"])

    def test_a_wrong_password_is_refused_at_login(self):
        said = self.docker.docker("login", "-u", "admin", "--password-stdin", self.host, stdin="wrong", ok=False)
        self.assertRegex(said.lower(), "unauthorized|incorrect username or password")
        self.docker.login(self.host, PASSWORD)

    def test_a_login_keeps_what_was_typed(self):
        config = json.loads((self.docker.home / "config/config.json").read_text())
        typed = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        self.assertEqual({self.host: {"auth": typed}}, config["auths"])

    def test_an_anonymous_push_is_refused_with_a_sentence(self):
        with DockerDaemon() as fresh:
            reference = f"{self.host}/team/anonymous:1"
            fresh.import_tar(self.archive, reference)
            said = fresh.docker("push", reference, ok=False)
            self.assertRegex(said, "log in|unauthorized|denied")
            print(f"\n  docker says of an anonymous push: {said.strip().splitlines()[-1]}")


class PlainPortTest(unittest.TestCase):
    def test_a_tls_handshake_is_answered_and_ended_at_once(self):
        """Docker tries TLS first and waits for ten seconds where nothing comes back. Nothing is measured by time here:
        the client sends its hello, sends no more and does not hang up, so any answer is one to the hello alone."""
        hello = ssl.MemoryBIO()
        tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
        with self.assertRaises(ssl.SSLWantReadError):
            tls.do_handshake()
        with Server() as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.sendall(hello.read())
            answer = b""
            while chunk := connection.recv(4096):  # until the server hangs up; a timeout fails the test
                answer += chunk
        self.assertRegex(answer.decode(), r"^HTTP/1\.\d 400 ")
        self.assertIn("HTTPS", answer.decode())


if __name__ == "__main__":
    unittest.main()
