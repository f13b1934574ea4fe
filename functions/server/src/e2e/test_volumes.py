"""Bundles in volumes, and a month of increments against receipts, from one server to another."""

import os
import random
import subprocess

import oci
from harness import PASSWORD, Server, length, remove, temp_folder
from registry import Registry
from test_command import REFUSED, USAGE, Shell

NAME = "team/app"
SEED = int(os.environ.get("E2E_SEED", "0")) or random.randrange(1, 1 << 30)
LAYER = 400_000
DAYS = int(length("E2E_DAYS", 8, full=30))


def image(*seeds):
    """Layers of a size that no compression takes away."""
    return oci.image([oci.tar({"noise": random.Random(seed).randbytes(LAYER)}) for seed in seeds])


class VolumesTest(Shell):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.registry = Registry(cls.server.host)
        for number in range(4):
            cls.registry.push(NAME, f"v{number}", image(number, 100))
        large = random.Random("large").randbytes(5 * LAYER)
        cls.registry.push(NAME, "large", oci.image([oci.tar({"noise": large})]))

    def setUp(self):
        super().setUp()
        self.bundles = temp_folder("volumes")
        self.addCleanup(remove, self.bundles)
        self.key = self.pem(self.server, "source.pem")

    @staticmethod
    def environment(server):
        return {"LADING_URL": f"http://{server.host}", "LADING_ADMIN_PASSWORD": PASSWORD}

    def pem(self, server, name):
        file = self.bundles / name
        file.write_text(self.lading("keys", "bundle", env=self.environment(server))[0])
        return file

    def export(self, *arguments, output, code=0):
        env = self.environment(self.server)
        return self.lading("export", NAME, "--output", output, "--quiet", *arguments, code=code, env=env)

    def take(self, target, *arguments, code=0):
        env = self.environment(target)
        return self.lading("import", "--trust", self.key, "--quiet", *arguments, code=code, env=env)

    def volumes(self, size):
        output = self.bundles / "app.tar"
        self.export("--volume-size", size, output=output)
        volumes = sorted(self.bundles.glob("app.tar.*"))
        self.assertFalse(output.exists())
        return volumes

    def require_same(self, target, source=None):
        there = Registry(target.host)
        here = source or self.registry
        self.assertEqual(here.tags(NAME), there.tags(NAME))
        for tag in here.tags(NAME):
            self.assertEqual(here.digest(NAME, tag), there.digest(NAME, tag))
            there.require_whole(NAME, tag)

    def test_shuffled_volumes_make_the_import_and_a_lost_one_is_made_again(self):
        print(f"\n  E2E_SEED={SEED}")
        volumes = self.volumes("1MiB")
        self.assertGreater(len(volumes), 3)
        self.assertTrue(all(each.stat().st_size <= 1 << 20 for each in volumes))
        order = list(volumes)
        random.Random(SEED).shuffle(order)
        lost = order.pop()
        number = int(lost.suffix[1:])
        made = lost.read_bytes()
        lost.unlink()
        with Server() as target:
            out, _ = self.take(target, order[0])
            self.assertIn("are missing", out)
            out, _ = self.take(target, *order)
            self.assertIn(f"volume {number} of {len(volumes)} is missing", out)
            self.assertEqual(0, Registry(target.host).call(200, "GET", "repositories/container/container/")["count"])
            self.export("--volume-size", "1MiB", "--volume", number, output=self.bundles / "app.tar")
            self.assertEqual(made, lost.read_bytes())
            out, _ = self.take(target, lost)
            self.assertRegex(out, rf"^{NAME} is at version 5, with 5 new versions\n")
            self.require_same(target)
            self.assertIn("with 0 new versions", self.take(target, *volumes)[0])

    def test_what_is_no_volume_of_it_is_refused(self):
        volumes = self.volumes("1MiB")
        damaged = bytearray(volumes[1].read_bytes())
        damaged[len(damaged) // 2] ^= 1
        bad = self.bundles / "bad"
        bad.write_bytes(damaged)
        other = self.bundles / "other.tar"
        self.export("--volume-size", "2MiB", output=other)
        with Server() as target:
            self.take(target, bad, code=REFUSED)
            _, said = self.take(target, volumes[0], f"{other}.001", code=USAGE)
            self.assertIn("another size", said)
            out, _ = self.take(target, volumes[0])
            self.assertIn(f"and {len(volumes)} of {len(volumes)} are missing", out)

    def test_unpacked_into_one_folder_they_are_the_layout(self):
        folder = self.bundles / "layout"
        folder.mkdir()
        for volume in self.volumes("1MiB"):
            subprocess.run(("tar", "-xf", volume, "-C", folder), check=True, timeout=60)
        script = 'for first in *.part-001; do name=${first%.part-001}; cat "$name".part-* > "$name"; done; rm *.part-*'
        subprocess.run(("sh", "-c", script), check=True, cwd=folder / "blobs/sha256", timeout=60)
        for blob in (folder / "blobs/sha256").iterdir():
            self.assertEqual(f"sha256:{blob.name}", oci.sha256(blob.read_bytes()))

    def test_a_month_of_increments_against_receipts(self):
        """Each day an image of which one layer is new; the versions between are not kept at the source."""
        with Server() as source, Server() as target:
            here = Registry(source.host)
            key = self.pem(source, "month.pem")
            trusted = self.pem(target, "target.pem")
            receipt = None
            sizes = []
            for day in range(DAYS):
                here.push(NAME, f"day{day % 5}", image("base", f"day {day}"))
                if day == 1:
                    href = here.call(200, "GET", f"repositories/container/container/?name={NAME}")["results"][0]
                    here.complete(here.call(202, "PATCH", href["pulp_href"], retain_repo_versions=1)["task"])
                bundle = self.bundles / f"{day}.tar"
                against = ("--receipt", receipt, "--trust", trusted) if receipt else ()
                line = ("export", NAME, "--output", bundle, "--quiet", *against)
                self.lading(*line, env=self.environment(source))
                sizes.append(bundle.stat().st_size)
                receipt = self.bundles / "held.receipt"
                line = ("import", bundle, "--trust", key, "--receipt", receipt, "--quiet")
                self.lading(*line, env=self.environment(target))
                bundle.unlink()
            self.require_same(target, here)
            self.assertGreater(sizes[0], 2 * LAYER)
            self.assertLess(max(sizes[1:]), LAYER + 150_000)
            again = self.bundles / "again.receipt"
            self.lading("receipt", NAME, "--output", again, env=self.environment(target))
            self.assertEqual(again.read_text().splitlines()[2:-1], receipt.read_text().splitlines()[2:-1])
