"""The console as its readers go through it, at two sizes, with scripts and without."""

import unittest

from console_example import NOTE, built
from harness import PASSWORD
from journeys import GONE, Journeys, journey
from oci import sha256

TAGS = 120
ARABIC, CHINESE, LONG = "مخزن الصور", "镜像仓库", "long-" * 51


class ReadingTest(Journeys):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        image = built("many", "1")
        cls.registry.push("many/tags", "t000", image)
        for number in range(1, TAGS):
            cls.registry.push_manifest("many/tags", f"t{number:03}", image.manifest)
        cls.example.base()
        cls.example.shop()
        cls.example.failed_sync()
        for name in (ARABIC, CHINESE, LONG):
            text = f"{name} / {ARABIC} / {CHINESE}"
            cls.example.change(
                "POST", "repositories/container/container/",
                name=name, description=text, pulp_labels={name[:100]: name[:100]},
            )  # fmt: skip

    @journey(core=True)
    def test_the_address_leads_to_the_console_and_somebody_logs_in_and_out(self, visit):
        visit.page.goto("/")
        self.assertRegex(visit.page.url, "/ui$")
        visit.go("/ui/login?to=/ui/repositories/")
        self.rest(visit, "Log in")
        visit.log_in("admin", PASSWORD)
        self.rest(visit, "What is new", "Newest versions", "shop/web")
        visit.click("button", "Log out")
        self.assertEqual(0, visit.page.locator(".who").count())
        self.rest(visit, "A registry of container images")

    @journey(reads=True)
    def test_who_gives_a_wrong_password_is_told_so(self, visit):
        visit.go("/ui/login")
        visit.fill("Name", "admin")
        visit.fill("Password", "guessed")
        visit.page.get_by_role("main").get_by_role("button", name="Log in").click()
        self.assertEqual(1, visit.page.get_by_role("alert").count())
        self.assertEqual("admin", visit.page.get_by_label("Name", exact=True).input_value())
        self.assertEqual(0, visit.page.locator(".who").count())
        self.rest(visit)

    @journey(reads=True, core=True)
    def test_a_visitor_sees_what_is_public_and_nothing_else(self, visit):
        visit.go("/ui")
        self.rest(visit, "Public repositories", "shop/web")
        self.assertNotIn("shop/payments", visit.text())
        visit.click("link", "shop/web")
        self.rest(visit, "1.5.0", f"docker pull {self.host}/shop/web:")
        self.assertNotIn("Timeline", visit.text())
        visit.click("link", "1.5.0")
        self.rest(visit, self.example.new.digest, "ENTRYPOINT")
        visit.go("/ui/search?q=shop/")
        self.assertIn("shop/web", visit.text())
        self.assertNotIn("shop/payments", visit.text())
        secret = visit.page.goto(self.example.page("shop/payments"))
        self.assertEqual(404, secret.status)
        self.assertNotIn("payments", visit.text())

    @journey(reads=True, core=True)
    def test_somebody_searches_by_a_name_a_tag_and_a_digest(self, visit):
        self.log_in(visit)
        for query, what in (
            ("shop/p", "shop/payments Repository"),
            ("shop/web:1.4.0", "shop/web:1.4.0 Tag"),
            (self.example.old.digest, f"shop/web@{self.example.old.digest} Image"),
        ):
            visit.go("/ui")
            visit.fill("Find a repository", query)
            visit.click("button", "Search")
            found = visit.page.locator("main ul.plain li").all_inner_texts()
            self.assertEqual([what], found)
            self.rest(visit)
        visit.page.locator("main ul.plain li a").click()
        self.assertEqual(self.example.old.digest, self.fact(visit, "Digest"))
        visit.go("/ui/search?q=nobody/has-this")
        self.rest(visit, "Nothing that you may see is named nobody/has-this")

    @journey(reads=True, core=True)
    def test_somebody_goes_through_120_tags(self, visit):
        self.log_in(visit)
        visit.go(self.example.page("many/tags"))
        self.rest(visit)
        self.assertEqual([f"t{n:03}" for n in range(50)], [row.split()[0] for row in self.rows(visit)])
        visit.click("link", "Next page")
        self.assertEqual("t050", self.rows(visit)[0].split()[0])
        visit.click("link", "Next page")
        self.assertEqual(20, len(self.rows(visit)))
        self.assertEqual(0, visit.page.get_by_role("link", name="Next page").count())
        visit.click("link", "First page")
        visit.fill("Tag begins with", "t11")
        visit.click("button", "Show")
        self.assertEqual([f"t11{n}" for n in range(10)], [row.split()[0] for row in self.rows(visit)])
        self.rest(visit)
        visit.page.get_by_label("the whole tag").check()
        visit.click("button", "Show")
        self.rest(visit, "No tag is t11.")
        visit.fill("Tag begins with", "t110")
        visit.click("button", "Show")
        self.assertEqual(1, len(self.rows(visit)))

    @journey(reads=True, core=True)
    def test_headings_put_lists_in_another_order(self, visit):
        self.log_in(visit)
        visit.go(self.example.page("many/tags"))
        visit.click("link", "Tag", exact=True)
        self.assertEqual([f"t{n:03}" for n in range(119, 69, -1)], [row.split()[0] for row in self.rows(visit)])
        self.assertEqual("descending", self.sorted(visit, "Tag"))
        self.rest(visit)
        visit.click("link", "Next page")
        self.assertEqual("t069", self.rows(visit)[0].split()[0])
        visit.fill("Tag begins with", "t11")
        visit.click("button", "Show")
        self.assertEqual([f"t11{n}" for n in range(9, -1, -1)], [row.split()[0] for row in self.rows(visit)])
        visit.go(self.example.page("shop/web"))
        visit.click("link", "Set", exact=True)
        self.assertEqual("descending", self.sorted(visit, "Set"))
        self.assertEqual("edge", self.rows(visit)[0].split()[0])
        self.rest(visit)
        visit.click("link", "Timeline")
        visit.click("link", "oldest first")
        self.assertIn("Made, without content", visit.page.locator("ol.timeline > li").first.inner_text())
        self.rest(visit)
        visit.go("/ui/repositories/?prefix=shop/")
        visit.click("link", "Name", exact=True)
        self.assertEqual("shop/web", self.rows(visit)[0].split()[0])
        self.rest(visit)

    def sorted(self, visit, heading):
        """How screen readers say that a column is in order."""
        return visit.page.get_by_role("columnheader", name=heading, exact=True).get_attribute("aria-sort")

    @journey(reads=True)
    def test_the_timeline_tells_what_each_version_is(self, visit):
        self.log_in(visit)
        visit.go(self.example.page("shop/web"))
        visit.click("link", "Timeline")
        lines = visit.page.locator("ol.timeline > li")
        self.assertEqual(self.example.after + 1, lines.count())
        newest = lines.first.inner_text()
        for text in (f"Version {self.example.after}", "newest", "Pushed by the administrator", "edge"):
            self.assertIn(text, newest)
        self.rest(visit, NOTE, "1 tag moved", "1 tag removed", "Made, without content")
        visit.page.get_by_role("listitem").filter(has_text=NOTE).get_by_role("link", name="Version").first.click()
        self.rest(visit, NOTE, "Pushed by the administrator")
        self.assertIn("moved", self.row(visit, "latest"))
        visit.page.locator("dl.facts").get_by_role("link", name="3 tags").click()
        self.assertEqual({"1.4.0", "1.5.0", "latest"}, {row.split()[0] for row in self.rows(visit)})
        self.rest(visit)

    @journey(reads=True, core=True)
    def test_two_versions_are_compared_down_to_layers_and_settings(self, visit):
        self.log_in(visit)
        visit.go(self.example.page("shop/web"))
        visit.click("link", "Compare")
        self.rest(visit, "Say which two versions to compare")
        visit.fill("From version", str(self.example.before))
        visit.fill("to version", str(self.example.after))
        visit.click("button", "Compare")
        self.rest(visit)
        region = "Tags that differ"
        self.assertIn("+ added", self.row(visit, "1.5.0", region))
        self.assertIn(GONE, self.row(visit, "1.3.9", region))
        self.assertIn("→ moved", self.row(visit, "latest", region))
        self.assertEqual(4, len(self.rows(visit, region)))
        visit.click("link", "layers and configuration of latest")
        self.rest(visit, "2 layers shared.")
        layers = self.rows(visit, "Layers that differ")
        self.assertEqual([GONE, "+ added"], [" ".join(row.split()[1:3]) for row in layers])
        self.assertIn("environment VERSION 1.4.0 1.5.0", self.rows(visit, "Configuration that differs"))

    @journey(reads=True, core=True)
    def test_an_image_shows_its_platforms_and_what_made_its_layers(self, visit):
        visit.go(self.example.page("base/alpine"))
        self.assertRegex(self.row(visit, "3.22"), "linux/amd64, linux/arm64.* signed")
        visit.click("link", "3.22", exact=True)
        self.assertEqual(sha256(self.example.index), self.fact(visit, "Digest"))
        self.rest(visit, f"docker pull {self.host}/base/alpine:3.22")
        self.row(visit, "linux/amd64", "Platforms")
        line = visit.page.locator("tr", has_text="linux/arm64")
        line.get_by_role("link").first.click()
        self.assertEqual(self.example.platforms["arm64"].digest, self.fact(visit, "Digest"))
        self.assertEqual("linux/arm64", self.fact(visit, "Platform"))
        self.rest(visit, "3 layers", "How a container starts", "/srv/base")
        steps = self.rows(visit, "Layers")
        self.assertEqual(8, len(steps))
        self.assertRegex(steps[2], r"^2 RUN apk add --no-cache .*sha256:")
        self.assertIn("no layer", steps[3])
        self.assertIn("https://git.example/shop/base", self.row(visit, "org.opencontainers.image.source", "Labels"))

    @journey(reads=True)
    def test_an_image_shows_what_is_said_of_it(self, visit):
        visit.go(f"{self.example.page('base/alpine')}images/{sha256(self.example.index)}")
        self.assertIn("sigstore bundle", self.row(visit, "Signature"))
        self.assertIn("not verified here", self.fact(visit, "Signed"))
        self.rest(visit)
        visit.page.locator("tr", has_text="SBOM").get_by_role("link").click()
        self.rest(visit, "application/spdx+json")
        self.assertIn("1.37.0", self.row(visit, "busybox", "Packages"))
        visit.page.locator("dt", has_text="About").locator("xpath=following-sibling::dd[1]").get_by_role("link").click()
        self.assertEqual(sha256(self.example.index), self.fact(visit, "Digest"))

    @journey(reads=True)
    def test_an_image_is_found_wherever_it_is_used(self, visit):
        self.log_in(visit)
        visit.go(f"{self.example.page('shop/tools')}images/{self.example.platforms['amd64'].digest}")
        visit.click("link", "In which repositories")
        self.rest(visit)
        self.assertEqual(2, len(self.rows(visit)))
        self.row(visit, "shop/tools")
        self.assertIn(sha256(self.example.index)[7:15], self.row(visit, "base/alpine"))
        visit.page.locator("tr", has_text="base/alpine").get_by_role("link").last.click()
        self.assertEqual(sha256(self.example.index), self.fact(visit, "Digest"))

    @journey(reads=True, core=True)
    def test_a_task_that_failed_says_why(self, visit):
        self.log_in(visit)
        visit.go("/ui")
        self.rest(visit, "Tasks that failed within a day", "Sync from a remote", "nobody/has-it")
        visit.page.get_by_role("navigation").get_by_role("link", name="Tasks").click()
        self.rest(visit)
        everything = len(self.rows(visit))
        visit.page.get_by_label("State").select_option("failed")
        visit.click("button", "Show")
        self.assertEqual(1, len(self.rows(visit)))
        self.assertGreater(everything, 1)
        self.rest(visit, "Sync from a remote", "nobody/has-it")
        visit.click("link", "Sync from a remote")
        self.rest(visit, "It failed:", "nobody/has-it", "vendor/gone")
        visit.go("/ui/tasks/?state=failed&name=build")
        self.rest(visit, "No task that you may see is like that.")

    @journey(reads=True)
    def test_the_status_says_how_the_registry_is(self, visit):
        self.log_in(visit)
        visit.page.get_by_role("navigation").get_by_role("link", name="Status").click()
        self.rest(visit, "Storage", "% used", "Keys that sign tokens", "lading status")
        self.assertEqual("1", self.fact(visit, "Failed within a day")[:1])
        self.assertGreater(int(self.row(visit, "Requests").split()[-1].replace(",", "")), 100)

    @journey(reads=True)
    def test_names_of_any_script_and_length_break_no_page(self, visit):
        self.log_in(visit)
        for name in (ARABIC, CHINESE, LONG):
            visit.go("/ui/repositories/")
            visit.fill("Name begins with", name[:200])
            visit.click("button", "Show")
            self.rest(visit)
            visit.click("link", name)
            self.assertEqual(name, visit.heading())
            self.rest(visit, f"{name} / {ARABIC} / {CHINESE}", f"{name[:20]}")
            if visit.scripts:
                way = visit.page.locator("p.text").evaluate("each => getComputedStyle(each).direction")
                self.assertEqual("rtl" if name == ARABIC else "ltr", way)
            visit.click("link", "Timeline")
            self.rest(visit, "Made, without content")


if __name__ == "__main__":
    unittest.main(verbosity=2)
