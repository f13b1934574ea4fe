"""What stands before the emulator's HTTP API so that clients meet it as they meet API Gateway: a host of its own, and AWS's limits."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Sources: quotas of HTTP APIs ("Payload size"), quotas of Lambda ("Invocation payload, synchronous").
GATEWAY_BYTES = 10 * 1024 * 1024
LAMBDA_BYTES = 6 * 1024 * 1024
TEXT = ("text/", "application/json", "application/javascript", "application/xml")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}
LAMBDA_SECONDS = 30


class Gateway:
    """`target`: the address that the emulator gives the API. `url`: where clients reach it."""

    def __init__(self, target):
        upstream = urlsplit(target)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in one segment.
            wbufsize = -1
            disable_nagle_algorithm = True

            def handle_any(self):
                body = self.body()
                if body is None or as_payload(body, self.headers.get("Content-Type")) > LAMBDA_BYTES:
                    return self.answer(413, {"Content-Type": "application/json"}, refusal("Request Entity Too Large"))
                # Payload 2.0 has each name once, values joined by commas.
                names = {name for name in self.headers if name.lower() not in HOP_BY_HOP}
                headers = {name: ",".join(self.headers.get_all(name)) for name in names}
                headers |= {"X-Forwarded-Proto": "http", "X-Forwarded-Port": gateway.host.split(":")[1]}
                headers |= {"X-Forwarded-For": "127.0.0.1", "Content-Length": str(len(body))}
                connection = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=120)
                try:
                    connection.request(self.command, upstream.path.rstrip("/") + self.path, body, headers)
                    response = connection.getresponse()
                    content = response.read()
                finally:
                    connection.close()
                kept = [(n, v) for n, v in response.getheaders() if n.lower() not in HOP_BY_HOP]
                if self.command == "HEAD" and response.headers["Content-Length"]:
                    kept.append(("Content-Length", response.headers["Content-Length"]))
                if "apigw-requestid" not in response.headers:
                    gateway.strays.append(f"{self.command} {self.path}")
                if as_payload(content, response.headers["Content-Type"]) > LAMBDA_BYTES:
                    return self.answer(500, {"Content-Type": "application/json"}, refusal("Internal Server Error"))
                return self.answer(response.status, kept, content)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

            def body(self):
                """None: larger than the gateway takes."""
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    return self.chunks()
                length = int(self.headers.get("Content-Length") or 0)
                content = self.rfile.read(min(length, GATEWAY_BYTES))
                return content if length <= GATEWAY_BYTES else self.refuse(length - GATEWAY_BYTES)

            def refuse(self, left):
                """Takes in what is left, for a client that sends would not read the answer."""
                while left > 0 and (part := self.rfile.read(min(left, 1024 * 1024))):
                    left -= len(part)
                self.close_connection = True

            def chunks(self):
                content, total = bytearray(), 0
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    total += size
                    part = self.rfile.read(size)
                    if total <= GATEWAY_BYTES:
                        content += part
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return bytes(content) if total <= GATEWAY_BYTES else None

            def answer(self, status, headers, body):
                self.send_response_only(status)
                named = list(headers.items()) if isinstance(headers, dict) else headers
                if not any(name.lower() == "content-length" for name, _ in named):
                    named = [*named, ("Content-Length", str(len(body)))]
                if self.close_connection:
                    named = [*named, ("Connection", "close")]
                for name, value in named:
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        # Requests that something else than the API answered: the emulator has registries of its own.
        self.strays = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def as_payload(content, content_type):
    """Bytes of a body inside a Lambda event."""
    text = (content_type or "").lower().startswith(TEXT)
    return len(content) if text else -(-len(content) // 3) * 4


def refusal(message):
    return json.dumps({"message": message}, separators=(",", ":")).encode()
