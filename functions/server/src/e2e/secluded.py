"""Content that is private, and every route that leads to it, for tests of who gets in."""

import oci
from registry import API
from spellings import METHODS


class Secluded:
    """A registry with something to lose.

    Of `registry`, which an administrator speaks to, everything is named and nothing told.
    """

    SECRET = "nobodys-business"

    def __init__(self, registry):
        self.registry = registry
        self.shown = oci.raw_image([b"anybody's layer"])
        self.hidden = oci.raw_image([f"{self.SECRET} layer".encode()], {"note": self.SECRET})
        registry.push("shown/app", "1", self.shown)
        registry.push("hidden/app", "1", self.hidden)
        registry.push_manifest("hidden/app", self.SECRET, self.hidden.manifest)
        container = "container/container/"
        remote = {
            "name": "hidden-remote",
            "url": "http://127.0.0.1:1",
            "upstream_name": self.SECRET,
            "password": self.SECRET,
        }
        registry.call(201, "POST", f"remotes/{container}", username=self.SECRET, **remote)
        distribution = self.href("container_container_distribution")
        registry.end(registry.call(202, "PATCH", distribution, private=True, description=self.SECRET)["task"])
        # For the task that it is.
        again = {"name": "hidden-again", "base_path": "hidden/again", "private": True}
        again["repository"] = self.href("container_container_repository")
        registry.complete(registry.call(202, "POST", f"distributions/{container}", **again)["task"])

    def routes(self):
        """Pairs of method and path: the API document's with what they name filled in, and those it does not have."""
        document = self.registry.call(200, "GET", "docs/api.json")
        documented = [
            (method.upper(), self.filled(path))
            for path, methods in document["paths"].items()
            for method in methods
            if method.upper() in METHODS
        ]
        layer = oci.sha256(self.hidden.blobs[-1])
        pulled = (
            f"manifests/{self.hidden.digest}",
            "manifests/1",
            f"blobs/{layer}",
            "tags/list",
            f"referrers/{self.hidden.digest}",
        )
        of_names = [(method, f"/v2/hidden/app/{path}") for path in pulled for method in ("GET", "HEAD")]
        pushed = ("manifests/1", f"blobs/{layer}", "blobs/uploads/" + "0" * 32)
        of_names += [(method, f"/v2/hidden/app/{path}") for path in pushed for method in ("PUT", "PATCH", "DELETE")]
        of_names += [
            ("POST", "/v2/hidden/app/blobs/uploads/"),
            ("POST", f"/v2/shown/app/blobs/uploads/?mount={layer}&from=hidden/app"),
        ]
        of_names += [("GET", "/v2/shown/app/manifests/1"), ("DELETE", "/v2/shown/app/manifests/1")]
        others = [
            "/v2/",
            "/v2/_catalog",
            "/token/",
            "/q/metrics",
            "/q/health",
            "/q/health/live",
            "/q/health/ready",
            "/",
        ]
        return documented + of_names + [("GET", path) for path in others] + [("POST", "/token/")]

    def filled(self, path):
        """The document names what a path begins with: {container_blob_href}set_label/."""
        if not path.startswith("{"):
            return path
        name, _, rest = path[1:].partition("}")
        return self.href(name.removesuffix("_href")) + rest

    def href(self, kind):
        """The href of a private one, or of one that may be."""
        if kind == "container_container_repository_version":
            return self.href("container_container_repository") + "versions/1/"
        if kind == "task":
            return self.first("tasks/")
        kinds = {
            "container_container_repository": "repositories/container/container/?name=hidden/app",
            "container_container_distribution": "distributions/container/container/?name=hidden/app",
            "container_container_remote": "remotes/container/container/",
            "container_blob": f"content/container/blobs/?digest={oci.sha256(self.hidden.blobs[-1])}",
            "container_manifest": f"content/container/manifests/?digest={self.hidden.digest}",
            "container_tag": f"content/container/tags/?name={self.SECRET}",
        }
        return (
            self.first(kinds[kind]) if kind in kinds else f"{API}/content/{kind}/00000000-0000-0000-0000-000000000000/"
        )

    def first(self, path):
        return self.registry.call(200, "GET", path)["results"][0]["pulp_href"]

    def state(self):
        """All that requests could have changed, as the administrator sees it."""
        listed = ("repositories", "distributions", "remotes", "content/container/tags", "content/container/manifests")
        listed += ("content/container/blobs", "repository_versions")
        whole = {path: self.registry.call(200, "GET", f"{path}/?limit=1000")["results"] for path in listed}
        return whole | {name: self.registry.tags(name) for name in ("shown/app", "hidden/app")}
