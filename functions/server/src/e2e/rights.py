"""Who may do what, held to three tables: of the registry by permissions, of the API and the console by operation.

On the server and behind a gateway alike. Most of what is asked for is not there, or is refused as it stands, with 404
or 400, and so after what the caller may. Where something is changed all the same, all of it is made anew.
"""

import base64
import json
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import oci
from console import Console
from registry import API, Registry

PASSWORD = "battery staple"
REGISTRY = Path(__file__).with_name("registry-rights.txt")
MANAGEMENT = Path(__file__).with_name("management-rights.txt")
CONSOLE = Path(__file__).with_name("console-rights.txt")
# Objects of the management API, by the parameters that its document names them with.
OBJECTS = {
    "access_policy_href": "policy",
    "artifact_href": "artifact",
    "auth_user_href": "user",
    "auth_users_user_role_href": "user-role",
    "container_blob_href": "blob",
    "container_container_distribution_href": "dist",
    "container_container_namespace_href": "ns",
    "container_container_pull_through_distribution_href": "through",
    "container_container_pull_through_remote_href": "through-remote",
    "container_container_remote_href": "remote",
    "container_container_repository_href": "repo",
    "container_container_repository_version_href": "version",
    "file_file_content_href": "file",
    "file_file_repository_href": "files",
    "file_file_repository_version_href": "files-version",
    "container_manifest_href": "manifest",
    "container_manifest_signature_href": "signature",
    "container_tag_href": "tag",
    "pulp_exporter_href": "exporter",
    "pulp_pulp_export_href": "export",
    "pulp_importer_href": "importer",
    "pulp_pulp_import_href": "import",
    "group_href": "group",
    "groups_group_role_href": "group-role",
    "groups_user_href": "group-user",
    "robot_href": "robot",
    "robot_secret_href": "secret",
    "role_href": "role",
    "task_href": "task",
    "task_group_href": "task-group",
    "trusted_key_href": "trusted-key",
}
ABSENT = "sha256:" + "0" * 64
MISSING = "00000000-0000-7000-8000-000000000000"
NAMES = {"public": "team/public", "private": "team/private"}
IMAGE = oci.image([oci.tar({"hello": b"hello\n" * 1000})])
# Content is one thing wherever it is, and what a public repository has is everybody's to see.
PRIVATE_IMAGE = oci.image([oci.tar({"hidden": b"hidden\n" * 1000})])
DIGEST = oci.sha256(IMAGE.manifest)
BLOB = oci.sha256(IMAGE.blobs[0])

# What needs each permission, below a name.
ROUTES = {
    "pull": [
        *[(method, place) for method in ("GET", "HEAD") for place in ("manifests/1", f"manifests/{DIGEST}")],
        *[(method, f"blobs/{BLOB}") for method in ("GET", "HEAD")],
        ("GET", "tags/list"),
    ],
    # Who may pull is never answered 404. Source: OCI distribution, "Listing Referrers".
    "referrers": [("GET", f"referrers/{ABSENT}")],
    "push": [
        ("POST", "blobs/uploads/?digest=none"),
        ("POST", f"blobs/uploads/?mount=none&from={NAMES['public']}&digest=none"),
        ("PUT", "manifests/new"),
        ("PUT", f"manifests/{ABSENT}"),
    ],
    "delete": [("DELETE", place) for place in ("manifests/absent", f"manifests/{ABSENT}", f"blobs/{ABSENT}")],
}


def rows(path):
    """What each row of a file's tables asks for, and the answer for each caller. Tables have an empty line between."""
    for lines in path.read_text().split("\n\n"):
        head, *asked = [line.rsplit("|", 1) for line in lines.splitlines()]
        for what, answers in asked:
            yield what.replace("|", " ").split(), dict(zip(head[1].split(), map(int, answers.split()), strict=True))


class Rights:
    """Callers of every kind at a registry; asks for everything as each of them.

    `key`: the text of the registry's token key, for a token that expired.
    """

    def __init__(self, host, password, key):
        self.host, self.key = host, key
        self.admin = Registry(host, password)
        self.clients = {"admin": self.admin, "anonymous": Registry(host, None)}
        self.users = {}
        self.generation = 0
        absent = "00000000-0000-0000-0000-000000000001/"
        self.made = {"missing": f"{API}/repositories/container/container/{absent}"}
        # Only cosign makes one.
        self.made["signature"] = f"{API}/content/container/signatures/{absent}"

    def user(self, caller, *roles):
        """Makes a user with roles, each on an object or, without one, on everything."""
        name = f"r-{caller}"
        self.users[caller] = self.admin.call(201, "POST", "users/", username=name, password=PASSWORD)["pulp_href"]
        self.clients[caller] = Registry(self.host, PASSWORD, user=name)
        for role, thing in roles:
            self.give(caller, role, thing)

    def give(self, caller, role, thing):
        body = {"role": f"container.container{role}", "content_object": thing}
        self.admin.call(201, "POST", self.users[caller] + "roles/", **body)

    def bearer(self, caller, token):
        self.clients[caller] = Registry(self.host, None)
        self.clients[caller].headers["Authorization"] = f"Bearer {token}"

    def token(self, caller, actions):
        target = f"/token/?service=lading&scope=repository:{NAMES['private']}:{actions}"
        return self.clients[caller].expect(200, "GET", target).json()["token"]

    def distribution(self, name):
        [found] = self.admin.call(200, "GET", f"distributions/container/container/?base_path={name}")["results"]
        return found

    def set_up_registry(self):
        for name in ("public", "private"):
            self.admin.push(NAMES[name], "1", IMAGE)
        hidden = self.distribution(NAMES["private"])["pulp_href"]
        self.admin.complete(self.admin.call(202, "PATCH", hidden, private=True)["task"])
        [team] = self.admin.call(200, "GET", "pulp_container/namespaces/?name=team")["results"]
        self.user("stranger")
        self.user("consumer", ("distribution_consumer", hidden))
        self.user("collaborator", ("namespace_collaborator", team["pulp_href"]))
        self.user("owner", ("namespace_owner", team["pulp_href"]))
        secret = self.admin.call(201, "POST", "robots/", name="team+rights")["secret"]
        self.clients["robot"] = Registry(self.host, secret, user="team+rights")
        self.bearer("pull-token", self.token("owner", "pull"))
        self.bearer("push-token", self.token("owner", "pull,push"))
        whole = self.token("owner", "pull,push,delete")
        self.bearer("delete-token", whole)
        self.bearer("stranger-token", self.token("stranger", "pull,push,delete"))
        self.bearer("signed", signed(whole, self.key, 0))
        # So that the other one is refused for nothing but its age.
        self.clients["signed"].expect(200, "GET", f"/v2/{NAMES['private']}/tags/list")
        self.bearer("expired", signed(whole, self.key, 3_600))
        self.bearer("tampered", tampered(whole))

    def set_up_management(self):
        makes = ("namespace_creator", "repository_creator", "remote_creator", "pullthroughremote_creator")
        self.user("maker", *((role, None) for role in makes))
        for role in ("core.group_creator", "file.filerepository_creator"):
            self.admin.call(201, "POST", self.users["maker"] + "roles/", role=role, content_object=None)
        self.user("manager")
        self.user("viewer")
        self.make()

    def make(self):
        """One object of each kind, and roles on them for the callers."""
        self.generation += 1
        name = f"rights{self.generation}"
        maker, path, made = self.clients["maker"], "container/container/", self.made

        def create(kind, place, caller=maker, **body):
            made[kind] = caller.call(201, "POST", place, **body)["pulp_href"]

        create("ns", "pulp_container/namespaces/", name=name)
        maker.push(f"{name}/app", "1", PRIVATE_IMAGE)
        [made["repo"]] = self.hrefs(f"repositories/{path}?name={name}/app")
        made["version"] = f"{made['repo']}versions/1/"
        made["dist"] = self.distribution(f"{name}/app")["pulp_href"]
        made["task"] = maker.call(202, "PATCH", made["dist"], private=True)["task"]
        self.admin.complete(made["task"])
        for kind in ("tag", "manifest", "blob"):
            made[kind] = self.hrefs(f"content/container/{kind}s/?repository_version={made['version']}")[0]
        create("remote", f"remotes/{path}", name=name, url="http://127.0.0.1:9", upstream_name="a/b")
        create("files", "repositories/file/file/", name=f"{name}-files")
        task = maker.add_file(made["files"], "Containerfile", name.encode()).json()["task"]
        made["files-version"], made["file"] = self.admin.complete(task)["created_resources"]
        through = "container/pull-through/"
        create("through-remote", f"remotes/{through}", name=name, url="http://127.0.0.1:9")
        body = {"name": name, "base_path": f"{name}/hub", "remote": made["through-remote"], "private": True}
        task = maker.call(202, "POST", f"distributions/{through}", **body)["task"]
        [made["through"]] = self.admin.complete(task)["created_resources"]
        create("user", "users/", self.admin, username=f"r-{name}")
        create("group", "groups/", name=name)
        create("group-user", f"{made['group']}users/", username=f"r-{name}")
        role = {"role": "container.containerrepository_viewer", "content_object": made["repo"]}
        create("group-role", f"{made['group']}roles/", self.admin, **role)
        create("robot", "robots/", name=f"{name}+robot")
        made["secret"] = maker.call(200, "GET", made["robot"])["secrets"][0]["pulp_href"]
        create("user-role", f"{made['user']}roles/", self.admin, **role)
        create("role", "roles/", self.admin, name=name, permissions=["container.view_containerrepository"])
        made["artifact"] = self.hrefs("artifacts/")[0]
        # There is none where no folder is named for it, and functions have none.
        made["exporter"] = f"{API}/exporters/core/pulp/{MISSING}/"
        made["export"] = f"{made['exporter']}exports/{MISSING}/"
        made["importer"] = f"{API}/importers/core/pulp/{MISSING}/"
        made["import"] = f"{made['importer']}imports/{MISSING}/"
        made["task-group"] = f"{API}/task-groups/{MISSING}/"
        made["trusted-key"] = f"{API}/trusted_keys/{'0' * 64}/"
        [made["policy"]] = self.hrefs("access_policies/?viewset_name=tasks")
        for caller, role, kind in (
            ("manager", "repository_content_manager", "repo"),
            ("viewer", "repository_viewer", "repo"),
            ("consumer", "distribution_consumer", "dist"),
            ("consumer", "pullthroughdistribution_consumer", "through"),
            ("collaborator", "namespace_collaborator", "ns"),
        ):
            self.give(caller, role, made[kind])
        viewer = {"role": "file.filerepository_viewer", "content_object": made["files"]}
        self.admin.call(201, "POST", self.users["viewer"] + "roles/", **viewer)

    def hrefs(self, path):
        return [each["pulp_href"] for each in self.admin.call(200, "GET", path)["results"]]

    def wrong_of_registry(self, whole=True):
        """What is answered otherwise than the table says, and how many requests were sent.

        `whole`: all of them, else every third.
        """
        wrong, sent, number = [], 0, 0
        for (permission, name), answers in rows(REGISTRY):
            for caller, expected in answers.items():
                for method, place in ROUTES[permission]:
                    number += 1
                    if not whole and number % 3:
                        continue
                    body = b"{}" if method == "PUT" else b"" if method == "POST" else None
                    headers = {"Content-Type": oci.MANIFEST} if method == "PUT" else {}
                    # Another missing name each time, since a user's push begins one, even if it is refused then.
                    target = f"/v2/{NAMES.get(name, f'team/missing-{sent}')}/{place}"
                    answer = self.clients[caller].request(method, target, body, headers)
                    sent += 1
                    status = 200 if answer.status == 307 else answer.status
                    challenge = answer.headers.get("WWW-Authenticate", "")
                    if status != expected or (status == 401) != challenge.startswith("Bearer realm="):
                        wrong.append(f"{caller}: {method} {target}: {answer.status}, {expected} expected; {challenge}")
        return wrong, sent

    def wrong_of_uploads(self):
        """The same of an upload's location with the state of another one, which nobody may do anything with."""
        wrong, sent = [], 0
        own, other = (self.admin.begin(NAMES[name]) for name in ("private", "public"))
        target = f"{urlsplit(own).path}?{urlsplit(other).query}"
        for caller, client in self.clients.items():
            for method in ("GET", "PATCH", "PUT", "DELETE"):
                answer = client.request(method, f"{target}&digest={BLOB}", b"x" if method[0] == "P" else None)
                sent += 1
                if answer.status != 404:
                    wrong.append(f"{caller}: {method} with another upload's state: {answer.status}, 404 expected")
        for location in (own, other):
            self.admin.expect(204, "GET", location)
            self.admin.expect(204, "DELETE", location)
        return wrong, sent

    def wrong_of_management(self, whole=True):
        """The same of the API's operations. `whole`: all of them, also what changes something.

        After that all is made anew, by some thirty requests. Else every third answer is asked for, of what does not.
        """
        wrong, sent, number = [], 0, 0
        for (method, place), answers in rows(MANAGEMENT):
            for caller, expected in answers.items():
                number += 1
                if not whole and (number % 3 or (method != "GET" and expected < 300)):
                    continue
                target = place.format(**self.made) if place.startswith("{") else f"{API}/{place}"
                content = () if method == "GET" else (b"{}", {"Content-Type": "application/json"})
                answer = self.clients[caller].request(method, target, *content)
                sent += 1
                if answer.status != expected:
                    wrong.append(f"{caller}: {method} {place}: {answer.status}, {expected} expected")
                # What is answered 200 has changed nothing that is asked for.
                if method != "GET" and answer.status in (201, 202, 204):
                    if answer.status == 202:
                        self.admin.end(answer.json()["task"])
                    self.make()
        return wrong, sent

    def wrong_of_console(self, whole=True):
        """The same of the console's pages and forms, by logins of it. `whole`: all of them, else every third.

        A form is sent with what its row has behind a question mark, and so most often without its fields: what may be
        done is refused with 400, and nothing is changed. What is done all the same is answered 303, and made anew.
        """
        consoles = {
            caller: Console(self.host, client.user, client.password, secure=client.secure)
            for caller, client in self.clients.items()
            if caller in self.users or caller in ("admin", "anonymous")
        }
        wrong, sent, number = [], 0, 0
        ids = self.ids()
        for (method, place), answers in rows(CONSOLE):
            for caller, expected in answers.items():
                number += 1
                if not whole and (number % 3 or (method != "GET" and expected == 303)):
                    continue
                target = "/ui/" + place.format(**ids).lstrip("/")
                path, _, fields = target.partition("?")
                console = consoles[caller]
                answer = console.get(target) if method == "GET" else console.submit(path, **dict(parse_qsl(fields)))
                sent += 1
                if answer.status != expected:
                    wrong.append(f"{caller}: {method} {place}: {answer.status}, {expected} expected")
                # What names nothing, as the way out, changes nothing.
                if "{" in place and method != "GET" and answer.status == 303:
                    self.make()
                    ids = self.ids()
        # Without the mirror, which the API's table does not expect.
        self.make()
        return wrong, sent

    def ids(self):
        """What pages are named by: the last part of each href, a digest, an asset, a task that changed a repository.

        The repository becomes a mirror, for the pages of mirrors.
        """
        maker, made = self.clients["maker"], self.made
        task = maker.call(202, "PATCH", made["repo"], remote=made["remote"])["task"]
        ids = {kind: href.rstrip("/").rsplit("/", 1)[-1] for kind, href in {**made, "change": task}.items()}
        page = Console(self.host, password=None, secure=maker.secure).page("/ui/login")
        hash_, name = re.search(r'/ui/assets/(\w+)/([^"]+)"', page).groups()
        return {**ids, "digest": oci.sha256(PRIVATE_IMAGE.manifest), "hash": hash_, "name": name}

    def not_in_the_table(self):
        """Operations of the API's document that the table does not have, and those of the table that are none."""
        document = self.admin.call(200, "GET", "docs/api.json")
        operations = {
            (method.upper(), shortened(path))
            for path, methods in document["paths"].items()
            for method in methods
            if method in ("get", "post", "put", "patch", "delete")
        }
        asked = {(method, place) for (method, place), _ in rows(MANAGEMENT)}
        return operations ^ (asked - {("GET", "{missing}")})


def shortened(path):
    """A path of the API's document as the table has it."""
    for parameter, name in OBJECTS.items():
        path = path.replace(f"{{{parameter}}}", f"{{{name}}}")
    return path.removeprefix(f"{API}/")


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def tampered(token):
    """The same, for another name, with the signature of before."""
    head, _, signature = token.split(".")
    changed = claims(token)
    changed["access"][0]["name"] = "team/*"
    return ".".join((head, encoded(json.dumps(changed).encode()), signature))


def signed(token, key, seconds):
    """The same, of so many seconds ago, signed by the registry's own key."""
    head, changed = token.split(".")[0], claims(token)
    changed |= {"iat": changed["iat"] - seconds, "exp": changed["exp"] - seconds}
    unsigned = f"{head}.{encoded(json.dumps(changed).encode())}"
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(f"-----BEGIN PRIVATE KEY-----\n{key.split()[0]}\n-----END PRIVATE KEY-----\n")
        file.flush()
        command = ("openssl", "dgst", "-sha256", "-sign", file.name)
        pair = subprocess.run(command, input=unsigned.encode(), capture_output=True, check=True).stdout
    return f"{unsigned}.{encoded(concatenated(pair))}"


def concatenated(pair):
    """An ECDSA signature as JSON Web Signatures have it, of one as a sequence of two ASN.1 numbers."""
    first = pair[3]
    numbers = (pair[4 : 4 + first], pair[6 + first :])
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in numbers)
