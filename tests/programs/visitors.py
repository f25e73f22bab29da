"""Visitors who fill in the interest form over real HTTP, each with a connection and a network address of their own."""

from __future__ import annotations

import itertools
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.programs.interest import BASE, solve

FORM = "/program/intresse/"
# What the server must be started with, so that it believes where the visitors say that they come from.
BEHIND_A_PROXY = {"TRUSTED_PROXIES": "127.0.0.1"}
_numbers = itertools.count()


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str
    seconds: float


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


class Visitor:
    """A browser without JavaScript: cookies, hidden fields, no repeats of its own."""

    def __init__(self, base_url: str) -> None:
        number = next(_numbers)
        self.email = f"besokare-{number}@kommun.example"
        self._base_url = base_url
        self._headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}
        self._opener = urllib.request.build_opener(_StayHere, urllib.request.HTTPCookieProcessor())
        self._hidden: dict[str, str] = {}

    def open_form(self) -> Answer:
        page = self._send(FORM)
        fields = BeautifulSoup(page.body, "html.parser").select("main input[type=hidden]")
        self._hidden = {str(field["name"]): str(field.get("value", "")) for field in fields}
        return page

    def press_send(self, **changes: Any) -> Answer:
        return self._send(FORM, {**self._hidden, **BASE, "email": self.email, **changes})

    def solve_captcha(self) -> str:
        """Returns the proof, which the form now holds."""
        self._hidden["altcha"] = solve()
        return self._hidden["altcha"]

    def look(self, path: str) -> Answer:
        return self._send(path)

    def _send(self, path: str, fields: dict[str, Any] | None = None) -> Answer:
        data = urlencode(fields, doseq=True).encode() if fields is not None else None
        request = urllib.request.Request(self._base_url + path, data, self._headers)
        started = time.perf_counter()
        try:
            with self._opener.open(request, timeout=60) as response:
                body, status, headers = response.read(), response.status, response.headers
        except urllib.error.HTTPError as error:
            with error:
                body, status, headers = error.read(), error.code, error.headers
        return Answer(status, headers.get("Location") or "", body.decode(), time.perf_counter() - started)


def all_at_once(actions: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """Let every action begin at the same moment."""
    waiting = list(actions)
    barrier = Barrier(len(waiting))

    def run(action: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))
