"""Counts the requests a function makes of AWS, between it and an emulator."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Counting:
    """`url` is the endpoint to give to the function; `calls` what it asked for, such as `DynamoDB GetItem`, in order."""

    def __init__(self, target):
        upstream = urlsplit(target)
        counting = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def handle_any(self):
                counting.calls.append(self.named())
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                connection = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
                try:
                    # The host is signed, so it stays.
                    connection.request(self.command, self.path, body, dict(self.headers.items()))
                    response = connection.getresponse()
                    content = response.read()
                finally:
                    connection.close()
                self.send_response_only(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                length = response.headers["Content-Length"] if self.command == "HEAD" else str(len(content))
                self.send_header("Content-Length", length or "0")
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

            def named(self):
                target = self.headers.get("X-Amz-Target")
                if target:
                    service, action = target.split(".")
                    return f"{service.split('_')[0].replace('AmazonSSM', 'SSM')} {action}"
                return f"S3 {self.command}"

            def log_message(self, *arguments):
                pass

        self.calls = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Of a function that was killed with connections open.
        self.server.handle_error = lambda *failure: None
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def taken(self):
        """What was asked for since the last look."""
        calls, self.calls = self.calls, []
        return calls

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
