"""The components of the portal as typed template tags: one tag, one file in `templates/components/`.

The module is among the template engine's builtins: no page has to load it. The gallery (DEBUG) shows all of them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import formats
from portal.core.form_layout import error_links, field_kind

register = template.Library()
register.filter(field_kind)

NOTICE_KINDS: Final = ("info", "success", "warning", "error")


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the main navigation; `url_name` without arguments."""

    label: str | Promise
    url_name: str

    @property
    def url(self) -> str:
        return _address(self.url_name)


# The only list of what the header links to.
NAVIGATION: Final = (
    NavigationEntry(gettext_lazy("Uppdraget"), "mission"),
    NavigationEntry(gettext_lazy("Program"), "programme_list"),
    NavigationEntry(gettext_lazy("Överenskommelse"), "agreement_about"),
    NavigationEntry(gettext_lazy("Film och podd"), "media_list"),
    NavigationEntry(gettext_lazy("Kontakt"), "contact"),
)
FOOTER_LINKS: Final = (
    NavigationEntry(gettext_lazy("Mina sidor"), "my_pages"),
    NavigationEntry(gettext_lazy("Tillgänglighet"), "accessibility"),
    NavigationEntry(gettext_lazy("Personuppgifter"), "privacy"),
    NavigationEntry(gettext_lazy("Kontakt"), "contact"),
)


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumb; the page one stands on has no address."""

    label: str
    url: str = ""


# --- Frame of the page -----------------------------------------------------------------------------------------------
@register.inclusion_tag("components/navigation.html", takes_context=True)
def main_navigation(context: Context) -> dict[str, object]:
    """The header's links, the current one marked."""
    return {"entries": NAVIGATION, "path": _path(context)}


@register.inclusion_tag("components/demo_banner.html")
def demo_banner() -> dict[str, object]:
    """On a developer's machine: says that nothing here is real, and where the mails end up. Elsewhere nothing."""
    return {"url": "/demo/" if settings.DEBUG else ""}


@register.inclusion_tag("components/footer_links.html")
def site_footer_links() -> dict[str, object]:
    """The footer's links about the site itself."""
    return {"entries": FOOTER_LINKS}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, object]:
    """`{% breadcrumb "Program" list_url programme.name %}`: label and address in turn, last the page itself.

    "Start" is always first and is not written out.
    """
    labels, urls = steps[::2], steps[1::2]
    crumbs = [Crumb(str(label), str(url)) for label, url in zip(labels, urls, strict=False)]
    return {"start": _address("start"), "crumbs": crumbs, "current": str(labels[-1]) if len(labels) > len(urls) else ""}


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, lead: str = "", kicker: str = "") -> dict[str, object]:
    """The page's h1, with a kicker above it and a lead paragraph below it."""
    return {"title": title, "lead": lead, "kicker": kicker}


@register.inclusion_tag("components/page_meta.html")
def page_meta(
    published: dt.date | None = None,
    updated: dt.date | None = None,
    responsible: str = "",
    responsible_title: str = "",
) -> dict[str, object]:
    """Publicerad, Uppdaterad and Informationsansvarig; what is unknown is left out."""
    shows_update = updated is not None and (published is None or formats.local_date(updated) != published)
    return {
        "published": published,
        "updated": updated if shows_update else None,
        "responsible": responsible,
        "responsible_title": responsible_title,
    }


@register.inclusion_tag("components/contact_block.html")
def contact_block(
    heading: str = "", name: str = "", title: str = "", email: str = "", phone: str = "", url: str = ""
) -> dict[str, object]:
    """Whom to ask about the page. `url` leads to the contact form."""
    href = "tel:" + "".join(char for char in phone if char.isdigit() or char == "+") if phone else ""
    return {
        "heading": heading or _("Kontakt"),
        "name": name,
        "title": title,
        "email": email,
        "phone": phone,
        "phone_href": href,
        "url": url,
    }


@register.inclusion_tag("components/feedback.html", takes_context=True)
def feedback_question(context: Context) -> dict[str, object]:
    """ "Hjälpte informationen på sidan dig?": two buttons in a plain form that posts to `feedback`."""
    return {"action": _address("feedback"), "path": _path(context), "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Fel: " when the page's `form` (or one of `forms`) was sent with errors, so that the title says it first."""
    forms = [context.get("form"), *(context.get("forms") or ())]
    has_errors = any(isinstance(form, BaseForm) and form.is_bound and form.errors for form in forms)
    return _("Fel: ") if has_errors else ""


@register.filter
def message_kind(level_tag: str) -> str:
    """Which notice one of Django's messages is shown in."""
    return level_tag if level_tag in NOTICE_KINDS else "info"


# --- Blocks that wrap content ----------------------------------------------------------------------------------------
@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", title: str = "", heading_level: int = 2) -> SafeString:
    """A box that stands out: `info`, `success`, `warning` or `error`."""
    if kind not in NOTICE_KINDS:
        raise ValueError(f"notice: unknown kind {kind!r}")
    return _component("notice", content=content, kind=kind, title=title, heading_level=heading_level)


@register.simple_block_tag
def card(
    content: SafeString, title: str, url: str = "", kicker: str = "", heading_level: int = 2, status: str = ""
) -> SafeString:
    """A card whose title is the link and whose whole surface can be pressed."""
    return _component(
        "card", content=content, title=title, url=url, kicker=kicker, heading_level=heading_level, status=status
    )


@register.simple_block_tag
def cards(content: SafeString) -> SafeString:
    """A grid of cards, as many side by side as there is room for."""
    return format_html('<div class="cards">{}</div>', content)


@register.simple_block_tag
def details(content: SafeString, summary: str, is_open: bool = False) -> SafeString:
    """Text that is folded away behind its heading."""
    return _component("details", content=content, summary=summary, is_open=is_open)


@register.simple_block_tag
def table_region(content: SafeString, label: str) -> SafeString:
    """A table may scroll sideways in its own region, which the keyboard can reach; the page never does."""
    return _component("table_region", content=content, label=label)


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """A list of facts (`dl`) that holds `{% fact %}` blocks; nothing at all when no fact is known."""
    return format_html('<dl class="facts">{}</dl>', content) if content.strip() else SafeString("")


@register.simple_block_tag
def fact(content: SafeString, label: str) -> SafeString:
    """One fact of `{% facts %}`. What is unknown is empty, and an empty fact says nothing."""
    if not content.strip():
        return SafeString("")
    return format_html('<div class="facts__row"><dt>{}</dt><dd>{}</dd></div>', label, content)


@register.simple_block_tag
def summary_list(content: SafeString) -> SafeString:
    """What somebody answered, row by row (`{% summary_row %}`)."""
    return format_html('<dl class="summary-list">{}</dl>', content)


@register.simple_block_tag
def summary_row(content: SafeString, label: str, url: str = "", action: str = "") -> SafeString:
    """One answer; with `url` it can be changed."""
    return _component("summary_row", content=content, label=label, url=url, action=action or _("Ändra"))


@register.simple_block_tag
def steps(content: SafeString) -> SafeString:
    """A numbered course of events that holds `{% step %}` blocks."""
    return format_html('<ol class="steps" role="list">{}</ol>', content)


@register.simple_block_tag
def step(content: SafeString, title: str, when: str = "", state: str = "", heading_level: int = 3) -> SafeString:
    """One step; `state` is `done`, `now` or empty."""
    return _component("step", content=content, title=title, when=when, state=state, heading_level=heading_level)


# --- Small things ----------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/button.html")
def button(label: str, kind: str = "primary", name: str = "", value: str = "", busy: str = "") -> dict[str, object]:
    """A submit button: `primary`, `secondary` or `danger`. `busy` is what it says while the form is being sent."""
    return {"label": label, "kind": kind, "name": name, "value": value, "busy": busy or _("Skickar …")}


@register.inclusion_tag("components/button_link.html")
def button_link(label: str, url: str, kind: str = "primary") -> dict[str, object]:
    """A link that looks like a button: it leads somewhere and changes nothing."""
    return {"label": label, "url": url, "kind": kind}


@register.inclusion_tag("components/status.html")
def status(label: str, kind: str = "neutral") -> dict[str, object]:
    """A state in words; the colour (`neutral`, `positive`, `waiting`, `negative`) only repeats it."""
    return {"label": label, "kind": kind}


@register.inclusion_tag("components/icon.html")
def icon(name: str) -> dict[str, object]:
    """A decorative icon, hidden from screen readers: words always stand beside it."""
    return {"name": name}


@register.inclusion_tag("components/fact_list.html")
def fact_list(rows: Mapping[str, object] | Sequence[tuple[str, object]]) -> dict[str, object]:
    """The same as `{% facts %}` for pairs that a view has prepared."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [(label, value) for label, value in pairs if value not in (None, "")]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "sida") -> dict[str, object]:
    """Earlier and later pages, keeping the other parameters of the address."""
    return {
        "page": page,
        "previous": _page_url(context, parameter, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_url(context, parameter, page.next_page_number()) if page.has_next() else "",
    }


# --- Forms -----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """Everything that has to be put right, as links to the controls; controls are counted, sentences are not."""
    links = error_links(form) if form.is_bound else []
    number = len({link.target for link in links if link.target})
    count = ngettext("En uppgift behöver ses över.", "%(count)d uppgifter behöver ses över.", number)
    return {"links": links, "count": count % {"count": number} if number else ""}


# --- Swedish dates and sums ------------------------------------------------------------------------------------------
@register.filter
def sv_date(value: dt.date | dt.datetime | None) -> str:
    """29 maj 2024; nothing for an unknown date."""
    return formats.date(value) if value else ""


@register.filter
def sv_time(value: dt.time | dt.datetime | None) -> str:
    """10.00; nothing for an unknown time (midnight is a time)."""
    return formats.time(value) if value is not None and value != "" else ""


@register.filter
def sv_datetime(value: dt.datetime | None) -> str:
    """29 maj 2024 klockan 10.00; nothing for an unknown moment."""
    return formats.date_and_time(value) if value else ""


@register.filter
def sv_sum(value: Decimal | int | None) -> str:
    """24 000 kr; nothing for an unknown sum (0 is a sum)."""
    return formats.sum_of_money(value) if value is not None and value != "" else ""


@register.filter
def sv_duration(value: float | None) -> str:
    """3 min 15 s; nothing for an unknown length."""
    return formats.duration(value) if value else ""


@register.filter
def sv_position(value: float) -> str:
    """1:05, where one is in a film."""
    return formats.position(value)


@register.simple_tag
def sv_date_range(start: dt.date | None, end: dt.date | None = None) -> str:
    """23–24 maj 2019."""
    return formats.date_range(start, end) if start else ""


# --- How it is done --------------------------------------------------------------------------------------------------
def _component(name: str, **values: object) -> SafeString:
    return render_to_string(f"components/{name}.html", values)


def _address(url_name: str) -> str:
    return _resolved(url_name, settings.ROOT_URLCONF)


@lru_cache(maxsize=64)
def _resolved(url_name: str, urlconf: str) -> str:
    """The frame of every page has the same links: looking them up again for each page cost a fifth of its time."""
    return reverse(url_name, urlconf)


def _path(context: Context) -> str:
    """The address of the page; an e-mail or an error page has none."""
    request = cast("HttpRequest | None", context.get("request"))
    return request.path if request else ""


def _page_url(context: Context, parameter: str, number: int) -> str:
    query = cast("HttpRequest", context["request"]).GET.copy()
    query[parameter] = str(number)
    return f"?{query.urlencode()}"
