"""Text that staff writes becomes HTML of a few elements, whatever was in it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.rich_text import ELEMENTS, internal_links, to_html

SCRAPS = [
    "<script>",
    "</script>",
    "[a](javascript:x)",
    "<img src=x onerror=y>",
    "# ",
    "- ",
    "**",
    "\n\n",
    "`",
    "[b](/c)",
]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hej **du**!", "<p>Hej <strong>du</strong>!</p>\n"),
        ("# Rubrik", "<h2>Rubrik</h2>\n"),
        ("## Rubrik\n\n- ett\n- två", "<h2>Rubrik</h2>\n<ul>\n<li>ett</li>\n<li>två</li>\n</ul>\n"),
        ("[Program](/program/)", '<p><a href="/program/">Program</a></p>\n'),
        ("[Mejla](mailto:a@skr.example)", '<p><a href="mailto:a@skr.example">Mejla</a></p>\n'),
        ("<b onclick=x>fet</b>", "<p>&lt;b onclick=x&gt;fet&lt;/b&gt;</p>\n"),
        ("[x](http://osaker.example)", "<p><a>x</a></p>\n"),
        ("", ""),
    ],
)
def test_markdown_becomes_plain_html(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](vbscript:x)"])
def test_a_link_that_runs_something_is_no_link(text: str) -> None:
    assert BeautifulSoup(to_html(text), "html.parser").select("a[href]") == []


def test_a_picture_is_not_fetched() -> None:
    assert BeautifulSoup(to_html("![x](https://evil.example/x.png)"), "html.parser").select("img, [src]") == []


@given(text=st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=10)), max_size=12).map("".join))
def test_only_the_listed_elements_come_out(text: str) -> None:
    page = BeautifulSoup(to_html(text), "html.parser")

    assert {element.name for element in page.find_all()} <= ELEMENTS
    assert {name for element in page.find_all() for name in element.attrs} <= {"href", "start"}
    assert all(not str(link["href"]).lower().startswith("javascript") for link in page.select("a[href]"))


def test_internal_links_are_found_without_query_and_fragment() -> None:
    html = to_html("[a](/program/?x=1) [b](https://skr.se/) [c](/kontakt/#form) [d](#x)")

    assert internal_links(html) == ["/program/", "/kontakt/"]
