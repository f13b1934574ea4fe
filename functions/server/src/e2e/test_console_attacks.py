"""What strangers write, and what other sites and other browsers try: nothing of it does anything in the console."""

import time
import unittest
from urllib.parse import quote

import oci
from browser import Browser, crawl
from console import Console
from harness import PASSWORD, Server, length
from hostile_text import TEXTS, HostileText
from registry import Registry

# Elements and attributes that only a text which got out of its place could make.
STRAY = (
    "script:not([src]), iframe, object, embed, base, plaintext, img[src='x'], form[action*='evil'],"
    # Headings keep what a list is filtered by, in queries of the console's own.
    " a[href*='evil']:not([href^='/ui/']), a[href^='javascript'], [onerror], [onload], [onclick],"
    " [style], [hx-get*='logout'], style"
)


class HostileTextTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.url = f"http://{cls.server.host}"
        cls.texts = HostileText(Registry(cls.server.host))
        cls.repository = cls.texts.everywhere()
        cls.browser = cls.enterClassContext(Browser())

    def test_nothing_that_anybody_wrote_runs_or_leads_away(self):
        self.assertGreater(len(self.texts.taken), 80)
        each = int(length("E2E_CONSOLE_PAGES", 2, 40))
        for size in ("desktop", "phone"):
            with self.browser.visit(self.url, size=size) as visit:
                visit.log_in("admin", PASSWORD)
                opened = shown = 0
                for path in crawl(visit, ("/ui", "/ui/repositories/?prefix=hostile"), each=each):
                    with self.subTest(path=path):
                        self.assertEqual(0, visit.page.locator(STRAY).count(), path)
                        self.assertNotIn("49", visit.page.title())
                        visit.require_no_trouble()
                    shown += sum(text in visit.page.content() or text in visit.text() for text in TEXTS)
                    opened += 1
                print(f"\n  {size}: {opened} pages, which show {shown} of the texts")
                self.assertGreater(shown, 30)

    def test_what_a_query_says_is_shown_as_it_is(self):
        with self.browser.visit(self.url) as visit:
            visit.log_in("admin", PASSWORD)
            for path in (
                "repositories/?prefix=",
                "repositories/?after=",
                "search?q=",
                "login?to=",
                "tasks/?name=",
                "distributions/?prefix=",
                "mirrors/?prefix=",
                "access/audit/?hour=",
                "access/users/?prefix=",
            ):
                for text in TEXTS:
                    visit.page.goto(f"/ui/{path}{quote(text)}")
                    self.assertEqual(0, visit.page.locator(STRAY).count(), path)
            visit.require_no_trouble()


class OtherSitesTest(unittest.TestCase):
    """Pages of another host name on this machine, which a browser counts as another site."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.browser = cls.enterClassContext(Browser())
        cls.url = f"http://{cls.server.host}"
        cls.port = cls.server.host.rsplit(":", 1)[1]

    def test_a_form_of_another_site_changes_nothing_though_the_browser_is_logged_in(self):
        with self.browser.visit(self.url) as visit:
            visit.log_in("admin", PASSWORD)
            token = visit.page.locator("input[name=form_token]").first.get_attribute("value")
            for stolen in ("", token):
                page = f"""<form method=post action="{self.url}/ui/logout">
                    <input name=form_token value="{stolen}"><button>go</button></form>"""
                visit.go_elsewhere(page)
                with visit.page.expect_response("**/ui/logout") as answered:
                    visit.page.click("button")
                self.assertIn(answered.value.status, (401, 403))
            visit.page.goto(f"{self.url}/ui/repositories/")
            self.assertEqual(1, visit.page.locator(".who").count())

    def test_no_page_is_shown_in_a_frame(self):
        with self.browser.visit(self.url) as visit:
            visit.log_in("admin", PASSWORD)
            visit.go_elsewhere(f"<iframe src='{self.url}/ui/repositories/'></iframe>")
            [frame] = [frame for frame in visit.page.frames if frame != visit.page.main_frame]
            self.assertNotIn("Repositories", frame.content())
            visit.trouble.clear()

    def test_the_cookie_is_read_by_no_script_and_goes_to_no_other_host(self):
        with self.browser.visit(self.url) as visit:
            visit.log_in("admin", PASSWORD)
            [cookie] = [each for each in visit.context.cookies() if each["name"] == "__Host-lading"]
            self.assertTrue(cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax")
            self.assertEqual("", visit.page.evaluate("document.cookie"))
            self.assertLess(cookie["expires"], time.time() + 8 * 3600 + 60)

    def test_over_plain_http_from_elsewhere_nobody_logs_in_and_the_page_says_why(self):
        console = Console(self.server.host, password=None)
        page = console.get("/ui/login", Host=f"registry.example:{self.port}").body.decode()
        self.assertIn("HTTPS", page)
        self.assertNotIn('type="password"', page)
        answer = console.http.request(
            "POST",
            "/ui/login",
            f"name=admin&password={quote(PASSWORD)}".encode(),
            {
                "Host": "registry.example",
                "Origin": "http://registry.example",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        self.assertEqual(403, answer.status)
        self.assertIsNone(answer.headers["Set-Cookie"])

    def test_rights_that_were_taken_count_no_longer_on_the_next_page(self):
        admin = Registry(self.server.host)
        admin.push("team/secret", "1", oci.image([]))
        path = "container/container/"
        [served] = admin.call(200, "GET", f"distributions/{path}?base_path=team/secret")["results"]
        admin.complete(admin.call(202, "PATCH", served["pulp_href"], private=True)["task"])
        [repository] = admin.call(200, "GET", f"repositories/{path}?name=team/secret")["results"]
        user = admin.call(201, "POST", "users/", username="leaver", password="battery staple")["pulp_href"]
        role = admin.call(
            201,
            "POST",
            f"{user}roles/",
            role="container.containerrepository_viewer",
            content_object=repository["pulp_href"],
        )["pulp_href"]
        console = Console(self.server.host, "leaver", "battery staple")
        page = f"/ui/repositories/{repository['pulp_href'].rstrip('/').rsplit('/', 1)[-1]}/"
        self.assertEqual(200, console.get(page).status)
        admin.expect(204, "DELETE", role)
        # Who loses a right is logged out, as their tokens end.
        self.assertEqual(404, console.get(page).status)


if __name__ == "__main__":
    unittest.main(verbosity=2)
