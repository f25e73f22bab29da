"""The letters that staff words: filled in for one person, shown, tried out, sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.core import outgoing
from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter
from programs.mail_places import own_url
from programs.models import CohortLetter, LetterRecipient, Place
from programs.queries.letters import Recipient, fill, occasion_of
from programs.queries.places import kept_until

TEMPLATE = "programs/letter"


@dataclass(frozen=True)
class Shown:
    """A letter as one person gets it."""

    subject: str
    text: str
    html: str


def recipient(letter: CohortLetter, place: Place, *, is_real: bool) -> Recipient:
    """For whom the letter is filled in. What is only shown or tried out carries nobody's own link."""
    link = own_url(place) if is_real else f"{settings.SITE_URL}/program/plats/…"
    return Recipient(place, occasion_of(letter), link, f"{settings.SITE_URL}{reverse('my_pages')}")


@dataclass(frozen=True)
class Block:
    """A paragraph of a letter, or a list: lines that each begin with a dash."""

    lines: tuple[str, ...]
    is_list: bool


def blocks(body: str) -> list[Block]:
    """The text as its HTML form shows it. A run of lines with dashes is a list wherever it stands."""
    found: list[Block] = []
    for paragraph in body.split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        for is_list, run in groupby(lines, key=lambda line: line.startswith("- ")):
            found.append(Block(tuple(line.removeprefix("- ") if is_list else line for line in run), is_list))
    return found


def _filled(letter: CohortLetter, to: Recipient, address: str, mark: str = "") -> Letter:
    body = fill(letter.body, to)
    context: dict[str, Any] = {
        "subject": f"{mark}{fill(letter.subject, to)}",
        "body": body,
        "blocks": blocks(body),
        "place": to.place,
        "contact_url": f"{settings.SITE_URL}{reverse('contact')}",
        "kept_until": kept_until(to.place),
    }
    return Letter(TEMPLATE, address, context)


def shown(letter: CohortLetter, place: Place) -> Shown:
    """What the person would get."""
    parts = outgoing.rendered(_filled(letter, recipient(letter, place, is_real=False), place.email))
    return Shown(parts["subject"], parts["text_body"], parts["html_body"])


def letter_tested(letter: CohortLetter, place: Place, address: str, audit_id: int) -> OutgoingMail:
    """To whoever wrote it. About the place whose facts fill it: it goes when they go."""
    filled = _filled(letter, recipient(letter, place, is_real=False), address, "[Prov] ")
    return outgoing.queue(
        filled, about=place, key=f"letter_tested:{letter.pk.hex}:{audit_id}", delete_after=place.delete_after
    )


def letter_sent(letter: CohortLetter, row: LetterRecipient, audit_id: int | None = None) -> OutgoingMail:
    """To one recipient, once; with the line of the trail that changed the address, once more to the right one."""
    place = row.place
    filled = _filled(letter, recipient(letter, place, is_real=True), place.email)
    key = f"letter_sent:{letter.pk.hex}:{place.pk.hex}" + (f":{audit_id}" if audit_id else "")
    return outgoing.queue(filled, about=place, key=key, delete_after=place.delete_after)
