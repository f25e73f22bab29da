"""One name for admin's front page above every page: Django's own pages call it "Hem", it calls itself "Översikt"."""

from __future__ import annotations

from django.template import Library
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = Library()


@register.filter
def overview_first(crumbs: SafeString) -> SafeString:
    """The breadcrumbs as Django renders them, with our word for the first of them."""
    home, overview = f">{gettext('Home')}</a>", f">{gettext('Översikt')}</a>"
    return mark_safe(crumbs.replace(home, overview, 1))  # noqa: S308 - a rendered block, and two constants
