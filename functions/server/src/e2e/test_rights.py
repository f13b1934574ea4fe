"""Every kind of caller asks for everything, and is answered as the table of rights says."""

import unittest

from harness import PASSWORD, ROOT, Server
from rights import REGISTRY, Rights


class RightsTest(unittest.TestCase):
    """What users may do through the management API, the server's own tests ask of the same table."""

    def test_the_registry(self):
        with Server() as server:
            rights = Rights(server.host, PASSWORD, (server.data / "secrets/token-key").read_text())
            rights.set_up_registry()
            wrong, sent = rights.wrong_of_registry()
            self.assertEqual([], wrong)
            print(f"\n  {sent} requests were answered as the table says")

    def test_the_table_is_what_is_documented(self):
        self.assertIn(REGISTRY.read_text(), (ROOT / "docs/access.md").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
