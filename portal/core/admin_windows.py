"""One row open in two windows of admin: what is saved last never takes the place of the other unseen (docs/adr/0015).

A change form carries a mark for each of its fields: what was stored in it when the page was made. When the form is
sent, the row is locked before it is read; a field that the form would change, and in which something else is stored
than was seen, is a refusal. The page then stands for what is stored now, so that saving once more does replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core.uploads import remind_of_files
from portal.core.windows import LONGEST_UNFOLDED, differing, stamp, stored_words

RowT = TypeVar("RowT", bound=models.Model)
# The name under which the marks come back; templates/admin/change_form.html writes them.
SEEN = "_seen"
# Enough of a stamp to tell two values apart.
LENGTH = 32


class SeenModelForm(forms.ModelForm[Any]):
    """Mixed into each change form of admin by `SeenAdmin`."""

    set_by_saving: ClassVar[tuple[str, ...]] = ()

    @property
    def seen(self) -> str:
        """A mark for each field of what is stored in it now."""
        marks = {name: _mark(name, value, settings.SECRET_KEY) for name, value in self._stored().items()}
        return " ".join(f"{name}={mark}" for name, mark in marks.items())

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and (names := self._changed_elsewhere()):
            self._refuse_overwriting(names)

    def _stored(self) -> Mapping[str, Any]:
        """What is stored, by the names of the fields; an upload replaces nothing that the form shows."""
        shown = {name: field for name, field in self.fields.items() if not isinstance(field, forms.FileField)}
        return {name: self.get_initial_for_field(field, name) for name, field in shown.items()}

    def was_seen(self, name: str, value: Any) -> bool:
        """Whether that was stored in the field when the page was made. A page from before there were marks says yes."""
        seen = dict(part.split("=", 1) for part in str(self.data.get(SEEN, "")).split() if "=" in part)
        # A page stays open while the key is changed.
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return name not in seen or any(constant_time_compare(seen[name], _mark(name, value, key)) for key in keys)

    def is_left_alone(self, name: str) -> bool:
        """Whether saving sets the field by itself, and whoever sent the form has not touched it."""
        return name in self.set_by_saving and self.was_seen(name, self.cleaned_data.get(name))

    def _changed_elsewhere(self) -> list[str]:
        """What this form would change, and somebody has changed since its page was made."""
        stored = self._stored()
        changed = [name for name in self._would_change() if not self.was_seen(name, stored[name])]
        return [name for name in changed if not self.is_left_alone(name)]

    def _would_change(self) -> list[str]:
        stored = self._stored()
        typed = {name: self.cleaned_data.get(name) for name in self.changed_data if name in stored}
        return differing(typed, stored)

    def _show_as_stored(self, names: Iterable[str]) -> None:
        """Let these boxes of the page that goes back show what is stored, and not what was sent."""
        shown = QueryDict(mutable=True)
        shown.update(self.data)
        for name in names:
            field = self.fields[name]
            shown[self.add_prefix(name)] = field.widget.format_value(field.prepare_value(self._stored()[name])) or ""
        self.data = shown

    def _refuse_overwriting(self, names: list[str]) -> None:
        stored = self._stored()
        self._show_as_stored([name for name in self.set_by_saving if self.is_left_alone(name)])
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


def _mark(name: str, value: Any, key: str) -> str:
    return stamp({name: value}, key)[:LENGTH]


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

    # What saving sets by itself: a page sent once more has the old value there, and its sender means nothing by it.
    set_by_saving: ClassVar[tuple[str, ...]] = ()

    def get_form(self, request: HttpRequest, obj: RowT | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (SeenModelForm, form), {"set_by_saving": self.set_by_saving}) if change else form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> RowT | None:
        """The row; when a form is sent, as it is under its lock, so that nobody saves between the look and the deed."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return row
        self.lock(row)
        return super().get_object(request, object_id, from_field)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        remind_of_files(context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def lock(self, row: RowT) -> None:
        """Take the row until the transaction ends. Whoever's verbs take something else first does so here too."""
        rows = self.model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk)
        rows.order_by().values_list("pk").first()
