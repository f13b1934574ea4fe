"""`bin/lading` as an administrator types it: beside a server, from any folder, with each source of the password."""

import json
import os
import pty
import shutil
import socket
import subprocess
import time
import unittest

import oci
from harness import PASSWORD, ROOT, Server, free_port, remove, temp_folder
from registry import Registry

LADING = ROOT / "bin/lading"
DONE, REFUSED, USAGE, NO_SERVER = range(4)
STACK = r"(?m)^\s+at [\w.$]+\("


class Shell(unittest.TestCase):
    """A home and a working directory of its own, with nothing in them."""

    def setUp(self):
        self.home = temp_folder("command")
        self.addCleanup(remove, self.home)
        self.folder = self.home / "somewhere"
        self.folder.mkdir()
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("LADING_")}
        self.env |= {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config")}

    def lading(self, *arguments, code=DONE, stdin="", command=LADING, env=None):
        """What it says on standard output and on standard error. It must end with that code, and never with a stack."""
        line = [str(part) for part in (command, *arguments)]
        env = {**self.env, **(env or {})}
        done = subprocess.run(
            line, check=False, env=env, cwd=self.folder, input=stdin, capture_output=True, text=True, timeout=120
        )
        self.assertEqual(code, done.returncode, f"{' '.join(line)}\n{done.stdout}\n{done.stderr}")
        self.assertNotRegex(done.stderr, STACK)
        return done.stdout, done.stderr

    def pulp_config(self, url, mode, password=PASSWORD):
        """As `pulp config create` writes it."""
        file = self.home / "config/pulp/cli.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'[cli]\nbase_url = "{url}"\nusername = "admin"\npassword = "{password}"\nverify_ssl = true\n')
        file.chmod(mode)
        return file


class VerbsTest(Shell):
    """Against one server, whose address and password are in the environment."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)

    def setUp(self):
        super().setUp()
        self.env |= {"LADING_URL": f"http://{self.server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}

    def push_twice(self, repository):
        """Versions 1 and 2: a tag, then the tag moved and another one."""
        images = [oci.raw_image([content]) for content in (b"one", b"two")]
        self.registry.push(repository, "latest", images[0])
        self.registry.push(repository, "latest", images[1])
        return [image.digest for image in images]

    def repository(self, name):
        found = self.registry.call(200, "GET", f"repositories/container/container/?name={name}")
        return found["results"][0]["pulp_href"]

    def make(self, name):
        return self.registry.call(201, "POST", "repositories/container/container/", name=name)["pulp_href"]

    def test_status(self):
        out, err = self.lading("status")
        self.assertIn(f"server   http://{self.server.host} (given by LADING_URL)", out)
        self.assertIn("user     admin (password given by LADING_ADMIN_PASSWORD)", out)
        self.assertIn("records  reached", out)
        self.assertEqual("", err)
        status = json.loads(self.lading("status", "--json")[0])
        self.assertEqual(self.registry.call(200, "GET", "status/")["versions"], status["versions"])
        seconds = []
        for _ in range(10):
            began = time.monotonic()
            self.lading("status")
            seconds.append(time.monotonic() - began)
        print("\n  lading status, s: " + " ".join(f"{each:.2f}" for each in seconds))

    def test_restore_makes_a_version_or_says_that_there_is_nothing_to_do(self):
        first, second = self.push_twice("roll/back")
        out, err = self.lading("restore", "roll/back", "1")
        self.assertEqual("roll/back is at version 3, which holds what version 1 holds\n", out)
        self.assertNotIn("\r", err)
        self.assertEqual(first, self.registry.digest("roll/back", "latest"))
        out, _ = self.lading("restore", "roll/back", "1")
        self.assertEqual("roll/back holds what version 1 holds already; no version was made\n", out)
        out, err = self.lading("restore", "--json", "--quiet", "--note", "second thoughts", "roll/back", "2")
        self.assertEqual("", err)
        task = json.loads(out)
        self.assertEqual(("completed", "lading.restore"), (task["state"], task["name"]))
        made = f"{self.repository('roll/back')}versions/4/"
        self.assertEqual([made], task["created_resources"])
        self.assertEqual("second thoughts", self.registry.call(200, "GET", made)["note"])
        self.assertEqual("second thoughts", self.registry.call(200, "PATCH", made, note="second thoughts")["note"])
        self.registry.call(409, "PATCH", made, note="third thoughts")
        self.assertEqual(second, self.registry.digest("roll/back", "latest"))

    def test_promote_takes_the_newest_version_or_one_that_is_named(self):
        first, second = self.push_twice("team/deep/app")
        live = self.make("live one")
        served = {"name": "live", "base_path": "live/app", "repository": live}
        self.registry.complete(self.registry.call(202, "POST", "distributions/container/container/", **served)["task"])
        out, _ = self.lading("promote", "team/deep/app@1", "live one")
        self.assertEqual("live one is at version 1, which holds what team/deep/app@1 holds\n", out)
        self.assertEqual(first, self.registry.digest("live/app", "latest"))
        task = json.loads(self.lading("promote", "--json", "team/deep/app", "live one")[0])
        self.assertEqual([f"{live}versions/2/"], task["created_resources"])
        self.assertEqual(second, self.registry.digest("live/app", "latest"))

    def test_diff_lists_what_two_versions_show_differently(self):
        first, second = self.push_twice("compared")
        out, err = self.lading("diff", "compared", "1", "2")
        self.assertEqual("", err)
        self.assertIn(f"~ tag latest {first} -> {second}\n", out)
        self.assertIn(f"+ manifest {second}\n", out)
        listed = json.loads(self.lading("diff", "--json", "compared", "1", "2")[0])
        shown = self.registry.call(200, "GET", f"{self.repository('compared')}diff/?from=1&to=2")["results"]
        self.assertEqual(shown, listed)
        self.assertEqual([], json.loads(self.lading("diff", "--json", "compared", "2", "2")[0]))
        self.lading("promote", "--quiet", "compared@1", "compared", code=REFUSED)
        self.make("compared/other")
        self.lading("promote", "--quiet", "compared@1", "compared/other")
        self.assertIn("no difference", self.lading("diff", "compared", "1", "compared/other@1")[0])

    def test_many_differences_are_all_listed(self):
        image = oci.raw_image([b"tagged often"])
        self.registry.push("many", "first", image)
        for number in range(600):
            self.registry.push_manifest("many", f"t{number}", image.manifest)
        listed = json.loads(self.lading("diff", "--json", "many", "1", "601")[0])
        self.assertEqual({f"t{number}" for number in range(600)}, {entry["name"] for entry in listed})

    def test_verify_tells_what_bytes_are_gone_or_changed(self):
        """On a server of its own: whatever else there is would be checked, too."""
        with Server() as server:
            self.env |= {"LADING_URL": f"http://{server.host}"}
            registry = Registry(server.host)
            image = oci.raw_image([b"kept", b"lost", b"changed"])
            registry.push("whole/app", "1", image)
            out, _ = self.lading("verify", "--deep")
            self.assertEqual("4 checked, none missing or corrupted\n", out)
            self.assertEqual("5 checked, none missing or corrupted\n", self.lading("verify", "whole/app")[0])
            for file in (server.data / "blobs").glob("*/*"):
                if file.read_bytes() == b"lost":
                    file.unlink()
                elif file.read_bytes() == b"changed":
                    file.write_bytes(b"CHANGED")
            lost, changed = oci.sha256(b"lost"), oci.sha256(b"changed")
            out, _ = self.lading("verify", code=REFUSED)
            self.assertEqual(f"missing {lost} of whole/app\n4 checked, 1 missing or corrupted\n", out)
            listed = [f"missing {lost} of whole/app", f"corrupted {changed} of whole/app"]
            for repository in ((), ("whole/app@1",)):
                out, _ = self.lading("verify", "--deep", *repository, code=REFUSED)
                self.assertEqual(listed, out.splitlines()[:-1])
            task = json.loads(self.lading("verify", "--deep", "--json", code=REFUSED)[0])
            self.assertEqual(("completed", 2), (task["state"], task["result"]["broken"]))

    def test_what_is_refused_ends_with_1_and_the_servers_sentence(self):
        self.push_twice("refused")
        for sentence, *arguments in (
            ("there is no repository 'none/such'", "restore", "none/such", "1"),
            ("there is no repository 'none/such'", "promote", "none/such", "refused"),
            ("version: the repository has no version 9", "restore", "refused", "9"),
            ("a repository is promoted into another", "promote", "refused", "refused"),
            ("9", "diff", "refused", "1", "9"),
        ):
            with self.subTest(arguments):
                out, err = self.lading(*arguments, code=REFUSED)
                self.assertEqual("", out)
                self.assertRegex(err, f"^lading: .*{sentence}")

    def test_usage_ends_with_2(self):
        for arguments in ((), ("stop",), ("restore", "x"), ("restore", "x", "newest"), ("diff", "x", "1", "y")):
            with self.subTest(arguments):
                self.assertTrue(self.lading(*arguments, code=USAGE)[1])

    def test_a_wrong_password_ends_with_3_and_says_where_it_was_read(self):
        wrong = self.home / "wrong"
        wrong.write_text("not the password\n")
        for source, env, arguments, stdin in (
            ("given by LADING_ADMIN_PASSWORD", {"LADING_ADMIN_PASSWORD": "not the password"}, (), ""),
            (f"read from {wrong}", {}, ("--password-file", wrong), ""),
            ("read from standard input", {}, ("--password-stdin",), "not the password\n"),
        ):
            with self.subTest(source):
                _, err = self.lading("status", *arguments, code=NO_SERVER, env=env, stdin=stdin)
                known = f"http://{self.server.host} does not know admin (password {source})"
                self.assertIn(f"wrong user or password: {known}", err)
                self.assertNotIn("not the password", err)

    def test_a_server_that_is_not_there_ends_with_3(self):
        url = f"http://127.0.0.1:{free_port()}"
        _, err = self.lading("restore", "x", "1", "--url", url, code=NO_SERVER)
        self.assertIn(f"cannot reach {url} (given by --url)", err)

    def test_pulps_configuration_is_used_and_warned_of_where_others_can_read_it(self):
        self.env = {name: value for name, value in self.env.items() if not name.startswith("LADING_")}
        file = self.pulp_config(f"http://{self.server.host}", 0o644)
        out, err = self.lading("status")
        self.assertIn(f"password read from {file}", out)
        self.assertRegex(err, f"^lading: warning: others can read {file}.*chmod 600")
        file.chmod(0o600)
        self.assertEqual("", self.lading("status")[1])
        _, err = self.lading("status", "--url", f"http://127.0.0.1:{free_port()}", code=NO_SERVER)
        self.assertIn("no password", err, "it is for the server that the file names")

    def hold(self, repository):
        """Has a task of a repository run on and on: a sync from an upstream that accepts and says nothing."""
        upstream = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{upstream.getsockname()[1]}"
        fields = {"name": repository, "url": url, "upstream_name": "x"}
        remote = self.registry.call(201, "POST", "remotes/container/container/", **fields)["pulp_href"]
        self.registry.call(202, "POST", f"{self.repository(repository)}sync/", remote=remote)

    def waiting(self):
        """The hrefs of restores that have not begun."""
        found = self.registry.call(200, "GET", "tasks/?state=waiting&name=lading.restore")["results"]
        return [task["pulp_href"] for task in found]

    def test_a_task_that_is_not_done_ends_with_1(self):
        self.push_twice("held")
        self.hold("held")
        command = [str(LADING), "restore", "--json", "held", "1"]
        process = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertEqual("task waiting: lading.restore\n", process.stderr.readline())
        (task,) = self.waiting()
        self.registry.call(200, "PATCH", task, state="canceled")
        out, err = process.communicate(timeout=60)
        self.assertEqual(REFUSED, process.returncode)
        self.assertEqual("canceled", json.loads(out)["state"])
        self.assertRegex(err, f"^lading: the task was not done but canceled: .*{task}")

    def test_progress_on_a_terminal_is_one_line(self):
        self.push_twice("watched")
        self.hold("watched")
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        command = [str(LADING), "restore", "watched", "1"]
        process = subprocess.Popen(command, env={**self.env, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=slave)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(slave)
        shown = b""
        while b"lading.restore" not in shown:
            shown += os.read(master, 1000)
        self.assertEqual(b"\r\x1b[Ktask waiting: lading.restore", shown)
        for task in self.waiting():
            self.registry.call(200, "PATCH", task, state="canceled")
        self.assertEqual(REFUSED, process.wait(60))


class DataFolderTest(Shell):
    def test_a_server_of_this_machine_is_found_by_its_folder(self):
        with Server(env={"LADING_ADMIN_PASSWORD": None}) as server:
            address = server.data / "address"
            self.assertEqual(f"http://{server.host}\n", address.read_text())
            out, _ = self.lading("status", "--data", server.data)
            self.assertIn(f"server   http://{server.host} (read from {address})", out)
            self.assertIn(f"(password read from {server.data}/secrets/admin-password)", out)
            (self.folder / "data").symlink_to(server.data)
            self.assertIn("(password read from data/secrets/admin-password)", self.lading("status")[0])
            server.stop()
            self.assertFalse(address.exists(), "nobody listens there any more")

    def test_without_a_password_it_says_where_it_looked(self):
        _, err = self.lading("status", code=NO_SERVER)
        for place in ("LADING_ADMIN_PASSWORD", "pulp/cli.toml", "data/secrets/admin-password", "--password-file"):
            self.assertIn(place, err)


class LauncherTest(Shell):
    def test_serve_is_the_server(self):
        server = Server()
        self.addCleanup(server.close)
        server.command = [str(LADING), "serve", f"--port={server.port}", f"--data={server.data}"]
        server.start()
        self.lading("status", "--data", server.data, env={"LADING_ADMIN_PASSWORD": PASSWORD})
        self.assertIn(server.stop(), (0, 143))

    def test_help_and_version(self):
        for arguments in (("--help",), ("serve", "--help"), ("restore", "--help"), ("completion", "--help")):
            with self.subTest(arguments):
                out, err = self.lading(*arguments)
                self.assertRegex(out, f"^Usage: lading {arguments[0] if len(arguments) > 1 else ''}")
                self.assertEqual("", err)
        self.assertRegex(self.lading("--version")[0], r"^lading \d+\.\d+\.\d+")
        self.assertEqual(self.lading("--version"), self.lading("serve", "--version"))
        self.lading("serve", "--prot=1", code=USAGE)

    def test_it_runs_through_links_and_where_paths_have_spaces(self):
        link = self.folder / "a link"
        link.symlink_to(LADING)
        self.assertRegex(self.lading("--version", command=link)[0], "^lading")
        checkout = self.copy("with the server")
        (checkout / "functions").symlink_to(ROOT / "functions")
        for verb in ("status", "serve"):
            self.assertIn("Usage: lading " + verb, self.lading(verb, "--help", command=checkout / "bin/lading")[0])

    def test_it_says_how_to_build_the_server(self):
        checkout = self.copy("not built")
        _, err = self.lading("status", code=1, command=checkout / "bin/lading")
        self.assertIn(f"make -C '{checkout}' build", err)

    def copy(self, name):
        checkout = self.home / name
        for file in ("bin/lading", ".ci/find-jdk"):
            (checkout / file).parent.mkdir(parents=True)
            shutil.copy(ROOT / file, checkout / file)
        return checkout

    def test_the_completion_script_completes_in_bash(self):
        (self.folder / "completion").write_text(self.lading("completion", "bash")[0])
        for typed, expected in (
            ("lading re", "restore"),
            ("lading restore --js", "--json"),
            ("lading serve --max", "--max-connections"),
        ):
            words = typed.split()
            # What bash sets before it asks, without what works only while it asks.
            script = (
                f"compopt() {{ :; }}; source ./completion; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
                f"COMP_LINE='{typed}'; COMP_POINT={len(typed)}; COMP_TYPE=9; "
                "_complete_lading; printf '%s\\n' \"${COMPREPLY[@]}\""
            )
            done = subprocess.run(
                ["bash", "-c", script], check=False, cwd=self.folder, capture_output=True, text=True, timeout=60
            )
            self.assertEqual("", done.stderr)
            self.assertIn(expected, done.stdout.replace("=", " ").split())


if __name__ == "__main__":
    unittest.main()
