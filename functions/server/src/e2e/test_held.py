"""What is here is served while its upstream refuses, in every way that upstreams do; and what an upstream is asked."""

import random
import ssl
import threading
import unittest
from functools import partial

import loopback
import oci
from harness import TOOLS, Server, remove, run, temp_folder
from registry import Registry
from upstream import Upstream

IMAGE = oci.image([oci.tar({"hello": b"hello\n" * 1000}), oci.tar({"random": random.Random(16).randbytes(100_000)})])
DIGEST = oci.sha256(IMAGE.manifest)
HOUR = 3600


class Front:
    """The way to an upstream by TLS, which goes wrong as it is told to: `state` names how."""

    def __init__(self, upstream, home):
        self.upstream, self.home, self.state, self.asked = upstream, home, "open", []
        self.released = threading.Event()
        self.right, self.wrong = self.context("right"), self.context("wrong")

    def context(self, name):
        key, certificate = self.home / f"{name}.key", self.home / f"{name}.pem"
        new = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        names = ("-subj", "/CN=upstream", "-addext", "subjectAltName=IP:127.0.0.1")
        run("openssl", "req", *new, *names, "-keyout", key, "-out", certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    @property
    def authority(self):
        return (self.home / "right.pem").read_text()

    def __enter__(self):
        self.server = loopback.serve(type("Bound", (Handler,), {"front": self}))
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"https://{self.host}"
        return self

    def __exit__(self, *failure):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Handler(loopback.Handler):
    front = None

    def setup(self):
        front = self.front
        if front.state == "off":
            raise ConnectionResetError
        context = front.wrong if front.state == "wrong certificate" else front.right
        try:
            self.request = context.wrap_socket(self.request, server_side=True)
        except OSError as refused:
            raise ConnectionResetError from refused
        super().setup()

    def do_GET(self):
        front = self.front
        if front.state == "open":
            front.asked.append((self.command, self.path))
            response, body = self.forward(front.upstream.url, None, {"Accept": self.headers["Accept"] or "*/*"})
            return self.answer(response.status, [(n, v) for n, v in response.getheaders() if n != "Date"], body)
        if front.state in ("off", "wrong certificate", "hanging"):
            # The first two: on a connection of before.
            front.released.wait(None if front.state == "hanging" else 0)
            raise ConnectionResetError
        if front.state == "token endpoint 429" and not self.path.startswith("/token"):
            challenge = f'Bearer realm="{front.url}/token",service="upstream"'
            return self.answer(401, [("WWW-Authenticate", challenge)], b"{}")
        return self.answer(404 if front.state == "404" else 429, [], b'{"errors": []}')

    do_HEAD = do_GET


class HeldTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = temp_folder("held")
        cls.addClassCleanup(remove, cls.home)
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)
        cls.upstream = cls.enterClassContext(Upstream())
        cls.upstream.registry.push("library/app", "1", IMAGE)
        cls.front = cls.enterClassContext(Front(cls.upstream, cls.home))
        for name, freshness in (("asks", 0), ("rests", HOUR)):
            body = {"name": name, "url": cls.front.url, "ca_cert": cls.front.authority}
            body |= {"sock_read_timeout": 4, "max_retries": 1}
            remote = cls.registry.call(201, "POST", "remotes/container/pull-through/", **body)["pulp_href"]
            body = {"name": name, "base_path": name, "remote": remote, "anonymous_fetch": True, "freshness": freshness}
            cls.registry.complete(
                cls.registry.call(202, "POST", "distributions/container/pull-through/", **body)["task"]
            )
            Registry(cls.server.host, None).require_whole(f"{name}/library/app", "1")

    def pulled(self, client, name, to):
        target = self.home / to
        reference = f"{self.server.host}/{name}/library/app:1"
        env = {"HOME": str(self.home), "DOCKER_CONFIG": str(self.home)}
        if client == "crane":
            run(TOOLS / "crane", "pull", "--format=oci", reference, target, env=env)
        else:
            policy = self.home / "policy.json"
            policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
            options = (f"--policy={policy}", "copy", "--src-tls-verify=false")
            run("skopeo", *options, f"docker://{reference}", f"oci:{target}:1", env=env)
        return oci.layout_digests(target)

    def refused(self, state):
        anybody = Registry(self.server.host, None)
        self.front.state = state
        self.addCleanup(setattr, self.front, "state", "open")
        for name, warned in (("asks", True), ("rests", False)):
            tag = anybody.expect(200, "GET", f"/v2/{name}/library/app/manifests/1")
            self.assertEqual(IMAGE.manifest, tag.body)
            if warned:
                self.assertRegex(tag.headers["Warning"], '^299 - "only copy is yours: .+"$')
            else:
                self.assertIsNone(tag.headers["Warning"])
            digest = anybody.expect(200, "GET", f"/v2/{name}/library/app/manifests/{DIGEST}")
            self.assertIsNone(digest.headers["Warning"])
            for client in ("crane", "skopeo"):
                self.assertEqual([DIGEST], self.pulled(client, name, f"{state}-{name}-{client}".replace(" ", "-")))
        missing = anybody.request("GET", f"/v2/asks/library/none-{state[:3].strip().lower()}/manifests/1")
        self.assertEqual(404 if state == "404" else 502, missing.status, missing.body)
        self.assertIn(self.front.host, missing.body.decode())

    def test_what_is_here_is_served_with_the_upstream(self):
        # That it limits us is known to all for five seconds, which what hangs outlasts.
        for state in ("off", "404", "wrong certificate", "429", "hanging", "token endpoint 429"):
            with self.subTest(state):
                self.refused(state)

    def test_the_upstream_is_asked_for_no_more_than_a_client_would(self):
        self.upstream.registry.push("library/counted", "1", IMAGE)
        anybody = Registry(self.server.host, None)
        pull = partial(anybody.require_whole, "rests/library/counted", "1")
        asked = self.front.asked
        asked.clear()
        Registry(self.upstream.host, None).require_whole("library/counted", "1")
        pull()
        # A manifest and its blobs, as the client; of the login it is told once.
        self.assertEqual(1 + len(IMAGE.blobs), len([path for _, path in asked if path != "/v2/"]), asked)
        self.assertEqual(len(asked), len(set(asked)), asked)
        asked.clear()
        pull()
        self.assertEqual([], asked)
        anybody.require_whole("asks/library/app", "1")
        self.assertEqual([("HEAD", "/v2/library/app/manifests/1")], asked)


if __name__ == "__main__":
    unittest.main(verbosity=2)
