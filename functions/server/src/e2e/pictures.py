"""Pictures of the console's pages, with something on them: `make console-pictures`.

Every kind of page, light and dark, on a desktop and on a phone, goes to target/console-pictures, to be looked at; six
pages to docs/pictures.
"""

import re
import shutil

from browser import SIZES, Browser, crawl, kind
from console_example import Example, built
from harness import PASSWORD, ROOT, Server
from registry import Registry
from upstream import Upstream

PICTURES = ROOT / "target/console-pictures"
SHOWN = ROOT / "docs/pictures"
# As `make serve` has it, since pages say it.
PORT = 5000
HUB = "https://registry-1.docker.io"
MOST_BYTES = 150_000


class Scene(Example):
    def everything(self, upstream):
        """Makes what is shown; the pages of the six, by their names."""
        self.mirrors(upstream)
        self.base()
        self.shop()
        self.registry.push("shop/worker", "0.9.2", built("worker", "0.9.2", days=25))
        self.people()
        self.pin()
        web = self.page("shop/web")
        return {
            "home": "/ui",
            "tags": web,
            "timeline": f"{web}versions/",
            "difference": f"{web}diff?from={self.before}&to={self.after}",
            "image": f"{web}images/{self.new.digest}?tag=1.5.0",
            "mirror": self.page("mirror/nginx").replace("repositories", "mirrors"),
        }

    def mirrors(self, upstream):
        """Fetched from a stand-in; only afterwards they say that they are of Docker Hub."""
        for name, tags in {"library/nginx": ("1.27.5", "1.28.0", "1.29.1"), "library/redis": ("7.4", "8.2")}.items():
            for days, tag in enumerate(tags):
                upstream.registry.push(name, tag, built(name.split("/")[1], tag, days=days))
            self.mirror(name.replace("library", "mirror"), upstream.url, name)
        self.registry.pull_through("hub", HUB)
        self.failed_sync("mirror/gone")

    def mirror(self, name, url, upstream_name):
        schedule = {"sync_schedule": "cron(0 3 * * ? *)", "sync_schedule_timezone": "Europe/Berlin"}
        repository = self.registry.mirror(name, url, upstream_name, {"policy": "immediate"}, **schedule)
        self.change("POST", f"{repository['pulp_href']}sync/", mirror=False)
        self.change("PATCH", repository["remote"], url=HUB)

    def people(self):
        for name, first, last in (("ada", "Ada", "Lovelace"), ("grace", "Grace", "Hopper")):
            self.change("POST", "users/", username=name, password="battery staple", first_name=first, last_name=last)
        self.change("POST", "groups/", name="Shop")
        self.change("POST", "robots/", name="shop+ci", description="pushes from CI")

    def pin(self):
        """Production stays at a version, whatever is pushed."""
        version = f"{self.found('repositories', 'shop/web')['pulp_href']}versions/{self.before}/"
        name = "shop/web-production"
        body = {"name": name, "base_path": name, "repository_version": version}
        self.change("POST", "distributions/container/container/", **body)


def file_name(path):
    """Of a kind of page, as a file may be called."""
    plain = kind(path).removeprefix("/ui").strip("/")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "home"


def every_kind(browser, url, starts):
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    for size in SIZES:
        for dark in (False, True):
            way = f"{size}-{'dark' if dark else 'light'}"
            with browser.visit(url, size=size, dark=dark) as visit:
                visit.go("/ui/login")
                visit.picture(PICTURES / f"login-{way}.png")
                visit.log_in("admin", PASSWORD)
                for path in crawl(visit, starts, each=1):
                    visit.picture(PICTURES / f"{file_name(path)}-{way}.png", whole=True)
    print(f"{len(list(PICTURES.iterdir()))} pictures in {PICTURES}")


def six(browser, url, pages):
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name, path in pages.items():
        with browser.visit(url, dark=name == "mirror") as visit:
            visit.log_in("admin", PASSWORD)
            visit.go(path)
            picture = SHOWN / f"console-{name}.png"
            visit.picture(picture)
            size = picture.stat().st_size
            print(f"{picture.relative_to(ROOT)}: {size // 1000} KB")
            if size > MOST_BYTES:
                raise AssertionError(f"{picture} is larger than {MOST_BYTES} bytes")


def main():
    with Server(port=PORT) as server, Upstream() as upstream, Browser() as browser:
        pages = Scene(Registry(server.host)).everything(upstream)
        url = f"http://localhost:{PORT}"
        six(browser, url, pages)
        every_kind(browser, url, pages.values())


if __name__ == "__main__":
    main()
