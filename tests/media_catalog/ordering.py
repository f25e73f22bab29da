"""Ordering films as a browser does: fetch the page, take over its hidden fields, post; then read the mail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from media_catalog.actions.files import attach_file, attach_transcript
from media_catalog.actions.publishing import publish
from media_catalog.captions import Cue
from media_catalog.models import Kind, MediaItem, Order
from portal.core import audit
from portal.core.models import OutgoingMail
from portal.organisations.actions import listed_organisations, load_organisations

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    TestResponse = _MonkeyPatchedWSGIResponse

FORM = "/film-och-podd/bestall/"
# A film that the repository made itself; half a minute, with a sound track.
FILE = Path("portal/demo/data/media/uppdraget-som-kso-och-rso-lang.mp4")
BASE: dict[str, Any] = {
    "films": ["film-1"],
    "name": "Åsa Lind-Öberg",
    "email": "asa.lind@kommun.example",
    "organisation": "0180",
    "other_organisation": "",
    "purpose": "Vi visar filmen för kommunstyrelsen.",
}
LINK = re.compile(r"http://localhost(?::\d+)?(/film-och-podd/bestallning/[0-9a-f]+/)")


def load_organisation_rows() -> None:
    codes = {"0180", "0980", "2080", "09", "08"}
    load_organisations([row for row in listed_organisations() if row.code in codes])


def make_film(number: int = 1, *, content: bytes | None = None) -> MediaItem:
    """A published long film that is sent on order."""
    film: MediaItem = MediaItem.objects.create(
        kind=Kind.FILM, slug=f"film-{number}", title=f"Att styra tillsammans {number}", on_order=True
    )
    upload = SimpleUploadedFile(f"film-{number}.mp4", content or FILE.read_bytes())
    attach_file(film, upload, by=audit.SYSTEM, duration=36)
    attach_transcript(film, [Cue(0, 5, "Hej och välkommen.")], source_name="film.vtt", by=audit.SYSTEM)
    publish(film, by=audit.SYSTEM)
    return film


def hidden_fields(client: Client, path: str = FORM, **query: str) -> dict[str, Any]:
    response = client.get(path, query)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return {str(field["name"]): str(field.get("value", "")) for field in page.select("main input[type=hidden]")}


def order(client: Client, **changes: Any) -> TestResponse:
    """Open the form, fill it in without JavaScript, send it."""
    return client.post(FORM, {**hidden_fields(client), **BASE, **changes})


def only() -> Order:
    return Order.objects.get()


def newest_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def link_in(mail: OutgoingMail) -> str:
    """The path of the personal link."""
    found = LINK.search(mail.text_body)
    assert found is not None
    return found[1]


def ordered(client: Client, **changes: Any) -> str:
    """Order, and return the path of the link in the mail."""
    assert order(client, **changes).status_code == 303
    return link_in(newest_mail())
