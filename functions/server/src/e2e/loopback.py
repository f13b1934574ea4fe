"""HTTP servers of the tests, on free ports of the loopback address."""

import http.client
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one segment: else each answer waits 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def answer(self, status, headers, body):
        """`headers`: pairs. None is not sent; without a Content-Length it is the body's."""
        self.send_response_only(status)
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("Content-Length", str(len(body)))]
        for name, value in headers:
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def forward(self, address, body, headers):
        """Sends the request on to `address`, which its path is put behind; the response and its body."""
        target = urlsplit(address)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=120)
        try:
            connection.request(self.command, target.path.rstrip("/") + self.path, body, headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def handle_expect_100(self):
        """At once: a client that is told nothing waits for seconds before it sends its body."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def log_message(self, *arguments):
        pass


def report(request, address):
    """Of a client that was killed with connections open, nothing."""
    if not isinstance(sys.exception(), ConnectionError):
        traceback.print_exc()


class Server(ThreadingHTTPServer):
    # Of connections not accepted yet: one too many tries again only after a second.
    request_queue_size = 128


def serve(handler):
    """A server that has started; `shutdown` and `server_close` end it."""
    server = Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = report
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
