"""An administrator's session with the pulp command line, as PyPI has it, beside docker and curl."""

import json
import os
import unittest

import oci
from engine import DockerDaemon
from harness import PASSWORD, TOOLS, Server, remove, run, temp_folder, until
from registry import Registry

PULP = TOOLS.parent / "pulp/bin/pulp"


class Session:
    """What an administrator types. Whoever adds it to a test case says where: `host` and `password`."""

    host, password = None, PASSWORD

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = temp_folder("pulp")
        cls.addClassCleanup(remove, cls.home)
        cls.registry = Registry(cls.host, cls.password)

    def pulp(self, *arguments, ok=True, user="admin", password=None):
        """What a command says, as JSON if it is."""
        env = {**os.environ, "XDG_CONFIG_HOME": str(self.home), "XDG_CACHE_HOME": str(self.home)}
        base = ("--base-url", f"http://{self.host}", "--username", user, "--password", password or self.password)
        said = run(PULP, *base, "--format", "json", *arguments, env=env, ok=ok)
        # Progress goes to the same place, before the answer.
        for start in (
            index for index, char in enumerate(said) if char in "[{" and (index == 0 or said[index - 1] == "\n")
        ):
            try:
                return json.loads(said[start:])
            except json.JSONDecodeError:
                continue
        return said

    def container(self, *arguments, **options):
        return self.pulp("container", *arguments, **options)

    def curl(self, method, href, **body):
        """Starts one of our own actions by plain HTTP, and waits for its task."""
        said = run(
            "curl", "-sS", "-u", f"admin:{self.password}", "-X", method, "-H", "Content-Type: application/json",
            "-d", json.dumps(body), f"http://{self.host}{href}",
        )  # fmt: skip
        task = json.loads(said)["task"]
        return until(lambda: self.ended(task), 120, task)

    def ended(self, task):
        shown = json.loads(run("curl", "-sS", "-u", f"admin:{self.password}", f"http://{self.host}{task}"))
        return shown if shown["finished_at"] else None

    def numbers(self, repository):
        return [
            version["number"] for version in self.container("repository", "version", "list", "--repository", repository)
        ]


class Sessions(Session):
    def test_create_push_list_tag_copy_pin_roll_back_and_pull(self):
        self.assertEqual(
            {"core", "container", "file"}, {version["component"] for version in self.pulp("status")["versions"]}
        )
        created = self.container("repository", "create", "--name", "app", "--description", "an app")
        self.assertEqual("an app", self.container("repository", "show", "--name", "app")["description"])
        served = self.container(
            "distribution", "create", "--name", "app", "--base-path", "team/app", "--repository", "app"
        )
        self.assertEqual(f"{self.host}/team/app", served["registry_path"])

        digests = self.push_twice_by_docker(f"{self.host}/team/app:latest")
        self.assertEqual([2, 1, 0], self.numbers("app"))
        first = self.container("repository", "version", "show", "--repository", "app", "--version", "1")
        self.assertEqual(1, first["content_summary"]["present"]["container.tag"]["count"])
        self.assertEqual(digests[1], self.registry.digest("team/app", "latest"))

        self.container("repository", "tag", "--name", "app", "--tag", "stable", "--digest", digests[1])
        self.assertEqual(digests[1], self.registry.digest("team/app", "stable"))
        self.assertEqual([3, 2, 1, 0], self.numbers("app"))
        listed = self.container("repository", "content", "--type", "tag", "list", "--repository", "app")
        self.assertEqual({"latest", "stable"}, {tag["name"] for tag in listed})

        self.container("repository", "create", "--name", "live")
        self.container("distribution", "create", "--name", "live", "--base-path", "live/app", "--repository", "live")
        self.container(
            "repository", "copy-tag", "--name", "live", "--source", "app", "--version", "1", "--tag", "latest"
        )
        self.assertEqual(digests[0], self.registry.digest("live/app", "latest"))
        self.registry.require_whole("live/app", "latest")

        self.container("distribution", "update", "--name", "app", "--repository", "app", "--version", "1")
        self.assertEqual(digests[0], self.registry.digest("team/app", "latest"))
        self.registry.expect(404, "GET", "/v2/team/app/manifests/stable")
        self.container("distribution", "update", "--name", "app", "--repository", "app")
        self.assertEqual(digests[1], self.registry.digest("team/app", "latest"))

        restored = self.curl("POST", created["pulp_href"] + "restore/", version=1)
        self.assertEqual("completed", restored["state"])
        self.assertEqual([created["pulp_href"] + "versions/4/"], restored["created_resources"])
        self.assertEqual(digests[0], self.registry.digest("team/app", "latest"))
        with DockerDaemon() as fresh:
            self.assertIn(f"Digest: {digests[0]}", fresh.docker("pull", f"{self.host}/team/app:latest"))

        self.container("repository", "version", "destroy", "--repository", "app", "--version", "4")
        self.assertEqual(digests[1], self.registry.digest("team/app", "latest"))
        self.container("repository", "untag", "--name", "app", "--tag", "stable")
        self.registry.expect(404, "GET", "/v2/team/app/manifests/stable")

        live = self.container("repository", "show", "--name", "live")["pulp_href"]
        promoted = self.curl("POST", live + "promote/", source_repository=created["pulp_href"])
        self.assertEqual("completed", promoted["state"])
        self.assertEqual(digests[1], self.registry.digest("live/app", "latest"))

    def push_twice_by_docker(self, reference):
        """The digests of two images, pushed one after the other to the same tag."""
        digests = []
        with DockerDaemon() as docker:
            docker.login(self.host, self.password)
            for content in (b"one\n", b"two\n"):
                archive = docker.home / "layer.tar"
                archive.write_bytes(oci.tar({"hello": content}))
                docker.import_tar(archive, reference)
                docker.docker("push", reference)
                digests.append(docker.digest(reference))
        return digests

    def test_remotes_labels_content_tasks_and_orphans(self):
        remote = self.container(
            "remote", "create", "--name", "hub", "--url", "https://registry.test", "--upstream-name", "library/x",
            "--username", "me", "--password", "secret", "--policy", "on_demand", "--include-tags", '["v*"]',
        )  # fmt: skip
        self.assertNotIn("secret", json.dumps(remote))
        self.assertEqual(["v*"], remote["includes"])
        self.container("remote", "update", "--name", "hub", "--rate-limit", "7")
        self.assertEqual(7, self.container("remote", "show", "--name", "hub")["rate_limit"])
        self.container("repository", "create", "--name", "labelled", "--remote", "hub")
        self.container("repository", "label", "set", "--repository", "labelled", "--key", "team", "--value", "a")
        found = self.container("repository", "list", "--label-select", "team=a")
        self.assertEqual(["labelled"], [repository["name"] for repository in found])
        self.container("repository", "label", "unset", "--repository", "labelled", "--key", "team")
        self.assertEqual([], self.container("repository", "list", "--label-select", "team=a"))

        image = oci.raw_image([b"a layer"])
        self.registry.push("content/app", "1", image)
        digest = oci.sha256(image.manifest)
        manifest = self.container("content", "--type", "manifest", "show", "--digest", digest)
        self.assertEqual(oci.MANIFEST, manifest["media_type"])
        self.container("repository", "untag", "--name", "content/app", "--tag", "1")
        self.container(
            "repository", "content", "--type", "manifest", "remove", "--repository", "content/app", "--digest", digest
        )
        self.registry.expect(404, "GET", f"/v2/content/app/manifests/{digest}")
        self.container(
            "repository", "content", "--type", "manifest", "add", "--repository", "content/app", "--digest", digest
        )
        self.registry.require_whole("content/app", digest)

        tasks = self.pulp("task", "list", "--state", "completed", "--name-contains", "recursive")
        self.assertEqual(2, len(tasks))
        shown = self.pulp("task", "show", "--href", tasks[0]["pulp_href"])
        self.assertEqual(tasks[0], shown)
        # What other tests left goes with the first.
        cleaned = [self.pulp("orphan", "cleanup", "--protection-time", "0")["blobs"] for _ in range(2)]
        self.assertEqual(0, cleaned[1])
        self.registry.require_whole("content/app", digest)
        self.pulp("task", "purge", "--finished-before", "2999-01-01")
        self.assertEqual([], self.pulp("task", "list", "--name-contains", "recursive"))
        self.container("remote", "destroy", "--name", "hub")
        self.assertIsNone(self.container("repository", "show", "--name", "labelled")["remote"])
        self.container("repository", "destroy", "--name", "labelled")
        self.assertIn("Could not find", self.container("repository", "show", "--name", "labelled", ok=False))

    def test_file_repositories(self):
        """As a build's context is made by Pulp's documentation."""
        created = self.pulp("file", "repository", "create", "--name", "context", "--retain-repo-versions", "2")
        files = {"Containerfile": b"FROM scratch\n", "app/a.bin": os.urandom(3_000_000)}
        for path, content in files.items():
            source = self.home / "sent"
            source.write_bytes(content)
            added = self.pulp(
                "file", "content", "upload", "--file", source, "--relative-path", path, "--repository", "context"
            )
            self.assertEqual((path, oci.sha256(content)), (added["relative_path"], f"sha256:{added['sha256']}"))
        shown = self.pulp("file", "repository", "show", "--name", "context")
        self.assertEqual(created["pulp_href"] + "versions/2/", shown["latest_version_href"])
        listed = self.pulp("file", "repository", "content", "list", "--repository", "context")
        self.assertEqual(sorted(files), [each["relative_path"] for each in listed])
        self.pulp(
            "file", "repository", "content", "remove", "--repository", "context", "--relative-path", "Containerfile",
            "--sha256", oci.sha256(files["Containerfile"]).removeprefix("sha256:"),
        )  # fmt: skip
        versions = self.pulp("file", "repository", "version", "list", "--repository", "context")
        self.assertEqual([3, 2], [each["number"] for each in versions])
        self.assertEqual(1, versions[0]["content_summary"]["present"]["file.file"]["count"])
        self.assertIn("Could not find", self.container("repository", "show", "--name", "context", ok=False))
        self.pulp("file", "repository", "label", "set", "--repository", "context", "--key", "team", "--value", "a")
        found = self.pulp("file", "repository", "list", "--label-select", "team=a")
        self.assertEqual(["context"], [repository["name"] for repository in found])
        self.pulp("file", "repository", "destroy", "--name", "context")
        self.assertEqual([], self.pulp("file", "repository", "list"))

    def test_a_wrong_password_is_refused(self):
        said = run(
            PULP, "--base-url", f"http://{self.host}", "--username", "admin", "--password", "wrong", "task", "list",
            env={"XDG_CONFIG_HOME": str(self.home), "XDG_CACHE_HOME": str(self.home)}, ok=False,
        )  # fmt: skip
        self.assertRegex(said.lower(), "authentication failed")


class PulpSessionTest(Sessions, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.host = cls.server.host
        super().setUpClass()

    def test_pull_through_distributions_and_policies(self):
        """The command has no types of its own for them: it lists, shows and labels what the API has made."""
        self.registry.pull_through("cli/hub", f"http://{self.host}", anonymous_fetch=True)
        for kind in ("distribution", "remote"):
            shown = [each for each in self.pulp(kind, "list", "--limit", "1000") if each["name"] == "cli/hub"]
            self.assertEqual(1, len(shown), shown)
            self.assertIn("/container/pull-through/", shown[0]["pulp_href"])
            self.assertEqual("cli/hub", self.pulp("show", "--href", shown[0]["pulp_href"])["name"])
        self.registry.push("cli/upstream", "1", oci.raw_image([b"layer"]))
        self.container("repository", "create", "--name", "cli/mirror")
        for policy in ("on_demand", "streamed", "immediate"):
            name = f"cli-{policy}"
            options = ("--name", name, "--url", f"http://{self.host}", "--upstream-name", "cli/upstream")
            self.container("remote", "create", *options, "--policy", policy)
            self.container("repository", "sync", "--name", "cli/mirror", "--remote", name)
            self.assertEqual(policy, self.container("remote", "show", "--name", name)["policy"])
        self.assertEqual([1, 0], self.numbers("cli/mirror"))


if __name__ == "__main__":
    unittest.main()
