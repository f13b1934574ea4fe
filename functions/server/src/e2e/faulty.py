"""A registry that serves one repository, `app`, and does wrong whatever it is told to."""

import json
import socket
import struct
import threading
import time
from collections import Counter

import loopback
import oci

ROOT = "/v2/app/"


class FaultyUpstream:
    """`fault(handler, kind, name, nth)` may answer the nth request for what is named so, and then returns True."""

    def __init__(self):
        self.manifests, self.blobs, self.tags = {}, {}, {}
        self.asked, self.lock = Counter(), threading.Lock()
        self.fault = lambda handler, kind, name, nth: False

    def __enter__(self):
        self.server = loopback.serve(type("Bound", (Handler,), {"upstream": self}))
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()

    def image(self, tag, image):
        self.blobs |= {oci.sha256(blob): blob for blob in image.blobs}
        self.manifest(image.manifest, tag)

    def manifest(self, body, tag=None):
        digest = oci.sha256(body)
        self.manifests[digest] = body
        if tag:
            self.tags[tag] = digest


class Handler(loopback.Handler):
    """Whatever answers returns True."""

    upstream = None

    def do_GET(self):
        kind, _, name = self.path.removeprefix(ROOT).partition("?")[0].partition("/")
        with self.upstream.lock:
            self.upstream.asked[kind, name] += 1
            nth = self.upstream.asked[kind, name]
        if not self.upstream.fault(self, kind, name, nth):
            self.serve(kind, name)

    do_HEAD = do_GET

    def serve(self, kind, name):
        upstream = self.upstream
        digest = upstream.tags.get(name, name)
        if self.path == "/v2/":
            self.reply(200, b"{}")
        elif kind == "tags":
            self.tag_list(upstream.tags)
        elif kind == "manifests" and digest in upstream.manifests:
            self.manifest(upstream.manifests[digest])
        elif kind == "blobs" and name in upstream.blobs:
            self.blob(upstream.blobs[name])
        else:
            self.reply(404, b'{"errors": []}')

    def tag_list(self, tags, headers=None):
        return self.reply(200, json.dumps({"name": "app", "tags": sorted(tags)}).encode(), headers)

    def manifest(self, body, digest=None):
        media_type = oci.INDEX if b'"manifests"' in body else oci.MANIFEST
        return self.reply(200, body, {"Content-Type": media_type, "Docker-Content-Digest": digest or oci.sha256(body)})

    def blob(self, body):
        begin = self.begin()
        if begin:
            return self.reply(206, body[begin:], {"Content-Range": f"bytes {begin}-{len(body) - 1}/{len(body)}"})
        return self.reply(200, body)

    def begin(self):
        """Of the range that is asked for."""
        return int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").split("-")[0])

    def reply(self, status, body=b"", headers=None):
        self.answer(status, list((headers or {}).items()), body)
        return True

    def head(self, length):
        self.send_response_only(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def reset(self, body, sent):
        """Breaks off after so many bytes of those that were promised."""
        self.head(len(body))
        self.wfile.write(body[:sent])
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
        return True

    def drip(self, body, seconds):
        """A byte at a time."""
        self.head(len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(seconds)
        return True
