"""The text boxes of admin's forms by the names that they have on the page, for whoever was logged out meanwhile.

Asked before anybody is known: it looks at the code alone, never at the database, and knows no choices among rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.forms import inlineformset_factory
from django.http import HttpResponse, QueryDict
from django.utils.text import capfirst

from portal.core.logged_out import Fields

Boxes = Callable[[QueryDict], Fields]
Texts = dict[str, forms.Field]


def text_boxes(view: Callable[..., HttpResponse]) -> Boxes | None:
    """How to tell the boxes of the form that the view shows; None for a view that is not Django's own for one row."""
    of = getattr(view, "__self__", None)
    if not isinstance(of, ModelAdmin) or view.__name__ not in {"add_view", "change_view"}:
        return None
    admin: ModelAdmin[Any] = of

    def boxes(posted: QueryDict) -> Fields:
        found = _texts(admin.model, admin.form)
        for inline in admin.inlines:
            found |= _rows(admin, inline, posted)
        return found

    return boxes


def _texts(model: type[models.Model], form: type[forms.ModelForm[Any]]) -> Texts:
    columns = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
    stored = {
        field.name: _box(capfirst(field.verbose_name)) for field in columns if field.editable and not field.choices
    }
    declared = {name: field for name, field in form.base_fields.items() if type(field) is forms.CharField}
    return {**stored, **declared}


def _box(label: Any) -> forms.Field:
    return forms.CharField(label=label)


def _rows(admin: ModelAdmin[Any], inline: type[InlineModelAdmin[Any, Any]], posted: QueryDict) -> Texts:
    """The boxes of the rows below the form. Those of one kind have the same names: each says which one it is."""
    rows = inlineformset_factory(admin.model, inline.model, fk_name=inline.fk_name, fields=())
    texts, kind = _texts(inline.model, inline.form), capfirst(inline.model._meta.verbose_name)
    pattern = re.compile(rf"{re.escape(rows.get_default_prefix())}-(\d{{1,4}})-(\w+)")
    found = [(match[0], int(match[1]) + 1, match[2]) for name in posted if (match := pattern.fullmatch(name))]
    return {name: _box(f"{kind} {number}: {texts[part].label}") for name, number, part in found if part in texts}
