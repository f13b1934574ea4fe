"""The console in a real browser: journeys at two sizes, with and without scripts, and what strangers write in it."""

import functools
import unittest

from browser import SIZES, Browser
from harness import PASSWORD, Server
from registry import Registry


def journey(test=None, *, reads=False):
    """Runs a test with a visit at each size; one that `reads` also without scripts."""

    def ways(self):
        for size in SIZES:
            for scripts in (True, False) if reads else (True,):
                with self.subTest(size=size, scripts=scripts):
                    self.visit(test, size, scripts)

    if test is None:
        return functools.partial(journey, reads=reads)
    return functools.wraps(test)(ways)


class ConsoleTest(unittest.TestCase):
    def visit(self, test, size, scripts):
        with self.browser.visit(self.url, size=size, scripts=scripts) as visit:
            test(self, visit)

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.browser = cls.enterClassContext(Browser())
        cls.registry = Registry(cls.server.host)
        cls.url = f"http://{cls.server.host}"

    @journey
    def test_the_address_leads_to_the_console_and_somebody_logs_in(self, visit):
        visit.page.goto("/")
        self.assertRegex(visit.page.url, "/ui$")
        visit.go("/ui/login?to=/ui/repositories/")
        self.assertEqual([], visit.findings())
        visit.log_in("admin", PASSWORD)
        self.assertEqual([], visit.findings())
        visit.click("button", "Log out")
        self.assertEqual(0, visit.page.locator(".who").count())


if __name__ == "__main__":
    unittest.main(verbosity=2)
