"""An AWS emulator: the one at AWS_ENDPOINT_URL, or ministack, started here."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import boto3
from harness import free_port, remove, temp_folder, until

REGION = "us-east-1"
MARK = "LADING_TEST_RUN"


class Emulator:
    """`concurrency`: how many functions the account runs at once; more calls are throttled."""

    def __init__(self, concurrency=None):
        self.concurrency = concurrency

    def __enter__(self):
        self.run = str(uuid.uuid4())
        self.process = None
        self.clients = {}
        self.home = temp_folder("emulator")
        self.url = os.environ.get("AWS_ENDPOINT_URL")
        if not self.url:
            self._start()
        self.env = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        return self

    def _start(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        folder = self.home / "tmp"
        folder.mkdir()
        env = {
            **os.environ,
            MARK: self.run,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            # Roles may do what their policies say, and nothing else.
            "AUTH": "true",
            # Where functions reach it.
            "AWS_ENDPOINT_URL": self.url,
            "TMPDIR": str(folder),
        }
        if self.concurrency:
            env["LAMBDA_ACCOUNT_CONCURRENCY"] = str(self.concurrency)
        self.log = (self.home / "log").open("wb")
        launcher = Path(__file__).with_name("answered.py")
        self.process = subprocess.Popen(
            [sys.executable, str(launcher)], env=env, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.home
        )
        until(self._answers, 60, self.said)

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the emulator ended; it said:\n{self.said()}")
        try:
            return self.client("sts").get_caller_identity()
        except Exception:
            return False

    def said(self):
        log = self.home / "log"
        return log.read_text(errors="replace")[-20_000:] if log.exists() else ""

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self.clients[service]

    def __exit__(self, *failure):
        for client in self.clients.values():
            client.close()
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self._end_functions()
            self.log.close()
        remove(self.home)

    def _end_functions(self):
        """The emulator leaves the processes of its functions behind; their environment tells whose they are."""
        mark = f"{MARK}={self.run}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
