"""Text that would do something in a careless page, put wherever a client of the registry can write."""

import json

import oci
from registry import API

TEXTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "javascript:alert(4)",
    "{page.formToken}{#include layout}{/include}{7*7}",
    "</title></textarea></style></pre><script>alert(5)</script>",
    '" hx-get="/ui/logout" hx-trigger="load',
    "<a href=//evil.invalid>x</a><iframe srcdoc='<script>alert(6)</script>'></iframe>",
    "<form action=//evil.invalid><button>Log in</button></form>",
    "<!-- ]]> &lt;b&gt; &#x3c;b&#x3e; <plaintext>",
    "\u202eright to left \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d",
    "a" * 300,
]
# One text that holds all of them, for fields that are asked for once.
ALL = " ".join(TEXTS)
NAME = "hostile/app"


class HostileText:
    """Writes by the API; what it refuses is counted, and not shown."""

    def __init__(self, registry):
        self.registry, self.taken, self.refused = registry, [], []

    def write(self, what, method, path, **body):
        """One field for each text, named `…{n}` where names must differ."""
        for number, text in enumerate(TEXTS):
            filled = json.loads(json.dumps(body).replace('"TEXT"', json.dumps(text)).replace("N_", f"n{number}-"))
            target = path if path.startswith("/") else f"{API}/{path}"
            answer = self.registry.request(
                method, target, json.dumps(filled).encode(), {"Content-Type": "application/json"}
            )
            (self.taken if answer.status < 300 else self.refused).append(f"{what}: {text[:20]}")
            if answer.status == 202:
                self.registry.end(answer.json()["task"])
            if answer.status >= 500:
                raise AssertionError(f"{what} answered {answer.status} for {text!r}")

    def everywhere(self):
        self.images()
        container, nowhere = "container/container/", "http://127.0.0.1:9"
        [repository] = self.found(f"repositories/{container}?name={NAME}")
        self.write("repository name", "POST", f"repositories/{container}", name="TEXT")
        self.write("description", "PATCH", repository, description="TEXT")
        self.write("label", "PATCH", repository, pulp_labels={"label": "TEXT"})
        self.write("label key", "PATCH", repository, pulp_labels={"TEXT": "x"})
        self.write("remote name", "POST", f"remotes/{container}", name="TEXT", url=nowhere, upstream_name="a")
        self.write("url", "POST", f"remotes/{container}", name="N_url", url="TEXT", upstream_name="a")
        self.write(
            "user in url",
            "POST",
            f"remotes/{container}",
            name="N_at",
            url=nowhere,
            username="TEXT",
            upstream_name="a",
        )
        self.write("upstream", "POST", f"remotes/{container}", name="N_up", url=nowhere, upstream_name="TEXT")
        self.write(
            "include",
            "POST",
            f"remotes/{container}",
            name="N_in",
            url=nowhere,
            upstream_name="a",
            include_tags=["TEXT"],
            exclude_tags=["TEXT"],
        )
        self.write("distribution", "POST", f"distributions/{container}", name="TEXT", base_path="hostile/N_dist")
        self.write("base path", "POST", f"distributions/{container}", name="N_path", base_path="TEXT")
        self.write("pull-through", "POST", "remotes/container/pull-through/", name="TEXT", url=nowhere)
        self.write("user", "POST", "users/", username="TEXT", password="battery staple")
        self.write("person", "POST", "users/", username="N_user", first_name="TEXT", last_name="TEXT")
        self.write("group", "POST", "groups/", name="TEXT")
        self.write("role", "POST", "roles/", name="TEXT", permissions=["container.view_containerrepository"])
        self.write(
            "role description",
            "POST",
            "roles/",
            name="N_role",
            description="TEXT",
            permissions=["container.view_containerrepository"],
        )
        self.write("robot", "POST", "robots/", name="hostile+N_bot", description="TEXT")
        for version in range(1, 1 + len(TEXTS)):
            text = TEXTS[version - 1][:250]
            answer = self.registry.request(
                "PATCH",
                f"{repository}versions/{version}/",
                json.dumps({"note": text}).encode(),
                {"Content-Type": "application/json"},
            )
            (self.taken if answer.status == 200 else self.refused).append(f"note: {text[:20]}")
        return repository

    def found(self, path):
        return [each["pulp_href"] for each in self.registry.call(200, "GET", path)["results"]]

    def images(self):
        """What an image's maker writes: configuration, history, annotations, media types, platforms, referrers."""
        made = {}
        for number, text in enumerate(TEXTS):
            settings = {
                "author": text,
                "created": text,
                "config": {
                    "Env": [f"A={text}", text],
                    "Entrypoint": [text],
                    "Cmd": [text],
                    "User": text,
                    "WorkingDir": text,
                    "Labels": {text: text, "org.opencontainers.image.source": text},
                    "StopSignal": text,
                    "ExposedPorts": {text: {}},
                    "Volumes": {text: {}},
                    "Healthcheck": {"Test": ["CMD", text]},
                },
                "history": [
                    {"created": text, "created_by": text, "comment": text, "author": text},
                    {"created_by": text, "empty_layer": True},
                ],
            }
            image = oci.image([oci.tar({"f": text.encode()})], annotations={"note": text, text: text}, **settings)
            self.registry.push(NAME, f"t{number}", image)
            made[f"p{number}"] = image
            subject = oci.descriptor(oci.MANIFEST, image.manifest)
            self.refer(subject, text)
        top = json.loads(oci.index(made))
        for each, text in zip(top["manifests"], TEXTS, strict=True):
            each["platform"] = {"os": text, "architecture": text, "variant": text, "os.version": text}
            each["annotations"] = {text: text, "vnd.docker.reference.type": text}
        top["annotations"] = {text: text for text in TEXTS}
        self.registry.push_manifest(NAME, "index", json.dumps(top).encode(), oci.INDEX)
        # Other shapes than anybody expects.
        for number, config in enumerate((b"[]", b"null", b'{"config": 1, "history": {}}', b"\xff\xfe", b"{" * 5000)):
            self.registry.push_blob(NAME, config)
            self.registry.push_blob(NAME, b"no layer")
            manifest = {
                "schemaVersion": 2,
                "mediaType": oci.MANIFEST,
                "config": {
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                    "digest": oci.sha256(config),
                    "size": len(config),
                },
                "layers": [
                    {
                        "mediaType": "application/vnd.oci.image.layer.v1.tar",
                        "digest": oci.sha256(b"no layer"),
                        "size": 8,
                    }
                ],
            }
            self.registry.push_manifest(NAME, f"odd{number}", json.dumps(manifest).encode())

    def refer(self, subject, text):
        empty = b"{}"
        self.registry.push_blob(NAME, empty)
        for kind in ("application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.hostile.v1+json"):
            payload = json.dumps({"text": text, "dsseEnvelope": {"payload": text, "payloadType": text}}).encode()
            self.registry.push_blob(NAME, payload)
            manifest = {
                "schemaVersion": 2,
                "mediaType": oci.MANIFEST,
                "artifactType": kind,
                "config": oci.descriptor("application/vnd.oci.empty.v1+json", empty),
                "layers": [oci.descriptor(kind, payload)],
                "subject": subject,
                "annotations": {text: text},
            }
            self.registry.push_manifest(NAME, oci.sha256(json.dumps(manifest).encode()), json.dumps(manifest).encode())
