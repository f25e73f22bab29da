"""Yjs updates and the content they hold."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, XmlElement, XmlFragment, XmlText

from agreements.collaboration.content import Content, Meeting, Paragraph, Run, content_hash
from agreements.collaboration.document import (
    content_of,
    genesis,
    get_state,
    merge,
    missing,
    replace_section,
    state_of,
)
from tests.agreements.collaboration.texts import FRAMES, contents

KEYS = [frame.key for frame in FRAMES]


@given(contents(), contents())
def test_written_and_read_again_is_the_same_content(first: Content, second: Content) -> None:
    updates = [genesis(KEYS)]
    for content in (first, second):
        for section in content.sections:
            updates.append(replace_section(updates, section))
        assert content_of(updates, FRAMES) == content
    assert content_hash(content_of([merge(updates)], FRAMES)) == content_hash(second)


def test_a_new_document_is_empty_and_everybodys_is_the_same() -> None:
    assert genesis(KEYS) == genesis(KEYS)
    assert all(section.is_empty for section in content_of([genesis(KEYS)], FRAMES).sections)


@given(contents())
def test_the_order_in_which_updates_come_in_means_nothing(content: Content) -> None:
    updates = [genesis(KEYS)]
    for section in content.sections:
        updates.append(replace_section(updates, section))
    assert content_of(list(reversed(updates)), FRAMES) == content


def test_what_the_editor_cannot_make_is_left_out() -> None:
    doc: Doc[Any] = Doc()
    fragment = doc.get("s:fokus", type=XmlFragment)
    fragment.children.append(XmlElement("script", contents=[XmlText("alert(1)")]))
    fragment.children.append(XmlText("löst"))
    text = fragment.children.append(XmlElement("paragraph")).children.append(XmlText())
    text.insert(0, "kvar", {"strong--abc": {}, "link": {"href": "javascript:x"}, "font": {"size": 3}})
    doc.get("meetings", type=Map)["x"] = "nothing"
    doc.get("meetings", type=Map)["y"] = Map({"what": "Avstämning", "how_often": "daily", "order": float("nan")})
    content = content_of([doc.get_update()], FRAMES)
    assert content.section("fokus").blocks == (Paragraph((Run("kvar", bold=True),)),)
    assert content.section("moten").meetings == (Meeting(what="Avstämning"),)


def _try(update: bytes) -> None:
    try:
        get_state(update)
        content_of([genesis(KEYS), update], FRAMES)
        merge([genesis(KEYS), update])
    except ValueError:
        return


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_bytes_are_an_update_or_a_value_error(data: bytes) -> None:
    _try(data)


@settings(deadline=None)
@given(contents(), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_update_is_an_update_or_a_value_error(content: Content, wounds: list[tuple[float, int]]) -> None:
    update = bytearray(replace_section([genesis(KEYS)], content.sections[0]))
    for where, byte in wounds:
        update[int(where * (len(update) - 1))] = byte
    _try(bytes(update))


@pytest.mark.parametrize("start", [b"\x80\x80\x80\x20", b"\xff\xff\xff\xff\x0f", b"\xff" * 20])
def test_millions_of_authors_are_refused_before_room_is_made_for_them(start: bytes) -> None:
    with pytest.raises(ValueError, match="authors"):
        get_state(start)
    with pytest.raises(ValueError, match="authors"):
        missing([genesis(KEYS)], start)


def test_missing_is_what_the_other_lacks() -> None:
    updates = [genesis(KEYS)]
    rest = missing(updates, b"\x00")
    assert content_of([rest], FRAMES) == content_of(updates, FRAMES)
    assert missing(updates, state_of(updates)) == b"\x00\x00"


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"decode"):
        missing([genesis(KEYS)], b"\x01\x80\x80")
