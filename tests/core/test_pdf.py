"""Paper: conforming, closed, reproducible, whatever it is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pikepdf
import pytest
from django.utils.safestring import mark_safe
from pypdf import PdfReader

from dev.steps import ROOT
from portal.core import pdf
from tests.services.pdf_validator import assert_archival_and_accessible, validate

MOMENT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
STYLE = (
    '@page { size: A4; margin: 20mm; @bottom-center { font-family: "Source Sans 3"; content: counter(page); } }'
    'body { font-family: "Source Sans 3", "Noto Emoji"; hyphens: auto; hyphenate-character: "-"; }'
    'h1 { font-family: "Source Serif 4", "Source Serif 4 Ext", "Source Sans 3", "Noto Emoji"; }'
)
LONG_WORD = "Samhällsbyggnadsnämndsordförandeskapsöverlämning"


def make(body: str, *, style: str = STYLE, title: str = "Prov") -> bytes:
    html = mark_safe(f"<h1>Prov</h1>{body}")  # noqa: S308 - hostile on purpose
    return pdf.render(html, stylesheet=style, title=title, created=MOMENT)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and what it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "body",
    [
        "<p>Åsa, Örjan och Ärla: räksmörgås.</p>",
        f"<p>{LONG_WORD * 8}</p>",
        "<h2>Čáhppesáhpi Ŋáŋŧđžš</h2><p>Sárá Ŧuommá <strong>Ŋiŋŋá</strong> <em>Đorđi</em></p>",
        "<p>Kim 👍🏽 Ek ❤️ 👩‍👩‍👧 🇸🇪 1️⃣ ✅ ☐</p>",
        "<h2>漢字</h2><p>العربية עברית Київ Ελλάδα Nguyễn \u2011\u202f\u2028\u200e\u0007</p>",
        "<ul><li>ett<ul><li>två<ol><li>tre</li></ol></li></ul></li></ul>",
        "<section></section><p></p><ul></ul>",
        '<p><a href="https://example.se/å?b=c">länk</a></p>',
        f"<p>{'Ett stycke som är alldeles lagom långt. ' * 40}</p>" * 100,
    ],
    ids=["swedish", "long word", "sami", "emoji", "other scripts", "lists", "empty", "link", "many pages"],
)
def test_it_is_archival_and_accessible(body: str) -> None:
    assert_archival_and_accessible(make(body))


def test_the_validator_finds_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "UA_MARK", b"")
    unmarked = validate(make("<p>Utan märke.</p>"), "PDF/UA-1")

    assert [line.split(":")[0] for line in unmarked.failures] == ["5-1"]


def test_what_no_face_can_draw_stands_as_its_code() -> None:
    assert pdf.printable("Åsa 漢 Ŋ👍") == "Åsa [U+6F22] Ŋ👍"
    assert pdf.printable("a\u200eb\u0007c\ufe0f") == "abc"
    assert "Åsa [U+6F22] Ŋ" in text_of(make("<p>Åsa 漢 Ŋ</p>"))


def test_no_face_of_the_machine_is_used() -> None:
    with pikepdf.open(BytesIO(make("<p>漢 ع ✓ ☐ → 👍 Ŋ Київ 1️⃣</p>"))) as document:
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.as_dict().values()}

    assert {name.split("+")[1].split("-")[0] for name in fonts} == {"Source", "Noto"}


def test_the_words_can_be_read_back() -> None:
    body = "<p>Åsa Öst leder, Čálliid Ŋiŋŋá följer. 24 000 kr på 5 år – ”klart”.</p>"

    assert text_of(make(body)) == "Prov Åsa Öst leder, Čálliid Ŋiŋŋá följer. 24 000 kr på 5 år – ”klart”. 1"


ANOTHER_PROCESS = """
import django, sys
django.setup()
from tests.core.test_pdf import make
sys.stdout.buffer.write(make("<p>Samma 👍 Ŋ</p>"))
"""


def test_equal_content_gives_equal_bytes_in_another_process_too() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", ANOTHER_PROCESS]
    again = subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT).stdout

    assert make("<p>Samma 👍 Ŋ</p>") == make("<p>Samma 👍 Ŋ</p>") == again


def test_a_file_can_be_attached_as_the_source() -> None:
    attached = pdf.Attached("innehall.json", '{"å": 1}'.encode(), "Innehållet för datorer")
    content = pdf.render(
        mark_safe("<h1>Prov</h1>"), stylesheet=STYLE, title="P", created=MOMENT, attachments=[attached]
    )

    assert_archival_and_accessible(content)
    with pikepdf.open(BytesIO(content)) as document:
        found = document.attachments["innehall.json"]
        assert found.get_file().read_bytes() == '{"å": 1}'.encode()
        assert str(found.relationship) == "/Source"
        assert str(document.Root.Lang) == "sv"


HOSTILE = """
<base href="{url}/base/"><link rel="stylesheet" href="{url}/link.css"><link rel="attachment" href="file:///etc/passwd">
<style>@import url("{url}/import.css");
@font-face {{ font-family: x; src: url("{url}/a.woff2"), url(file:///etc/passwd) }}
body {{ background: url("{url}/background.png"); font-family: x; }}
p::before {{ content: url("file:///etc/hostname") }}</style>
<script src="{url}/script.js">fetch("{url}/fetch")</script><iframe src="{url}/frame"></iframe>
<object data="file:///etc/passwd"></object><embed src="{url}/embed">
<img alt="bild" src="{url}/image.png"><img alt="bild" srcset="{url}/set.png 1x"><img alt="fil" src="file:///etc/passwd">
<img alt="data" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage
href='{url}/data.png'/%3E%3C/svg%3E">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><title>t</title>
<image href="{url}/svg.png" xlink:href="file:///etc/passwd" width="9" height="9"/><use href="{url}/use.svg#a"/></svg>
<p style="background: url({url}/inline.png); list-style-image: url({url}/list.png)">Kvar</p>
<a rel="attachment" href="file:///etc/passwd">fil</a><a href="{url}/lank">länk</a>
"""


def test_hostile_content_fetches_nothing(asked: tuple[str, list[str]]) -> None:
    address, seen = asked
    opened: list[str] = []
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)

    content = make(HOSTILE.format(url=address))

    assert seen == []
    assert [path for path in opened if path.startswith(("/etc/passwd", "/etc/hostname"))] == []
    assert "Kvar" in text_of(content)
    with pikepdf.open(BytesIO(content)) as document:
        assert list(document.attachments) == []


def test_a_style_sheet_fetches_nothing_either(asked: tuple[str, list[str]]) -> None:
    address, seen = asked
    hostile = f'@import "{address}/a.css"; p {{ background: url({address}/b.png); content: url(file:///etc/passwd) }}'

    make("<p>Text</p>", style=hostile + STYLE)

    assert seen == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x", "file:///etc/passwd", "data:text/css,p{}", "ftp://x/y", "FILE:///x"]
)
def test_only_our_faces_are_opened(url: str) -> None:
    with pytest.raises(pdf.RefusedError):
        pdf.OwnFontsOnly().fetch(url)


def test_the_title_is_text_and_never_markup() -> None:
    content = make("<p>x</p>", title='</title><link rel="attachment" href="file:///etc/passwd">')

    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.docinfo["/Title"]).startswith("</title>")
        assert list(document.attachments) == []


def test_nothing_is_made_without_the_faces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    pdf._drawable.cache_clear()
    with pytest.raises(pdf.FontsMissingError):
        make("<p>å</p>")
    pdf._drawable.cache_clear()
