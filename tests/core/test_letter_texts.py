"""The text part of every letter, with all that it can say and with nothing of it: paragraphs, one empty line apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.core.outgoing import Letter, rendered
from tests.core.letters import queue

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
LETTERS = sorted(str(path.relative_to(FOLDER)).removesuffix(".subject.txt") for path in FOLDER.glob("*/*.subject.txt"))
# Whatever a template could ask for by name.
NAMES = sorted({name for path in FOLDER.rglob("*.txt") for name in re.findall(r"[a-z_]+", path.read_text())})


class Anything(datetime):
    """Something that is true, has every attribute, and is a day, a sum or a list as the letter wants it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return 24000 if name in ("fee", "lodging_per_occasion") else anything()

    def __iter__(self) -> Iterator[Any]:
        return iter([anything(), anything()])


def anything() -> Anything:
    return Anything(2027, 3, 1, 10, tzinfo=UTC)


# What no letter goes without.
NEVER_MISSING: dict[str, Any] = {"total": 2, "body": "Ett brev."}
EVERYTHING = {name: anything() for name in NAMES} | NEVER_MISSING


def text_of(name: str, context: dict[str, Any]) -> str:
    return rendered(Letter(name, "asa@kommun.example", context))["text_body"]


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("context", [EVERYTHING, NEVER_MISSING], ids=["everything", "nothing"])
def test_every_letter_is_set_in_paragraphs(letter: str, context: dict[str, Any]) -> None:
    text = text_of(letter, context)

    lines = text.split("\n")
    assert "\n\n\n" not in text
    assert [line for line in lines if line != line.rstrip()] == []
    assert (lines[0] != "", lines[-2] != "", lines[-1]) == (True, True, "")
    above, signature, below = text.partition("Samspel\nSveriges Kommuner och Regioner\n")
    assert signature
    # The signature is a paragraph of its own, and so is what stands below it.
    assert above.removesuffix("Vänliga hälsningar\n").endswith("\n\n")
    assert below == "" or below.startswith("\n")


def test_there_are_letters() -> None:
    assert len(LETTERS) >= 40


@pytest.mark.django_db
@pytest.mark.usefixtures("letters")
def test_what_is_left_out_of_a_letter_leaves_no_hole_behind() -> None:
    assert queue("Åsa  \n\n\n \n  Öberg").text_body == "Hej Åsa\n\n  Öberg! Läs mer på http://localhost.\n"
