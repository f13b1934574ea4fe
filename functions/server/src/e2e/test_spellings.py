"""No spelling of a request gets more than the plain one."""

import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import spellings
from harness import Server
from registry import Registry
from secluded import Secluded

SEED = 10
COUNT = 10_000
CLIENTS = 8


class SpellingsTest(unittest.TestCase):
    def test_no_spelling_gets_an_anonymous_client_more_than_the_plain_one(self):
        with Server("--no-access-log") as server:
            secluded = Secluded(Registry(server.host))
            routes, before = secluded.routes(), secluded.state()
            oracle = spellings.Oracle([secluded.SECRET])
            spellings.plain_answers(oracle, routes, lambda request: spellings.ask(server.host, request))
            self.assertEqual(before, secluded.state(), "plain requests of nobody changed something")

            def judged(way):
                answered = spellings.ask(server.host, way)
                return way, answered, oracle.wrong(way, answered)

            with ThreadPoolExecutor(CLIENTS) as pool:
                results = list(pool.map(judged, spellings.ways(routes, COUNT, SEED)))
            said = Counter(answer.status for _, answered, _ in results for answer in answered or [spellings.Answer(0)])
            print(
                f"\n  {len(results)} spellings of {len(routes)} routes; answers by status: {dict(sorted(said.items()))}"
            )
            self.assertGreaterEqual(len(results), COUNT)
            # What is closed without a word or turned away as too much proves nothing.
            self.assertLess(said[0] + said[429] + said[503], len(results) / 100)
            wrong = [f"{way}\n    {why}" for way, _, why in results if why]
            if wrong:
                self.fail("\n".join([f"{len(wrong)} spellings get more than the plain ones, such as", *wrong[:20]]))
            self.assertEqual(before, secluded.state(), "a spelling changed something")


if __name__ == "__main__":
    unittest.main(verbosity=2)
