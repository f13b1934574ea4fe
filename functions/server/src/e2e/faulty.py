"""A registry that serves one repository, `app`, and does wrong whatever it is told to."""

import json
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import oci

ROOT = "/v2/app/"


class FaultyUpstream(ThreadingHTTPServer):
    """`fault(handler, kind, name, nth)` may answer the nth request for what is named so, and then returns True."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.manifests, self.blobs, self.tags = {}, {}, {}
        self.asked, self.lock = Counter(), threading.Lock()
        self.fault = lambda handler, kind, name, nth: False

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Who breaks a connection off is expected here."""

    def image(self, tag, image):
        self.blobs |= {oci.sha256(blob): blob for blob in image.blobs}
        self.manifest(image.manifest, tag)

    def manifest(self, body, tag=None):
        digest = oci.sha256(body)
        self.manifests[digest] = body
        if tag:
            self.tags[tag] = digest


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *line):
        pass

    def do_GET(self):
        kind, _, name = self.path.removeprefix(ROOT).partition("?")[0].partition("/")
        with self.server.lock:
            self.server.asked[kind, name] += 1
            nth = self.server.asked[kind, name]
        if not self.server.fault(self, kind, name, nth):
            self.serve(kind, name)

    do_HEAD = do_GET

    def serve(self, kind, name):
        server = self.server
        if self.path == "/v2/":
            self.reply(200, b"{}")
        elif kind == "tags":
            self.reply(200, json.dumps({"name": "app", "tags": sorted(server.tags)}).encode())
        elif kind == "manifests" and server.tags.get(name, name) in server.manifests:
            self.manifest(server.manifests[server.tags.get(name, name)])
        elif kind == "blobs" and name in server.blobs:
            self.blob(server.blobs[name])
        else:
            self.reply(404, b'{"errors": []}')

    def manifest(self, body, digest=None):
        try:
            media_type = json.loads(body).get("mediaType", oci.MANIFEST)
        except ValueError:
            media_type = oci.MANIFEST
        self.reply(200, body, {"Content-Type": media_type, "Docker-Content-Digest": digest or oci.sha256(body)})

    def blob(self, body):
        begin = self.begin()
        if begin:
            self.reply(206, body[begin:], {"Content-Range": f"bytes {begin}-{len(body) - 1}/{len(body)}"})
        else:
            self.reply(200, body)

    def begin(self):
        """Of the range that is asked for."""
        return int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").split("-")[0])

    def head(self, status, length, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def reply(self, status, body=b"", headers=None):
        self.head(status, len(body), headers)
        if self.command != "HEAD":
            self.wfile.write(body)
        return True

    def reset(self, body, sent):
        """Breaks off after so many bytes of those that were promised."""
        self.head(200, len(body))
        self.wfile.write(body[:sent])
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
        return True

    def drip(self, body, seconds):
        """A byte at a time."""
        self.head(200, len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(seconds)
        return True
