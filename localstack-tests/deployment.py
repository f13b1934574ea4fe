"""The CDK app, synthesised and deployed into an emulator, with a gateway before its API."""

import fcntl
import hashlib
import json
import os
import re
from pathlib import Path

from assembly import emulated
from gateway import Gateway
from harness import JAVA, ROOT, remove, run, temp_folder

CDK = ROOT / "infra-cdk/node_modules/.bin/cdk"
RUNTIME = ROOT / "localstack-tests/target/runtime"
STACKS = ("Lading-Storage", "Lading-Api", "Lading-Registry", "Lading-Observability")
# Fargate and load balancers are not emulated, and the dashboard shows them.
UPLOADS = "Lading-Upload"
# The tests' upstreams are on loopback, and most of their clients pull without logging in.
OPTIONS = ("upstreams=any", "newNames=public")
# A folder of the suite's, whose modules mostly deploy the same; a module that runs by itself has none.
ASSEMBLIES = os.environ.get("E2E_ASSEMBLIES")


class Deployment:
    """`outputs` of all stacks by name, once `deploy` was called; `gateway` is where clients reach the API.

    `said` is what the last synth printed. `options`: of the CDK app, in every assembly.
    """

    def __init__(self, emulator, options=OPTIONS):
        self.emulator = emulator
        self.options = options
        self.home = temp_folder("deployment")
        self.outputs = {}
        self.gateway = None
        self.env = {**emulator.env, "CI": "true", "NO_COLOR": "1", "AWS_ACCOUNT_ID": "", "HOME": str(self.home)}

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if self.gateway:
            self.gateway.close()
        remove(self.home)

    def synth(self, name, *context, env=None, root=ROOT):
        """The folder of an assembly, made without an account, a region or credentials unless `env` has them.

        `root`: of the tree whose CDK app it is, which deploys that tree's functions.
        """
        options = [part for each in (*self.options, *context) for part in ("-c", each)]
        if ASSEMBLIES and env is None and root == ROOT:
            return self.shared(name, options)
        return self.synthesised(self.home / name, options, env, root)

    def synthesised(self, folder, options, env=None, root=ROOT):
        bare = {n: "" for n in os.environ if n.startswith("AWS_")}
        env = {**(env or bare), "NO_COLOR": "1"}
        self.said = run(CDK, "synth", "--quiet", "--output", folder, *options, env=env, cwd=root / "infra-cdk")
        return folder

    def shared(self, name, options):
        """The assembly of these options, which the first module that wants it makes while others wait for it."""
        made = Path(ASSEMBLIES, hashlib.sha256("\0".join(options).encode()).hexdigest()[:16])
        said = made.with_suffix(".txt")
        with made.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not said.exists():
                self.synthesised(made, options)
                said.write_text(self.said)
        self.said = said.read_text()
        (self.home / name).symlink_to(made, target_is_directory=True)
        return self.home / name

    def cdk(self, verb, assembly, *arguments):
        return run(CDK, verb, "--app", assembly, *arguments, env=self.env, cwd=self.home, seconds=600)

    def deploy(self, assembly, replace=None, upload_url=None):
        """Puts `assembly` into the emulator; its outputs by name, whichever stack has them."""
        folder = self.home / f"{assembly.name}-emulated"
        target = emulated(assembly, folder, JAVA, RUNTIME, replace, upload_url)
        stacks = STACKS[:-1] if (target / f"{UPLOADS}.template.json").exists() else STACKS
        self.cdk("bootstrap", target)
        outputs = self.home / "outputs.json"
        self.cdk("deploy", target, *stacks, "--exclusively", "--require-approval=never", f"--outputs-file={outputs}")
        for values in json.loads(outputs.read_text()).values():
            self.outputs |= values
        self.assembly = target
        if self.gateway is None:
            api = re.search(r"://([^./]+)", self.outputs["Url"]).group(1)
            self.gateway = Gateway(f"{self.emulator.url}/_aws/execute-api/{api}")
        return self.outputs

    def destroy(self):
        return self.cdk("destroy", self.assembly, *STACKS, "--exclusively", "--force")
