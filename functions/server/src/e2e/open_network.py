"""Builds with an open network, in a namespace in which there is nowhere to get to. Run by test_build_hostile.

This namespace has addresses of its own that stand for the internet, for a metadata service, for a neighbour and for
the host's loopback. A build may reach the first alone.
"""

import socket
import threading

from harness import Server, until
from registry import Registry
from test_build_hostile import SECONDS, Builds, HostileBuildTest, busy, shell

INTERNET = ("198.51.100.7", 8080)
NEAR = [("169.254.169.254", 8080), ("10.1.2.3", 8080), ("192.168.7.8", 8080), ("172.16.9.9", 8080), ("127.0.0.1", 8099)]


def listen(address):
    """Greets whoever connects."""
    listening = socket.create_server(address)

    def serve():
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"reached " + address[0].encode() + b"\n")

    threading.Thread(target=serve, daemon=True).start()


def asked(host, port):
    return busy("nc", "-w", "3", host, str(port)) + " </dev/null"


def main():
    for address in [INTERNET, *NEAR]:
        listen(address)
    with Server() as server:
        builds = Builds(server)
        builder = until(
            lambda: HostileBuildTest.settled(builds.registry.call(200, "GET", "status/")["builder"]),
            SECONDS,
            "the trial",
        )
        if not builder["open_network"]:
            raise SystemExit("this machine has no open networks, though it has /dev/net/tun")
        everything = "; ".join(asked(*each) for each in [INTERNET, *NEAR, ("10.0.2.2", 8099)]) + "; true"
        task, log = builds.end(builds.base(shell(everything)), cache=False, network="open")
        if task["state"] != "completed":
            raise SystemExit(f"{task['error']}\n{log}")
        said = log.split("STEP 2/2", 1)[1]
        if f"reached {INTERNET[0]}" not in said:
            raise SystemExit(f"the internet is out of reach:\n{said}")
        for host, _ in NEAR:
            if f"reached {host}" in said:
                raise SystemExit(f"a build reached {host}:\n{said}")
        task, log = builds.end(builds.base(shell(asked(*INTERNET) + "; true")), cache=False)
        if "reached" in log.split("STEP 2/2", 1)[1]:
            raise SystemExit(f"a build without a network reached the internet:\n{log}")
        push = (
            "POST /v2/bases/shell/blobs/uploads/ HTTP/1.0\\r\\nHost: 127.0.0.1:5000\\r\\nContent-Length: 0\\r\\n\\r\\n"
        )
        # What ends its side of a connection at once is answered nothing.
        asks = "{ " + f"/bin/busybox printf '{push}'; " + busy("sleep", "2") + "; }"
        entrance = f"{asks} | " + busy("nc", "-w", "5", "127.0.0.1", "5000")
        task, log = builds.end(builds.base(shell(entrance)), cache=False, network="open")
        if " 401 " not in log.split("STEP 2/2", 1)[1]:
            raise SystemExit(f"a step could push, or did not reach the registry:\n{log}")
        Registry(server.host).require_whole("bases/shell", "1")
    print("the internet is reached, what is near is not, and a step pushes nothing")


if __name__ == "__main__":
    main()
