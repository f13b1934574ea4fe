"""The console as somebody goes through it who has just started a server."""

import re
import unittest

from browser import Browser
from console_example import built
from harness import PASSWORD, TOOLS, Server, remove, run, temp_folder
from journeys import FULL, Changing, journey, stand_in
from oci import MANIFEST, write_layout
from registry import Registry


@unittest.skipUnless(FULL, "in make e2e-full")
class NewcomerTest(Changing):
    """With a browser, and a client that pushes as the pages say."""

    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(Browser())
        cls.upstream = stand_in(cls)

    def visit(self, test, size, scripts):
        with Server() as server, self.browser.visit(f"http://{server.host}", size=size, scripts=scripts) as visit:
            self.host = server.host
            self.home = temp_folder("newcomer")
            self.addCleanup(remove, self.home)
            test(self, visit)

    def push(self, command, image):
        """Does what a line of a page says, by crane, with an image of its own."""
        [target] = re.findall(r"docker push (\S+)", command)
        layout = self.home / image.digest.split(":")[1]
        write_layout(layout, image.manifest, MANIFEST, [image], "latest")
        run(TOOLS / "crane", "push", layout, target, "--insecure", env={"DOCKER_CONFIG": str(self.home)})

    @journey
    def test_from_an_empty_registry_to_a_roll_back(self, visit):
        visit.page.goto("/")
        self.rest(visit, "Nothing here is public yet.")
        visit.click("link", "Log in")
        visit.log_in("admin", PASSWORD)
        self.rest(visit, "The registry is empty.")
        commands = visit.page.locator(".empty pre").first.inner_text()
        [host] = re.findall(r"docker login (\S+)", commands)
        login = (TOOLS / "crane", "auth", "login", host, "-u", "admin", "-p", PASSWORD)
        run(*login, env={"DOCKER_CONFIG": str(self.home)})
        first, second = built("alpine", "1"), built("alpine", "2")
        self.push(commands, first)
        visit.click("link", "Lading", exact=True)
        self.rest(visit, "my/alpine")
        visit.click("link", "my/alpine")
        self.rest(visit, f"docker push {self.host}/my/alpine:TAG")
        self.row(visit, "latest")
        visit.click("link", "latest", exact=True)
        self.assertEqual(first.digest, self.fact(visit, "Digest"))

        self.new_mirror(visit, "mirror/nginx", "cron(0 3 * * ? *)")
        self.sync_now(visit)
        visit.page.locator("dl.facts").get_by_role("link").first.click()
        self.rest(visit, "mirror/nginx", "1.27", "1.28")

        self.push(commands, second)
        visit.page.get_by_role("navigation").get_by_role("link", name="Repositories").click()
        visit.click("link", "my/alpine")
        visit.click("link", "Timeline")
        self.rest(visit, "1 tag moved", "Pushed by the administrator")
        visit.click("link", "Compare", exact=True)
        visit.fill("From version", "1")
        visit.click("button", "Compare")
        self.assertIn("→ moved", self.row(visit, "latest", "Tags that differ"))
        visit.click("link", "layers and configuration of latest")
        self.rest(visit, "2 layers shared.")
        self.assertIn("environment VERSION 1 2", self.rows(visit, "Configuration that differs"))
        visit.page.go_back()
        visit.click("link", "version 1", exact=True)
        visit.click("link", "Roll back to this version…")
        self.rest(visit, "What changes for those who pull")
        visit.click("button", "Roll back")
        self.done(visit, "is there")
        self.rest(visit, "Undo: back to version 2")
        self.assertEqual(first.digest, Registry(self.host).digest("my/alpine", "latest"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
