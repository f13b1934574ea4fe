"""A function's zip under the runtime interface client that Lambda's managed Java runtime has, without Lambda."""

import json
import os
import platform
import queue
import shutil
import signal
import subprocess
import threading
import time
import zipfile
from pathlib import Path

from loopback import Handler, serve

HANDLER = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"
# More than the machine of a test needs however busy it is: what is asked is whether it answers.
ANSWER_SECONDS = 60
# Of what a function said that does not answer: its last requests, and its threads.
SAID_CHARACTERS = 60_000
NATIVE = f"linux-{ {'x86_64': 'x86_64', 'aarch64': 'aarch_64'}[platform.machine()] }.so"
# As Lambda's java25 runtime starts it, with the heap of a 1,769 MB function.
JAVA_OPTIONS = (
    "-Xmx1503m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
    "-Djava.net.preferIPv4Stack=true",
    "--enable-native-access=ALL-UNNAMED",
)
# Left to itself, the client unpacks its library to one fixed file of the temp folder: functions at once crash each
# other.
NATIVE_PROPERTY = "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI"


def native_client(runtime):
    """The native part of the runtime interface client, for this machine."""
    client = next(Path(runtime).glob("aws-lambda-java-runtime-interface-client-*.jar"))
    with zipfile.ZipFile(client) as jar:
        return jar.read(next(name for name in jar.namelist() if name.endswith(NATIVE)))


class FunctionProcess:
    """Started on entry; `init_seconds` from the start of the process to its first request for work.

    With `snapshot` it is started as SnapStart does: it gets ready for a snapshot and waits for `restore`. The copy that
    goes on is the process itself.
    """

    def __init__(self, java, runtime, zip_file, folder, env, snapshot=False):
        self.folder = Path(folder)
        with zipfile.ZipFile(zip_file) as packed:
            packed.extractall(self.folder / "task")
        (self.folder / "client.so").write_bytes(native_client(runtime))
        task = self.folder / "task"
        jars = [str(jar) for jar in sorted(Path(runtime).glob("*.jar"))]
        path = ":".join([str(task), *(str(jar) for jar in sorted((task / "lib").glob("*.jar"))), *jars])
        self.command = [
            java,
            *JAVA_OPTIONS,
            f"{NATIVE_PROPERTY}={self.folder / 'client.so'}",
            "-cp",
            path,
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            HANDLER,
        ]
        self.env = {**os.environ, **env}
        if snapshot:
            self.env["AWS_LAMBDA_INITIALIZATION_TYPE"] = "snap-start"
        self.restored = threading.Event()
        self.work, self.answers = queue.Queue(), queue.Queue()
        self.asked = threading.Event()

    def __enter__(self):
        function = self

        class Runtime(Handler):
            def do_GET(self):
                function.asked.set()
                if self.path.endswith("/restore/next"):
                    function.restored.wait()
                    return self.answer(200, [], b"")
                event = function.work.get()
                if event is None:
                    return self.answer(500, [], b"")
                return self.answer(
                    200,
                    [
                        ("Content-Type", "application/json"),
                        ("Lambda-Runtime-Aws-Request-Id", "request"),
                        ("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"),
                        ("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 30_000)),
                        ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:f"),
                    ],
                    json.dumps(event).encode(),
                )

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                function.answers.put((self.path.rsplit("/", 1)[1], time.perf_counter(), body))
                self.answer(202, [], b"")

        self.server = serve(Runtime)
        self.env |= {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
            "LAMBDA_TASK_ROOT": str(self.folder / "task"),
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "_HANDLER": HANDLER,
        }
        self.log = (self.folder / "log").open("wb")
        began = time.perf_counter()
        self.process = subprocess.Popen(self.command, env=self.env, stdout=self.log, stderr=subprocess.STDOUT)
        while not self.asked.wait(0.01):
            if self.process.poll() is not None:
                raise AssertionError(f"the function ended; it said:\n{self.said()}")
            if time.perf_counter() - began > 60:
                self.process.kill()
                raise AssertionError(f"the function never asked for work; it said:\n{self.said()}")
        self.init_seconds = time.perf_counter() - began
        return self

    def restore(self):
        self.restored.set()

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def invoke(self, event):
        """The answer and how long it took, in seconds."""
        began = time.perf_counter()
        self.work.put(event)
        try:
            kind, ended, body = self.answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            # Its threads are in what it says then.
            self.process.send_signal(signal.SIGQUIT)
            time.sleep(1)
            end = self.said()[-SAID_CHARACTERS:]
            raise AssertionError(f"no answer within {ANSWER_SECONDS} s; the function said in the end:\n{end}") from None
        if kind == "error":
            raise AssertionError(f"the function failed: {body.decode(errors='replace')}\n{self.said()}")
        return json.loads(body), ended - began

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        self.work.put(None)
        self.restored.set()
        self.server.shutdown()
        self.server.server_close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def get(path, headers=None, method="GET"):
    """An HTTP API's event, payload 2.0."""
    raw, _, query = path.partition("?")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw,
        "rawQueryString": query,
        "headers": {"host": "registry.invalid", "x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {
            "requestId": "request",
            "stage": "$default",
            "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
        },
        "isBase64Encoded": False,
    }
