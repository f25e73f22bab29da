"""Every Range header against the slices of the file."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.core.byte_ranges import Span, UnsatisfiableRangeError, requested_span
from portal.core.private_files import private_storage, serve

# Closing an answer lets Django look after its connections, as at the end of every request.
pytestmark = pytest.mark.django_db

CONTENT = st.binary(min_size=1, max_size=400)
NUMBER = st.integers(0, 600)
NOISE = st.text(st.sampled_from("bytes=0123456789-, \t;xX٣²+_."), max_size=20)


def answer(content: bytes, header: str, **headers: str) -> HttpResponseBase:
    storage = private_storage()
    storage.delete("range-test")
    name = storage.save("range-test", ContentFile(content))
    request = RequestFactory().get("/", headers={"range": header, **headers})
    return serve(request, name, content_type="video/mp4", etag="v1")


def body(response: HttpResponseBase) -> bytes:
    """What the visitor gets; then the file is closed, as a server does it."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined] # of both kinds
    response.close()
    return bytes(content)


def check(response: HttpResponseBase, content: bytes, expected: bytes, first: int) -> None:
    """206 with exactly these bytes, or 416 where there are none."""
    if not expected:
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(content)}")
        assert body(response) == b""
        return
    last = first + len(expected) - 1
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {first}-{last}/{len(content)}")
    assert response["Content-Length"] == str(len(expected))
    assert body(response) == expected


@given(CONTENT, NUMBER, NUMBER)
def test_from_first_to_last(content: bytes, first: int, more: int) -> None:
    check(answer(content, f"bytes={first}-{first + more}"), content, content[first : first + more + 1], first)


@given(CONTENT, NUMBER)
def test_from_first_to_the_end(content: bytes, first: int) -> None:
    check(answer(content, f"bytes={first}-"), content, content[first:], first)


@given(CONTENT, NUMBER)
def test_the_last_bytes_and_all_of_a_shorter_file(content: bytes, length: int) -> None:
    expected = content[-length:] if length else b""
    check(answer(content, f"bytes=-{length}"), content, expected, len(content) - len(expected))


@given(CONTENT, NUMBER, NUMBER, NUMBER, NUMBER)
def test_several_ranges_get_the_whole(content: bytes, first: int, more: int, second: int, even_more: int) -> None:
    header = f"bytes={first}-{first + more}, {second}-{second + even_more}"
    response = answer(content, header)
    assert (response.status_code, response.has_header("Content-Range"), body(response)) == (200, False, content)


@given(CONTENT, NUMBER, st.integers(1, 600))
def test_a_range_that_runs_backwards_is_nonsense_and_gets_the_whole(content: bytes, last: int, before: int) -> None:
    response = answer(content, f"bytes={last + before}-{last}")
    assert (response.status_code, body(response)) == (200, content)


@given(CONTENT, NUMBER, st.sampled_from(['"v2"', 'W/"v1"', "Sat, 21 Nov 2026 12:00:00 GMT", "v1", ""]))
def test_a_range_of_another_content_gets_the_whole(content: bytes, first: int, if_range: str) -> None:
    response = answer(content, f"bytes={first}-", **{"if-range": if_range})
    assert (response.status_code, body(response)) == (200, content)


@given(CONTENT, NUMBER)
def test_a_range_of_the_same_content_gets_its_part(content: bytes, first: int) -> None:
    check(answer(content, f"bytes={first}-", **{"if-range": '"v1"'}), content, content[first:], first)


@given(NOISE, st.integers(0, 1000))
def test_whatever_the_header_says_the_span_lies_in_the_file(header: str, size: int) -> None:
    try:
        span = requested_span(header, size)
    except UnsatisfiableRangeError:
        return
    assert span is None or 0 <= span.start < span.end <= size


@pytest.mark.parametrize(
    "header", ["bytes=٣-5", "bytes=+1-3", "bytes=1_0-11", "items=0-1", "bytes=-", f"bytes=0-{'9' * 30}"]
)
def test_what_looks_like_a_range_and_is_none(header: str) -> None:
    assert requested_span(header, 1000) is None


def test_the_unit_has_no_case() -> None:
    assert requested_span("BYTES=1-2", 10) == Span(1, 3)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_an_empty_file_has_no_range(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        requested_span(header, 0)
