"""Small files of every kind, made here: their first bytes are right, the rest says little."""

from __future__ import annotations

import io
import zipfile

PROGRAMS = {
    "Windows": b"MZ\x90\x00\x03" + b"\0" * 300,
    "Linux": b"\x7fELF\x02\x01\x01" + b"\0" * 300,
    "script": b"#!/bin/sh\necho hej\n",
    "page": b"<!doctype html><script>alert(1)</script>",
    "archive": b"",
}
_MAIN = {
    ".docx": ("word/document.xml", "wordprocessingml.document.main"),
    ".xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main"),
    ".pptx": ("ppt/presentation.xml", "presentationml.presentation.main"),
}
_ODF = {".odt": "text", ".ods": "spreadsheet", ".odp": "presentation"}


def archive(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return buffer.getvalue()


PROGRAMS["archive"] = archive({"setup.exe": "MZ"})


def ooxml(ending: str, more: dict[str, str] | None = None) -> bytes:
    part, kind = _MAIN[ending]
    types = (
        f'<Types><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
    )
    return archive({"[Content_Types].xml": f"{types}</Types>", "_rels/.rels": "<x/>", part: "<x/>"} | (more or {}))


def opendocument(ending: str) -> bytes:
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{_ODF[ending]}", "content.xml": "<x/>"})


def mp4(brand: bytes = b"isom") -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0" + brand + b"mp42" + b"\0" * 300


def quicktime() -> bytes:
    return b"\0\0\0\x14ftypqt  \0\0\2\0qt  " + b"\0" * 300


def webm() -> bytes:
    return bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + b"\0" * 300


def mp3() -> bytes:
    return b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 300
