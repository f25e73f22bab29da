"""The canonical content: equal texts give equal bytes, whatever the way to them."""

import itertools
import json
import unicodedata

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from agreements.collaboration.content import (
    Content,
    Paragraph,
    Run,
    Section,
    canonical,
    clean_href,
    content_hash,
    paragraph,
    section_hash,
    to_html,
)
from tests.agreements.collaboration.texts import contents, runs

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(contents())
def test_json_and_back_is_the_same_content_and_hash(content: Content) -> None:
    again = Content.from_json(json.loads(canonical(content)))
    assert again == content
    assert content_hash(again) == content_hash(content)


@given(contents())
def test_canonical_is_composed_and_has_no_control_characters(content: Content) -> None:
    text = canonical(content)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)
    assert all(
        unicodedata.is_normalized("NFC", run["t"])
        for section in content.to_json()["sections"]
        for block in section["blocks"]
        if block["type"] == "paragraph"
        for run in block["text"]
    )


@given(st.lists(runs, max_size=4))
def test_neighbouring_runs_of_a_paragraph_differ_in_look(pieces: list[Run]) -> None:
    looks = [(run.bold, run.italic, run.href) for run in paragraph(pieces).runs]
    assert all(first != second for first, second in itertools.pairwise(looks))


def test_typed_in_one_piece_or_two_is_the_same() -> None:
    assert paragraph([Run("a\u0308r")]) == paragraph([Run("a"), Run("\u0308"), Run("r")]) == Paragraph((Run("är"),))


@given(json_values)
def test_other_json_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"content|format"):
        Content.from_json({"format": 1, "sections": [data]})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://skr.se/a?b=c#d", "https://skr.se/a?b=c#d"),
        (" mailto:a@example.se ", "mailto:a@example.se"),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//skr.se", ""),
        ("https://", ""),
        ("https://[", ""),
        ("https://a b", ""),
        ("https://" + "a" * 2000, ""),
    ],
)
def test_only_addresses_that_people_may_be_led_to_are_kept(written: str, kept: str) -> None:
    assert clean_href(written) == kept


@given(contents())
def test_html_says_the_same_words_and_nothing_but_known_tags(content: Content) -> None:
    for section in content.sections:
        soup = BeautifulSoup(to_html(section), "html.parser")
        assert {tag.name for tag in soup.find_all()} <= {"p", "ul", "ol", "li", "strong", "em", "a"}
        # The parser makes one space of several.
        assert "".join(soup.get_text().split()) == "".join(_words(section).split())


def _words(section: Section) -> str:
    def inside(data: object) -> str:
        if isinstance(data, list):
            return "".join(inside(one) for one in data)
        if isinstance(data, dict):
            return data["t"] if "t" in data else inside(data.get("text", data.get("items")))
        raise AssertionError(data)

    known = next(iter(Content((section,)).to_json()["sections"]))
    return inside(known["blocks"])


def test_a_hash_changes_with_each_thing_that_is_agreed_on() -> None:
    plain = Section("fokus", "Fokus", (paragraph([Run("Vi möts")]),))
    others = [
        Section("fokus", "Fokus", (paragraph([Run("Vi möts", bold=True)]),)),
        Section("fokus", "Fokus", (paragraph([Run("Vi möts.")]),)),
        Section("fokus", "Annat", plain.blocks),
        Section("fokus", "Fokus", plain.blocks, ()),
    ]
    assert len({section_hash(section) for section in [plain, *others]}) == 5
