"""Between the updates of Yjs and the canonical content. pycrdt is a codec here and nothing else.

A document is made from its updates, read and dropped: nothing observes it and no text is edited at a place in it,
because pycrdt counts in UTF-8 bytes where Yjs counts in UTF-16. What pycrdt cannot take is a ValueError outside this
module, its panics included, which are BaseExceptions by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pycrdt
from pycrdt import Doc, Map, XmlElement, XmlFragment, XmlText

from agreements.collaboration.content import (
    BULLETS,
    DEEPEST,
    NUMBERS,
    Block,
    Content,
    Frame,
    ListKind,
    Meeting,
    Paragraph,
    Run,
    Section,
    item_list,
    meeting,
    paragraph,
    without_empty_end,
    written_meetings,
)

MEETINGS = "meetings"
LISTS: dict[str, ListKind] = {"bullet_list": BULLETS, "ordered_list": NUMBERS}
TAGS = {kind: tag for tag, kind in LISTS.items()}
# The update of a document in which nothing was written.
EMPTY_UPDATE = b"\x00\x00"
# How an update begins that brings nothing written (it may still delete).
NO_AUTHORS = b"\x00"
# The fewest bytes that one author takes in an update and in a state vector.
SMALLEST_AUTHOR = 3
SMALLEST_CLOCK = 2
# Browsers draw their own numbers for every page; the server's changes have one of their own each time, too. Only the
# first update of every document has a fixed author.
GENESIS_CLIENT = 1


def fragment_name(section_key: str) -> str:
    return f"s:{section_key}"


@contextmanager
def _codec() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic of Rust; its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("The update cannot be read") from error


# --- Updates ---------------------------------------------------------------------------------------------------------
def get_state(update: bytes) -> bytes:
    """What an update brings, as a state vector. Raises ValueError when it is none."""
    _refuse_more_than_fits(update, SMALLEST_AUTHOR)
    with _codec():
        return pycrdt.get_state(update)


def merge(updates: Sequence[bytes]) -> bytes:
    """One update with the effect of all."""
    if len(updates) == 1:
        return updates[0]
    with _codec():
        return pycrdt.merge_updates(*updates)


def missing(updates: Iterable[bytes], state: bytes) -> bytes:
    """What somebody lacks who has `state`: the answer to SyncStep1."""
    _refuse_more_than_fits(state, SMALLEST_CLOCK)
    with _codec():
        return _replay(updates).get_update(state)


def fold(updates: Iterable[bytes]) -> bytes:
    """The whole document as one update."""
    with _codec():
        return _replay(updates).get_update()


def session(before: Iterable[bytes], updates: Iterable[bytes]) -> bytes:
    """What the updates changed in all, on top of `before`: what was written and taken back again is not in it."""
    with _codec():
        doc = _replay(before)
        state = doc.get_state()
        for update in updates:
            doc.apply_update(update)
        return doc.get_update(state)


def covers(whole: bytes, updates: Iterable[bytes]) -> bool:
    """Whether an update holds all that the others do, deletions included: adding each to it changes nothing."""
    with _codec():
        doc = _replay([whole])
        state, content = doc.get_state(), doc.get_update()
        for update in updates:
            # What is left of the update for somebody who has the whole; an update's own state vector tells only
            # how far it reaches from the very beginning, and a document gives nothing away that waits for more.
            if pycrdt.get_update(update, state)[:1] != NO_AUTHORS:
                return False
            doc.apply_update(update)
        return doc.get_update() == content


def state_of(updates: Iterable[bytes]) -> bytes:
    with _codec():
        return _replay(updates).get_state()


def _refuse_more_than_fits(data: bytes, smallest: int) -> None:
    """pycrdt makes room for as many authors as the first number says before it looks for them: four bytes could
    otherwise cost a quarter of a second and much memory."""
    count = shift = 0
    for byte in data[:9]:
        count |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if count * smallest > len(data):
        raise ValueError("More authors are announced than fit")


def _replay(updates: Iterable[bytes]) -> Doc[Any]:
    doc: Doc[Any] = Doc()
    for update in updates:
        doc.apply_update(update)
    return doc


# --- The first update ------------------------------------------------------------------------------------------------
def genesis(section_keys: Sequence[str]) -> bytes:
    """The first update: an empty paragraph below each heading. Nobody else ever seeds a document."""
    with _codec():
        doc: Doc[Any] = Doc(client_id=GENESIS_CLIENT)
        for key in section_keys:
            _append(_fragment(doc, key).children, Paragraph())
        return doc.get_update()


def _fragment(doc: Doc[Any], key: str) -> XmlFragment:
    fragment: XmlFragment = doc.get(fragment_name(key), type=XmlFragment)
    return fragment


# --- Reading ---------------------------------------------------------------------------------------------------------
def content_of(updates: Iterable[bytes], frames: Sequence[Frame]) -> Content:
    """What the updates say under the template's headings. Whatever the editor cannot make is left out."""
    with _codec():
        doc = _replay(updates)
        return Content(tuple(_read_section(doc, frame) for frame in frames))


def _read_section(doc: Doc[Any], frame: Frame) -> Section:
    blocks = without_empty_end(_read_blocks(_fragment(doc, frame.key).children, 1))
    meetings = _read_meetings(doc) if frame.has_meetings else None
    return Section(frame.key, frame.heading, blocks, meetings)


def _read_blocks(nodes: Iterable[Any], depth: int) -> list[Block]:
    blocks = (_read_block(node, depth) for node in nodes if isinstance(node, XmlElement))
    return [block for block in blocks if block is not None]


def _read_block(node: XmlElement, depth: int) -> Block | None:
    if node.tag == "paragraph":
        return paragraph(_read_runs(node))
    kind = LISTS.get(node.tag or "")
    if kind is None or depth > DEEPEST:
        return None
    items = [child for child in node.children if isinstance(child, XmlElement) and child.tag == "list_item"]
    return item_list(kind, [_read_blocks(item.children, depth + 1) for item in items])


def _read_runs(node: XmlElement) -> Iterator[Run]:
    for child in node.children:
        if isinstance(child, XmlText):
            for piece, marks in child.diff():
                if isinstance(piece, str):
                    yield _run(piece, marks or {})


def _run(text: str, marks: Mapping[str, Any]) -> Run:
    # y-prosemirror writes a mark that may overlap itself as "name--hash".
    known = {name.partition("--")[0]: value for name, value in marks.items() if value is not None}
    link = known.get("link")
    href = link.get("href") if isinstance(link, Mapping) else None
    return Run(text, "strong" in known, "em" in known, href if isinstance(href, str) else "")


def _read_meetings(doc: Doc[Any]) -> tuple[Meeting, ...]:
    entries = (doc.get(MEETINGS, type=Map).to_py() or {}).items()
    lines = sorted((_order(value), key, meeting(value)) for key, value in entries if isinstance(value, dict))
    return written_meetings(line for _, _, line in lines)


def _order(value: Mapping[str, Any]) -> float:
    order = value.get("order")
    return float(order) if isinstance(order, int | float) and math.isfinite(order) else 0.0


# --- Writing whole sections ------------------------------------------------------------------------------------------
def replace_section(updates: Iterable[bytes], section: Section) -> bytes:
    """The update that makes a section say this, on top of what the updates say."""
    return _change(updates, lambda doc: _write_section(doc, section))


def _change(updates: Iterable[bytes], write: Callable[[Doc[Any]], None]) -> bytes:
    with _codec():
        doc = _replay(updates)
        before = doc.get_state()
        write(doc)
        return doc.get_update(before)


def _write_section(doc: Doc[Any], section: Section) -> None:
    with doc.transaction():
        children = _fragment(doc, section.key).children
        del children[:]
        for block in section.blocks or (Paragraph(),):
            _append(children, block)
        if section.meetings is not None:
            _write_meetings(doc, section.meetings)


def _write_meetings(doc: Doc[Any], meetings: Sequence[Meeting]) -> None:
    lines = doc.get(MEETINGS, type=Map)
    for key in list(lines.keys()):
        del lines[key]
    for place, one in enumerate(meetings, start=1):
        line = {"what": one.what, "who": one.who, "how_often": str(one.how_often), "who_prepares": one.who_prepares}
        lines[f"m{place}"] = Map({**line, "order": float(place)})


def _append(children: Any, block: Block) -> None:
    if isinstance(block, Paragraph):
        _append_runs(_child(children, "paragraph"), block.runs)
        return
    items = _child(children, TAGS[block.kind])
    for item in block.items:
        inner = _child(items, "list_item")
        # The editor wants a paragraph in each item.
        for part in item or (Paragraph(),):
            _append(inner, part)


def _child(children: Any, tag: str) -> Any:
    return children.append(XmlElement(tag)).children


def _append_runs(children: Any, runs: Sequence[Run]) -> None:
    # Even of nothing: two who type the first letter at once must write in one text. Of two texts side by side the
    # editor makes one in each browser, which doubles the letters.
    text = children.append(XmlText())
    for run in runs:
        # Always at the end, which is the same place in bytes and in letters.
        text.insert(len(text), run.text, _marks(run))


def _marks(run: Run) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    if run.bold:
        marks["strong"] = {}
    if run.italic:
        marks["em"] = {}
    if run.href:
        marks["link"] = {"href": run.href}
    return marks
