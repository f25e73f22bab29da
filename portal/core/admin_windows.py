"""One row open in two windows of admin: what is saved last never takes the place of the other unseen (docs/adr/0015).

A change form carries a mark for each of its fields: what was stored in it when the page was made. When the form is
sent, the row is locked before it is read; a field that the form would change, and in which something else is stored
than was seen, is a refusal. The page then stands for what is stored now, so that saving once more does replace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core.windows import LONGEST_UNFOLDED, differing, stamp, stored_words

RowT = TypeVar("RowT", bound=models.Model)
# The name under which the marks come back; templates/admin/change_form.html writes them.
SEEN = "_seen"
# Enough of a stamp to tell two values apart.
LENGTH = 32


class SeenModelForm(forms.ModelForm[Any]):
    """Mixed into each change form of admin by `SeenAdmin`."""

    @property
    def seen(self) -> str:
        """A mark for each field of what is stored in it now."""
        return " ".join(f"{name}={mark}" for name, mark in self._marks(settings.SECRET_KEY).items())

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and (names := self._changed_elsewhere()):
            self._refuse_overwriting(names)

    def _stored(self) -> Mapping[str, Any]:
        """What is stored, by the names of the fields; an upload replaces nothing that the form shows."""
        shown = {name: field for name, field in self.fields.items() if not isinstance(field, forms.FileField)}
        return {name: self.get_initial_for_field(field, name) for name, field in shown.items()}

    def _marks(self, key: str) -> dict[str, str]:
        return {name: stamp({name: value}, key)[:LENGTH] for name, value in self._stored().items()}

    def _changed_elsewhere(self) -> list[str]:
        """What this form would change, and somebody has changed since its page was made."""
        seen = dict(part.split("=", 1) for part in str(self.data.get(SEEN, "")).split() if "=" in part)
        # A page stays open while the key is changed.
        now = [self._marks(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
        return [
            name
            for name in self._would_change()
            if name in seen and not any(constant_time_compare(seen[name], marks[name]) for marks in now)
        ]

    def _would_change(self) -> list[str]:
        stored = self._stored()
        typed = {name: self.cleaned_data.get(name) for name in self.changed_data if name in stored}
        return differing(typed, stored)

    def _refuse_overwriting(self, names: list[str]) -> None:
        stored = self._stored()
        for name in names:
            self.add_error(name, ValidationError(_saved_now(self.fields[name], stored[name]), code="saved_elsewhere"))
        labels = [f"”{self.fields[name].label}”" for name in names]
        text = _(
            "Det här har ändrats sedan du öppnade sidan, av någon annan eller av dig själv i ett annat fönster:"
            " %(fields)s. Det du skrev står kvar men är inte sparat än. Vid varje sådant fält ser du vad som är sparat"
            " nu. Ska det du skrev gälla i stället sparar du en gång till."
        )
        message = text % {"fields": get_text_list(labels, _("och"))}
        self.add_error(None, ValidationError(message, code="saved_elsewhere"))


def _saved_now(field: forms.Field, value: Any) -> str:
    """What is stored now, in the form's words. A text of several lines keeps them, and a long one is folded."""
    words = stored_words(field, value)
    if "\n" not in words and len(words) <= LONGEST_UNFOLDED:
        return _("Sparat nu: %(words)s") % {"words": words}
    # The long one scrolls, and the keyboard reaches it.
    page = '<details{}><summary>{}</summary><div class="saved-now" tabindex="0">{}</div></details>'
    return format_html(page, SafeString("" if len(words) > LONGEST_UNFOLDED else " open"), _("Sparat nu"), words)


class SeenAdmin(admin.ModelAdmin[RowT]):
    """The base of every admin in which somebody changes a row."""

    def get_form(self, request: HttpRequest, obj: RowT | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (SeenModelForm, form), {}) if change else form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> RowT | None:
        """The row; when a form is sent, as it is under its lock, so that nobody saves between the look and the deed."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return row
        self.lock(row)
        return super().get_object(request, object_id, from_field)

    def lock(self, row: RowT) -> None:
        """Take the row until the transaction ends. Whoever's verbs take something else first does so here too."""
        rows = self.model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk)
        rows.order_by().values_list("pk").first()
