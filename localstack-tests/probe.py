"""What a deployed registry does that only a real account tells, as one table: `make probe URL=https://…`.

It pushes, mirrors and pulls below `lading-probe/` with the clients that are installed, and reads the account's limits
and logs with the AWS credentials in force. Then it takes out what it made, also when it fails or is interrupted; what a
probe left that was killed, the next one takes out an hour later. The bytes that it pushed go with the daily clean-up.

$LADING_ADMIN_PASSWORD is the password of `admin`. $LADING_UPSTREAM (`UPSTREAM=registry/name:tag`) is what to mirror;
else the registry mirrors itself, which pushes 40 MiB in small requests, and fetches nothing that is not there.
$LADING_PREFIX (`PREFIX=Lading`) is what the stacks' names begin with, if none of them tells the URL.
$LADING_LOG_SECONDS is how long to wait for lines of the log.
$LADING_UPLOAD_MIB (`200 2048`) are the layers that are sent to the upload service, if there is one, and dropped there.
"""

import concurrent.futures
import os
import random
import re
import signal
import statistics
import sys
import time
import traceback
import uuid
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from account import Account, Missing
from clients import CLIENTS
from harness import remove, temp_folder
from registry import Registry

MIB = 1024 * 1024
MIRRORED = 40 * MIB
# Well under what passes API Gateway and Lambda in one request.
CHUNK = 3 * MIB
ROOT = "lading-probe"
# A probe that still runs is not taken for one that was killed.
ABANDONED = timedelta(hours=1)
# Less than the smallest account runs at once.
AT_ONCE = 6
LOGGED = 20
SECONDS = 120
TASK_SECONDS = 900
SETTLE_SECONDS = 2
UPLOADS = (200, 2048)
# As long as a Lambda Web Function has for a request, and more.
UPLOAD_SECONDS = 960
# What an environment can be billed for at most, if at Lambda's price for arm64: a guess, for that of Web Functions was
# not to be had. It has 2 vCPU, for which a function has twice 1.769 GB.
ENVIRONMENT_SECOND = 2 * 1.769 * 0.0000133334
# Of a task's deletion: newest first.
KINDS = ("distributions", "repositories", "remotes")


class Probe:
    """Made with a `with`, whose end takes out what the probe made; `failed` says what did not work."""

    def __init__(self, url, password, upstream=None, prefix=None, log_seconds=90, upload_mib=UPLOADS):
        self.url, self.user, self.password, self.upstream = url.rstrip("/"), "admin", password, upstream
        self.prefix, self.log_seconds, self.upload_mib = prefix, log_seconds, upload_mib
        address = urlsplit(self.url)
        self.secure, self.host = address.scheme == "https", address.netloc
        self.name = f"{ROOT}/{uuid.uuid4().hex[:8]}"
        self.registry = self.client(password)
        self.tasks, self.failed = set(), {}

    def __enter__(self):
        self.home = temp_folder("probe")
        return self

    def __exit__(self, failure, *rest):
        # A second Ctrl-C would leave behind what this takes out.
        kept = {each: signal.signal(each, signal.SIG_IGN) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            if failure:
                # What a client asked for before it was ended is still done.
                time.sleep(SETTLE_SECONDS)
            self.take_out(f"{self.name}/")
            left = [each["name"] for kind in KINDS for each in self.made(kind, f"{self.name}/")]
            if left:
                raise AssertionError(f"it could not take out {', '.join(left)}")
        finally:
            remove(self.home)
            for each, handler in kept.items():
                signal.signal(each, handler)

    def client(self, password=None):
        return Registry(self.host, password, SECONDS, secure=self.secure)

    # What is left behind: nothing.

    def made(self, kind, prefix):
        path = f"{kind}/container/container/?limit=100&name__startswith={prefix}"
        return self.registry.call(200, "GET", path)["results"]

    def take_out(self, prefix, before=None):
        """Deletes distributions, repositories and remotes whose names begin so, and the tasks that did something."""
        # The connection may be in the middle of an interrupted answer.
        self.registry = self.client(self.password)
        cancel = '{"state":"canceled"}', {"Content-Type": "application/json"}
        for task in self.tasks:  # one that has ended says so
            self.registry.request("PATCH", task, *cancel)
        for kind in KINDS:
            for each in self.made(kind, prefix):
                if before is None or datetime.fromisoformat(each["pulp_created"]) < before:
                    self.registry.end(self.make(202, "DELETE", each["pulp_href"])["task"], TASK_SECONDS)
        for task in self.tasks:
            self.registry.end(task, TASK_SECONDS)
            self.registry.request("DELETE", task)
        self.tasks.clear()

    def make(self, status, method, path, **body):
        """The document that is answered. It is waited for, since what was asked for is made in any case."""
        with uninterrupted():
            answer = self.registry.call(status, method, path, **body)
            if "task" in answer:
                self.tasks.add(answer["task"])
        return answer

    def done(self, started):
        """The task of an answer, once it has ended well."""
        return self.registry.complete(started["task"], TASK_SECONDS)

    # Measurements: each returns what was found.

    def measure(self, what, measurement):
        """A line of the table. What fails is told there, and ends no other measurement."""
        try:
            found = measurement()
        except Missing as missing:
            found = f"not measured: {missing}"
        except Exception as failure:
            self.failed[what] = traceback.format_exc()
            last = str(failure).strip().splitlines() or [type(failure).__name__]
            found = f"**failed**: {last[-1][:200]}"
        for line in [found] if isinstance(found, str) else found:
            print(f"| {what} | {line.replace('|', '/')} |", flush=True)

    def push(self, repository, layers):
        image = oci.raw_image(layers)
        for blob in image.blobs:
            location = self.registry.begin(repository)
            # Whoever has an upload's location needs no password.
            uploads = Registry(urlsplit(location).netloc, None, secure=self.secure)
            for start in range(0, len(blob), CHUNK):
                location = uploads.expect(202, "PATCH", location, blob[start : start + CHUNK]).headers["Location"]
            uploads.expect(201, "PUT", f"{location}&digest={oci.sha256(blob)}", b"")
        with uninterrupted():
            self.registry.push_manifest(repository, "1", image.manifest)
        return image

    def first_answer(self):
        began = time.monotonic()
        self.client().request("GET", "/v2/")
        return f"{(time.monotonic() - began) * 1000:.0f} ms; cold, if nobody asked for a while"

    def challenge(self):
        """Names as they arrive, for docker finds no log-in if the gateway renames one."""
        answer = self.client().request("GET", "/v2/")
        names = [name for name, _ in answer.headers.items()]
        found = [name for name in names if name.lower() == "www-authenticate"]
        kept = f"`{found[0]}` kept" if found else "**WWW-Authenticate is missing**: docker cannot log in"
        return f"{answer.status}, {kept}; {', '.join(names)}"

    def heads(self):
        repository = f"{self.name}/heads"
        image = self.push(repository, [random.randbytes(200_000)])
        for what, path, size in (
            ("manifest by tag", "manifests/1", len(image.manifest)),
            ("manifest by digest", f"manifests/{image.digest}", len(image.manifest)),
            ("blob", f"blobs/{oci.sha256(image.blobs[1])}", len(image.blobs[1])),
        ):
            yield f"{what}: {self.head(f'/v2/{repository}/{path}', size)}"

    def head(self, target, size):
        answer = self.registry.open("HEAD", target, headers={"Accept": f"{oci.MANIFEST}, */*"})
        answer.read()
        lengths = [value for name, value in answer.headers.items() if name.lower() == "content-length"]
        renamed = [name for name, _ in answer.headers.items() if name.lower().endswith("-content-length")]
        digest = "with" if answer.headers["Docker-Content-Digest"] else "**without**"
        found = f"{answer.status}, Content-Length {', '.join(lengths) or 'absent'} of {size}, {digest} digest"
        if renamed:
            found += f", `{renamed[0]}`"
        location = answer.headers["Location"]
        if answer.status in (302, 303, 307, 308) and location:
            address = urlsplit(location)
            behind = Registry(address.netloc, None, secure=address.scheme == "https").request("HEAD", location)
            found += f"; behind the redirect {behind.status}, Content-Length {behind.headers['Content-Length']}"
        return found

    def mirror(self):
        """From a registry that was named, else from this one to itself, which fetches no byte: they are there."""
        remote, tag = {}, "1"
        if self.upstream:
            scheme, _, rest = self.upstream.rpartition("://")
            host, _, path = rest.partition("/")
            upstream_name, _, tag = path.partition(":")
            source, tag = f"{scheme or 'https'}://{host}", tag or "latest"
            remote = {"platforms": ["linux/amd64"]}
        else:
            source, upstream_name = self.url, f"{self.name}/large"
            self.push(upstream_name, [random.randbytes(MIRRORED - 20 * MIB), random.randbytes(20 * MIB)])
        name = f"{self.name}/mirror"
        fields = {"name": name, "url": source, "upstream_name": upstream_name, "include_tags": [tag], **remote}
        kind = "container/container/"
        remote = self.make(201, "POST", f"remotes/{kind}", **fields)["pulp_href"]
        repository = self.make(201, "POST", f"repositories/{kind}", name=name, remote=remote)["pulp_href"]
        served = {"name": name, "base_path": name, "repository": repository}
        self.done(self.make(202, "POST", f"distributions/{kind}", **served))
        began = time.monotonic()
        task = self.done(self.make(202, "POST", f"{repository}sync/", mirror=False))
        seconds = time.monotonic() - began
        [fetched] = [report["done"] for report in task["progress_reports"] if report["code"] == "sync.bytes"]
        whole = self.pulled(name, tag)
        figures = f"{fetched / MIB:.0f} of {whole / MIB:.0f} MiB fetched"
        there = "" if fetched else "; the bytes were here: UPSTREAM=registry/name:tag names others"
        return f"{figures} from {urlsplit(source).netloc} in {seconds:.1f} s, pulled back whole{there}"

    def pulled(self, repository, reference):
        """Bytes of an image or index, each blob of which is what its digest says."""
        self.registry.require_whole(repository, reference)
        document = self.registry.manifest(repository, reference).json()
        digests = [child["digest"] for child in document.get("manifests", [])]
        children = [self.registry.manifest(repository, digest).json() for digest in digests]
        return sum(blob["size"] for each in (document, *children) for blob in each.get("layers", []))

    def journey(self, client):
        began = time.monotonic()
        with ExitStack() as stack:
            version, pushed = client(stack, self)
        answered = self.registry.digest(f"{self.name}/{client.__name__}", "1")
        if pushed != answered:
            raise AssertionError(f"it pulled {pushed}, and the registry has {answered}")
        return f"{version}: pushed 2 MiB and pulled it back into an empty store, {time.monotonic() - began:.0f} s"

    def starts(self):
        """Of many at once some find no function that is warm."""
        path = f"/v2/{self.name}/heads/manifests/1"

        def timed(_):
            began = time.monotonic()
            self.client(self.password).expect(200, "GET", path)
            return (time.monotonic() - began) * 1000

        warm = statistics.median(timed(None) for _ in range(AT_ONCE))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            together = sorted(pool.map(timed, range(AT_ONCE)))
        return (
            f"{AT_ONCE} GETs of a manifest at once: slowest {together[-1]:.0f} ms, median "
            f"{statistics.median(together):.0f} ms; one after another {warm:.0f} ms"
        )

    def uploads(self, sizes):
        """Layers to the upload service, as docker sends them; nothing is kept there."""
        begun = self.registry.begin(f"{self.name}/upload")
        host = urlsplit(begun).netloc
        if host == self.host:
            raise Missing("uploads go to the API itself: deploy with -c uploadService=serverless or fargate")
        service = Registry(host, None, UPLOAD_SECONDS, secure=self.secure)
        began = time.monotonic()
        service.expect(204, "DELETE", begun)
        yield f"{host}: first answer after {time.monotonic() - began:.1f} s; cold, if nobody pushed for a while"
        for mib in sizes:
            yield f"PATCH of {mib} MiB: {self.sent(service, mib)}"

    def sent(self, service, mib):
        block = random.randbytes(MIB)
        location = self.registry.begin(f"{self.name}/upload")
        began = time.monotonic()
        try:
            answer = service.request("PATCH", location, (block for _ in range(mib)), chunked=True)
            seconds = time.monotonic() - began
            if answer.status != 202:
                raise AssertionError(f"PATCH of {mib} MiB was answered {answer.status}: {answer.body[:200]!r}")
            location = answer.headers["Location"]
        finally:
            service.request("DELETE", location)
        dollars = seconds * ENVIRONMENT_SECOND
        return f"202 after {seconds:.1f} s, {mib / seconds:.0f} MiB/s; {dollars:.5f} dollars at most, by a guess"

    def log(self, account):
        repository = f"{self.name}/logged"
        image = self.push(repository, [b"layer"])
        path = f"/v2/{repository}/manifests/{image.digest}"
        began = int(time.time() * 1000) - 1000
        for _ in range(LOGGED):
            self.registry.expect(200, "GET", path)
        return account.log_bytes(path, LOGGED, began, self.log_seconds)

    def run(self):
        """Prints the table."""
        print(f"Probe of {self.url}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n| what | found |\n|---|---|", flush=True)
        self.measure("first answer", self.first_answer)
        self.take_out(f"{ROOT}/", datetime.now(UTC) - ABANDONED)
        self.measure("headers of a 401", self.challenge)
        self.measure("HEAD", lambda: list(self.heads()))
        self.measure("mirror", self.mirror)
        for client in CLIENTS:
            self.measure(client.__name__, lambda client=client: self.journey(client))
        self.measure("starts", self.starts)
        self.measure("upload service", lambda: list(self.uploads(self.upload_mib)))
        account = Account(self.url, self.prefix)
        self.measure("log of a request", lambda: self.log(account))
        self.measure("polls of idle queues", account.polls)
        self.measure("functions at once", account.concurrency)
        self.measure("requests a second", account.requests_a_second)


@contextmanager
def uninterrupted():
    """Ctrl-C and SIGTERM come when it is left."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interruptible():
    """SIGTERM ends as Ctrl-C does: what was made is taken out. A shell's background job ignores Ctrl-C."""

    def interrupted(number, frame):
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupted)
    yield


def main():
    url, password = os.environ.get("LADING_URL"), os.environ.get("LADING_ADMIN_PASSWORD")
    if not url or not re.match(r"https?://", url) or not password:
        sys.exit("Say make probe URL=https://… with the password of admin in $LADING_ADMIN_PASSWORD.")
    upstream, prefix = os.environ.get("LADING_UPSTREAM") or None, os.environ.get("LADING_PREFIX") or None
    seconds = float(os.environ.get("LADING_LOG_SECONDS") or 90)
    sizes = [int(size) for size in (os.environ.get("LADING_UPLOAD_MIB") or "").split()] or UPLOADS
    try:
        with interruptible(), Probe(url, password, upstream, prefix, seconds, sizes) as probe:
            probe.run()
    except KeyboardInterrupt:
        sys.exit("Interrupted; what the probe made is taken out again.")
    except (AssertionError, OSError) as failure:
        sys.exit(f"The probe cannot go on: {failure}")
    if probe.failed:
        print("", *probe.failed.values(), sep="\n", file=sys.stderr)
        sys.exit(f"Failed: {', '.join(probe.failed)}.")


if __name__ == "__main__":
    main()
