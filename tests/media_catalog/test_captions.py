"""Captions come in as WebVTT or SRT and go out as WebVTT; what is wrong with a file is said in Swedish."""

from __future__ import annotations

from functools import partial
from unicodedata import normalize

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from media_catalog.captions import Cue, read_captions, write_captions

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=20
)
LINE = st.lists(WORDS, min_size=1, max_size=6).map(" ".join).map(partial(normalize, "NFC"))
SPEAKER = st.text("abcdefghijklmnopqrstuvxyzåäöÅÄÖ&<>", min_size=1, max_size=12)


@st.composite
def transcripts(draw: st.DrawFn) -> list[Cue]:
    start, cues = 0, []
    for _ in range(draw(st.integers(1, 8))):
        start += draw(st.integers(0, 100_000))
        end = start + draw(st.integers(1, 20_000))
        cues.append(Cue(start / 1000, end / 1000, draw(LINE), draw(st.one_of(st.just(""), SPEAKER))))
    return cues


@given(transcripts())
def test_what_is_written_reads_the_same(cues: list[Cue]) -> None:
    written = write_captions(cues)

    assert sorted(read_captions("a.vtt", written.encode()), key=repr) == sorted(cues, key=repr)


def test_srt_and_its_tags() -> None:
    lines = [
        "\ufeff1",
        "00:00:01,000 --> 00:00:02,500",
        "<i>Hej</i>",
        "på dig",
        "",
        "2",
        "00:01:03,000 --> 00:01:04,000",
        "Åsa",
    ]
    content = "\r\n".join(lines)

    assert read_captions("text.SRT", content.encode()) == [Cue(1.0, 2.5, "Hej på dig"), Cue(63.0, 64.0, "Åsa")]


def test_who_speaks_is_kept_and_other_tags_are_not() -> None:
    content = "WEBVTT\n\nNOTE utkast\n\n00:01.000 --> 00:02.000 line:0\n<v.loud Lena Lindgren>Hej <b>du</b> &amp; jag\n"

    assert read_captions("a.vtt", content.encode()) == [Cue(1.0, 2.0, "Hej du & jag", "Lena Lindgren")]


def test_letters_that_come_in_two_pieces_are_put_together() -> None:
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\nA\u030asa\n"

    assert read_captions("a.vtt", content.encode()) == [Cue(1.0, 2.0, "Åsa")]


def test_lines_come_in_the_order_of_time() -> None:
    content = "WEBVTT\n\n00:05.000 --> 00:06.000\nsist\n\n00:01.000 --> 00:02.000\nförst\n"

    assert [cue.text for cue in read_captions("a.vtt", content.encode())] == ["först", "sist"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("film.txt", b"WEBVTT", "wrong_ending"),
        ("film.vtt", b"", "wrong_content"),
        ("film.vtt", b"hej", "wrong_content"),
        ("film.vtt", b"WEBVTT\n", "empty_file"),
        ("film.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "empty_file"),
        ("film.vtt", b"WEBVTT\n\n00:99.000 --> 02\nhej\n", "wrong_content"),
        ("film.vtt", b"WEBVTT\n\n00:05.000 --> 00:03.000\nhej\n", "wrong_times"),
        ("film.srt", b"1\nhej", "wrong_content"),
        ("film.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nå".encode("latin-1"), "wrong_encoding"),
        ("film.vtt", b"MZ\x90\x00\x03\x00\x00", "wrong_encoding"),
        ("film.vtt", b"WEBVTT\n" + b"x" * (2 * 1024 * 1024), "too_large"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_captions(name, content)

    assert refused.value.code == code
    assert "%(" not in refused.value.messages[0]
