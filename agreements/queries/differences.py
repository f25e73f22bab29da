"""What differs between two texts, word by word and in how words look, in a form that is read and listened to. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agreements.collaboration.content import BULLETS, Block, Content, Meeting, Paragraph, Run, Section

WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
# Above this many pairs of words, whole lines are compared: nobody waits a minute for a diff.
MOST_PAIRS = 4_000_000
NEW_LINE = Run("\n")
# A word, or a whole line of them, that is compared as one.
Piece = tuple[Run, ...]


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
        old_words, new_words = words(earlier), words(section)
        if old_words != new_words:
            found.append(SectionDifference(section.key, section.heading, marked(old_words, new_words)))
    return found


def changed_keys(old: Content, new: Content) -> list[str]:
    """The keys of the sections in which anything differs, the looks of letters included."""
    before = {section.key: section for section in old.sections}
    return [section.key for section in new.sections if before.get(section.key) != section]


def words(section: Section) -> list[Run]:
    """The section as words, spaces and signs, each as it looks."""
    lines = [*_lines(section.blocks, ""), *([Run(_meeting_line(meeting))] for meeting in section.meetings or ())]
    found: list[Run] = []
    for line in lines:
        found += [NEW_LINE, *(replace(run, text=word) for run in line for word in WORD.findall(run.text))]
    return found[1:]


def _meeting_line(meeting: Meeting) -> str:
    return f"{meeting.what} – {meeting.who} – {meeting.how_often.label} – {meeting.who_prepares}"


def _lines(blocks: tuple[Block, ...], indent: str) -> Iterator[list[Run]]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield [Run(indent), *block.runs]
            continue
        for number, item in enumerate(block.items, start=1):
            bullet = "• " if block.kind == BULLETS else f"{number}. "
            inner = list(_lines(item, indent + "  "))
            first = inner[0][1:] if inner else []
            yield [Run(indent + bullet), *first]
            yield from inner[1:]


def marked(old: Sequence[Run], new: Sequence[Run]) -> SafeString:
    """The newer text with what is new in `<ins>` and what is gone in `<del>`, each in words for those who listen."""
    before, after = _pieces(old, new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    shown = (
        html
        for kind, a, b, c, d in matcher.get_opcodes()
        for html in _shown(
            kind, [run for one in before[a:b] for run in one], [run for one in after[c:d] for run in one]
        )
    )
    return format_html_join("", "{}", ((html,) for html in shown))


def _pieces(old: Sequence[Run], new: Sequence[Run]) -> tuple[list[Piece], list[Piece]]:
    if len(old) * len(new) > MOST_PAIRS:
        return _whole_lines(old), _whole_lines(new)
    return [(run,) for run in old], [(run,) for run in new]


def _whole_lines(runs: Sequence[Run]) -> list[Piece]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        lines[-1].append(run)
        if run == NEW_LINE:
            lines.append([])
    return [tuple(line) for line in lines if line]


def _shown(kind: str, old: list[Run], new: list[Run]) -> Iterator[SafeString]:
    if kind == "equal":
        yield _html(new)
        return
    if old:
        yield from _changed(_("borttaget"), "<del>{}{}{}</del>", old)
    if old and new:
        yield SafeString(" ")
    if new:
        yield from _changed(_("tillagt"), "<ins>{}{}{}</ins>", new)


def _changed(what: str, tag: str, runs: list[Run]) -> Iterator[SafeString]:
    """Neighbours that look the same are one change; how they look is said, since bold is not heard."""
    for look, group in groupby(runs, _look):
        begins = format_html('<span class="visually-hidden">[{} </span>', f"{', '.join([what, *_in_words(look)])}:")
        yield format_html(tag, begins, _html(list(group)), SafeString('<span class="visually-hidden">]</span>'))


def _look(run: Run) -> Run:
    return replace(run, text="")


def _in_words(look: Run) -> list[str]:
    link = [_("länk till %(address)s") % {"address": look.href}] if look.href else []
    return [*([_("fet")] if look.bold else []), *([_("kursiv")] if look.italic else []), *link]


def _html(runs: list[Run]) -> SafeString:
    """As it looks in the text. A link is underlined and leads nowhere from here."""
    groups = ((look, "".join(run.text for run in group)) for look, group in groupby(runs, _look))
    return format_html_join("", "{}", ((_styled(look, text),) for look, text in groups))


def _styled(look: Run, text: str) -> SafeString:
    html = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))
    for is_so, tag in ((look.italic, "<em>{}</em>"), (look.bold, "<strong>{}</strong>"), (look.href, "<u>{}</u>")):
        html = format_html(tag, html) if is_so else html
    return html
