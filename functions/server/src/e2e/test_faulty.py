"""Mirrors of an upstream that does wrong.

Each sync ends in the right content, or fails and says why; then nothing is kept.
"""

import json
import os
import unittest

import oci
from faulty import FaultyUpstream
from harness import Server
from registry import Registry

LAYER_BYTES = 300_000


def blobs(answer):
    """A fault of every blob."""
    return lambda handler, kind, name, nth: kind == "blobs" and answer(handler, handler.upstream.blobs[name])


def first(status, headers):
    """A fault of the first request for anything."""
    return lambda handler, kind, name, nth: name and nth == 1 and handler.reply(status, b"", headers)


class FaultyUpstreamTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)

    def setUp(self):
        self.upstream = self.enterContext(FaultyUpstream())
        self.upstream.image("1", oci.raw_image([os.urandom(LAYER_BYTES), os.urandom(LAYER_BYTES)]))
        self.repository = None
        self.name = self.id().split(".")[-1].removeprefix("test_").replace("_", "-")

    def sync(self, **remote):
        """The task, which has ended. `remote`: more fields of it, the first time."""
        if not self.repository:
            self.repository = self.registry.mirror(self.name, self.upstream.url, "app", remote)["pulp_href"]
        return self.registry.end(self.registry.call(202, "POST", f"{self.repository}sync/", mirror=True)["task"])

    def require_taken(self, fault, **remote):
        self.upstream.fault = fault
        task = self.sync(**remote)
        self.assertEqual("completed", task["state"], task["error"])
        self.require_whole()
        return task

    def require_whole(self):
        self.assertEqual(sorted(self.upstream.tags), self.registry.tags(self.name))
        for tag in self.upstream.tags:
            self.registry.require_whole(self.name, tag)

    def require_refused(self, fault, *words, **remote):
        """And that the right content is taken once the upstream has it, so nothing wrong can have been kept."""
        self.upstream.fault = fault
        task = self.sync(**remote)
        self.assertEqual("failed", task["state"])
        for word in words:
            self.assertIn(word, task["error"]["description"])
        self.assertEqual([], self.registry.call(200, "GET", f"{self.repository}versions/?number__gt=0")["results"])
        self.upstream.fault = lambda *request: False
        task = self.sync()
        self.assertEqual("completed", task["state"], task["error"])
        self.require_whole()

    def test_too_many_requests(self):
        task = self.require_taken(first(429, {"Retry-After": "1"}))
        self.assertIn("sync.blobs", [report["code"] for report in task["progress_reports"]])

    def test_unavailable_at_first(self):
        self.require_taken(first(503, {}))

    def test_unavailable_for_good(self):
        self.require_refused(lambda handler, *request: handler.reply(503), "503", max_retries=1)

    def test_reset_in_mid_blob(self):
        half = blobs(lambda handler, body: not handler.begin() and handler.reset(body, len(body) // 2))
        self.require_taken(half)

    def test_truncated_bytes(self):
        self.require_refused(
            blobs(lambda handler, body: handler.reply(200, body[: len(body) // 2])), "sha256:", max_retries=1
        )

    def test_corrupted_bytes(self):
        corrupt = blobs(lambda handler, body: handler.reply(200, body[:-1] + bytes([body[-1] ^ 1])))
        self.require_refused(corrupt, "sha256:", self.upstream.host)

    def test_more_bytes_than_the_manifest_says(self):
        self.require_refused(blobs(lambda handler, body: handler.reply(200, body + b"more")), "sha256:")

    def test_a_token_that_expires_in_mid_run(self):
        tokens, uses = [], []

        def fault(handler, kind, name, nth):
            if handler.path.startswith("/token"):
                tokens.append(f"token-{len(tokens)}")
                uses.clear()
                return handler.reply(200, json.dumps({"token": tokens[-1], "expires_in": 3600}).encode())
            # Each is good for a few requests, whatever it said.
            uses.append(handler.path)
            if not tokens or handler.headers["Authorization"] != f"Bearer {tokens[-1]}" or len(uses) > 3:
                realm = f'Bearer realm="{handler.upstream.url}/token",service="app",scope="repository:app:pull"'
                return handler.reply(401, b"{}", {"WWW-Authenticate": realm})
            return False

        # One request at a time, or others use a new token up before who asked for it.
        self.require_taken(fault, download_concurrency=1)
        self.assertGreater(len(tokens), 1)

    def test_a_body_that_drips(self):
        drip = blobs(lambda handler, body: handler.drip(body, 0.2))
        self.require_refused(drip, "sha256:", max_retries=0, total_timeout=3)

    def test_a_circle_of_redirects(self):
        circle = blobs(lambda handler, body: handler.reply(307, b"", {"Location": handler.path}))
        self.require_refused(circle, "redirect")

    def test_a_huge_manifest(self):
        huge = json.dumps(
            {"schemaVersion": 2, "mediaType": oci.MANIFEST, "annotations": {"a": "x" * 5_000_000}}
        ).encode()
        self.require_refused(lambda handler, kind, *named: kind == "manifests" and handler.manifest(huge), "4194304")

    def test_a_manifest_without_end(self):
        def endless(handler, kind, *named):
            if kind != "manifests" or handler.command == "HEAD":
                return False
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            while True:
                handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

        self.require_refused(endless, "4194304")

    def test_a_list_that_changes_between_its_pages(self):
        for tag in ("2", "3", "4"):
            self.upstream.image(tag, oci.raw_image([os.urandom(100)]))

        def fault(handler, kind, name, nth):
            if kind != "tags":
                return False
            if "last" in handler.path:
                return handler.tag_list(["2", "3", "4"])
            return handler.tag_list(["1", "2", "3"], {"Link": '</v2/app/tags/list?last=3>; rel="next"'})

        self.require_taken(fault)

    def test_a_tag_that_goes_between_the_list_and_its_manifest(self):
        def fault(handler, kind, *named):
            return kind == "tags" and handler.tag_list(["1", "gone"])

        self.require_taken(fault)

    def test_pages_that_lead_in_a_circle(self):
        def circle(handler, kind, *named):
            return kind == "tags" and handler.tag_list(["1"], {"Link": f'<{handler.path}>; rel="next"'})

        self.require_refused(circle, "circle")

    def test_a_lie_about_a_digest(self):
        other = oci.raw_image([b"other"])
        true = self.upstream.tags["1"]

        def lie(handler, kind, *named):
            return kind == "manifests" and handler.manifest(other.manifest, true)

        self.require_refused(lie, true, other.digest)

    def test_a_digest_that_is_answered_with_another_manifest(self):
        other, true = oci.raw_image([b"other"]), self.upstream.tags["1"]
        index = oci.index({"amd64": oci.Image(self.upstream.manifests[true], ())})
        self.upstream.manifest(index, "1")

        def other_child(handler, kind, name, nth):
            return kind == "manifests" and name == true and handler.manifest(other.manifest)

        self.require_refused(other_child, true)

    def test_what_is_no_manifest(self):
        for body in (b"", b"<html>Log in</html>", b"[]", b'{"schemaVersion": 2}', b"\xff\xfe", b'{"mediaType": 7}'):
            with self.subTest(body):

                def fault(handler, kind, *named, body=body):
                    return kind == "manifests" and handler.manifest(body)

                self.upstream.fault = fault
                task = self.sync()
                self.assertEqual("failed", task["state"])
                self.assertIn("manifest", task["error"]["description"])

    def test_descriptors_that_cannot_be(self):
        config = oci.descriptor(oci.CONFIG, b"{}")
        for field, value in (
            ("size", -1),
            ("size", 2**63 - 1),
            ("size", "many"),
            ("digest", "sha256:../../x"),
            ("digest", "md5:00"),
        ):
            with self.subTest(f"{field} {value}"):
                layer = oci.descriptor(oci.LAYER, b"x") | {field: value}
                document = {"schemaVersion": 2, "mediaType": oci.MANIFEST, "config": config, "layers": [layer]}
                self.upstream.manifest(json.dumps(document).encode(), "1")
                self.upstream.blobs |= {config["digest"]: b"{}", layer["digest"]: b"x"}
                task = self.sync(max_retries=0)
                self.assertEqual("failed", task["state"])
                self.assertNotIn("its log says", task["error"]["description"])

    def test_a_long_chain_of_indexes(self):
        child = oci.Image(self.upstream.manifests[self.upstream.tags["1"]], ())
        for _ in range(200):
            child = oci.Image(self.index_of(child), ())
            self.upstream.manifest(child.manifest, "1")
        task = self.sync()
        self.assertEqual("failed", task["state"])
        self.assertIn("indexes of indexes", task["error"]["description"])

    def index_of(self, image):
        entry = oci.descriptor(json.loads(image.manifest)["mediaType"], image.manifest)
        return json.dumps({"schemaVersion": 2, "mediaType": oci.INDEX, "manifests": [entry]}).encode()


if __name__ == "__main__":
    unittest.main()
