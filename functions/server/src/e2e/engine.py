"""Real daemons with folders of their own, and the commands that talk to them: docker's, and containerd alone."""

import base64
import json
import subprocess
from pathlib import Path

from harness import remove, run, temp_folder, until


class DockerDaemon:
    """Needs root. Each new one has an empty store; `settings` are those of its daemon.json."""

    def __init__(self, **settings):
        self.home = temp_folder("docker")
        (self.home / "daemon.json").write_text(json.dumps(settings))
        self.socket = f"unix://{self.home}/docker.sock"
        self.env = {"DOCKER_HOST": self.socket, "DOCKER_CONFIG": str(self.home / "config")}

    def __enter__(self):
        try:
            return self.start("overlay2")
        except AssertionError:
            self.stop()
            return self.start("vfs")

    def start(self, driver):
        command = ["dockerd", "--iptables=false", "--bridge=none", f"--host={self.socket}", "--storage-driver", driver]
        command.append(f"--config-file={self.home / 'daemon.json'}")
        folders = {"data-root": "data", "exec-root": "exec", "pidfile": "pid"}
        command += [f"--{option}={self.home / name}" for option, name in folders.items()]
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        until(
            lambda: self.process.poll() is not None or ((self.home / "docker.sock").exists() and self.answers()),
            60,
            lambda: f"dockerd; its log:\n{self.log()}",
        )
        if self.process.poll() is not None:
            raise AssertionError(f"dockerd ended; its log:\n{self.log()}")
        return self

    def answers(self):
        return "Server:" in run("docker", "version", env=self.env, ok=None)

    def log(self):
        return (self.home / "log").read_text(errors="replace")

    def docker(self, *arguments, **options):
        return run("docker", *arguments, env=self.env, **options)

    def login(self, host, password):
        return self.docker("login", "--username=admin", "--password-stdin", host, stdin=password)

    def keep_login(self, registry, login):
        """As `docker login` would, which asks the registry."""
        config = self.home / "config/config.json"
        config.parent.mkdir(exist_ok=True)
        config.write_text(json.dumps({"auths": {registry: {"auth": base64.b64encode(login.encode()).decode()}}}))

    def import_tar(self, archive, name):
        """Makes an image of one layer."""
        return self.docker("import", archive, name, seconds=900)

    def digest(self, reference):
        """What the daemon calls the manifest it pushed or pulled, for `repository`'s image `reference`."""
        listed = self.docker("inspect", '--format={{join .RepoDigests "\\n"}}', reference)
        repository = reference.split("@")[0].rsplit(":", 1)[0] if "@" not in reference else reference.split("@")[0]
        return next(line.split("@")[1] for line in listed.split() if line.split("@")[0] == repository)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __exit__(self, *failure):
        self.stop()
        for mount in Path("/proc/mounts").read_text().splitlines():
            if mount.split()[1].startswith(f"{self.home}/"):
                run("umount", "--lazy", mount.split()[1], ok=None)
        remove(self.home)


class Containerd:
    """Needs root. Each new one has an empty store."""

    def __enter__(self):
        self.home = temp_folder("containerd")
        self.socket = self.home / "socket"
        config = self.home / "config.toml"
        # Neither of what Kubernetes asks nor of file systems that may not be there.
        config.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
        command = ["containerd", f"--config={config}", f"--address={self.socket}"]
        command += [f"--root={self.home / 'root'}", f"--state={self.home / 'state'}"]
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        until(
            lambda: (
                self.process.poll() is not None or (self.socket.exists() and "Server:" in self.ctr("version", ok=None))
            ),
            60,
            lambda: f"containerd; its log:\n{(self.home / 'log').read_text(errors='replace')}",
        )
        return self

    def ctr(self, *arguments, **options):
        return run("ctr", f"--address={self.socket}", *arguments, **options)

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(30)
        remove(self.home)
