"""Users who push to and pull from what their roles allow, with stock clients, set up by the pulp command line."""

import base64
import contextlib
import json
import os
import sqlite3
import subprocess
import unittest
from urllib.parse import urlencode

import oci
from conformance import Emulators, result_at
from engine import DockerDaemon
from harness import ROOT, TOOLS, Server, run, until
from registry import Registry
from test_pulp_cli import Session

PASSWORD = "battery staple"
PLAIN = "--tls-verify=false"
COLLABORATOR = "container.containernamespace_collaborator"
CONSUMER = "container.containerdistribution_consumer"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROBOT = "team+ci"
LADING = ROOT / "bin/lading"


class UsersTest(Session, unittest.TestCase):
    """Ann and a robot work in namespace `team`, Bob may pull one private image of it, Eve may nothing."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        super().setUpClass()
        cls.image = oci.image([oci.tar({"hello": b"hello\n" * 1000})])
        oci.write_layout(cls.home / "layout", cls.image.manifest, oci.MANIFEST, [cls.image], "1")
        for name in ("ann", "bob", "eve"):
            cls.registry.call(201, "POST", "users/", username=name, password=PASSWORD)
        namespace = cls.registry.call(201, "POST", "pulp_container/namespaces/", name="team")
        cls.registry.call(201, "POST", namespace["pulp_href"] + "add_role/", role=COLLABORATOR, users=["ann"])
        cls.registry.push("team/private", "1", cls.image)
        [private] = cls.registry.call(200, "GET", "distributions/container/container/?name=team/private")["results"]
        task = cls.registry.call(202, "PATCH", private["pulp_href"], private=True)["task"]
        cls.registry.complete(task)
        cls.registry.call(201, "POST", private["pulp_href"] + "add_role/", role=CONSUMER, users=["bob"])
        cls.secret = cls.lading("robot", "create", ROBOT, "--quiet").strip()

    @classmethod
    def lading(cls, *arguments, ok=True):
        env = {**os.environ, "HOME": str(cls.home), "LADING_URL": f"http://{cls.host}"}
        return run(LADING, *arguments, env=env | {"LADING_ADMIN_PASSWORD": cls.password}, ok=ok)

    def password_of(self, user):
        return self.secret if user == ROBOT else PASSWORD

    def client(self, user, *command, ok=True, stdin=None):
        config = self.home / user
        config.mkdir(exist_ok=True)
        env = {"HOME": str(config), "DOCKER_CONFIG": str(config), "REGISTRY_AUTH_FILE": str(config / "config.json")}
        env |= {"REGCTL_CONFIG": str(config / "regctl.json"), "NO_COLOR": "1"}
        return run(*command, env={**os.environ, **env}, cwd=self.home, ok=ok, stdin=stdin)

    def require(self, login, push, pull):
        """A client logs in; Ann and the robot push and pull, Bob pulls, and Eve neither."""
        for user, pushes, pulls in (
            ("ann", True, True),
            (ROBOT, True, True),
            ("bob", False, True),
            ("eve", False, False),
        ):
            with self.subTest(user):
                self.client(user, *login(user), stdin=self.password_of(user))
                self.client(user, *push(f"{self.host}/team/by-{user.replace('+', '-')}:1"), ok=pushes)
                self.client(user, *pull(f"{self.host}/team/private:1"), ok=pulls)

    def test_crane(self):
        crane = TOOLS / "crane"
        self.require(
            lambda user: (crane, "auth", "login", self.host, "-u", user, "-p", self.password_of(user)),
            lambda name: (crane, "push", self.home / "layout", name),
            lambda name: (crane, "manifest", name),
        )

    def test_oras(self):
        oras = TOOLS / "oras"
        self.require(
            lambda user: (oras, "login", "--plain-http", self.host, "-u", user, "--password-stdin"),
            lambda name: (oras, "cp", "--to-plain-http", "--from-oci-layout", f"{self.home / 'layout'}:1", name),
            lambda name: (oras, "manifest", "fetch", "--plain-http", name),
        )

    def test_skopeo(self):
        policy = self.home / "policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        skopeo = ("skopeo", f"--policy={policy}")
        self.require(
            lambda user: ("skopeo", "login", PLAIN, f"--username={user}", "--password-stdin", self.host),
            lambda name: (
                *skopeo,
                "copy",
                "--dest-tls-verify=false",
                f"oci:{self.home / 'layout'}:1",
                f"docker://{name}",
            ),
            lambda name: (*skopeo, "inspect", PLAIN, f"docker://{name}"),
        )

    def test_docker(self):
        archive = self.home / "layer.tar"
        archive.write_bytes(oci.tar({"hello": b"hello\n" * 1000}))
        with DockerDaemon() as daemon:
            for user, pushes, pulls in (("ann", True, True), (ROBOT, True, True), ("eve", False, False)):
                password = self.password_of(user)
                daemon.docker("login", f"--username={user}", "--password-stdin", self.host, stdin=password)
                name = f"{self.host}/team/docker-{user.replace('+', '-')}:1"
                daemon.import_tar(archive, name)
                daemon.docker("push", name, ok=pushes)
                said = daemon.docker("pull", f"{self.host}/team/private:1", ok=pulls)
                daemon.docker("logout", self.host)
            self.assertIn("denied", said)

    def test_podman(self):
        podman = ("podman", f"--root={self.home / 'podman'}", f"--runroot={self.home / 'run'}", "--storage-driver=vfs")
        policy = self.home / "podman-policy.json"
        policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
        pull = (*podman, "pull", PLAIN, f"--signature-policy={policy}", f"{self.host}/team/private:1")
        self.client("eve", *podman, "login", PLAIN, "-u", "eve", "--password-stdin", self.host, stdin=PASSWORD)
        self.client("eve", *pull, ok=False)
        login = (*podman, "login", PLAIN, "-u", ROBOT, "--password-stdin", self.host)
        self.client("podman-robot", *login, stdin=self.secret)
        self.client("podman-robot", *pull)
        self.client("podman-robot", *podman, "push", PLAIN, f"{self.host}/team/private:1", f"{self.host}/team/podman:1")

    def test_a_pull_secret_of_a_cluster(self):
        """What `kubectl create secret docker-registry` keeps is docker's configuration file."""
        config = self.home / "pod"
        config.mkdir()
        pair = base64.b64encode(f"{ROBOT}:{self.secret}".encode()).decode()
        (config / "config.json").write_text(json.dumps({"auths": {self.host: {"auth": pair}}}))
        self.client("pod", TOOLS / "crane", "manifest", f"{self.host}/team/private:1")

    def test_a_robot_that_owns_its_namespace_conforms(self):
        self.registry.call(201, "POST", "pulp_container/namespaces/", name="conformance")
        owner = ("--role", "container.containernamespace_owner")
        secret = self.lading("robot", "create", "conformance+suite", "--quiet", *owner).strip()
        good, counts = result_at(self.host, secret, "robot", user="conformance+suite")
        self.assertTrue(good, counts)

    def test_a_robots_secret_is_replaced_without_a_gap(self):
        before = self.lading("robot", "create", "team+rotated", "--quiet").strip()
        after = self.lading("robot", "rotate", "team+rotated", "--quiet").strip()
        path = "/v2/team/private/manifests/1"
        for secret in (before, after):
            Registry(self.host, secret, user="team+rotated").expect(200, "GET", path)
        said = self.lading("robot", "rotate", "team+rotated", "--overlap", "0")
        self.assertIn("docker login -u team+rotated", said)
        for secret in (before, after):
            Registry(self.host, secret, user="team+rotated").expect(401, "GET", path)
        self.assertIn("team+rotated", self.lading("robot", "list", "team"))
        self.lading("robot", "delete", "team+rotated")
        self.assertIn("no robot", self.lading("robot", "delete", "team+rotated", ok=False))

    def refreshed(self, token):
        """What `/token/` answers to a refresh token."""
        form = f"grant_type=refresh_token&service=lading&refresh_token={token}"
        return Registry(self.host, None).expect(200, "POST", "/token/", form, FORM).json()

    def kid(self, token):
        head = token.split(".")[0]
        return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]

    def test_keys_are_rotated_and_logins_go_on(self):
        """The ten minutes until the new key signs are taken off the record, while the server rests."""
        crane = TOOLS / "crane"
        pull = (crane, "manifest", f"{self.host}/team/private:1")
        self.client("rotated", crane, "auth", "login", self.host, "-u", "ann", "-p", PASSWORD)
        form = f"grant_type=password&access_type=offline&service=lading&username=ann&password={PASSWORD}"
        form = form.replace(" ", "+")
        before = Registry(self.host, None).expect(200, "POST", "/token/", form, FORM).json()["refresh_token"]
        self.assertEqual("token-key", self.kid(before))
        self.assertIn("token-key-2", self.lading("keys", "rotate"))
        self.assertRegex(self.lading("keys", "list"), r"token-key-2 +coming .*-\ntoken-key +signing ")
        self.client("rotated", *pull)
        self.server.stop()
        with contextlib.closing(sqlite3.connect(self.server.data / "lading.db")) as database, database:
            [document] = database.execute("SELECT doc FROM record WHERE pk = 'token-keys#all'").fetchone()
            schedule = json.loads(document)
            schedule["keys"][1]["signsFrom"] = schedule["keys"][0]["signsFrom"]
            row = (json.dumps(schedule),)
            database.execute("UPDATE record SET doc = ? WHERE pk = 'token-keys#all'", row)
        self.server.start()
        # Else the next request of another test is sent to the server of before.
        self.registry.connection.close()
        self.assertRegex(self.lading("keys", "list"), r"token-key-2 +signing .*-\ntoken-key +checking ")
        answer = self.refreshed(before)
        self.assertEqual("token-key-2", self.kid(answer["access_token"]))
        self.client("rotated", *pull)
        self.assertEqual(before, self.refreshed(before).get("refresh_token", before))

    def test_groups_and_roles_by_pulps_command_line(self):
        self.pulp("user", "create", "--username", "gil", "--password", PASSWORD)
        self.pulp("group", "create", "--name", "pullers")
        self.pulp("group", "user", "add", "--group", "pullers", "--username", "gil")
        self.assertEqual(
            ["gil"], [user["username"] for user in self.pulp("group", "user", "list", "--group", "pullers")]
        )
        permissions = ("--permission", "container.view_containerdistribution")
        permissions += ("--permission", "container.pull_containerdistribution")
        self.pulp("role", "create", "--name", "puller", *permissions)
        path = "/v2/team/private/manifests/1"
        gil = Registry(self.host, PASSWORD, user="gil")
        gil.expect(401, "GET", path)
        role = ("--name", "team/private", "--group", "pullers", "--role", "puller")
        self.container("distribution", "role", "add", *role)
        gil.expect(200, "GET", path)
        self.container("distribution", "role", "remove", *role)
        gil.expect(401, "GET", path)
        everywhere = ("--group", "pullers", "--role", "puller", "--object", "")
        self.pulp("group", "role-assignment", "add", *everywhere)
        gil.expect(200, "GET", path)
        self.pulp("role", "update", "--name", "puller", "--permission", "container.view_containerdistribution")
        gil.expect(401, "GET", path)
        self.pulp("group", "role-assignment", "remove", *everywhere)
        self.pulp("role", "destroy", "--name", "puller")
        leader = ("--name", "pullers", "--user", "gil", "--role", "core.group_owner")
        self.pulp("group", "role", "add", *leader)
        self.pulp("group", "user", "add", "--group", "pullers", "--username", "eve", user="gil", password=PASSWORD)
        self.pulp("group", "role", "remove", *leader)
        self.pulp("group", "user", "remove", "--group", "pullers", "--username", "gil")
        self.pulp("group", "destroy", "--name", "pullers")

    def test_a_namespace_of_ones_own_is_shared_with_pulps_command_line(self):
        own, changed = f"{self.host}/eve/app:1", f"{self.host}/eve/app:2"
        crane = TOOLS / "crane"
        self.client("eve", crane, "auth", "login", self.host, "-u", "eve", "-p", PASSWORD)
        self.client("eve", crane, "push", self.home / "layout", own)
        self.client("bob", crane, "auth", "login", self.host, "-u", "bob", "-p", PASSWORD)
        self.client("bob", crane, "push", self.home / "layout", changed, ok=False)
        role = ("--name", "eve", "--user", "bob", "--role", COLLABORATOR)
        self.container("namespace", "role", "add", *role)
        self.client("bob", crane, "push", self.home / "layout", changed)
        self.container("namespace", "role", "remove", *role)
        self.client("bob", crane, "tag", changed, "3", ok=False)

    def test_users_and_roles_by_pulps_command_line(self):
        made = self.pulp("user", "create", "--username", "dan", "--password", PASSWORD)
        self.assertEqual("dan", self.pulp("user", "show", "--username", "dan")["username"])
        path = "/v2/team/private/manifests/1"
        dan = Registry(self.host, PASSWORD, user="dan")
        dan.expect(401, "GET", path)
        role = ("--username", "dan", "--role", CONSUMER, "--object", "")
        self.pulp("user", "role-assignment", "add", *role)
        dan.expect(200, "GET", path)
        [given] = self.pulp("user", "role-assignment", "list", "--username", "dan")
        self.assertEqual((CONSUMER, None), (given["role"], given["content_object"]))
        self.pulp("user", "role-assignment", "remove", *role)
        dan.expect(401, "GET", path)
        self.container("distribution", "role", "add", "--name", "team/private", "--user", "dan", "--role", CONSUMER)
        dan.expect(200, "GET", path)
        self.pulp("user", "update", "--username", "dan", "--password", "another staple")
        dan.expect(401, "GET", path)
        self.assertIn(CONSUMER, [shown["name"] for shown in self.pulp("role", "list", "--limit", "50")])
        policy = self.pulp("access-policy", "show", "--viewset-name", "distributions/container/container")
        self.assertIn(["partial_update"], [statement["action"] for statement in policy["statements"]])
        self.pulp("user", "destroy", "--username", "dan")
        self.assertEqual(404, self.registry.request("GET", made["pulp_href"]).status)

    def test_users_manage_what_is_theirs_with_pulps_command_line(self):
        def as_user(user, *arguments, **options):
            return self.container(*arguments, user=user, password=PASSWORD, **options)

        for role in ("repository_creator", "remote_creator"):
            given = ("--username", "ann", "--role", f"container.container{role}", "--object", "")
            self.pulp("user", "role-assignment", "add", *given)
        self.registry.push("team/open", "1", self.image)
        upstream = ("--url", f"http://{self.host}", "--upstream-name", "team/open")
        as_user("ann", "remote", "create", "--name", "anns", *upstream)
        as_user("ann", "repository", "create", "--name", "anns", "--remote", "anns")
        as_user("ann", "repository", "sync", "--name", "anns")
        served = ("--name", "anns", "--base-path", "ann/mirror", "--repository", "anns", "--private")
        as_user("ann", "distribution", "create", *served)
        mirrored = "/v2/ann/mirror/manifests/1"
        ann, bob = (Registry(self.host, PASSWORD, user=user) for user in ("ann", "bob"))
        ann.expect(200, "GET", mirrored)
        bob.expect(401, "GET", mirrored)
        as_user("bob", "repository", "show", "--name", "anns", ok=False)
        as_user("bob", "repository", "create", "--name", "bobs", ok=False)
        viewer = ("--name", "anns", "--user", "bob", "--role", "container.containerrepository_viewer")
        as_user("ann", "repository", "role", "add", *viewer)
        self.assertEqual("anns", as_user("bob", "repository", "show", "--name", "anns")["name"])
        as_user("bob", "repository", "sync", "--name", "anns", ok=False)
        as_user("bob", "repository", "role", "add", *viewer, ok=False)
        as_user("ann", "repository", "role", "remove", *viewer)
        as_user("bob", "repository", "show", "--name", "anns", ok=False)
        mine = as_user("ann", "repository", "role", "my-permissions", "--name", "anns")["permissions"]
        self.assertIn("container.sync_containerrepository", mine)
        as_user("ann", "repository", "destroy", "--name", "anns")

    def test_a_deleted_user_is_refused_at_once_and_their_tokens_within_a_minute(self):
        made = self.registry.call(201, "POST", "users/", username="leaver", password=PASSWORD)
        [private] = self.registry.call(200, "GET", "distributions/container/container/?name=team/private")["results"]
        self.registry.call(201, "POST", private["pulp_href"] + "add_role/", role=CONSUMER, users=["leaver"])
        leaver = Registry(self.host, None)
        basic = Registry(self.host, PASSWORD, user="leaver")
        token = basic.expect(200, "GET", "/token/?service=lading&scope=repository:team/private:pull").json()["token"]
        leaver.headers["Authorization"] = f"Bearer {token}"
        path = "/v2/team/private/manifests/1"
        leaver.expect(200, "GET", path)
        self.registry.expect(204, "DELETE", made["pulp_href"])
        basic.expect(401, "GET", path)
        until(lambda: leaver.request("GET", path).status == 401, 60, "the token to end")


class ResetTest(unittest.TestCase):
    """A user's password is set by whoever may write the records."""

    def reset(self, *arguments, code=0, stdin=None, env=None):
        """What it says, on standard output if all is well."""
        command = [str(part) for part in (LADING, "user", "password", "--reset", *arguments)]
        env = {**os.environ, **(env or {})}
        done = subprocess.run(command, check=False, env=env, input=stdin, capture_output=True, text=True, timeout=60)
        self.assertEqual(code, done.returncode, f"{done.stdout}\n{done.stderr}")
        self.assertNotIn("\tat ", done.stderr)
        return done.stderr if code else done.stdout

    def logins(self, server, *passwords):
        return [Registry(server.host, each, user="ann").request("GET", "/v2/").status for each in passwords]

    def trade(self, server, **form):
        """What the token endpoint answers."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return Registry(server.host, None).request("POST", "/token/", urlencode({"service": "lading", **form}), kind)

    def refresh_token(self, server):
        login = {"grant_type": "password", "username": "ann", "password": PASSWORD, "access_type": "offline"}
        return self.trade(server, **login).json()["refresh_token"]

    def renewal(self, server, token):
        return self.trade(server, grant_type="refresh_token", refresh_token=token).status

    def test_a_stopped_folder(self):
        with Server() as server:
            Registry(server.host).call(201, "POST", "users/", username="ann", password=PASSWORD)
            token = self.refresh_token(server)
            self.assertEqual(200, self.renewal(server, token))
            said = self.reset("ann", "--data", server.data, code=1)
            self.assertIn(f"a server runs on '{server.data}'; stop it, or have it do so: pulp user update", said)
            self.assertEqual([200], self.logins(server, PASSWORD))
            server.stop()
            made = self.reset("ann", "--data", server.data, "--quiet").strip()
            server.start()
            self.assertEqual([200, 401], self.logins(server, made, PASSWORD))
            self.assertEqual(401, self.renewal(server, token))
            server.kill()
            said = self.reset("ann", "--data", server.data, "--password-stdin", stdin="another staple\n")
            self.assertNotIn("another staple", said)
            server.start()
            self.assertEqual([200, 401, 401], self.logins(server, "another staple", made, PASSWORD))

    def test_what_is_refused_changes_nothing(self):
        with Server() as server:
            Registry(server.host).call(201, "POST", "users/", username="ann", password=PASSWORD)
            server.stop()
            folder = ("--data", server.data)
            self.assertIn("no user 'bob'", self.reset("bob", *folder, code=1))
            self.assertIn("no user 'ANN'", self.reset("ANN", *folder, code=1))
            self.assertIn("lading robot rotate", self.reset(ROBOT, *folder, code=1))
            said = self.reset("admin", *folder, code=1)
            self.assertIn("'admin' is no user: the password is the deployment's", said)
            self.assertIn(f"{server.data}/secrets/admin-password", said)
            said = self.reset("ann", *folder, "--password-stdin", code=1, stdin="short")
            self.assertIn("at least 8 characters", said)
            nothing = server.home / "nothing"
            self.assertIn(f"no records in '{nothing}'", self.reset("ann", "--data", nothing, code=2))
            self.assertFalse(nothing.exists())
            server.start()
            self.assertEqual([200], self.logins(server, PASSWORD))

    def test_a_table_on_aws_while_its_server_runs(self):
        env = self.enterContext(Emulators()).env()
        with Server("--storage=aws", "--create-storage", env=env) as server:
            Registry(server.host).call(201, "POST", "users/", username="ann", password=PASSWORD)
            token = self.refresh_token(server)
            made = self.reset("ann", "--dynamodb-table", "lading", "--quiet", env=env).strip()
            until(lambda: self.logins(server, made, PASSWORD) == [200, 401], 60, "the new password to count")
            self.assertEqual(401, self.renewal(server, token))
            self.assertIn("cannot use table 'other'", self.reset("ann", "--dynamodb-table", "other", code=3, env=env))
            self.assertIn("make deploy", self.reset("admin", "--dynamodb-table", "lading", code=1, env=env))


class PrivateByDefaultTest(unittest.TestCase):
    def test_a_new_name_is_private_until_it_is_made_public(self):
        with Server("--private-by-default") as server:
            admin, anybody = Registry(server.host), Registry(server.host, None)
            admin.push("team/app", "1", oci.raw_image([b"a layer"]))
            anybody.expect(401, "GET", "/v2/team/app/manifests/1")
            admin.expect(200, "GET", "/v2/team/app/manifests/1")
            [made] = admin.call(200, "GET", "distributions/container/container/?base_path=team/app")["results"]
            self.assertTrue(made["private"])
            admin.complete(admin.call(202, "PATCH", made["pulp_href"], private=False)["task"])
            anybody.expect(200, "GET", "/v2/team/app/manifests/1")
            for name, said, private in (("unsaid", {}, True), ("said", {"private": False}, False)):
                body = {"name": name, "base_path": name, "repository": made["repository"], **said}
                admin.complete(admin.call(202, "POST", "distributions/container/container/", **body)["task"])
                [shown] = admin.call(200, "GET", f"distributions/container/container/?name={name}")["results"]
                self.assertEqual(private, shown["private"], name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
