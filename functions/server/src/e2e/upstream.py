"""CNCF distribution as a registry to mirror from, which says what it was asked for."""

import contextlib
import json
import re
import socket
import socketserver
import subprocess
import threading
import time

from harness import TOOLS, free_port, remove, temp_folder, until
from registry import Registry

# As in: 127.0.0.1 - - [time] "GET /v2/app/blobs/sha256:… HTTP/1.1" 206 1048576 "" "lading"
REQUEST = re.compile(r'"(GET|HEAD) (/v2/\S+) HTTP/1\.1" (\d{3}) (\d+) "')


class Upstream:
    """One process with a folder of its own; requests are those of others than `registry`."""

    def __init__(self):
        self.home = temp_folder("upstream")
        self.host = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.host}"
        self.log = self.home / "log"
        self.config = self.home / "config.yml"
        self.config.write_text(json.dumps({
            "version": "0.1",
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(self.home / "data")}, "delete": {"enabled": True}},
            "http": {"addr": self.host},
        }))  # fmt: skip

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(TOOLS / "registry"), "serve", str(self.config)], stdout=log, stderr=subprocess.STDOUT
            )
        until(self.answers, 30, lambda: f"distribution; its log:\n{self.log.read_text()}")
        self.registry = Registry(self.host, password=None)
        self.forget_requests()
        return self

    def answers(self):
        try:
            return Registry(self.host, password=None).request("GET", "/v2/").status == 200
        except OSError:
            return False

    def forget_requests(self):
        """Later ones are counted."""
        time.sleep(0.05)
        self.seen = len(self.all_requests())

    def all_requests(self):
        return REQUEST.findall(self.log.read_text(errors="replace"))

    def requests(self):
        """(method, path, status, bytes of the body) of each, in the order of their ends."""
        # The line is written when the answer has been sent.
        time.sleep(0.05)
        return [
            (method, path, int(status), int(size)) for method, path, status, size in self.all_requests()[self.seen :]
        ]

    def blobs(self):
        """Requests for blobs."""
        return [request for request in self.requests() if "/blobs/" in request[1]]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        remove(self.home)


class SlowWay(socketserver.ThreadingTCPServer):
    """A way to `upstream` that takes `seconds` for so many bytes of answers, until it is opened."""

    daemon_threads = True

    def __init__(self, upstream, size, seconds):
        super().__init__(("127.0.0.1", 0), None)
        self.upstream = upstream
        self.bytes_per_second = size / seconds
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.turn, self.opened = threading.Lock(), threading.Event()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.opened.set()
        self.shutdown()
        self.server_close()

    def finish_request(self, client, address):
        host, port = self.upstream.host.split(":")
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection((host, int(port))) as registry:
            threading.Thread(target=self.pass_on, args=(client, registry), daemon=True).start()
            self.pass_on(registry, client, self.wait)

    def wait(self, size):
        if not self.opened.is_set():
            with self.turn:
                self.opened.wait(size / self.bytes_per_second)

    def pass_on(self, source, target, before=lambda size: None):
        """Until one of the two closes; then the other learns of it."""
        try:
            while data := source.recv(65536):
                before(len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
