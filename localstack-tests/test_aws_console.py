"""The console where functions run: pages, assets, a login and its forms, through the gateway."""

import hashlib
import re
import statistics
import sys
import time
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "functions/server/src/e2e"))

import oci
from console import Console
from harness import ROOT
from registry import Registry
from stage import deploy, stage

NAME = "team/app"
IMAGES = [oci.image([oci.tar({"hello": text})]) for text in (b"one", b"two")]
SOURCES = ROOT / "functions/console/src/main/resources/assets"
ASSET = re.compile(r'(?:href|src)="(/ui/assets/([0-9a-f]{16})/([^"]+))"')
WARM = 9


def setUpModule():
    deploy()


class ConsoleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host, cls.password = stage["gateway"].host, stage["password"]
        # Before anything else is asked of the function that serves the API and the console.
        began = time.monotonic()
        cls.visitor = Console(cls.host, password=None)
        cls.visitor.page("/ui/login")
        cls.cold = time.monotonic() - began
        cls.registry = Registry(cls.host, cls.password)
        for tag, image in zip("12", IMAGES, strict=True):
            cls.registry.push(NAME, tag, image)
        [found] = cls.registry.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"]
        cls.repository = found["pulp_href"].rstrip("/").rsplit("/", 1)[1]
        cls.at = f"/ui/repositories/{cls.repository}/"
        cls.admin = Console(cls.host, password=cls.password)

    def require_page(self, status, answer):
        self.assertEqual(status, answer.status, answer.body[:500])
        self.assertTrue(answer.headers["Content-Type"].startswith("text/html"), answer.headers["Content-Type"])
        self.assertIn("frame-ancestors 'none'", answer.headers["Content-Security-Policy"])
        self.assertTrue(answer.body.decode().startswith("<!DOCTYPE html>"), answer.body[:100])
        return answer.body.decode()

    def test_browsers_are_sent_to_it_and_others_are_not(self):
        browser = self.visitor.get("/", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
        self.assertEqual((303, "/ui", "Accept"), (browser.status, *map(browser.headers.get, ("Location", "Vary"))))
        other = self.visitor.get("/", Accept="application/json")
        self.assertEqual((404, "UNSUPPORTED"), (other.status, other.json()["errors"][0]["code"]))

    def test_assets_are_the_files_and_kept_for_good(self):
        found = ASSET.findall(self.visitor.page("/ui/login"))
        self.assertEqual({"style.css", "console.js", "htmx.min.js", "icon.svg"}, {name for _, _, name in found})
        for path, digest, name in found:
            answer = self.visitor.get(path)
            self.assertEqual(200, answer.status, path)
            self.assertEqual(digest, hashlib.sha256(answer.body).hexdigest()[:16], path)
            self.assertIn("immutable", answer.headers["Cache-Control"])
            if (SOURCES / name).exists():
                self.assertEqual((SOURCES / name).read_bytes(), answer.body, name)
        self.require_page(404, self.visitor.get(f"/ui/assets/{'0' * 16}/style.css"))

    def test_a_visitor_sees_what_is_public(self):
        self.assertIn(NAME, self.require_page(200, self.visitor.get("/ui/repositories/")))
        self.assertNotIn("Log out", self.require_page(200, self.visitor.get(self.at)))
        self.assertIn('name="password"', self.require_page(401, self.visitor.get("/ui/tasks/")))

    def test_pages_tell_what_was_pushed(self):
        for path, told in (
            ("/ui", NAME),
            ("/ui/repositories/", NAME),
            (self.at, "Log out"),
            (f"{self.at}versions/", "Pushed by"),
            (f"{self.at}diff/?from=1&to=2", IMAGES[1].digest),
            (f"{self.at}images/{IMAGES[0].digest}/", IMAGES[0].digest),
            (f"{self.at}images/{IMAGES[0].digest}/used/", NAME),
            (f"/ui/search?q={IMAGES[0].digest}", NAME),
            ("/ui/mirrors/", "Mirrors"),
            ("/ui/pull-through/", "Pull-through"),
            ("/ui/distributions/", NAME),
            ("/ui/tasks/", "Tasks"),
            ("/ui/status/", "Status"),
            ("/ui/access/users/", "Users"),
            ("/ui/access/audit/", NAME),
        ):
            with self.subTest(path):
                self.assertIn(told, self.require_page(200, self.admin.get(path)))

    def test_a_change_is_made_and_undone_by_forms(self):
        note = f"{self.at}versions/1/note"
        noted = self.admin.submit(note, note="the first, through <the> gateway")
        self.assertEqual((303, f"{self.at}versions/1/?done=note"), (noted.status, noted.headers["Location"]))
        self.assertIn("through &lt;the&gt; gateway", self.admin.page(noted.headers["Location"]))
        newest = self.registry.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]
        shown = newest["latest_version_href"].rstrip("/").rsplit("/", 1)[1]
        restored = self.admin.submit(f"{self.at}restore", version="1", shown=shown)
        self.assertEqual(303, restored.status, restored.body)
        task = restored.headers["Location"].rstrip("/").rsplit("/", 1)[1]
        self.registry.complete(f"/pulp/api/v3/tasks/{task}/")
        self.require_page(200, self.admin.get(restored.headers["Location"]))
        self.assertEqual(["1"], self.registry.expect(200, "GET", f"/v2/{NAME}/tags/list").json()["tags"])
        # A form with nothing in it, one of nobody's page, one of another site, and one of a visitor.
        self.require_page(400, self.admin.submit("/ui/access/users/"))
        self.require_page(403, self.admin.post(note, form_token="x", note="y"))
        self.require_page(403, self.admin.post(note, "https://evil.invalid", form_token=self.admin.token, note="y"))
        self.require_page(401, self.visitor.post(note, form_token=self.admin.token, note="y"))

    def test_refusals_are_pages(self):
        self.require_page(404, self.admin.get("/ui/not-there"))
        self.require_page(404, self.admin.get("/ui/repositories/00000000-0000-0000-0000-000000000001/"))
        self.require_page(401, self.visitor.post("/ui/login", name="admin", password="wrong wrong wrong"))
        self.require_page(413, self.admin.submit("/ui/access/users/", username="a" * 70_000))

    def test_a_login_ends(self):
        out = Console(self.host, password=self.password)
        ended = out.submit("/ui/logout")
        self.assertEqual((303, "/ui"), (ended.status, ended.headers["Location"]))
        self.assertTrue(ended.headers["Set-Cookie"].startswith("__Host-lading=; Path=/; Max-Age=0;"))

    def test_it_is_quick_when_it_is_warm(self):
        print(f"\n  the first page of a cold function {self.cold:.1f} s; warm, median of {WARM}:")
        for name, path in (
            ("home", "/ui"),
            ("repositories", "/ui/repositories/"),
            ("tags", self.at),
            ("timeline", f"{self.at}versions/"),
            ("image", f"{self.at}images/{IMAGES[0].digest}/"),
        ):
            seconds = []
            for _ in range(WARM):
                began = time.monotonic()
                self.admin.page(path)
                seconds.append(time.monotonic() - began)
            print(f"  {name} {statistics.median(seconds) * 1000:.0f} ms", end="")
        print()


if __name__ == "__main__":
    unittest.main(verbosity=2)
