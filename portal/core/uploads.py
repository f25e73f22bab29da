"""What staff may upload: each kind of file has its formats and its greatest size; what is in it decides, not its name.

A refused file raises a ValidationError with words for people, before anything is stored. The facts of an accepted one
are read from the file: type, size, SHA-256 and, where ffprobe is installed, length and picture size.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.images import get_image_dimensions
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import TextChoices
from django.forms import BaseForm, FileField
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

logger = logging.getLogger(__name__)

# filetype looks no further into a file.
HEAD = 8192
PROBE_SECONDS = 20
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"


class Kind(TextChoices):
    """What a file is for. The values are the keys of `UPLOAD_MEBIBYTES` in the settings."""

    FILM = "film", gettext_lazy("film")
    SOUND = "sound", gettext_lazy("ljudfil")
    CAPTIONS = "captions", gettext_lazy("textning")
    PUBLICATION = "publication", gettext_lazy("publikation")
    MATERIAL = "material", gettext_lazy("material")
    PICTURE = "picture", gettext_lazy("bild")


CHOOSE_AGAIN = gettext_lazy("Välj filen en gång till. Den följde inte med när sidan visades igen.")
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
OFFICE = {
    ".docx": f"{_OOXML}.wordprocessingml.document",
    ".xlsx": f"{_OOXML}.spreadsheetml.sheet",
    ".pptx": f"{_OOXML}.presentationml.presentation",
    ".odt": f"{_ODF}.text",
    ".ods": f"{_ODF}.spreadsheet",
    ".odp": f"{_ODF}.presentation",
}
# By kind: the endings that a name may have and what the file must then be.
FORMATS: dict[Kind, dict[str, str]] = {
    Kind.FILM: {".mp4": "video/mp4", ".webm": "video/webm"},
    Kind.SOUND: {".mp3": "audio/mpeg", ".m4a": "audio/mp4"},
    Kind.CAPTIONS: {".vtt": "text/vtt"},
    Kind.PUBLICATION: {".pdf": "application/pdf", ".epub": "application/epub+zip"},
    Kind.MATERIAL: {".pdf": "application/pdf"} | OFFICE | PICTURES,
    Kind.PICTURE: PICTURES,
}


@dataclass(frozen=True)
class Facts:
    """What a file says of itself. Length and picture size are None where nothing could read them."""

    content_type: str
    size: int
    sha256: str
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class _Measures:
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None


def remind_of_files(form: BaseForm) -> None:
    """Say beside each file that had been chosen that it is to be chosen anew: no page can put it back in its box.

    For a form that goes back to be mended. A file that was itself refused has its error to say so.
    """
    for box in form:
        if isinstance(box.field, FileField) and box.html_name in form.files and not box.errors:
            box.help_text = format_html("<strong>{}</strong> {}", CHOOSE_AGAIN, box.help_text)


def accepted(kind: Kind) -> str:
    """For the `accept` attribute of the file field: a help for those who choose, no check."""
    return ",".join(FORMATS[kind])


def most_bytes(kind: Kind) -> int:
    return int(settings.UPLOAD_MEBIBYTES[kind.value]) * 1024 * 1024


def upload_attrs(kind: Kind) -> dict[str, str]:
    """What the widget of a file field has: so that a wrong choice is told before it is sent."""
    return {"accept": accepted(kind), "data-most-bytes": str(most_bytes(kind))}


def inspect_upload(file: File[bytes], kind: Kind) -> Facts:
    """The facts of a file that may be stored as that kind; else a ValidationError. It is left at its start."""
    size = _checked_size(file, kind)
    content_type = _checked_type(file, kind)
    measures = _MEASURE.get(content_type.partition("/")[0], _unmeasured)(file)
    facts = Facts(content_type, size, _sha256(file), measures.duration_seconds, measures.width, measures.height)
    file.seek(0)
    return facts


def _checked_size(file: File[bytes], kind: Kind) -> int:
    most = most_bytes(kind)
    if file.size == 0:
        raise ValidationError(_("Filen är tom. Välj en annan fil."), code="empty_file")
    if file.size > most:
        text = _("Filen är för stor: %(size)s. Den får vara högst %(most)s.")
        sizes = {"size": filesizeformat(file.size), "most": filesizeformat(most)}
        raise ValidationError(text, code="too_large", params=sizes)
    return int(file.size)


def _checked_type(file: File[bytes], kind: Kind) -> str:
    """The type that both the ending and the content say, or an error that says which of the two is wrong."""
    formats = FORMATS[kind]
    ending = PurePath(file.name or "").suffix.lower()
    endings = ", ".join(formats)
    if ending not in formats:
        text = _("Filen har fel format. Välj en fil som slutar på %(endings)s.")
        raise ValidationError(text, code="wrong_ending", params={"endings": endings})
    if not _holds(file, formats[ending]):
        text = _("Filen heter %(ending)s men innehåller något annat. Spara den i rätt format (%(endings)s).")
        raise ValidationError(text, code="wrong_content", params={"ending": ending, "endings": endings})
    return formats[ending]


def _holds(file: File[bytes], content_type: str) -> bool:
    file.seek(0)
    head = file.read(HEAD)
    if content_type == "text/vtt":
        return _is_captions(head, file)
    if content_type in OFFICE.values() and _has_macros(file):
        return False
    return bool(filetype.guess_mime(head) == content_type)


def _is_captions(head: bytes, file: File[bytes]) -> bool:
    """WebVTT begins with its name (W3C WebVTT, 4.1) and is text in UTF-8 throughout."""
    try:
        (head + file.read()).decode()
    except UnicodeDecodeError:
        return False
    signature = head.removeprefix(b"\xef\xbb\xbf")
    return signature == b"WEBVTT" or signature.startswith((b"WEBVTT ", b"WEBVTT\t", b"WEBVTT\n", b"WEBVTT\r"))


def _has_macros(file: File[bytes]) -> bool:
    """Or is no archive at all. Its parts are listed, not unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    except zipfile.BadZipFile:
        return True


def _sha256(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _unmeasured(_file: File[bytes]) -> _Measures:
    return _Measures()


def _picture_size(file: File[bytes]) -> _Measures:
    width, height = get_image_dimensions(file)
    if width is None:
        raise ValidationError(_("Bilden går inte att läsa. Välj en annan fil."), code="wrong_content")
    return _Measures(width=width, height=height)


def _probed(file: File[bytes]) -> _Measures:
    """What ffprobe says, where it is installed. A file that it cannot read is no film or sound."""
    program = shutil.which("ffprobe")
    if program is None:
        return _Measures()
    with _on_disk(file) as path:
        found = _probe(program, path)
    pictures = [stream for stream in found.get("streams", []) if stream.get("codec_type") == "video"]
    duration = found.get("format", {}).get("duration")
    if duration is None:
        raise ValidationError(_("Filen går inte att spela. Välj en annan fil."), code="wrong_content")
    size = pictures[0] if pictures else {}
    return _Measures(round(float(duration), 3), size.get("width"), size.get("height"))


def _probe(program: str, path: Path) -> dict[str, Any]:
    """ffprobe opens this file and nothing else, whatever the file refers to."""
    show = ["-show_entries", "format=duration:stream=codec_type,width,height", "-of", "json"]
    command = [program, "-v", "error", "-protocol_whitelist", "file", *show, str(path)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=PROBE_SECONDS)  # noqa: S603 - no shell
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        logger.warning("uploads: ffprobe: %s", type(error).__name__)
        return {}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def _on_disk(file: File[bytes]) -> Iterator[Path]:
    """Large uploads are in a file already; small ones are put into one for as long as somebody looks."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=PurePath(file.name or "").suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


_MEASURE: dict[str, Callable[[File[bytes]], _Measures]] = {"video": _probed, "audio": _probed, "image": _picture_size}
