"""A page outlived its log-in: what was typed in it comes back to whoever typed it, on a page to copy it from.

It goes into that one answer, and into no address, session or log. Only a post with a token of ours comes this far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.choices import flatten_choices

from portal.core.personal_data import Text

View = TypeVar("View", bound=Callable[..., HttpResponse])
Fields = Mapping[str, forms.Field]
# A form, or what tells the fields of one that differs from time to time by what was posted.
Form = type[forms.BaseForm] | Callable[[QueryDict], Fields]

# What our pages send along beside what people type, codes that let somebody in, and how admin's begin that do the same.
UNSEEN = {"csrfmiddlewaretoken", "anchor", "code", "do", "fran", "hash", "next", "quote", "seen", "token"}
UNSEEN_IN_ADMIN = ("_", "initial-")
# More than a word, and not merely numbers. In a form that we do not know, all else may be a code of the page's.
PROSE = re.compile(r"\S\s+\S")
LONGEST_LINE = 80
FEWEST_ROWS, MOST_ROWS = 3, 20


@dataclass(frozen=True)
class Typed:
    """What stood in one field; `label` is empty where nobody knows what the field was called."""

    label: Text
    text: str

    @property
    def is_line(self) -> bool:
        return len(self.text) <= LONGEST_LINE and "\n" not in self.text

    @property
    def rows(self) -> int:
        lines = sum(1 + len(line) // LONGEST_LINE for line in self.text.splitlines())
        return min(max(lines, FEWEST_ROWS), MOST_ROWS)


def login_required(form: Form | None = None, *, page: str = "") -> Callable[[View], View]:
    """Like Django's, for a view that takes posts: what was typed in the form is not thrown away.

    `page` names where to go after the log-in, when the address shows no page by itself. It has the same arguments.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            way = reverse(page, args=args, kwargs=kwargs) if page else request.get_full_path()
            return typed_page(request, way, form) or redirect_to_login(way)

        return cast("View", asked)

    return decorate


def typed_page(request: HttpRequest, way: str, form: Form | None = None) -> HttpResponse | None:
    """All that was typed, in the words of the form, and the way to log in; None when nothing was.

    `way` is the page to go on at. The answer knows what was posted and nothing else: not even whether there is such a
    page.
    """
    found = typed(request.POST, form) if request.method == "POST" else []
    if not found:
        return None
    context = {"typed": found, "log_in_url": redirect_to_login(way).url}
    response = HttpResponse(render_to_string("401.html", context), status=HTTPStatus.UNAUTHORIZED)
    add_never_cache_headers(response)
    return response


def typed(data: QueryDict, form: Form | None = None) -> list[Typed]:
    """What people typed and chose, in the order of the page. Of a form that is not known, what is more than a word."""
    fields = _fields(data, form) if form else {}
    posted = [(name, value) for name, values in data.lists() for value in values if _is_seen(name, fields)]
    found = [Typed(_label(name, fields), _words(name, value, fields)) for name, value in posted]
    return [one for one in found if one.text.strip()]


def _fields(data: QueryDict, form: Form) -> Fields:
    if isinstance(form, type):
        declared: Fields = form.base_fields  # type: ignore[attr-defined]  # what the metaclass gathers
        return declared
    return form(data)


def _is_seen(name: str, fields: Fields) -> bool:
    if name in fields:
        return not fields[name].widget.is_hidden
    return name not in UNSEEN and not name.startswith(UNSEEN_IN_ADMIN)


def _label(name: str, fields: Fields) -> Text:
    return (fields[name].label or "") if name in fields else ""


def _words(name: str, value: str, fields: Fields) -> str:
    """What a person reads in the field; nothing for what no person wrote."""
    if name not in fields:
        return value if PROSE.search(value) and any(map(str.isalpha, value)) else ""
    field = fields[name]
    if not isinstance(field, forms.ChoiceField):
        return value
    choices: Any = field.choices
    offered: list[tuple[Any, Any]] = list(flatten_choices(choices))
    return str(next((label for key, label in offered if str(key) == value), ""))
