"""What stands before the emulator's HTTP API, so that clients meet it as they meet API Gateway.

It has a host of its own, and AWS's limits.
"""

import json

from answered import BODY_BYTES
from loopback import Handler, serve

# Sources: quotas of HTTP APIs ("Payload size"), quotas of Lambda ("Invocation payload, synchronous").
GATEWAY_BYTES = 10 * 1024 * 1024
LAMBDA_BYTES = 6 * 1024 * 1024
TEXT = ("text/", "application/json", "application/javascript", "application/xml")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}


# What may become of the length in an answer to HEAD. A body's is sent, and the body dropped. Which of the first three
# AWS does is not documented; the last is no gateway's that is known.
KEPT = "the length that a function sets is kept where there is no body"
ZERO = "it is 0"
ABSENT = "it is left out"
LOST = "the length is left out, a body's, too"


class Gateway:
    """`target`: the address that the emulator gives the API. `url`: where clients reach it. `lengths`: as above."""

    def __init__(self, target, lengths=KEPT):
        gateway = self
        self.target = target
        self.lengths = lengths

        class Behind(Handler):
            def handle_any(self):
                if not (self.path.isascii() and self.path.isprintable()):
                    return self.refused(400, "Bad Request")
                body = self.body()
                if body is None or as_payload(body, self.headers.get("Content-Type")) > LAMBDA_BYTES:
                    return self.refused(413, "Request Entity Too Large")
                # Payload 2.0 has each name once, values joined by commas.
                names = {name for name in self.headers if name.lower() not in HOP_BY_HOP}
                headers = {name: ",".join(self.headers.get_all(name)) for name in names}
                headers |= {"X-Forwarded-Proto": "http", "X-Forwarded-Port": gateway.host.split(":")[1]}
                # Behind what the client says.
                said = [value for name, value in headers.items() if name.lower() == "x-forwarded-for"]
                headers = {name: value for name, value in headers.items() if name.lower() != "x-forwarded-for"}
                headers |= {"X-Forwarded-For": ", ".join([*said, "127.0.0.1"]), "Content-Length": str(len(body))}
                response, content = self.forward(target, body, headers)
                dropped = {*HOP_BY_HOP, BODY_BYTES.lower()}
                kept = [(n, v) for n, v in response.getheaders() if n.lower() not in dropped]
                if self.command == "HEAD":
                    kept.append(("Content-Length", gateway.length_of_head(response.headers)))
                if "apigw-requestid" not in response.headers:
                    gateway.strays.append(f"{self.command} {self.path}")
                if as_payload(content, response.headers["Content-Type"]) > LAMBDA_BYTES:
                    return self.refused(500, "Internal Server Error")
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

            def refused(self, status, message):
                """In AWS's words."""
                headers = [("Content-Type", "application/json")]
                if self.close_connection:
                    headers.append(("Connection", "close"))
                self.answer(status, headers, json.dumps({"message": message}, separators=(",", ":")).encode())

        # Requests that something else than the API answered: the emulator has registries of its own.
        self.strays = []
        self.server = serve(Behind)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def length_of_head(self, headers):
        body = headers[BODY_BYTES]
        if self.lengths == LOST:
            return None
        if body and body != "0":
            return body
        return {KEPT: headers["Content-Length"], ZERO: "0", ABSENT: None}[self.lengths]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def as_payload(content, content_type):
    """Bytes of a body inside a Lambda event."""
    text = (content_type or "").lower().startswith(TEXT)
    return len(json.dumps(content.decode(errors="replace"))) if text else -(-len(content) // 3) * 4
