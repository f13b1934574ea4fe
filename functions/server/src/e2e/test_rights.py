"""Every kind of caller asks for everything, and is answered as the tables of rights say."""

import unittest

from harness import PASSWORD, ROOT, Server
from rights import REGISTRY, Rights


class RightsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        server = cls.enterClassContext(Server())
        cls.rights = Rights(server.host, PASSWORD, (server.data / "secrets/token-key").read_text())
        cls.rights.set_up_registry()
        cls.rights.set_up_management()

    def hold(self, wrong, sent):
        self.assertEqual([], wrong, f"{len(wrong)} of {sent}")
        print(f"\n  {sent} requests were answered as the table says")

    def test_the_registry(self):
        self.hold(*self.rights.wrong_of_registry())

    def test_another_uploads_state(self):
        self.hold(*self.rights.wrong_of_uploads())

    def test_the_management_api(self):
        self.hold(*self.rights.wrong_of_management())

    def test_the_console(self):
        self.hold(*self.rights.wrong_of_console())

    def test_every_operation_is_in_the_table(self):
        self.assertEqual(set(), self.rights.not_in_the_table())

    def test_the_table_is_what_is_documented(self):
        self.assertIn(REGISTRY.read_text(), (ROOT / "docs/access.md").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
