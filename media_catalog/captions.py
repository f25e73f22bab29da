"""Captions and transcripts as files: WebVTT and SRT in, WebVTT out. Pure.

Who speaks is kept from WebVTT's voice tags; every other tag of theirs is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from io import StringIO
from pathlib import PurePath
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from webvtt import Caption, WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Timestamp

MOST_BYTES = 2 * 1024 * 1024
FORMATS = {".vtt": "vtt", ".srt": "srt"}
VOICE = re.compile(r"<v(?:\.[\w-]+)*[ \t]+(?P<speaker>[^>]+)>")


@dataclass(frozen=True)
class Cue:
    """One line of a transcript: what is said, by whom if that is known, from one second to another."""

    start: float
    end: float
    text: str
    speaker: str = ""

    @property
    def second(self) -> int:
        return int(self.start)


def read_captions(name: str, content: bytes) -> list[Cue]:
    """The lines of an uploaded file in the order of time, or a ValidationError that says what is wrong with it."""
    kind = FORMATS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise ValidationError(_("Filen ska vara undertexter i formatet VTT eller SRT."), code="wrong_ending")
    if len(content) > MOST_BYTES:
        raise ValidationError(_("Filen är för stor för att vara undertexter."), code="too_large")
    cues = sorted((_cue(caption) for caption in _parsed(kind, _text(content))), key=lambda cue: cue.start)
    said = [cue for cue in cues if cue.text]
    if not said:
        raise ValidationError(_("Filen har inga rader. Kontrollera att den är sparad med innehåll."), code="empty_file")
    _check_times(said)
    return said


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _("Filen är inte sparad som UTF-8. Spara den igen med den teckenkodningen, så att å, ä och ö blir rätt.")
        raise ValidationError(text, code="wrong_encoding") from None


def _parsed(kind: str, text: str) -> list[Caption]:
    try:
        return list(WebVTT.from_buffer(StringIO(text), format=kind, strict=True).captions)
    except MalformedFileError:
        first = _(
            "Filen börjar inte som en fil med undertexter: en VTT-fil börjar med WEBVTT, en SRT-fil med siffran 1."
        )
        raise ValidationError(first, code="wrong_content") from None
    except (MalformedCaptionError, ValueError) as error:
        text = _("En rad i filen går inte att läsa: %(line)s. Tider skrivs så här: 00:01:05.000 --> 00:01:08.500.")
        quoted = re.search(r"'([^']{1,80})", str(error))
        line = f"”{quoted[1]}”" if quoted else _("en tid är fel")
        raise ValidationError(text, code="wrong_content", params={"line": line}) from None


def _cue(caption: Caption) -> Cue:
    voice = VOICE.search(caption.raw_text)
    text = _plain(caption.text)
    speaker = _plain(voice["speaker"]) if voice else ""
    return Cue(caption.start_time.in_milliseconds() / 1000, caption.end_time.in_milliseconds() / 1000, text, speaker)


def _plain(text: str) -> str:
    return normalize("NFC", " ".join(unescape(text).split()))


def _check_times(cues: Iterable[Cue]) -> None:
    for cue in cues:
        if cue.end <= cue.start:
            text = _("Raden som börjar vid %(start)s slutar innan den har börjat.")
            start = str(Timestamp.from_seconds(cue.start))
            raise ValidationError(text, code="wrong_times", params={"start": start})


def write_captions(cues: Iterable[Cue]) -> str:
    """The lines as a WebVTT file."""
    captions = [
        Caption(str(Timestamp.from_seconds(cue.start)), str(Timestamp.from_seconds(cue.end)), _payload(cue))
        for cue in cues
    ]
    return str(WebVTT(captions=captions).content)


def _payload(cue: Cue) -> str:
    text = escape(cue.text, quote=False)
    return f"<v {escape(cue.speaker, quote=False)}>{text}" if cue.speaker else text
