"""What stands beside built images: how they were made, what is in them, and the log; as real clients find it."""

import base64
import json
import unittest
from urllib.parse import quote

import oci
from builds import ARCHITECTURES, Builds, base, packed
from harness import TOOLS, Server, remove, run, temp_folder
from test_build_image import SECRET, BuildImageTest

PROVENANCE, CYCLONE_DX = "slsaprovenance1", "cyclonedx"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
LOG = "application/vnd.dev.lading.build-log.v1"
BASE_SBOM = "application/vnd.dev.lading.base-sbom.v1"
DOCUMENT = "application/vnd.cyclonedx+json"
# What it lists tells which platform's image it was given.
STAND_IN = """\
#!/bin/sh
case $1 in
version) echo 'Version:       0.0.1' ;;
scan)
    ran_on=$(cat "${3#dir:}/architecture")
    printf '{"bomFormat":"CycloneDX","components":[{"name":"%s"}]}' "$ran_on" >"${5#cyclonedx-json=}"
    ;;
esac
"""


def setUpModule():
    DescribedTest.server = unittest.enterModuleContext(Server())
    DescribedTest.builds = Builds(DescribedTest.server.host)


def without(values, name):
    return {each: value for each, value in values.items() if each != name}


class DescribedTest(BuildImageTest):
    def use_generator(self, program=None):
        """Builds by a server of its own, which finds this generator of lists, and none of the machine's."""
        folder = temp_folder("generator")
        self.addCleanup(remove, folder)
        # Builds are another user's.
        folder.chmod(0o755)
        if program:
            (folder / "syft").write_text(program)
            (folder / "syft").chmod(0o755)
        hidden = ("unshare", "-m", "sh", "-c", 'mount --bind "$0" /usr/local/bin && exec "$@"', folder)
        server = self.enterContext(Server(wrap=hidden))
        # The shell has become the server.
        server.wrapped = False
        self.use(server, Builds(server.host))

    def verify(self, name, digest, kind=PROVENANCE):
        """The predicate, as cosign prints it: of the registry's key alone, and without the internet."""
        key = self.home / "registry.pem"
        key.write_text(self.lading("keys", "bundle")[0])
        said = run(
            TOOLS / "cosign", "verify-attestation", f"--key={key}", "--insecure-ignore-tlog=true",
            f"--type={kind}", "--allow-http-registry", f"{self.host}/{name}@{digest}", env=self.login(),
        )  # fmt: skip
        [line] = [line for line in said.splitlines() if line.startswith("{")]
        return json.loads(base64.b64decode(json.loads(line)["payload"]))["predicate"]

    def oras(self, verb, *words):
        return run(TOOLS / "oras", verb, "--plain-http", *words, env=self.login(), cwd=self.folder)

    def referrers(self, name, digest, kind):
        answer = self.registry.expect(200, "GET", f"/v2/{name}/referrers/{digest}?artifactType={quote(kind)}")
        return answer.json()["manifests"]

    def users_of(self, base):
        """Names of the repositories that have a base's lowest layer."""
        layer = oci.sha256(base.blobs[-1])
        [blob] = self.registry.call(200, "GET", f"content/container/blobs/?digest={layer}")["results"]
        listed = f"repositories/container/container/?latest_with_content={blob['pulp_href']}"
        return {each["name"] for each in self.registry.call(200, "GET", listed)["results"]}


class AttestedTest(DescribedTest):
    def test_cosign_verifies_how_it_was_made(self):
        self.registry.push("attested/base", "1", base())
        containerfile = (
            f"FROM {self.host}/attested/base:1\nARG MODE\nCOPY data /data\n"
            'RUN --mount=type=secret,id=token ["/step", "cat", "/run/secrets/token"]\n'
        )
        inputs = packed({"data": b"data"})
        asked = {"build_args": {"MODE": "fast"}, "labels": {"team": "a"}, "secrets": {"token": Builds.secret(SECRET)}}
        task = self.builds.build("attested/app", containerfile, inputs, **asked)
        self.assertIn("***", self.builds.log(task))
        self.assertNotIn(SECRET.decode(), self.builds.log(task))
        digest = self.registry.digest("attested/app", "latest")
        predicate = self.verify("attested/app", digest)

        definition = predicate["buildDefinition"]
        parameters = definition["externalParameters"]
        self.assertEqual(
            ({"MODE": "fast"}, {"team": "a"}, ["token"], "none"),
            tuple(parameters[name] for name in ("buildArgs", "labels", "secrets", "network")),
        )
        sources = {each["name"]: each["digest"]["sha256"] for each in definition["resolvedDependencies"]}
        for name, content in {
            "base": base().manifest, "context": inputs, "containerfile": containerfile.encode(),
        }.items():  # fmt: skip
            self.assertEqual(oci.sha256(content), f"sha256:{sources[name]}")
        versions = predicate["runDetails"]["builder"]["version"]
        self.assertEqual({**self.builds.builder["versions"], "isolation": "oci"}, without(versions, "lading"))
        self.assertEqual(f"lading {versions['lading']}\n", self.lading("--version")[0])

        self.builds.repository("attested/live")
        self.lading("promote", "attested/app", "attested/live")
        self.assertEqual(predicate, self.verify("attested/live", digest))

        for file in self.server.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(SECRET, file.read_bytes(), file)

    def test_a_base_tells_where_it_is_used(self):
        self.registry.push("used/base", "1", base())
        self.builds.build("used/app", f"FROM {self.host}/used/base:1\nLABEL a=b\n")
        layer = self.registry.manifest("used/base", "1").json()["layers"][0]["digest"]
        [blob] = self.registry.call(200, "GET", f"content/container/blobs/?digest={layer}")["results"]
        users = self.registry.call(
            200, "GET", f"repositories/container/container/?latest_with_content={blob['pulp_href']}"
        )
        self.assertLessEqual({"used/base", "used/app"}, {each["name"] for each in users["results"]})


class ContentsTest(DescribedTest):
    """Of an index, each image has its own."""

    def test_by_syft(self):
        if "syft" not in self.builds.builder["versions"]:
            self.skipTest("no syft is on the path of this machine; a stand-in for it is tested beside")
        self.assertRegex(self.builds.builder["versions"]["syft"], r"^\d+\.\d+\.\d+")
        for predicate in self.described().values():
            self.assertEqual("CycloneDX", predicate["bomFormat"])
            self.assertEqual(["syft"], [each["name"] for each in predicate["metadata"]["tools"]["components"]])
            self.assertIn("step", [each["name"] for each in predicate["components"]])

    def test_by_a_stand_in(self):
        self.use_generator(STAND_IN)
        for architecture, predicate in self.described().items():
            self.assertEqual([{"name": architecture}], predicate["components"])

    def described(self):
        """What is said to be in each platform's image, by its architecture; as it was built, and as it was promoted."""
        platforms = [f"linux/{each}" for each in ARCHITECTURES]
        if not set(platforms) <= set(self.builds.builder["platforms"]):
            self.skipTest("no emulator is registered for the other of the two; .ci/run does so")
        bases = {each: base(architecture=each) for each in ARCHITECTURES}
        for each in bases.values():
            self.registry.push("contents/base", each.digest, each)
        self.registry.push_manifest("contents/base", "1", oci.index(bases), oci.INDEX)
        containerfile = f'FROM {self.host}/contents/base:1\nRUN ["/step", "architecture", "/architecture"]\n'
        self.builds.build("contents/app", containerfile, platforms=platforms)
        self.builds.repository("contents/live")
        self.lading("promote", "contents/app", "contents/live")

        index = self.registry.manifest("contents/app", "latest").json()
        said = {}
        for child in index["manifests"]:
            architecture, digest = child["platform"]["architecture"], child["digest"]
            self.assertEqual(2, len(self.referrers("contents/app", digest, BUNDLE)))
            provenance = self.verify("contents/app", digest)
            self.assertEqual(self.builds.builder["versions"]["syft"], self.version(provenance, "syft"))
            sources = {each["digest"]["sha256"] for each in provenance["buildDefinition"]["resolvedDependencies"]}
            self.assertIn(bases[architecture].digest, {f"sha256:{each}" for each in sources})
            said[architecture] = self.verify("contents/app", digest, CYCLONE_DX)
            self.assertEqual(provenance, self.verify("contents/live", digest))
            self.assertEqual(said[architecture], self.verify("contents/live", digest, CYCLONE_DX))
            self.assertLessEqual({"contents/base", "contents/app", "contents/live"}, self.users_of(bases[architecture]))
        self.assertEqual(set(ARCHITECTURES), set(said))
        return said

    @staticmethod
    def version(provenance, program):
        return provenance["runDetails"]["builder"]["version"][program]


class BroughtTest(DescribedTest):
    def test_without_a_generator_the_list_of_the_base_comes_along(self):
        self.use_generator()
        self.assertNotIn("syft", self.builds.builder["versions"])
        self.registry.push("brought/base", "1", base())
        document = '{"bomFormat":"CycloneDX","components":[{"name":"step"}]}'
        (self.folder / "base.json").write_text(document)
        self.oras("attach", f"--artifact-type={DOCUMENT}", f"{self.host}/brought/base:1", f"base.json:{DOCUMENT}")

        self.builds.build("brought/app", f"FROM {self.host}/brought/base:1\nLABEL a=b\n")

        digest = self.registry.digest("brought/app", "latest")
        [brought] = self.referrers("brought/app", digest, BASE_SBOM)
        self.assertEqual(base().digest, brought["annotations"]["dev.lading.sbom.of"])
        manifest = self.registry.manifest("brought/app", brought["digest"]).json()
        self.assertEqual([DOCUMENT], [each["mediaType"] for each in manifest["layers"]])
        self.assertEqual(document.encode(), self.registry.blob("brought/app", manifest["layers"][0]["digest"]))
        # It is no list of this image, and nobody says so.
        self.assertEqual([], self.referrers("brought/app", digest, DOCUMENT))
        self.assertEqual(1, len(self.referrers("brought/app", digest, BUNDLE)))
        self.verify("brought/app", digest)


class KeptLogTest(DescribedTest):
    def test_the_log_lives_and_goes_with_its_version(self):
        secret = {"token": Builds.secret(SECRET)}
        self.registry.push("kept/base", "1", base())
        steps = (
            f'FROM {self.host}/kept/base:1\nRUN --mount=type=secret,id=token ["/step", "cat", "/run/secrets/token"]\n'
        )
        task = self.builds.build("kept/app", steps, secrets=secret)
        log = self.builds.log(task)
        self.assertIn("***", log)
        (self.server.data / "build-logs" / (task["pulp_href"].split("/")[-2] + ".log")).unlink()

        self.assertEqual(log, self.builds.log(task))
        part = self.registry.expect(206, "GET", f"{task['pulp_href']}log/", headers={"Range": "bytes=2-9"})
        self.assertEqual(log.encode()[2:10], part.body)
        self.assertEqual(f"bytes 2-9/{len(log.encode())}", part.headers["Content-Range"])

        self.builds.repository("kept/live")
        self.lading("promote", "kept/app", "kept/live")
        self.registry.call(202, "DELETE", self.builds.repository("kept/app"))
        digest = self.registry.digest("kept/live", "latest")
        listed = self.oras("discover", "--format=json", f"--artifact-type={LOG}", f"{self.host}/kept/live@{digest}")
        [kept] = json.loads(listed)["referrers"]
        self.oras("pull", f"{self.host}/kept/live@{kept['digest']}")
        self.assertEqual(log, (self.folder / "build.log").read_text())


if __name__ == "__main__":
    unittest.main()
