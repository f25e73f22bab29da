"""The page that gives back what was typed on a page which outlived its log-in, as its reader finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer = HttpResponse | _MonkeyPatchedWSGIResponse


def shown(answer: Answer) -> list[tuple[str, str]]:
    """Each box with what it is called; they are only for reading."""
    page = BeautifulSoup(answer.content, "html.parser")
    names = {str(label["for"]): label.get_text() for label in page.select("main label")}
    return [
        (names[str(box["id"])], box.get_text().removeprefix("\n") if box.name == "textarea" else str(box["value"]))
        for box in page.select("main :is(input, textarea)[readonly]")
    ]


def way_back(answer: Answer) -> str:
    """Where the log-in, in a tab of its own, leads."""
    link = BeautifulSoup(answer.content, "html.parser").select_one("main a.button[target=_blank][rel=noopener]")
    assert link is not None
    address = urlsplit(str(link["href"]))
    assert address.path == reverse("account_login")
    (way,) = parse_qs(address.query)["next"]
    return way
