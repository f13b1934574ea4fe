"""What journeys through the console have in common: a server, a browser, and the ways that each is gone."""

import functools
import os
import re
import unittest

from browser import SIZES, Browser
from console_example import Example, built
from harness import PASSWORD, Server
from playwright.sync_api import expect
from registry import Registry
from upstream import Upstream

# Tasks wait for their turn where much else runs.
expect.set_options(timeout=30_000)
FULL = bool(os.environ.get("E2E_FULL"))
# As pages say it, with a minus.
GONE = "\N{MINUS SIGN} removed"


def journey(test=None, *, reads=False, core=False):
    """Runs a test with a visit at each size; one that `reads` also without scripts, in CI at one size.

    CI goes those of the `core`.
    """
    if test is None:
        return functools.partial(journey, reads=reads, core=core)

    @functools.wraps(test)
    def ways(self):
        for size in SIZES:
            for scripts in (True, False) if reads and (FULL or size == "phone") else (True,):
                with self.subTest(size=size, scripts=scripts):
                    self.visit(test, size, scripts)

    return ways if core else unittest.skipUnless(FULL, "in make e2e-full")(ways)


class Journeys(unittest.TestCase):
    """`self.way` is another at each size, for names of what a journey makes."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.browser = cls.enterClassContext(Browser())
        cls.host, cls.url = cls.server.host, f"http://{cls.server.host}"
        cls.registry = Registry(cls.host)
        cls.example = Example(cls.registry)
        cls.cookies = []

    def visit(self, test, size, scripts):
        self.way = size
        with self.browser.visit(self.url, size=size, scripts=scripts) as visit:
            test(self, visit)

    def log_in(self, visit):
        """As the administrator; only the first time by the form, which takes as long as a password's check."""
        if self.cookies:
            visit.context.add_cookies(self.cookies)
            visit.go("/ui")
        else:
            visit.log_in("admin", PASSWORD)
            type(self).cookies = visit.context.cookies()

    def rest(self, visit, *texts):
        """Looks at a page: it fits, holds these texts, and nobody is kept out of it."""
        for text in texts:
            self.assertIn(text, visit.text(), visit.page.url)
        visit.require_fit(visit.page.url)
        if visit.scripts:
            self.assertEqual([], visit.findings(), visit.page.url)

    def rows(self, visit, region=None):
        """The texts of a table's lines."""
        place = visit.page.get_by_role("region", name=region, exact=True) if region else visit.page
        return [" ".join(row.split()) for row in place.locator("tbody tr").all_inner_texts()]

    def row(self, visit, start, region=None):
        """The one line that begins with a text."""
        rows = [row for row in self.rows(visit, region) if row.split(" ")[0] == start]
        self.assertEqual(1, len(rows), f"{start} in {self.rows(visit, region)}")
        return rows[0]

    def fact(self, visit, name):
        """What a page's list of facts says of one."""
        return visit.page.locator("dt", has_text=name).first.locator("xpath=following-sibling::dd[1]").inner_text()


def stand_in(test):
    """Another registry, for a class of tests."""
    upstream = test.enterClassContext(Upstream())
    for tag in ("1.27", "1.28"):
        upstream.registry.push("library/nginx", tag, built("nginx", tag))
    return upstream


class Changing(Journeys):
    """Steps that journeys share which change something."""

    def done(self, visit, heading=None):
        """Waits for what a page follows by itself: a task, or a change of a repository."""
        if heading:
            expect(visit.page.get_by_role("heading", name=heading)).to_be_visible()
        else:
            expect(visit.page.locator("h1 .badge")).to_have_text(re.compile("completed|failed"))
            self.assertIn("completed", visit.heading(), visit.text())

    def new_mirror(self, visit, name, schedule):
        """Shows what the form would do, and then does it, without a sync."""
        visit.page.get_by_role("navigation").get_by_role("link", name="Mirrors").first.click()
        visit.click("link", "New mirror")
        visit.fill("Registry", self.upstream.url)
        visit.fill("Repository there", "library/nginx")
        visit.page.get_by_label("Name", exact=True).fill(name)
        visit.page.get_by_label("Schedule", exact=True).fill(schedule)
        visit.page.get_by_label("Sync it now, too").uncheck()
        visit.click("button", "Show what it would do")
        self.rest(visit, "Nothing is made yet", "pulp container remote create")
        self.assertEqual(5, visit.page.locator("ol.due li").count())
        visit.click("button", "Make the mirror")
        self.rest(visit, name, "It was never synced.", schedule)
        self.assertEqual(5, visit.page.locator("ol.due li").count())

    def sync_now(self, visit):
        visit.click("button", "Sync now")
        self.done(visit)
        self.rest(visit, "Sync from a remote")
