"""What staff uploads: its content decides; what is refused is refused in clear words."""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image
from pytest_django import Settings

from portal.core.uploads import FORMATS, Kind, accepted, inspect_upload
from tests.core.media import PROGRAMS, archive, mp3, mp4, ooxml, opendocument, quicktime, webm

PDF = b"%PDF-1.7\n" + b"x" * 200


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20)).save(buffer, kind)
    return buffer.getvalue()


GOOD = {
    (Kind.CAPTIONS, "film.vtt"): b"WEBVTT\n\n00:00.000 --> 00:02.000\n\xc3\x85sa\n",
    (Kind.CAPTIONS, "med-bom.vtt"): b"\xef\xbb\xbfWEBVTT - Samspel\r\n",
    (Kind.PUBLICATION, "bok.pdf"): PDF,
    (Kind.PUBLICATION, "bok.epub"): archive({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}),
    (Kind.MATERIAL, "blad.PDF"): PDF,
    **{(Kind.MATERIAL, f"fil{ending}"): ooxml(ending) for ending in (".docx", ".xlsx", ".pptx")},
    **{(Kind.MATERIAL, f"fil{ending}"): opendocument(ending) for ending in (".odt", ".ods", ".odp")},
    (Kind.MATERIAL, "bild.jpg"): picture("JPEG"),
    (Kind.PICTURE, "bild.png"): picture("PNG"),
    (Kind.PICTURE, "bild.jpeg"): picture("JPEG"),
    (Kind.PICTURE, "bild.webp"): picture("WEBP"),
}


@pytest.mark.parametrize(("kind", "name"), GOOD)
def test_what_is_what_it_is_called_comes_in(kind: Kind, name: str) -> None:
    content = GOOD[kind, name]
    facts = inspect_upload(SimpleUploadedFile(name, content), kind)
    assert facts.content_type == FORMATS[kind][f".{name.rsplit('.', maxsplit=1)[-1].lower()}"]
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_accepted_file_can_be_read_from_its_beginning() -> None:
    file = SimpleUploadedFile("blad.pdf", PDF)
    inspect_upload(file, Kind.MATERIAL)
    assert file.read() == PDF


def test_a_picture_tells_its_size() -> None:
    facts = inspect_upload(SimpleUploadedFile("bild.png", picture("PNG")), Kind.PICTURE)
    assert (facts.width, facts.height, facts.duration_seconds) == (30, 20, None)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_under_another_name_is_refused(kind: Kind, program: str) -> None:
    for ending in FORMATS[kind]:
        assert refusal(f"fil{ending}", PROGRAMS[program], kind) == "wrong_content"


@pytest.mark.parametrize(
    ("name", "content"), [("film.exe", mp4()), ("film", mp4()), ("film.mp4.html", mp4()), ("", PDF)]
)
def test_an_ending_that_is_not_ours_is_refused_whatever_is_in_the_file(name: str, content: bytes) -> None:
    assert refusal(name or "x", content, Kind.FILM) == "wrong_ending"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("film.mp4", webm(), Kind.FILM),
        ("film.webm", mp4(), Kind.FILM),
        ("film.mp4", quicktime(), Kind.FILM),
        ("ljud.mp3", mp4(b"M4A "), Kind.SOUND),
        ("ljud.m4a", mp3(), Kind.SOUND),
        ("film.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nHej\n", Kind.CAPTIONS),
        ("film.vtt", b"WEBVTTX", Kind.CAPTIONS),
        ("film.vtt", b"WEBVTT\n" + "Åsa".encode("latin-1"), Kind.CAPTIONS),
        ("bok.epub", archive({"a.txt": "x"}), Kind.PUBLICATION),
        ("blad.docx", ooxml(".docx", {"word/vbaProject.bin": "x"}), Kind.MATERIAL),
        ("blad.docx", ooxml(".xlsx"), Kind.MATERIAL),
        ("blad.docx", b"PK\x03\x04" + b"x" * 200, Kind.MATERIAL),
        ("bild.png", picture("PNG")[:20], Kind.PICTURE),
    ],
)
def test_another_content_than_the_name_says_is_refused(name: str, content: bytes, kind: Kind) -> None:
    assert refusal(name, content, kind) == "wrong_content"


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_file_is_refused(kind: Kind) -> None:
    assert refusal(f"fil{next(iter(FORMATS[kind]))}", b"", kind) == "empty_file"


def test_a_file_that_is_too_large_is_refused_with_both_sizes(settings: Settings) -> None:
    settings.UPLOAD_MEBIBYTES = settings.UPLOAD_MEBIBYTES | {"material": 1}
    with pytest.raises(ValidationError) as refused:
        inspect_upload(SimpleUploadedFile("blad.pdf", PDF + b"x" * 1024 * 1024), Kind.MATERIAL)
    assert refused.value.messages == ["Filen är för stor: 1,0\xa0MB. Den får vara högst 1,0\xa0MB."]


def test_the_words_say_what_to_do() -> None:
    with pytest.raises(ValidationError) as refused:
        inspect_upload(SimpleUploadedFile("film.mp4", PROGRAMS["Windows"]), Kind.FILM)
    assert refused.value.messages == [
        "Filen heter .mp4 men innehåller något annat. Spara den i rätt format (.mp4, .webm)."
    ]


def test_the_file_field_offers_the_right_endings() -> None:
    assert accepted(Kind.SOUND) == ".mp3,.m4a"


def refusal(name: str, content: bytes, kind: Kind) -> str:
    with pytest.raises(ValidationError) as refused:
        inspect_upload(SimpleUploadedFile(name, content), kind)
    return str(refused.value.code)


# --- Length and picture size -----------------------------------------------------------------------------------------
MEDIA = Path("portal/demo/data/media")
FILM, SOUND = MEDIA / "uppdraget-som-kso-och-rso-lang.mp4", MEDIA / "makten-som-toppolitiker.mp3"
needs_ffprobe = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed here")


def test_without_ffprobe_a_film_is_taken_and_its_length_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    facts = inspect_upload(SimpleUploadedFile("film.mp4", FILM.read_bytes()), Kind.FILM)
    assert (facts.content_type, facts.duration_seconds, facts.width, facts.height) == ("video/mp4", None, None, None)


@needs_ffprobe
def test_a_film_tells_its_length_and_size() -> None:
    facts = inspect_upload(SimpleUploadedFile("film.mp4", FILM.read_bytes()), Kind.FILM)
    assert facts.duration_seconds == pytest.approx(36, abs=0.2)
    assert (facts.width, facts.height) == (640, 360)


@needs_ffprobe
def test_a_large_upload_is_read_where_it_lies() -> None:
    with TemporaryUploadedFile("ljud.mp3", "audio/mpeg", SOUND.stat().st_size, None) as file:
        file.write(SOUND.read_bytes())
        file.seek(0)
        facts = inspect_upload(file, Kind.SOUND)
    assert facts.content_type == "audio/mpeg"
    assert facts.duration_seconds is not None
    assert 5 < facts.duration_seconds < 60
    assert facts.width is None


@needs_ffprobe
@pytest.mark.parametrize(("name", "content", "kind"), [("film.mp4", mp4(), Kind.FILM), ("ljud.mp3", mp3(), Kind.SOUND)])
def test_a_film_that_nobody_can_play_is_refused(name: str, content: bytes, kind: Kind) -> None:
    assert refusal(name, content, kind) == "wrong_content"
