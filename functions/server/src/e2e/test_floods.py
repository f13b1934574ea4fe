"""Nobody stops the registry: a client pulls while peers elsewhere flood it, and afterwards all is as before.

E2E_FLOOD_SECONDS: how long each of them holds on; 75 make it an hour. In `make e2e-full` every flood of `scenarios.py`
is tried alone, too.
"""

import contextlib
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import scenarios
from bystander import Bystander, Process
from floods import Attack
from harness import TOOLS, Server, length, remove, run, temp_folder, until

SECONDS = length("E2E_FLOOD_SECONDS", 4, full=12)
# Softly referenced buffers, of which each worker has some, go at the next collection, as they would before memory runs
# out.
HEAP = ("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-XX:SoftRefLRUPolicyMSPerMB=0")
# What caches may have come to hold since the start.
HEAP_SLACK_MIB = 40
SETTLE_SECONDS = 60
# Peers that hold on to their connections are rid of by then: 64 KiB a minute is the least that is asked of anybody.
PATIENCE_SECONDS = 100


class Flooded:
    """A server with content, and what it looked like before anything happened to it."""

    def __init__(self):
        self.server = Server("--no-access-log", java_opts=HEAP).start()
        self.stock = scenarios.Stock(self.server.port).push()
        self.scenarios = scenarios.all_of(self.stock)
        self.process = Process(self.server.pid())
        with Bystander(self.server.port, self.stock.image) as client:
            until(lambda: client.pulls > 20 or client.failures, 30, "pulls of a server that nobody attacks")
        if client.failures:
            raise AssertionError(client.failures)
        self.settle()
        self.sockets, self.heap_mib = self.process.sockets(), self.process.heap_mib()

    def settle(self):
        until(lambda: not self.process.busy_workers(), SETTLE_SECONDS, self.stacks)

    def stacks(self):
        busy = self.process.busy_workers()
        return f"{len(busy)} workers to end what they do; one of them:\n{busy[0] if busy else ''}"

    def close(self):
        self.server.close()


class FloodTest(unittest.TestCase):
    """Tests share a server as long as they succeed."""

    flooded = None

    def setUp(self):
        FloodTest.flooded = FloodTest.flooded or Flooded()
        self.server, self.stock, self.process = self.flooded.server, self.flooded.stock, self.flooded.process

    @classmethod
    def close(cls):
        if FloodTest.flooded:
            FloodTest.flooded.close()
        FloodTest.flooded = None

    def attack(self, name, **changes):
        scenario = self.flooded.scenarios[name]
        held = {"seconds": SECONDS} if scenario[0] in scenarios.HOLDING else {}
        return scenarios.attack(self.stock, scenario, **{**held, **changes})

    def withstand(self, *names, **changes):
        """Floods at once, while a client pulls; what each of them counted."""
        try:
            with Bystander(self.server.port, self.stock.image) as client, contextlib.ExitStack() as stack:
                attacks = [stack.enter_context(self.attack(name, **changes)) for name in names]
                tallies = [attack.tally() for attack in attacks]
            print(f"\n  {', '.join(names)}: {client}", end="")
            self.require_alive()
            print(f"; {self.process.resident_mib():.0f} MiB resident", end="")
            self.assertEqual([], client.failures, "nobody else is refused, or waits for longer than 5 s")
            self.assertGreater(client.pulls, 0)
            self.require_as_before()
            return tallies
        except BaseException:
            self.close()
            raise

    def require_alive(self):
        self.assertTrue(self.process.alive(), "the server ended: " + self.server.output()[-300:])

    def require_as_before(self):
        self.require_alive()
        self.flooded.settle()
        until(
            lambda: self.process.sockets() <= self.flooded.sockets,
            SETTLE_SECONDS,
            lambda: f"{self.process.sockets()} sockets to become {self.flooded.sockets}",
        )
        heap = self.process.heap_mib()
        print(f"; heap {self.flooded.heap_mib:.0f} to {heap:.0f} MiB", end="")
        self.assertLess(heap, self.flooded.heap_mib + HEAP_SLACK_MIB)
        self.assertNotIn("OutOfMemoryError", self.server.output())


class AnswersTest(FloodTest):
    """Answers that nobody takes."""

    def test_many_that_take_no_byte(self):
        self.withstand("API document, 30 on each of 210, unread")

    def test_lists_that_cost_something_to_make(self):
        self.withstand("tag lists, 30 on each of 210, unread")

    def test_work_for_those_who_are_gone(self):
        self.withstand("tag lists, 30 on each of 100, gone at once", "tag lists, one on each of 300, gone at once")

    def test_answers_larger_than_the_buffers_of_a_socket(self):
        self.withstand("4 MiB manifest, 210 read by bytes")

    def test_files(self):
        self.withstand("blob of 32 MiB, 30 on each of 210, unread")

    def test_one_connection_that_asks_for_thousands(self):
        self.withstand("60 KB manifest, 4,000 on one, unread", "4 MiB manifest, 200 on one, unread")


class ConnectionsTest(FloodTest):
    """How many there are."""

    def test_thousands_of_one_address_that_say_nothing(self):
        self.withstand("5,000 idle from one address")

    def test_two_hundred_nodes_behind_one_address_pull_at_the_same_time(self):
        with Attack(self.server.port, "fetches", targets=self.stock.image, at_once=200) as nodes:
            tally = nodes.tally()
        self.assertEqual({"status 200": 200 * len(self.stock.image)}, dict(tally))
        self.require_as_before()

    def test_connections_of_many_addresses(self):
        self.withstand("6,000 idle from 30 addresses")

    def test_crane_pulls_while_they_stay(self):
        folder = temp_folder("crane")
        self.addCleanup(remove, folder)
        with self.attack("6,000 idle from 30 addresses", seconds=60):
            run(
                TOOLS / "crane",
                "pull",
                "--insecure",
                "--format=oci",
                f"{self.server.host}/app:1",
                folder / "image",
                seconds=30,
            )
        self.require_as_before()


class DocumentsTest(FloodTest):
    """JSON and forms that take much more memory than they have bytes."""

    def test_manifests_of_empty_objects(self):
        self.withstand("manifests of empty objects, 32", "manifests of empty objects by nobody, 32")

    def test_one_of_each_kind(self):
        names = [name for name, _, _ in scenarios.documents(self.stock)]
        self.withstand(*names, at_once=3)

    def test_lists_of_large_documents(self):
        listed = scenarios.all_of(self.stock, (scenarios.referrers,))
        self.flooded.scenarios.update(listed)
        self.withstand(*listed)


class ListsTest(FloodTest):
    """Lists that are read whole for a page of ten."""

    def test_long_lists(self):
        listed = scenarios.all_of(self.stock, (scenarios.long_lists,))
        self.flooded.scenarios.update(listed)
        for name in listed:
            (tally,) = self.withstand(name)
            print(f"; {dict(tally)}", end="")
            self.assertLessEqual(set(tally), {"status 200", "status 429"})
            self.assertGreater(tally["status 200"], 0)


class SlowTest(FloodTest):
    """Requests that begin and do not go on."""

    def test_forms(self):
        self.withstand("token forms of one byte, 500", "token forms, a byte a second, 210")

    def test_heads(self):
        self.withstand("heads, a line a second, 500", "heads of 60 KB without end, 500")

    def test_bodies_of_who_may_not_send_any(self):
        self.withstand(
            "refused bodies, a byte a second, 210",
            "management bodies nobody may send, 210",
            "HEAD and GET with bodies that never come, 210",
        )

    def test_bodies_of_who_may_push(self):
        self.withstand(
            "manifests, a byte a second, 210",
            "uploads, a byte a second, 210",
            "uploads in chunks of a byte, 70",
            "uploads that expect and wait, 70",
            "management bodies of one byte, 210",
            connections=70,
        )


class TokensTest(FloodTest):
    """What is kept of what strangers send."""

    def test_tokens_of_many_scopes(self):
        """Some 45 KB each were kept of them."""
        self.withstand("tokens of 50 scopes, 10,000", count=1500)

    def test_tokens_of_short_scopes(self):
        self.withstand("tokens of 200 short scopes, 10,000", count=1500)

    def test_tokens_that_nobody_gave(self):
        (tally,) = self.withstand("tokens that nobody gave, 10,000 of 8 KB", count=5000)
        self.assertEqual({"status 401"}, set(tally))


class UnendingTest(FloodTest):
    """The last of the module: it waits for what began with the first."""

    def test_the_server_lets_go_of_peers_that_do_not(self):
        seconds, broken_off = background["let go"].result()
        print(f"\n  let go of all after {seconds:.0f} s", end="")
        self.assertEqual([], broken_off, "who is slow, but not too slow, is served")


class EveryFloodTest(FloodTest):
    @unittest.skipUnless(SECONDS >= 12, "in make e2e-full")
    def test_each_alone(self):
        for name in scenarios.all_of(self.stock):
            with self.subTest(name):
                self.setUp()
                self.withstand(name)

    @unittest.skipUnless(SECONDS >= 12, "in make e2e-full")
    def test_all_workers_twice(self):
        """What a first flood leaves behind is not there for a second to finish."""
        for _ in range(2):
            self.withstand("API document, 30 on each of 210, unread", "token forms of one byte, 500")


UNENDING = (
    "API document, 30 on each of 210, unread",
    "4 MiB manifest, 210 read by bytes",
    "blob of 32 MiB, 210 unread",
    "token forms of one byte, 210",
    "token forms, a byte a second, 210",
    "heads, a line a second, 500",
    "manifests, a byte a second, 210",
    "uploads, a byte a second, 210",
)
PEERS = 5

# What goes on beside the other tests.
background = {}


def let_go():
    """Seconds until a server was rid of a few peers of each kind, which hold on for longer.

    Beside them the tallies of the honest peers that it broke off.
    """
    with contextlib.closing(Flooded()) as flooded, contextlib.ExitStack() as stack:
        for name in UNENDING:
            changes = {"connections": PEERS, "seconds": PATIENCE_SECONDS + 60}
            stack.enter_context(scenarios.attack(flooded.stock, flooded.scenarios[name], **changes))
        changes = {"connections": PEERS, "seconds": PATIENCE_SECONDS}
        honest = [
            stack.enter_context(scenarios.attack(flooded.stock, each, **changes))
            for each in scenarios.honest(flooded.stock)
        ]
        began = time.monotonic()

        def held():
            return flooded.process.sockets() - flooded.sockets - PEERS * len(honest)

        until(lambda: held() >= PEERS * len(UNENDING) / 2, 30, "the peers' connections")
        until(lambda: held() <= 0, PATIENCE_SECONDS - 5, lambda: f"the server to close {held()} connections")
        seconds = time.monotonic() - began
        broken_off = [tally for tally in (attack.tally() for attack in honest) if tally["closed"]]
        flooded.settle()
        return seconds, broken_off


def setUpModule():
    pool = unittest.enterModuleContext(ThreadPoolExecutor(1))
    background["let go"] = pool.submit(let_go)


def tearDownModule():
    FloodTest.close()


if __name__ == "__main__":
    unittest.main()
