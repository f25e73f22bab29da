"""What differs between two texts, word by word, in a form that is read and listened to. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.collaboration.content import BULLETS, Block, Content, Meeting, Paragraph, Section

WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
# Above this many pairs of words, whole lines are compared: nobody waits a minute for a diff.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True)
class SectionDifference:
    """One heading whose text differs."""

    key: str
    heading: str
    html: SafeString


def differences(old: Content, new: Content) -> list[SectionDifference]:
    """The sections that differ, in the order of the newer text."""
    before = {section.key: section for section in old.sections}
    found = []
    for section in new.sections:
        earlier = before.get(section.key, Section(section.key, section.heading))
        old_text, new_text = plain(earlier), plain(section)
        if old_text != new_text:
            found.append(SectionDifference(section.key, section.heading, marked(old_text, new_text)))
    return found


def changed_keys(old: Content, new: Content) -> list[str]:
    """The keys of the sections in which anything differs, the looks of letters included."""
    before = {section.key: section for section in old.sections}
    return [section.key for section in new.sections if before.get(section.key) != section]


def plain(section: Section) -> str:
    """The section as lines of text."""
    meetings = (_meeting_line(meeting) for meeting in section.meetings or ())
    return "\n".join(chain(_lines(section.blocks, ""), meetings))


def _meeting_line(meeting: Meeting) -> str:
    return f"{meeting.what} – {meeting.who} – {meeting.how_often.label} – {meeting.who_prepares}"


def _lines(blocks: tuple[Block, ...], indent: str) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield indent + block.text
            continue
        for number, item in enumerate(block.items, start=1):
            bullet = "• " if block.kind == BULLETS else f"{number}. "
            inner = list(_lines(item, indent + "  "))
            yield from [indent + bullet + inner[0].strip(), *inner[1:]] if inner else [indent + bullet]


def marked(old: str, new: str) -> SafeString:
    """The newer text with what is new in `<ins>` and what is gone in `<del>`, each in words for those who listen."""
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) * len(after) > MOST_PAIRS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces = (
        piece
        for kind, a, b, c, d in matcher.get_opcodes()
        for piece in _pieces(kind, "".join(before[a:b]), "".join(after[c:d]))
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _pieces(kind: str, old: str, new: str) -> Iterator[SafeString]:
    if kind == "equal":
        yield _with_breaks(new)
        return
    if old:
        label = _("borttaget:")
        yield format_html(
            '<del><span class="visually-hidden">[{} </span>{}<span class="visually-hidden">]</span></del>',
            label,
            _with_breaks(old),
        )
    if old and new:
        yield SafeString(" ")
    if new:
        label = _("tillagt:")
        yield format_html(
            '<ins><span class="visually-hidden">[{} </span>{}<span class="visually-hidden">]</span></ins>',
            label,
            _with_breaks(new),
        )


def _with_breaks(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))
