"""Text that staff writes, as safe HTML: Markdown in, a short list of elements out. Pure.

Two nets: the Markdown parser passes no HTML on, and the sanitiser lets only these elements through whatever the parser
did.
"""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt

ELEMENTS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "hr"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https", "mailto", "tel"}
INTERNAL_LINK = re.compile(r'<a href="(/[^"#?]*)')

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "code", "fence", "backticks"])


def to_html(text: str) -> str:
    """The text as HTML. The page's own h1 is its title, so a heading of the first level becomes one of the second."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(html, tags=ELEMENTS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


def internal_links(html: str) -> list[str]:
    """The paths on this site that the text links to."""
    return INTERNAL_LINK.findall(html)
