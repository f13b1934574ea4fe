"""Counts the requests a function makes of AWS, between it and an emulator."""

from loopback import Handler, serve

PER_CONNECTION = ("transfer-encoding", "connection", "content-length")


class Counting:
    """`url` is the endpoint to give to the function; `calls` what it asked for in order, such as `DynamoDB GetItem`."""

    def __init__(self, target):
        counting = self

        class Counted(Handler):
            def handle_any(self):
                counting.calls.append(self.named())
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                # The host is signed, so it stays.
                response, content = self.forward(target, body, dict(self.headers.items()))
                headers = [(n, v) for n, v in response.getheaders() if n.lower() not in PER_CONNECTION]
                if self.command == "HEAD":
                    headers.append(("Content-Length", response.headers["Content-Length"] or "0"))
                self.answer(response.status, headers, content)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

            def named(self):
                target = self.headers.get("X-Amz-Target")
                if target:
                    service, action = target.split(".")
                    return f"{service.split('_')[0].replace('AmazonSSM', 'SSM')} {action}"
                return f"S3 {self.command}"

        self.calls = []
        self.server = serve(Counted)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def taken(self):
        """What was asked for since the last look."""
        calls, self.calls = self.calls, []
        return calls

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
