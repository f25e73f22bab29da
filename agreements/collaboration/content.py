"""What an agreement says, independent of how it was typed: the canonical content. Pure.

Approvals, versions, the PDF and every comparison stand on this form, so equal texts always give equal bytes: text is in
Unicode's composed form, neighbouring runs that look the same are one run, and empty paragraphs at the end are nothing.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

FORMAT = 1
# Lists within lists deeper than this are left out; nobody writes them by hand.
DEEPEST = 8
LONGEST_ADDRESS = 2000
SCHEMES = {"http": "netloc", "https": "netloc", "mailto": "path"}
BULLETS: Literal["bullets"] = "bullets"
NUMBERS: Literal["numbers"] = "numbers"
ListKind = Literal["bullets", "numbers"]


class HowOften(TextChoices):
    """How often a meeting comes back."""

    WEEKLY = "weekly", _("varje vecka")
    BIWEEKLY = "biweekly", _("varannan vecka")
    MONTHLY = "monthly", _("varje månad")
    QUARTERLY = "quarterly", _("varje kvartal")
    HALFYEARLY = "halfyearly", _("varje halvår")
    YEARLY = "yearly", _("varje år")
    WHEN_NEEDED = "when_needed", _("vid behov")


@dataclass(frozen=True, slots=True)
class Frame:
    """A section before anything is written in it: what the template says."""

    key: str
    heading: str
    has_meetings: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look the same."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class ItemList:
    kind: ListKind
    items: tuple[tuple[Block, ...], ...]


Block = Paragraph | ItemList


@dataclass(frozen=True, slots=True)
class Meeting:
    """One line of "Möten och kontakter"."""

    what: str = ""
    who: str = ""
    how_often: HowOften = HowOften.WHEN_NEEDED
    who_prepares: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below one heading. `meetings` is None where the template asks for text only."""

    key: str
    heading: str
    blocks: tuple[Block, ...] = ()
    meetings: tuple[Meeting, ...] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.meetings


@dataclass(frozen=True, slots=True)
class Content:
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, "sections": [section_to_json(section) for section in self.sections]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Content:
        """From `to_json`, made canonical again. Raises ValueError for anything else."""
        try:
            if data["format"] != FORMAT:
                raise ValueError("Unknown format")
            return Content(tuple(_section_from_json(section) for section in data["sections"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is no content of an agreement") from error


# --- Making it canonical ---------------------------------------------------------------------------------------------
def clean_text(text: str) -> str:
    """Composed, and without control characters and halves of characters, which databases and printers refuse."""
    kept = ("" if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" else c for c in text)
    return unicodedata.normalize("NFC", "".join(kept).replace("\r", "").replace("\n", " ").replace("\t", " "))


def clean_href(href: str) -> str:
    """The address when people may be led there, else nothing."""
    address = clean_text(href).strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    needed = SCHEMES.get(parts.scheme)
    if needed is None or not getattr(parts, needed) or len(address) > LONGEST_ADDRESS or " " in address:
        return ""
    return address


def paragraph(runs: Iterable[Run]) -> Paragraph:
    """A canonical paragraph."""
    merged: list[Run] = []
    for run in runs:
        look = (run.bold, run.italic, clean_href(run.href))
        if merged and (merged[-1].bold, merged[-1].italic, merged[-1].href) == look:
            merged[-1] = Run(clean_text(merged[-1].text + run.text), *look)
        elif text := clean_text(run.text):
            merged.append(Run(text, *look))
    return Paragraph(tuple(merged))


def item_list(kind: ListKind, items: Iterable[Sequence[Block]]) -> ItemList:
    """A canonical list. An item begins with a paragraph, as it does in the editor."""
    return ItemList(kind, tuple(_with_paragraph_first(without_empty_end(item)) for item in items))


def _with_paragraph_first(item: tuple[Block, ...]) -> tuple[Block, ...]:
    return (Paragraph(), *item) if item and isinstance(item[0], ItemList) else item


def without_empty_end(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks without the empty paragraphs and lists that follow the last written one."""
    end = len(blocks)
    while end and not _is_written(blocks[end - 1]):
        end -= 1
    return tuple(block for block in blocks[:end] if not isinstance(block, ItemList) or block.items)


def _is_written(block: Block) -> bool:
    return bool(block.runs if isinstance(block, Paragraph) else block.items)


def meeting(values: Mapping[str, object]) -> Meeting:
    """A canonical meeting; what is unknown is left empty."""

    def line(name: str) -> str:
        value = values.get(name)
        return clean_text(value).strip() if isinstance(value, str) else ""

    often = values.get("how_often")
    known = HowOften(often) if often in HowOften.values else HowOften.WHEN_NEEDED
    return Meeting(what=line("what"), who=line("who"), how_often=known, who_prepares=line("who_prepares"))


def written_meetings(meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """The lines in which somebody wrote something."""
    return tuple(one for one in meetings if one.what or one.who or one.who_prepares)


# --- JSON ------------------------------------------------------------------------------------------------------------
def section_to_json(section: Section) -> dict[str, Any]:
    data: dict[str, Any] = {
        "key": section.key,
        "heading": section.heading,
        "blocks": [_block_to_json(block) for block in section.blocks],
    }
    if section.meetings is not None:
        data["meetings"] = [_meeting_to_json(one) for one in section.meetings]
    return data


def _meeting_to_json(one: Meeting) -> dict[str, str]:
    return {"what": one.what, "who": one.who, "how_often": str(one.how_often), "who_prepares": one.who_prepares}


def _block_to_json(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": [_run_to_json(run) for run in block.runs]}
    return {"type": block.kind, "items": [[_block_to_json(inner) for inner in item] for item in block.items]}


def _run_to_json(run: Run) -> dict[str, Any]:
    data: dict[str, Any] = {"t": run.text}
    if run.bold:
        data["b"] = True
    if run.italic:
        data["i"] = True
    if run.href:
        data["a"] = run.href
    return data


def _section_from_json(data: Mapping[str, Any]) -> Section:
    blocks = without_empty_end([_block_from_json(block, 1) for block in data["blocks"]])
    meetings = data.get("meetings")
    lines = None if meetings is None else written_meetings(meeting(one) for one in meetings)
    return Section(clean_text(data["key"]), clean_text(data["heading"]), blocks, lines)


def _block_from_json(data: Mapping[str, Any], depth: int) -> Block:
    if data["type"] == "paragraph":
        return paragraph(_run_from_json(run) for run in data["text"])
    if data["type"] not in {BULLETS, NUMBERS} or depth > DEEPEST:
        raise ValueError("Unknown block")
    items = [[_block_from_json(block, depth + 1) for block in item] for item in data["items"]]
    return item_list(data["type"], items)


def _run_from_json(data: Mapping[str, Any]) -> Run:
    return Run(data["t"], data.get("b", False) is True, data.get("i", False) is True, data.get("a", ""))


def canonical(content: Content) -> str:
    """The one spelling of this content, over which fingerprints are made."""
    return _spelled(content.to_json())


def _spelled(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(content: Content) -> str:
    """The fingerprint of the whole, as an approval is bound to."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def section_hash(section: Section) -> str:
    """The fingerprint of one section, as a mark "överens" is bound to."""
    return hashlib.sha256(_spelled(section_to_json(section)).encode()).hexdigest()


# --- HTML ------------------------------------------------------------------------------------------------------------
def to_html(section: Section) -> SafeString:
    """The paragraphs and lists of a section. Its heading and its meetings are the page's to lay out."""
    return _blocks_to_html(section.blocks)


def _blocks_to_html(blocks: Sequence[Block]) -> SafeString:
    return format_html_join("", "{}", ((_block_to_html(block),) for block in blocks))


def _block_to_html(block: Block) -> SafeString:
    if isinstance(block, Paragraph):
        return format_html("<p>{}</p>", _runs_to_html(block.runs))
    items = format_html_join("", "<li>{}</li>", ((_item_to_html(item),) for item in block.items))
    return format_html("<ul>{}</ul>" if block.kind == BULLETS else "<ol>{}</ol>", items)


def _item_to_html(item: Sequence[Block]) -> SafeString:
    """A first paragraph needs no `<p>` of its own in a list."""
    if item and isinstance(item[0], Paragraph):
        return format_html("{}{}", _runs_to_html(item[0].runs), _blocks_to_html(item[1:]))
    return _blocks_to_html(item)


def _runs_to_html(runs: Sequence[Run]) -> SafeString:
    return format_html_join("", "{}", ((_run_to_html(run),) for run in runs)) if runs else mark_safe("")


def _run_to_html(run: Run) -> SafeString:
    html = format_html("{}", run.text)
    if run.italic:
        html = format_html("<em>{}</em>", html)
    if run.bold:
        html = format_html("<strong>{}</strong>", html)
    if run.href:
        html = format_html('<a href="{}" rel="noopener noreferrer">{}</a>', run.href, html)
    return html
