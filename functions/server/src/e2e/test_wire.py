"""Bytes that two readers would see differently, and connections at their limits, against a whole server."""

import base64
import re
import socket
import ssl
import unittest

import oci
from harness import PASSWORD, Server, remove, run, temp_folder, until
from registry import Registry

LIVE = "GET /q/health/live HTTP/1.1\r\n"
HOST = "Host: registry\r\n"
CLOSE = "Connection: close\r\n"
LOGIN = "Authorization: Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode() + "\r\n"


def read_all(peer):
    """Until the server ends the connection, however it does."""
    received = b""
    try:
        while data := peer.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received.decode("latin-1")


class WireTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server("--max-connections=40", "--no-access-log"))
        Registry(cls.server.host).push("app", "1", oci.raw_image([b"layer"]))

    def connect(self, source="127.0.0.1"):
        peer = socket.create_connection(("127.0.0.1", self.server.port), timeout=10, source_address=(source, 0))
        self.addCleanup(peer.close)
        return peer

    def send(self, text):
        with self.connect() as peer:
            peer.sendall(text.encode("latin-1"))
            return read_all(peer)

    def test_what_two_readers_see_differently_is_refused(self):
        for what, headers in {
            "two hosts": "Host: a\r\nHost: a\r\n",
            "no host": "",
            "gzip": HOST + "Transfer-Encoding: gzip, chunked\r\n",
            "identity": HOST + "Transfer-Encoding: identity\r\n",
            "both lengths": HOST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "two lengths": HOST + "Content-Length: 3\r\nContent-Length: 3\r\n",
        }.items():
            with self.subTest(what):
                answer = self.send(LIVE + headers + "\r\n" + LIVE + HOST + "\r\n")
                self.assertTrue(answer.startswith("HTTP/1.1 400 "), answer)
                self.assertEqual(1, answer.count("HTTP/1.1 "), answer)
        for byte in "\0\x01\x0b\x7f \t":
            with self.subTest(byte=byte):
                self.assertTrue(self.send(byte + LIVE + HOST + "\r\n").startswith("HTTP/1.1 400 "))

    def test_a_health_check_of_a_load_balancer_needs_no_host(self):
        self.assertTrue(self.send("GET /q/health/live HTTP/1.0\r\n\r\n").startswith("HTTP/1.0 200 "))
        self.assertTrue(self.send("GET /v2/ HTTP/1.0\r\n\r\n").startswith("HTTP/1.0 401 "))
        for credentials in ("", "Authorization: Bearer x.y.z\r\n"):
            answer = self.send(f"GET /v2/ HTTP/1.1\r\nHost:\r\n{credentials}{CLOSE}\r\n")
            self.assertTrue(answer.startswith("HTTP/1.1 401 "), answer)

    def test_pipelined_requests_are_answered_in_order(self):
        pair = f"GET /none HTTP/1.1\r\n{HOST}\r\n" + LIVE + HOST + "\r\n"
        answer = self.send(pair * 200 + LIVE + HOST + CLOSE + "\r\n")
        statuses = re.findall(r"HTTP/1\.1 (\d{3}) ", answer)
        self.assertEqual(["404", "200"] * 200 + ["200"], statuses)

    def test_a_body_is_read_in_pieces_of_any_size(self):
        begin = f"POST /pulp/api/v3/repositories/container/container/ HTTP/1.1\r\n{HOST}{LOGIN}"
        begin += "Content-Type: application/x-www-form-urlencoded\r\n"
        chunks = "".join(f"1\r\n{char}\r\n" for char in "name=wire1") + "0\r\n\r\n"
        answer = self.send(
            f"{begin}Transfer-Encoding: chunked\r\n\r\n{chunks}"
            f"{begin}Content-Length: 10\r\n\r\nname=wire2"
            f"{begin}Expect: 100-continue\r\nContent-Length: 10\r\n{CLOSE}\r\nname=wire3"
        )
        self.assertEqual(3, answer.count("201 Created"), answer)
        self.assertEqual(1, answer.count("100 Continue"), answer)

    def test_a_body_that_is_too_large_is_refused_before_it_comes(self):
        answer = self.send(
            f"PUT /v2/app/manifests/b HTTP/1.1\r\n{HOST}{LOGIN}"
            "Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n"
        )
        self.assertTrue(answer.startswith("HTTP/1.1 413 "), answer)
        self.assertNotIn("100 Continue", answer)

    def test_one_address_has_half_of_the_connections(self):
        crowd = [self.connect("127.0.0.66") for _ in range(40)]

        def ended():
            count = 0
            for peer in crowd:
                peer.setblocking(False)
                try:
                    count += peer.recv(1) == b""
                except BlockingIOError:
                    pass
                except ConnectionError:
                    count += 1
            return count

        until(lambda: ended() == 20, 10, lambda: f"20 of 40 connections to be closed, {ended()} are")
        self.assertEqual(200, Registry(self.server.host).request("GET", "/v2/app/tags/list").status)
        self.assertIn("half of all there may be", self.server.output())
        for peer in crowd:
            peer.close()


class TlsTest(unittest.TestCase):
    def test_the_first_request_comes_with_the_handshakes_end(self):
        home = temp_folder("wire")
        self.addCleanup(remove, home)
        new = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=lading")
        run("openssl", "req", *new, "-keyout", home / "key.pem", "-out", home / "cert.pem")
        with Server(f"--tls-cert={home / 'cert.pem'}", f"--tls-key={home / 'key.pem'}") as server:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            with plain, context.wrap_socket(plain) as peer:
                peer.sendall(((LIVE + HOST + "\r\n") * 50 + LIVE + "Host: a\r\nHost: a\r\n\r\n").encode())
                answer = read_all(peer)
            self.assertEqual(50, answer.count("HTTP/1.1 200 "), answer)
            self.assertEqual(1, answer.count("HTTP/1.1 400 "), answer)


if __name__ == "__main__":
    unittest.main()
