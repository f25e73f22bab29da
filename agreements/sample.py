"""The sample that the public page shows: a paper of a pair that does not exist."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agreements.collaboration.content import (
    BULLETS,
    NUMBERS,
    Block,
    Content,
    Meeting,
    Run,
    Section,
    item_list,
    paragraph,
)
from agreements.collaboration.content import meeting as meeting_of
from agreements.queries.papers import Sheet, Signatory

DATA = Path(__file__).resolve().parent / "data"
SOURCE = DATA / "exempel.toml"
FILE = DATA / "exempel.pdf"


def _paragraph(text: str) -> Block:
    return paragraph([Run(text)])


def _blocks(data: Mapping[str, Any]) -> tuple[Block, ...]:
    texts = [_paragraph(text) for text in data.get("text", ())]
    lists = [
        item_list(kind, [[_paragraph(text)] for text in data[kind]]) for kind in (BULLETS, NUMBERS) if kind in data
    ]
    return (*texts, *lists)


def _meetings(data: Mapping[str, Any]) -> tuple[Meeting, ...] | None:
    return tuple(meeting_of(each) for each in data["meetings"]) if "meetings" in data else None


def sections_of(data: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of such a file. A heading may be left to a template."""
    return tuple(
        Section(each["key"], each.get("heading", ""), _blocks(each), _meetings(each)) for each in data["sections"]
    )


def sample_sheet() -> Sheet:
    """What the sample says."""
    data = tomllib.loads(SOURCE.read_text())
    return Sheet(
        name=data["name"],
        organisation=data["organisation"],
        pair=tuple(Signatory(each["name"], each["title"], data["approved"]) for each in data["pair"]),
        content=Content(sections_of(data)),
        dated=data["approved"],
        number=1,
        is_sample=True,
    )
