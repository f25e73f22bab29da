"""A letter of the tests' own, queued about any row there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.core import outgoing
from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter
from portal.core.states import MailState
from portal.organisations.models import Organisation

TEMPLATES = {
    "hello.subject.txt": "Hej {{ name }}\n",
    "hello.txt": "{% autoescape off %}Hej {{ name }}! Läs mer på {{ site_url }}.{% endautoescape %}\n",
    "hello.html": "<p>Hej {{ name }}!</p>\n",
}
ADDRESS = "asa.lind@kommun.example"
_numbers = count()


def write_templates(folder: Path) -> None:
    (folder / "mail" / "tests").mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (folder / "mail" / "tests" / name).write_text(text)


def letter(name: str = "Åsa", to: str = ADDRESS) -> Letter:
    return Letter("tests/hello", to, {"name": name})


def queue(name: str = "Åsa", *, to: str = ADDRESS, key: str = "", secret: bool = False) -> OutgoingMail:
    about = Organisation(code="0180", name="Stockholms stad")
    return outgoing.queue(letter(name, to), about=about, key=key or f"tests:{next(_numbers)}", secret=secret)


def make_due(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(not_before=timezone.now())


def held_by_a_dead_worker(mail: OutgoingMail, *, handed_over: bool, **columns: Any) -> datetime:
    """Put the mail into the state in which `kill -9` leaves it, its lease over; returns a time after that."""
    now = timezone.now()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.SENDING,
        attempts=1,
        claimed_until=now - timedelta(seconds=1),
        handed_over_at=now - timedelta(seconds=60) if handed_over else None,
        **columns,
    )
    return now
