"""A plain client of the registry's HTTP API, for what stock clients cannot be told to do."""

import base64
import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import oci
from harness import PASSWORD, until

# Pulp's, which Lading answers.
API = "/pulp/api/v3"
# The server ends connections that rest for 75 s.
IDLE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: object
    body: bytes

    def json(self):
        return json.loads(self.body)

    def message(self):
        """The sentence of the error document."""
        return self.json()["errors"][0]["message"]


class Registry:
    """One connection, for one thread. `password=None`: anonymous."""

    def __init__(self, host, password=PASSWORD, seconds=60, secure=False, user="admin"):
        self.host, self.user, self.password, self.secure = host, user, password, secure
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self.connection = connect(host, timeout=seconds)
        self.headers, self.used = {}, time.monotonic()
        if password is not None:
            self.headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def __del__(self):
        self.connection.close()

    def request(self, method, target, body=None, headers=None, chunked=False):
        """`target`: a path or the absolute address of an answer's Location. The whole answer is read."""
        response = self.open(method, target, body, headers, chunked)
        return Answer(response.status, response.headers, response.read())

    def open(self, method, target, body=None, headers=None, chunked=False):
        """The answer with its body not read yet."""
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.connection.close()
        self.used = time.monotonic()
        self.connection.request(method, path, body, {**self.headers, **(headers or {})}, encode_chunked=chunked)
        return self.connection.getresponse()

    def expect(self, status, method, target, body=None, headers=None):
        answer = self.request(method, target, body, headers)
        if answer.status != status:
            raise AssertionError(
                f"{method} {target.split('?')[0]} of {self.host} was answered {answer.status}, not {status}: "
                f"{answer.body[:1000].decode(errors='replace')}"
            )
        return answer

    def call(self, status, method, path, /, **body):
        """The document that the management API answers. `path` is a href, or begins below the API's root."""
        href = path if path.startswith("/") else f"{API}/{path}"
        content = (json.dumps(body), {"Content-Type": "application/json"}) if body else ()
        return self.expect(status, method, href, *content).json()

    def form(self, href, files, **fields):
        """The answer to a form, with `files` by their fields."""
        boundary = "--a-boundary"
        parts = {name: text.encode() for name, text in fields.items()}
        parts |= {f'{name}"; filename="file': content for name, content in files.items()}
        form = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
            for name, value in parts.items()
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.request("POST", href, form + f"--{boundary}--\r\n".encode(), headers)

    def add_file(self, repository, path, content):
        """Adds a file to a repository of files as Pulp's clients do, by a form; the answer."""
        target = f"{API}/content/file/files/"
        return self.form(target, {"file": content}, relative_path=path, repository=repository)

    def ended(self, href):
        """The task, if it has ended."""
        task = self.call(200, "GET", href)
        return task if task["finished_at"] else None

    def end(self, href, seconds=60):
        """The task, once it has ended."""
        return until(lambda: self.ended(href), seconds, lambda: f"the end of {self.call(200, 'GET', href)}")

    def complete(self, href, seconds=60):
        """The same; it must have been done."""
        task = self.end(href, seconds)
        if task["state"] != "completed":
            raise AssertionError(f"{task['name']} is {task['state']}: {task['error']}")
        return task

    def mirror(self, name, url, upstream_name, remote=None, **settings):
        """A new repository with a remote, pulled at its name. `remote` and `settings`: more fields of either."""
        path = "container/container/"
        fields = {"name": name, "url": url, "upstream_name": upstream_name, **(remote or {})}
        source = self.call(201, "POST", f"remotes/{path}", **fields)["pulp_href"]
        repository = self.call(201, "POST", f"repositories/{path}", name=name, remote=source, **settings)
        served = {"name": name, "base_path": name, "repository": repository["pulp_href"]}
        self.complete(self.call(202, "POST", f"distributions/{path}", **served)["task"])
        return repository

    def pull_through(self, base_path, url, **settings):
        """A pull-through distribution with a remote of its own; hrefs of both. `settings`: more of its fields."""
        remote = self.call(201, "POST", "remotes/container/pull-through/", name=base_path, url=url)["pulp_href"]
        body = {"name": base_path, "base_path": base_path, "remote": remote, **settings}
        task = self.complete(self.call(202, "POST", "distributions/container/pull-through/", **body)["task"])
        return task["created_resources"][0], remote

    def begin(self, repository):
        """The Location of a new upload."""
        return self.expect(202, "POST", f"/v2/{repository}/blobs/uploads/", b"").headers["Location"]

    def push_blob(self, repository, content):
        digest = oci.sha256(content)
        return self.expect(201, "PUT", f"{self.begin(repository)}&digest={digest}", content)

    def push_manifest(self, repository, reference, manifest, media_type=oci.MANIFEST):
        target = f"/v2/{repository}/manifests/{reference}"
        return self.expect(201, "PUT", target, manifest, {"Content-Type": media_type})

    def push(self, repository, tag, image):
        for blob in image.blobs:
            self.push_blob(repository, blob)
        return self.push_manifest(repository, tag, image.manifest)

    def blob(self, repository, digest, headers=None):
        """The bytes, from wherever the registry sends its clients."""
        answer = self.request("GET", f"/v2/{repository}/blobs/{digest}", headers=headers)
        if answer.status == 307:
            with urlopen(Request(answer.headers["Location"], headers=headers or {})) as redirected:
                return redirected.read()
        if answer.status not in (200, 206):
            raise AssertionError(f"blob {digest} of {repository} was answered {answer.status}: {answer.message()}")
        return answer.body

    def manifest(self, repository, reference):
        accept = {"Accept": f"{oci.MANIFEST}, {oci.INDEX}, application/vnd.docker.distribution.manifest.v2+json"}
        return self.expect(200, "GET", f"/v2/{repository}/manifests/{reference}", headers=accept)

    def digest(self, repository, reference):
        head = self.expect(200, "HEAD", f"/v2/{repository}/manifests/{reference}")
        return head.headers["Docker-Content-Digest"]

    def tags(self, repository):
        """All of them, page by page."""
        found, target = [], f"/v2/{repository}/tags/list"
        while target:
            page = self.expect(200, "GET", target)
            found += page.json()["tags"]
            link = page.headers["Link"]
            target = link[1 : link.index(">")] if link else None
        return found

    def require_whole(self, repository, reference):
        """Pulls an image or index back and checks every byte against its digest."""
        manifest = self.manifest(repository, reference).body
        document = json.loads(manifest)
        for child in document.get("manifests", []):
            self.require_whole(repository, child["digest"])
        for entry in [document["config"], *document["layers"]] if "config" in document else []:
            content = self.blob(repository, entry["digest"])
            if oci.sha256(content) != entry["digest"]:
                raise AssertionError(f"{repository}:{reference}: blob {entry['digest']} came back as other bytes")
        return manifest
