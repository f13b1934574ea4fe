"""A browser of the console as far as HTTP goes: a cookie and forms, and whatever an attacker may send instead."""

import re
from urllib.parse import urlencode

from harness import PASSWORD
from registry import Registry

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Console:
    def __init__(self, host, user="admin", password=PASSWORD, secure=False):
        """`password=None`: a visitor."""
        self.host, self.http = host, Registry(host, None, secure=secure)
        self.origin = f"{'https' if secure else 'http'}://{host}"
        self.cookie = self.token = ""
        if password is not None:
            self.log_in(user, password)

    def log_in(self, user, password):
        answer = self.post("/ui/login", name=user, password=password)
        if answer.status != 303:
            raise AssertionError(f"the login of {user} answered {answer.status}")
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.token = TOKEN.search(self.get("/ui/repositories/").body.decode()).group(1)

    def get(self, path, **headers):
        return self.http.request("GET", path, headers=self.headers(headers))

    def page(self, path):
        answer = self.get(path)
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")
        return answer.body.decode()

    def submit(self, path, **fields):
        """Sends a form of a page that was shown."""
        return self.post(path, form_token=self.token, **fields)

    def post(self, path, origin=None, **fields):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin or self.origin}
        return self.http.request("POST", path, urlencode(fields, doseq=True).encode(), self.headers(headers))

    def headers(self, others):
        return {**others, **({"Cookie": self.cookie} if self.cookie else {})}
