"""What staff writes for a page whose main part belongs to another app: the lists of programmes and of films."""

from __future__ import annotations

from django import template

from portal.pages.actions.content import known_pages
from portal.pages.models import Page
from portal.pages.queries import published_page

register = template.Library()


@register.simple_tag(takes_context=True)
def content_page(context: template.Context, key: str) -> Page:
    """The page's own texts, its days and who answers for it. One query, however often a template asks.

    Before the texts are loaded it is what the package carries, without days: no list is lost for want of a heading.
    """
    kept, name = context.render_context, f"content_page {key}"
    if name not in kept:
        kept[name] = published_page(key) or _packaged(key)
    page: Page = kept[name]
    return page


def _packaged(key: str) -> Page:
    texts = next(texts for texts in known_pages() if texts["key"] == key)
    return Page(key=key, title=texts["title"], lead=texts["lead"])
