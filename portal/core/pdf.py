"""HTML to paper: the only module that knows WeasyPrint.

What comes out is PDF/A-3a (for archives) and PDF/UA-1 (for screen readers) in one file, and the same bytes each time.
Nothing is fetched but our own faces, whatever the HTML asks for. Reasons and figures: docs/adr/0011.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS: Final = Path(settings.BASE_DIR) / "static" / "dist" / "paper-fonts"


@dataclass(frozen=True)
class Face:
    """A font file and what style sheets call it. Files of one family must differ in weight or slant: WeasyPrint tells
    fonts apart by these three and would mix up two files that share them."""

    family: str
    file: str
    weight: int = 400
    slant: str = "normal"
    unicode_range: str = ""

    @property
    def path(self) -> Path:
        return FONTS / f"{self.file}.ttf"

    @property
    def css(self) -> str:
        only = f" unicode-range: {self.unicode_range};" if self.unicode_range else ""
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; font-style: {self.slant};'
            f' src: url("{self.path.as_uri()}");{only} }}'
        )


# The emoji face also draws digits, # and *, as parts of keycaps: those are left to the text face.
EMOJI_RANGE: Final = "U+A9, U+AE, U+200D, U+203C-20DF, U+2100-3299, U+1F000-1FAFF, U+E0020-E007F"
# Choose between a coloured and a plain emoji, its colour of skin, or put a digit on a key: paper has one kind.
LEFT_OUT: Final = frozenset("\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Mn"})
FACES: Final = (
    Face("Source Sans 3", "source-sans-regular"),
    Face("Source Sans 3", "source-sans-italic", slant="italic"),
    Face("Source Sans 3", "source-sans-semibold", weight=600),
    Face("Source Sans 3", "source-sans-semibold-italic", weight=600, slant="italic"),
    Face("Source Serif 4", "source-serif-semibold", weight=600),
    Face("Source Serif 4 Ext", "source-serif-semibold-ext", weight=600),
    Face("Noto Emoji", "emoji", unicode_range=EMOJI_RANGE),
)
# What can be counted on in any style: the regular text face and the emoji.
COUNTED_ON: Final = (FACES[0], FACES[-1])
VARIANT: Final = "pdf/a-3a"
# WeasyPrint writes one conformance mark into a file, PDF/A's. This adds PDF/UA's, with the description that PDF/A wants
# of every property that it does not know itself.
UA_MARK: Final = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
END_OF_MARKS: Final = b"</rdf:RDF>"


class RefusedError(ValueError):
    """The document asked for something that is not one of our faces."""


class FontsMissingError(RuntimeError):
    """The faces have not been built."""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF that the page was made from, so that a machine can read the same content."""

    name: str
    content: bytes
    description: str


class OwnFontsOnly(URLFetcher):
    """Opens the files of the font folder and nothing else: no network, no other file, no data address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in _font_addresses():
            raise RefusedError("not one of our faces")
        return super().fetch(url, headers)


@lru_cache(maxsize=1)
def _font_addresses() -> frozenset[str]:
    return frozenset(face.path.as_uri() for face in FACES)


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    """The characters that our own faces can draw. Those of the machine do not count: another machine has others."""
    if missing := [face.file for face in FACES if not face.path.exists()]:
        raise FontsMissingError(f"fonts are missing ({', '.join(missing)}): build the front-end first")
    found = {ord("\n"), ord("\t")}
    for face in COUNTED_ON:
        with TTFont(face.path, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def _substitute(match: re.Match[str]) -> str:
    """A character without a glyph as its code. Those that show nothing anyway (direction marks, controls) vanish."""
    character = match.group()
    if character in LEFT_OUT:
        return ""
    if ord(character) in _drawable():
        return character
    if unicodedata.category(character) in INVISIBLE:
        return ""
    return " " if character.isspace() else f"[U+{ord(character):04X}]"


def printable(text: str) -> str:
    """`text` as it stands on paper: what none of our faces can draw becomes its code, "[U+6F22]".

    A box in its place would say nothing, would fail PDF/UA, and a face of the machine would make other bytes elsewhere.
    """
    return re.sub(r"[^ -~]", _substitute, unicodedata.normalize("NFC", text))


def _add_ua_mark(_document: object, pdf: Any) -> None:
    """WeasyPrint's `finisher`: pydyf's own objects, held by the tests with the validator."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    if END_OF_MARKS not in metadata.stream[0]:
        raise RuntimeError("WeasyPrint writes its metadata in another way: the mark of PDF/UA has no place")
    metadata.stream[0] = metadata.stream[0].replace(END_OF_MARKS, UA_MARK + END_OF_MARKS, 1)


def _page(html: str, title: str, created: datetime) -> str:
    moment = created.isoformat(timespec="seconds")
    head = format_html(
        '<meta charset="utf-8"><title>{}</title><meta name="dcterms.created" content="{}">'
        '<meta name="dcterms.modified" content="{}"><meta name="author" content="Samspel">',
        title,
        moment,
        moment,
    )
    return printable(f'<!doctype html><html lang="sv"><head>{head}</head><body>{html}</body></html>')


@lru_cache(maxsize=16)
def _style(stylesheet: str) -> CSS:
    """A style sheet without faces, parsed once in each process: WeasyPrint only reads it."""
    return CSS(string=stylesheet, url_fetcher=OwnFontsOnly())


def render(
    html: SafeString, *, stylesheet: str, title: str, created: datetime, attachments: Sequence[Attached] = ()
) -> bytes:
    """The PDF of what stands in `<body>`. Equal arguments give equal bytes, on this machine and on the next."""
    fetcher, fonts = OwnFontsOnly(), FontConfiguration()
    page = _page(html, title, created)
    faces = CSS(string="\n".join(face.css for face in FACES), font_config=fonts, url_fetcher=fetcher)
    files = [
        Attachment(
            string=each.content,
            name=each.name,
            description=each.description,
            created=created,
            modified=created,
            relationship="Source",
        )
        for each in attachments
    ]
    document = HTML(string=page, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(
        stylesheets=[faces, _style(stylesheet)],
        font_config=fonts,
        pdf_variant=VARIANT,
        attachments=files,
        finisher=_add_ua_mark,
    )
    return pdf
