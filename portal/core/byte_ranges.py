"""What a Range header asks of a file of a given length (RFC 9110, 14.1.2). Pure.

Why no library does it: docs/adr/0012.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# More digits than any file has bytes; a header of a million digits is no number to us.
RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """The bytes from `start` up to, but not including, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class UnsatisfiableRangeError(ValueError):
    """A well-formed range that holds no byte of the file: 416."""


def requested_span(header: str | None, size: int) -> Span | None:
    """The one range that the header asks for, or None where the whole file is the right answer.

    That is: no header, another unit, nonsense, or several ranges at once (a server may always answer those with the
    whole; nobody who plays a film asks for them, and they make small requests into large answers).
    """
    match = RANGE.fullmatch(header or "")
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return _span(size - int(match[2]), size, size)
    first, last = int(match[1]), int(match[2] or size)
    if match[2] and last < first:
        return None
    return _span(first, last + 1, size)


def _span(start: int, end: int, size: int) -> Span:
    span = Span(max(start, 0), min(end, size))
    if span.length <= 0:
        raise UnsatisfiableRangeError
    return span
