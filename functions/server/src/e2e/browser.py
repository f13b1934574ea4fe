"""Debian's Chromium, driven by Playwright: pages of the console as people see and use them."""

import contextlib
import json
import re
import shutil
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 720}}
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# What says the policy stopped something, or that a script of ours failed.
TROUBLE = re.compile(r"Content Security Policy|Uncaught|htmx:")
MILLISECONDS = 10_000


class Browser:
    """One process of Chromium; each visit is a context of its own, without what others left."""

    def __enter__(self):
        self.playwright = sync_playwright().start()
        # Root has no sandbox. Pages come from the test's own server.
        self.chromium = self.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        return self

    def __exit__(self, *_):
        self.chromium.close()
        self.playwright.stop()

    @contextlib.contextmanager
    def visit(self, url, size="desktop", scripts=True, dark=False, cookies=()):
        context = self.chromium.new_context(
            base_url=url,
            viewport=SIZES[size],
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=size == "phone",
        )
        context.set_default_timeout(MILLISECONDS)
        context.add_cookies(list(cookies))
        visit = Visit(context, scripts)
        try:
            yield visit
            visit.require_no_trouble()
        finally:
            context.close()


class Visit:
    def __init__(self, context, scripts):
        self.context, self.scripts, self.trouble = context, scripts, []
        self.page = context.new_page()
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.trouble.append(f"Uncaught {error}"))
        # A script of somebody else's would show itself by one.
        self.page.on("dialog", self.opened)

    def said(self, message):
        if TROUBLE.search(message.text):
            self.trouble.append(message.text)

    def opened(self, dialog):
        self.trouble.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    def require_no_trouble(self):
        if self.trouble:
            raise AssertionError("\n".join(self.trouble))

    def go(self, path):
        """Opens a page and requires that it is there and fits the window."""
        answer = self.page.goto(path)
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")
        self.require_fit(path)
        return answer

    def go_elsewhere(self, page):
        """Opens a page of another site, which no packet is sent to."""

        def answer(route):
            route.fulfill(status=200, content_type="text/html", body=page)

        self.context.route("http://evil.localhost/**", answer)
        self.page.goto("http://evil.localhost/")

    def require_fit(self, path):
        wide = self.page.evaluate("document.documentElement.scrollWidth") if self.scripts else 0
        if wide > self.page.viewport_size["width"]:
            raise AssertionError(f"{path} is {wide} pixels wide in a window of {self.page.viewport_size['width']}")

    def log_in(self, name, password):
        self.page.goto("/ui/login")
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Log in").click()
        if self.page.locator(".who").count() != 1:
            raise AssertionError(f"{name} is not logged in: {self.page.get_by_role('main').inner_text()}")

    def click(self, role, name, exact=False):
        self.page.get_by_role(role, name=name, exact=exact).first.click()

    def fill(self, label, text):
        self.page.get_by_label(label, exact=False).first.fill(text)

    def text(self):
        return self.page.get_by_role("main").inner_text()

    def heading(self):
        return self.page.locator("h1").inner_text()

    def links(self):
        """Where the page's links lead, as they are written; each must stay in the console."""
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        for link in found:
            if not re.match(r"/ui(/|$|\?)|[#?]", link):
                raise AssertionError(f"{self.page.url} links to {link}")
        return [link.split("#")[0] for link in found if link.startswith("/ui")]

    def findings(self):
        """What axe holds against the page, serious or critical."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {each['help']}: {json.dumps([node['target'] for node in each['nodes']][:5])}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
        ]

    def picture(self, path, whole=False):
        """Of what the window shows, or of the whole page."""
        self.page.screenshot(path=path, full_page=whole)


def kind(path):
    """A path without what tells one page from another of its kind."""
    plain, _, query = path.partition("?")
    plain = re.sub(r"sha256:[0-9a-f]+", "{digest}", plain)
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", plain)
    plain = re.sub(r"(?<=/)\d+(?=/|$)", "{number}", plain)
    names = sorted(part.split("=")[0] for part in query.split("&") if part)
    return f"{plain}?{','.join(names)}" if names else plain


def crawl(visit, starts=("/ui",), each=2, most=150):
    """Opens every page that links lead to, up to `each` of a kind, and yields its path while it is open."""
    waiting, met, kinds = list(starts), set(starts), {}
    while waiting and len(kinds) < most:
        path = waiting.pop(0)
        kinds[kind(path)] = kinds.get(kind(path), 0) + 1
        if kinds[kind(path)] > each:
            continue
        visit.go(path)
        yield path
        for link in visit.links():
            if link not in met:
                met.add(link)
                waiting.append(link)
