"""Container clients, each with a store of its own, so that nothing of the user's is touched: push, and pull back.

A journey takes a stack, on which it puts what must be undone, and a probe; it says which version went, and the digest
that it pulled.
"""

import json
import os
import platform
import pty
import random
import shutil
import subprocess
import tarfile

import oci
from account import Missing
from engine import DockerDaemon
from harness import remove, run, temp_folder, until

SIZE = 2 * 1024 * 1024
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "amd64")


def installed(*commands, root=False):
    for command in commands:
        if not shutil.which(command):
            raise Missing(f"{command} is not installed")
    if root and os.geteuid() != 0:
        raise Missing(f"{commands[0]} needs root for a store of its own")


def layer(probe, name):
    path = probe.home / f"{name}.tar"
    path.write_bytes(oci.tar({"layer": random.randbytes(SIZE)}))
    return path


def reference(probe, name):
    return f"{probe.host}/{probe.name}/{name}:1"


def docker(stack, probe):
    if shutil.which("dockerd") and os.geteuid() == 0:
        return docker_of_its_own(stack, probe)
    installed("docker")
    return docker_of_the_user(stack, probe)


def docker_of_its_own(stack, probe):
    name = reference(probe, "docker")
    archive = layer(probe, "docker")
    with DockerDaemon() as engine:
        version = f"docker {engine.docker('version', '--format={{.Server.Version}}').strip()}"
        engine.login(probe.host, probe.password)
        engine.import_tar(archive, name)
        engine.docker("push", name)
    with DockerDaemon() as fresh:
        fresh.login(probe.host, probe.password)
        fresh.docker("pull", name)
        return version, fresh.digest(name)


def docker_of_the_user(stack, probe):
    """With the daemon that is there, but another configuration: logging in changes the user's."""
    name = reference(probe, "docker")
    host = run("docker", "context", "inspect", "--format={{.Endpoints.docker.Host}}").strip()
    env = {"DOCKER_HOST": os.environ.get("DOCKER_HOST") or host, "DOCKER_CONFIG": str(probe.home / "docker")}

    def call(*arguments, **options):
        return run("docker", *arguments, env=env, **options)

    version = f"docker {call('version', '--format={{.Server.Version}}').strip()}"
    call("login", "--username=admin", "--password-stdin", probe.host, stdin=probe.password)
    stack.callback(call, "image", "rm", "--force", name, ok=None)
    call("import", layer(probe, "docker"), name)
    call("push", name)
    call("image", "rm", name)
    call("pull", name)
    call("logout", probe.host)
    listed = call("image", "inspect", '--format={{join .RepoDigests "\\n"}}', name).split()
    return version, next(each.split("@")[1] for each in listed if each.startswith(name.rsplit(":", 1)[0]))


def containerd(stack, probe):
    installed("containerd", "ctr", root=True)
    name = reference(probe, "containerd")
    plain = () if probe.secure else ("--plain-http",)
    image = oci.image([layer(probe, "containerd").read_bytes()], ARCHITECTURE)
    layout = probe.home / "containerd"
    oci.write_layout(layout, image.manifest, oci.MANIFEST, [image], "1")
    # Named so that importing tags it.
    index = json.loads((layout / "index.json").read_text())
    index["manifests"][0]["annotations"]["io.containerd.image.name"] = name
    (layout / "index.json").write_text(json.dumps(index))
    archive = probe.home / "containerd-image.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(layout, ".")
    ctr = containerd_daemon(stack)
    ctr("images", "import", "--no-unpack", archive)
    user = f"--user={probe.user}"
    ctr("images", "push", *plain, user, name, stdin=typed_password(stack, probe))
    fresh = containerd_daemon(stack)
    fresh("content", "fetch", *plain, user, name, stdin=typed_password(stack, probe))
    [line] = [line for line in fresh("images", "list").splitlines() if line.startswith(name)]
    version = ctr("version").split("Version:")[-1].split()[0]
    return f"containerd {version}", line.split()[2]


def typed_password(stack, probe):
    """A terminal at which the password is typed. It is no argument, which others would see."""
    terminal, asked = pty.openpty()
    stack.callback(os.close, terminal)
    stack.callback(os.close, asked)
    os.write(terminal, f"{probe.password}\n".encode())
    return asked


def containerd_daemon(stack):
    """Starts one with an empty store; the `ctr` that talks to it."""
    home = temp_folder("containerd")
    stack.callback(remove, home)
    address = home / "socket"
    config = home / "config.toml"
    # Kubernetes' part wants a network.
    config.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
    command = ["containerd", "--config", config, "--root", home / "root", "--state", home / "state"]
    log = stack.enter_context((home / "log").open("wb"))
    process = subprocess.Popen([*map(str, command), "--address", str(address)], stdout=log, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.terminate)

    def ctr(*arguments, ok=True, stdin=subprocess.DEVNULL):
        command = ["ctr", "--address", str(address), *map(str, arguments)]
        done = subprocess.run(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=300,
            check=False,
        )
        if ok and done.returncode:
            raise AssertionError(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def ready():
        if process.poll() is not None:
            raise AssertionError(f"containerd ended: {(home / 'log').read_text(errors='replace')[-500:]}")
        return address.exists() and "Server:" in ctr("version", ok=False)

    until(ready, 60, "containerd")
    return ctr


def podman(stack, probe):
    installed("podman")
    name = reference(probe, "podman")
    verify = f"--tls-verify={str(probe.secure).lower()}"
    policy = probe.home / "policy.json"
    policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')
    env = {"REGISTRY_AUTH_FILE": str(probe.home / "podman-auth.json")}

    def store(folder):
        home = probe.home / folder
        options = (f"--root={home}", f"--runroot={home}-run", "--storage-driver=vfs")

        def call(*arguments, **more):
            return run("podman", *options, *arguments, env=env, **more)

        # Without root, files in there are of users that only podman may be.
        stack.callback(call, "rmi", "--all", "--force", ok=None)
        return call

    first, second = store("first"), store("second")
    login = (verify, "--username=admin", "--password-stdin", probe.host)
    first("login", *login, stdin=probe.password)
    first("import", layer(probe, "podman"), name)
    first("push", verify, f"--signature-policy={policy}", name)
    second("pull", verify, f"--signature-policy={policy}", name)
    version = run("podman", "--version").split()[-1]
    return f"podman {version}", json.loads(second("inspect", name))[0]["Digest"]


CLIENTS = (docker, containerd, podman)
