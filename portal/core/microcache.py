"""Public pages are rendered once and kept for some seconds in each process, with holes for what differs by visitor.

What a visitor without a log-in sees differs only in hidden fields: the token against forgery and the form's own
token. So the rendered page is cut there, and each request fills its own in. Whoever has a session (staff) bypasses all
this and sees what they just saved at once. Reasons and figures: docs/adr/0008.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

View = Callable[..., HttpResponse]
Fill = Callable[[], str]
T = TypeVar("T")

# More pages than the portal has; beyond it the store starts anew, so that odd addresses cannot fill the memory.
MOST_PAGES = 500


@dataclass(frozen=True)
class Page:
    """A rendered page, cut at its holes: the text before each hole, the hole's field, and the text after the last."""

    pieces: tuple[tuple[str, str], ...]
    tail: str
    headers: Mapping[str, str]
    fresh_until: float


_pages: dict[tuple[str, str], Page] = {}
_kept: list[list[Any]] = []
_texts: dict[tuple[str, ...], tuple[float, str]] = {}
# Stands where the one text goes; no page has it otherwise.
MARK = "SAM-0000-0000"


def _bypasses(request: HttpRequest) -> bool:
    if not settings.PAGE_CACHE_SECONDS or request.method not in {"GET", "HEAD"}:
        return True
    return settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES


def _cut(response: HttpResponse, fields: list[str]) -> Page:
    text = response.content.decode()
    hole = re.compile(rf'(?<=name=")(?:{"|".join(fields)})(?=" value=")')
    pieces: list[tuple[str, str]] = []
    start = 0
    for match in hole.finditer(text):
        value_starts = match.end() + len('" value="')
        pieces.append((text[start:value_starts], match.group()))
        start = text.index('"', value_starts)
    headers = {name: value for name, value in response.items() if name.lower() not in {"content-length", "vary"}}
    return Page(tuple(pieces), text[start:], headers, time.monotonic() + settings.PAGE_CACHE_SECONDS)


def _filled(page: Page, fills: Mapping[str, Fill]) -> HttpResponse:
    parts = [part for before, field in page.pieces for part in (before, fills[field]())]
    return HttpResponse("".join([*parts, page.tail]), headers=page.headers)


def kept(make: Callable[[], T]) -> Callable[[], T]:
    """The function, asked at most once in `PAGE_CACHE_SECONDS`. For facts that staff changes and nobody may alter."""
    latest: list[tuple[float, T]] = []
    _kept.append(latest)

    @wraps(make)
    def wrapper() -> T:
        now = time.monotonic()
        for made_at, value in latest[-1:]:
            if now < made_at + settings.PAGE_CACHE_SECONDS:
                return value
        value = make()
        latest[:] = [(now, value)]
        return value

    return wrapper


def with_text(key: tuple[str, ...], make: Callable[[str], str], value: str) -> str:
    """A page that is the same for all but for one text: `make` renders it around a mark, and the value takes its place.

    The value must need no escaping (a reference of ours, never what somebody typed).
    """
    if not settings.PAGE_CACHE_SECONDS:
        return make(value)
    made_at, text = _texts.get(key, (0.0, ""))
    if not text or time.monotonic() > made_at + settings.PAGE_CACHE_SECONDS:
        if len(_texts) >= MOST_PAGES:
            _texts.clear()
        text = make(MARK)
        _texts[key] = (time.monotonic(), text)
    return text.replace(MARK, value)


def clear() -> None:
    """Forget everything (tests)."""
    _pages.clear()
    _texts.clear()
    for latest in _kept:
        latest.clear()


def microcached(
    *, vary_on: Callable[[HttpRequest], str] = lambda _request: "", fills: Mapping[str, Fill] | None = None
) -> Callable[[View], View]:
    """Keep what the view answers with 200 for `PAGE_CACHE_SECONDS`.

    `vary_on` names what in the query the page depends on (a value out of few, never what was typed); `fills` makes the
    values of hidden fields that must be new for each visitor, by the name of the field.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _bypasses(request):
                return view(request, *args, **kwargs)
            all_fills = {"csrfmiddlewaretoken": lambda: get_token(request), **(fills or {})}
            key = (request.path, vary_on(request))
            page = _pages.get(key)
            if page is None or page.fresh_until < time.monotonic():
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                page = _keep(key, _cut(response, list(all_fills)))
            return _filled(page, all_fills)

        return wrapper

    return decorate


def _keep(key: tuple[str, str], page: Page) -> Page:
    if len(_pages) >= MOST_PAGES:
        _pages.clear()
    _pages[key] = page
    return page
