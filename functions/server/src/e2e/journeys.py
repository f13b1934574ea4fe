"""What journeys through the console have in common: a server, a browser, and the ways that each is gone."""

import functools
import os
import unittest

from browser import SIZES, Browser
from console_example import Example
from harness import PASSWORD, Server
from registry import Registry

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
