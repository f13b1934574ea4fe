"""HTTPS by the server itself, by a proxy in front of it, and what a proxy's headers are worth."""

import re
import subprocess
import unittest
from urllib.parse import urlencode

import oci
from console import Console
from engine import DockerDaemon
from harness import PASSWORD, TOOLS, Server, free_port, remove, run, temp_folder, until
from registry import Registry

NGINX = """
daemon off; pid {home}/nginx.pid; error_log {home}/error.log; worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home};
    uwsgi_temp_path {home}; scgi_temp_path {home};
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {home}/cert.pem; ssl_certificate_key {home}/key.pem;
        client_max_body_size 0;
        location / {{
            proxy_pass http://{upstream};
            proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""


class HttpsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = temp_folder("tls")
        cls.addClassCleanup(remove, cls.home)
        cls.cert, cls.key = cls.home / "cert.pem", cls.home / "key.pem"
        new = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        name = ("-subj", "/CN=lading", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        run("openssl", "req", *new, *name, "-keyout", cls.key, "-out", cls.cert)

    def tool(self, name, *arguments, trusting=True, **options):
        config = str(self.home / "config")
        env = {"HOME": config, "DOCKER_CONFIG": config, "REGCTL_CONFIG": f"{config}/regctl.json"}
        if trusting:
            env |= {"SSL_CERT_FILE": str(self.cert), "SSL_CERT_DIR": str(self.home / "none")}
        return run(TOOLS / name, *arguments, env=env, **options)

    def require_push_and_pull(self, host):
        """By clients that check the certificate."""
        repository = f"tls/{self._testMethodName[-40:]}"
        image = oci.image([oci.tar({"secret": b"s" * 100_000})])
        layout, back = self.home / f"{host[-5:]}-in", self.home / f"{host[-5:]}-out"
        oci.write_layout(layout, image.manifest, oci.MANIFEST, [image], "1")
        self.tool("crane", "auth", "login", host, "-u", "admin", "-p", PASSWORD)
        self.tool("crane", "push", layout, f"{host}/{repository}:1")
        self.assertEqual(image.digest, self.tool("regctl", "image", "digest", f"{host}/{repository}:1").split()[-1])
        self.tool("crane", "pull", "--format=oci", f"{host}/{repository}:1", back)
        self.assertEqual([image.digest], oci.layout_digests(back))
        curl = ("curl", "--silent", "--show-error", "--include", "--cacert", self.cert, f"https://{host}/v2/")
        self.assertIn(f'realm="https://{host}/token/"', run(*curl))

    def test_the_server_speaks_https(self):
        with Server(f"--tls-cert={self.cert}", f"--tls-key={self.key}") as server:
            host = f"localhost:{server.port}"
            self.assertEqual(f"https://127.0.0.1:{server.port}", server.url())
            self.require_push_and_pull(host)
            said = run("curl", "--silent", "--show-error", f"https://{host}/v2/", ok=False)
            self.assertIn("certificate", said)
            with DockerDaemon() as docker:
                (docker.home / "layer.tar").write_bytes(oci.tar({"a": b"a"}))
                reference = f"{server.host}/tls/docker:1"
                docker.import_tar(docker.home / "layer.tar", reference)
                docker.login(server.host, PASSWORD)
                docker.docker("push", reference)
                docker.docker("rmi", "-f", reference)
                docker.docker("pull", reference)

    def test_half_of_a_key_pair_is_refused(self):
        server = Server(f"--tls-cert={self.cert}")
        self.addCleanup(server.close)
        server.launch()
        self.assertNotEqual(0, server.wait())
        self.assertIn("--tls-cert and --tls-key go together", server.output())

    def test_nginx_in_front_of_it_speaks_https(self):
        with Server("--trusted-proxy=127.0.0.1") as server:
            port = free_port()
            config = self.home / "nginx.conf"
            config.write_text(NGINX.format(home=self.home, port=port, upstream=server.host))
            nginx = subprocess.Popen(["nginx", "-c", config, "-e", self.home / "error.log"])
            self.addCleanup(nginx.wait)
            self.addCleanup(nginx.terminate)
            until((self.home / "nginx.pid").exists, 20, "nginx")
            self.require_push_and_pull(f"localhost:{port}")


class ForwardedTest(unittest.TestCase):
    OUTSIDE = "https://registry.example"
    X = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "registry.example"}
    STANDARD = {"Forwarded": "for=192.0.2.1;proto=https;host=registry.example"}

    def addresses(self, server, headers):
        """Where the server says it is: in an upload's Location, and as the realm."""
        registry = Registry(server.host)
        begun = registry.expect(202, "POST", "/v2/proxied/blobs/uploads/", b"", headers)
        challenge = Registry(server.host, password=None).expect(401, "GET", "/v2/", headers=headers)
        location = begun.headers["Location"].split("/v2/proxied/blobs/uploads/")[0]
        realm = re.search(r'realm="([^"]*)/token/"', challenge.headers["WWW-Authenticate"]).group(1)
        self.assertEqual(location, realm)
        return location

    def test_headers_are_believed_from_a_trusted_address_only(self):
        for trusted in ("127.0.0.1", "127.0.0.0/8", "192.0.2.0/24,127.0.0.1"):
            with Server(f"--trusted-proxy={trusted}") as server:
                for headers in (self.X, self.STANDARD):
                    with self.subTest(trusted=trusted, headers=list(headers)):
                        self.assertEqual(self.OUTSIDE, self.addresses(server, headers))
                prefix = {**self.X, "X-Forwarded-Prefix": "/images"}
                self.assertEqual(f"{self.OUTSIDE}/images", self.addresses(server, prefix))
                self.assertEqual(f"http://{server.host}", self.addresses(server, {}))
        for arguments in ((), ("--trusted-proxy=192.0.2.0/24",)):
            with Server(*arguments) as server:
                for headers in (self.X, self.STANDARD):
                    with self.subTest(arguments=arguments, headers=list(headers)):
                        self.assertEqual(f"http://{server.host}", self.addresses(server, headers))

    def test_the_console_is_where_a_trusted_proxy_says_it_is(self):
        headers = {**self.X, "X-Forwarded-Prefix": "/images"}
        with Server("--trusted-proxy=127.0.0.1") as server:
            registry = Registry(server.host, password=None)
            page = registry.expect(200, "GET", "/ui/repositories/?prefix=a", headers=headers).body.decode()
            self.assertEqual([], re.findall(r'(?:href|src|action)="(?!/images/ui|#)[^"]*"', page))
            self.assertIn('href="/images/ui/login?to=%2Fui%2Frepositories%2F%3Fprefix%3Da"', page)
            refused = registry.expect(401, "GET", "/ui/tasks/", headers=headers).body.decode()
            self.assertIn('name="to" value="/ui/tasks/"', refused)
            form = {"Origin": self.OUTSIDE, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({"name": "admin", "password": PASSWORD, "to": "/ui/tasks/"}).encode()
            answer = registry.expect(303, "POST", "/ui/login", body, {**headers, **form})
            self.assertEqual("/images/ui/tasks/", answer.headers["Location"])
            Registry(server.host).call(201, "POST", "users/", username="ann", password="battery staple")
            console = Console(server.host, password=None)
            console.http.headers.update(headers)
            console.origin = self.OUTSIDE
            console.log_in("ann", "battery staple")
            new = {"new_password": "staple battery", "again": "staple battery"}
            answer = console.submit("/ui/access/password", old_password="battery staple", **new)
            self.assertEqual("/images/ui/login?to=%2Fui%2Faccess%2F%3Fdone%3Dpassword", answer.headers["Location"])
        with Server() as server:
            page = Registry(server.host, password=None).expect(200, "GET", "/ui/login", headers=headers).body
            self.assertNotIn(b"/images/", page)

    def test_the_public_address_comes_before_any_header(self):
        for public in ("https://images.example", "https://example.org/images/"):
            with Server(f"--public-url={public}", "--trusted-proxy=127.0.0.1") as server:
                for headers in ({}, self.X, self.STANDARD):
                    with self.subTest(public=public, headers=list(headers)):
                        self.assertEqual(public.rstrip("/"), self.addresses(server, headers))


if __name__ == "__main__":
    unittest.main()
