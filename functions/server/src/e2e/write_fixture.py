"""Writes what a server leaves behind, for the tests that a later one goes on with it.

`write_fixture.py <quarkus-run.jar> <release>`: everything goes over the public API of a server started from that jar,
which may be of any version, and so may the sources beside it as long as they have this file. The emulators' classes are
needed: run `make shared-model/target/test.classpath` before. It makes, below src/test/resources of this module and of
shared-model:

    upgrade/<release>/stopped.zip    a data folder whose server was stopped
    upgrade/<release>/killed.zip     the same after a restart, some writes and kill -9: with a write-ahead log
    upgrade/<release>/answers.json   what that server answered, and what its clients hold
    upgrade/<release>/table.jsonl    items of a DynamoDB table, one a line
    upgrade/<release>/objects.zip    objects of its bucket, and the secrets that belong to both
"""

import argparse
import json
import zipfile
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import harness
import oci
from conformance import Emulators
from harness import ROOT, Server
from registry import Registry

# Locations of uploads are valid as long, and nothing is swept.
ARGUMENTS = ("--no-access-log", "--upload-expiry=P36500D")
UPSTREAM, UPSTREAM_PASSWORD = "library/app", "upstream-password"
REPOSITORIES, REMOTES = "repositories/container/container/", "remotes/container/container/"
DISTRIBUTIONS, MANIFESTS = "distributions/container/container/", "content/container/manifests/"
LARGE = 300 * 1024  # more than a record holds
OPEN_UPLOAD = (b"the first half, ", b"and the second")
NEVER = "cron(0 6 ? * MON-FRI 2099)"


def image(name, **more):
    return oci.raw_image([f"layer of {name}\n".encode() * 50], more or None)


class Writing:
    """One server being written to, and what was made."""

    def __init__(self, server, password, upstream):
        self.registry, self.password, self.upstream = Registry(server.host, password), password, upstream
        self.names, self.references, self.shown, self.open = {}, {}, [], None

    def push(self, name, tag, pushed):
        self.registry.push(name, tag, pushed)
        self.names.setdefault(name, set()).update(oci.sha256(blob) for blob in pushed.blobs)
        self.references.setdefault(name, []).extend([tag, pushed.digest])

    def created(self, path, **fields):
        href = self.registry.call(201, "POST", path, **fields)["pulp_href"]
        self.shown.append(href)
        return href

    def task(self, method, href, **fields):
        return self.registry.complete(self.registry.call(202, method, href, **fields)["task"])

    def found(self, kind, name):
        return self.registry.call(200, "GET", f"{kind}?name={name}")["results"][0]["pulp_href"]

    def everything(self):
        self.images()
        self.versions_and_distributions()
        self.mirrors()
        location = self.registry.begin("team/app")
        sent = self.registry.expect(202, "PATCH", location, OPEN_UPLOAD[0])
        self.open = urlsplit(sent.headers["Location"])

    def images(self):
        first, second = image("one"), image("two", large="x" * LARGE)
        self.push("team/app", "v1", first)
        self.push("team/app", "v2", second)
        self.push("team/app", "latest", first)
        self.push("team/app", "latest", second)  # moved
        self.push("team/app", "gone", first)
        self.registry.expect(202, "DELETE", "/v2/team/app/manifests/gone")
        self.references["team/app"].remove("gone")
        images = {"amd64": first, "arm64": image("three")}
        self.push("team/app", "arm64", images["arm64"])
        self.registry.push_manifest("team/app", "multi", oci.index(images), oci.INDEX)
        subject = oci.descriptor(oci.MANIFEST, first.manifest)
        signature = json.loads(image("signature").manifest) | {"subject": subject, "artifactType": "application/x.sig"}
        for blob in image("signature").blobs:
            self.registry.push_blob("team/app", blob)
        body = json.dumps(signature).encode()
        self.registry.push_manifest("team/app", oci.sha256(body), body)
        other = image("sha512").manifest
        for blob in image("sha512").blobs:
            self.registry.push_blob("team/app", blob)
        self.sha512 = oci.sha512(other)
        self.registry.push_manifest("team/app", self.sha512, other)
        self.references["team/app"] += ["multi", oci.sha256(body), self.sha512]
        self.referrers = f"/v2/team/app/referrers/{first.digest}"

    def versions_and_distributions(self):
        self.app = self.found(REPOSITORIES, "team/app")
        labels = {"team": "blue", "empty": ""}
        self.registry.call(200, "PATCH", self.app, description="an old one", pulp_labels=labels)
        unit = self.registry.call(200, "GET", f"{MANIFESTS}?digest={image('one').digest}")["results"][0]["pulp_href"]
        self.registry.call(200, "POST", f"{unit}set_label/", key="checked", value="yes")
        pinned = {"name": "pinned", "base_path": "team/pinned", "repository_version": f"{self.app}versions/1/"}
        self.task("POST", DISTRIBUTIONS, **pinned)
        self.references["team/pinned"], self.names["team/pinned"] = ["v1"], set()
        for content in ("kept no longer", "kept"):
            self.push("team/short", "v1", image(content))
        short = self.found(REPOSITORIES, "team/short")
        self.registry.call(200, "PATCH", short, retain_repo_versions=1)
        # Of the version before.
        self.names["team/short"] = {oci.sha256(blob) for blob in image("kept").blobs}
        self.references["team/short"] = ["v1", image("kept").digest]
        self.push("private/app", "v1", image("private"))
        self.registry.call(200, "PATCH", self.found(DISTRIBUTIONS, "private/app"), private=True)
        self.shown += [self.app, f"{self.app}versions/1/", f"{self.app}versions/", short, unit]
        self.shown += [self.found(DISTRIBUTIONS, name) for name in ("team/app", "private/app", "pinned")]

    def mirrors(self):
        self.secrets = {"username": "admin", "password": UPSTREAM_PASSWORD, "headers": [{"X-Of-Remote": "kept"}]}
        source = {"url": self.upstream, "upstream_name": UPSTREAM}
        self.remote = self.created(REMOTES, name="mirror", **source, **self.secrets)
        wrong = self.created(REMOTES, name="wrong", **source, username="admin", password="not this")
        self.mirror = self.created(REPOSITORIES, name="mirror/app", remote=self.remote)
        self.task("POST", DISTRIBUTIONS, name="mirror/app", base_path="mirror/app", repository=self.mirror)
        self.synced = self.task("POST", f"{self.mirror}sync/")["pulp_href"]
        schedule = {"sync_schedule": NEVER, "sync_schedule_timezone": "Europe/Berlin", "sync_schedule_mirror": True}
        self.created(REPOSITORIES, name="scheduled", remote=self.remote, **schedule)
        failing = self.created(REPOSITORIES, name="failing", remote=wrong)
        failed = self.registry.end(self.registry.call(202, "POST", f"{failing}sync/")["task"])
        if failed["state"] != "failed":
            raise AssertionError(f"a sync with a wrong password is {failed['state']}")
        self.shown += [self.synced, failed["pulp_href"]]
        mirrored = image("mirrored")
        self.names["mirror/app"], self.references["mirror/app"] = {oci.sha256(b) for b in mirrored.blobs}, ["v1"]

    def answers(self):
        """As JSON. Secrets of the fixture are in it on purpose: they open nothing else."""
        login = {"grant_type": "password", "username": "admin", "password": self.password, "access_type": "offline"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return {
            "password": self.password,
            "refresh_token": self.registry.expect(200, "POST", "/token/", urlencode(login), form).json()[
                "refresh_token"
            ],
            "upload": {
                "location": f"{self.open.path}?{self.open.query}",
                "rest": OPEN_UPLOAD[1].decode(),
                "digest": oci.sha256(b"".join(OPEN_UPLOAD)),
            },
            "remote": {"href": self.remote, "repository": self.mirror, "url": self.upstream, "secrets": self.secrets},
            "pulled": [self.pulled(path) for path in self.paths() if "/private/" not in path],
            "closed": [self.pulled(path) for path in self.paths() if "/private/" in path],
            "shown": {href: self.registry.call(200, "GET", href) for href in self.shown},
        }

    def paths(self):
        for name in self.names:
            yield f"/v2/{name}/tags/list"
            yield from (f"/v2/{name}/manifests/{reference}" for reference in dict.fromkeys(self.references[name]))
            yield from (f"/v2/{name}/blobs/{digest}" for digest in sorted(self.names[name]))
        yield self.referrers

    def pulled(self, path):
        answer = self.registry.request("GET", path)
        if "/blobs/" in path:
            digest = path.rsplit("/", 1)[1]
            body = self.registry.blob(path.removeprefix("/v2/").split("/blobs/")[0], digest)
            return {"path": path, "sha256": oci.sha256(body)}
        if answer.status != 200:
            raise AssertionError(f"{path} is answered {answer.status}: {answer.body.decode()}")
        return {
            "path": path,
            "sha256": oci.sha256(answer.body),
            "type": answer.headers["Content-Type"],
            "digest": answer.headers["Docker-Content-Digest"],
        }


def upstream():
    """A second server, whose repository is private."""
    server = Server(*ARGUMENTS, env={"LADING_ADMIN_PASSWORD": UPSTREAM_PASSWORD}).start()
    writing = Writing(server, UPSTREAM_PASSWORD, None)
    writing.push(UPSTREAM, "v1", image("mirrored"))
    writing.registry.call(200, "PATCH", writing.found(DISTRIBUTIONS, UPSTREAM), private=True)
    return server


def started(data, *arguments, env=None):
    return Server(*ARGUMENTS, *arguments, data=data, env={"LADING_ADMIN_PASSWORD": None, **(env or {})}).start()


def password(data):
    return (data / "secrets/admin-password").read_text().strip()


def zipped(target, folder):
    """With modes and empty folders."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))


def write_embedded(home, target, source):
    data = home / "data"
    server = started(data)
    try:
        writing = Writing(server, password(data), source)
        writing.everything()
        answers = writing.answers()
        if server.stop() not in (0, 143):
            raise AssertionError(f"the server did not stop as it should:\n{server.output()}")
        zipped(target / "stopped.zip", data)
        server.start()
        writing = Writing(server, password(data), source)
        writing.push("team/late", "v1", image("late"))
        answers["killed"] = {"pulled": [writing.pulled(f"/v2/team/late/manifests/{image('late').digest}")]}
        server.kill()
        zipped(target / "killed.zip", data)
        (target / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
    finally:
        server.close()


def items(endpoint, table):
    """Of a table on DynamoDB Local, which wants a signature and does not check it."""
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.Scan",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=none",
    }
    found, start = [], {}
    while True:
        connection = HTTPConnection(urlsplit(endpoint).netloc)
        connection.request("POST", "/", json.dumps({"TableName": table, **start}), headers)
        page = json.loads(connection.getresponse().read())
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def write_aws(home, target, source):
    with Emulators() as emulators:
        env = emulators.env()
        server = started(home / "data", "--storage=aws", "--create-storage", "--schedules", env=env)
        try:
            writing = Writing(server, password(home / "data"), source)
            writing.everything()
            answers = writing.answers()
            server.stop()
            rows = items(env["AWS_ENDPOINT_URL_DYNAMODB"], "lading")
            (target / "table.jsonl").write_text("".join(json.dumps(row, sort_keys=True) + "\n" for row in rows))
            (home / "kept").mkdir()
            (emulators.home / "s3/lading").rename(home / "kept/objects")
            (home / "data/secrets").rename(home / "kept/secrets")
            zipped(target / "objects.zip", home / "kept")
            (target / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")
        finally:
            server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jar", type=Path)
    parser.add_argument("release")
    options = parser.parse_args()
    harness.JAR = options.jar.resolve()
    harness.JAVA_OPTS = ["-Xmx256m"]
    source = upstream()
    try:
        for module, write in (("functions/server", write_embedded), ("shared-model", write_aws)):
            target = ROOT / module / "src/test/resources/upgrade" / options.release
            target.mkdir(parents=True, exist_ok=True)
            home = harness.temp_folder("fixture")
            try:
                write(home, target, source.url())
            finally:
                harness.remove(home)
    finally:
        source.close()


if __name__ == "__main__":
    main()
