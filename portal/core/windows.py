"""One thing open in two windows: what is saved last never takes the place of the other unseen (docs/adr/0015).

A `SeenForm` carries a stamp of what was stored when it was made. Its action compares under the lock of the row, and
raises `SavedElsewhere` where something else is stored by now; the form comes back with all that was typed, the stored
text beside it, and a new stamp, so that saving once more does replace.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.core import formats
from portal.core.personal_data import Text

# What is stored, by the names of the form's fields.
Values = Mapping[str, Any]
SALT = "portal.core.windows"
# A longer text is folded: whoever mends the field below it on a phone should not have to scroll past all of it.
LONGEST_UNFOLDED = 600


class SavedElsewhere(Exception):  # noqa: N818 - an answer to the caller
    """Something else was stored since the form was made: nothing is written."""

    def __init__(self, stored: Values) -> None:
        super().__init__()
        self.stored = stored


def _plain(value: Any) -> str | list[str]:
    """The same for what is stored and for what a form says. The order of several choices means nothing."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set):
        return sorted(str(_plain(one)) for one in value)
    return "" if value is None else str(value)


def stamp(stored: Values, key: str | None = None) -> str:
    """Tells two states of what is stored apart, and nobody what they say: nothing can be guessed from it."""
    said = {name: plain for name, value in stored.items() if (plain := _plain(value))}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()


def differing(told: Values, stored: Values) -> list[str]:
    """The names under which something else is stored than is told."""
    return [name for name, value in told.items() if _plain(value) != _plain(stored.get(name))]


@dataclass(frozen=True)
class Seen:
    """What somebody had in front of them, as a stamp, and what they would have stored instead."""

    stamp: str
    told: Values

    def check(self, stored: Values) -> None:
        """Raises `SavedElsewhere` when something else is stored now. To be called under the lock of the row.

        To say what is stored already is no conflict: a button pressed twice, a page sent again. Without a stamp the
        form was on a page from before there were stamps, and is believed.
        """
        if self.stamp and not self.repeats(stored) and not self._is_of(stored):
            raise SavedElsewhere(stored)

    def repeats(self, stored: Values) -> bool:
        """Whether all that is told is stored already."""
        return not differing(self.told, stored)

    def _is_of(self, stored: Values) -> bool:
        # A page stays open while the key is changed.
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(self.stamp, stamp(stored, key)) for key in keys)


class SeenField(BoundField):
    """A field that knows what was stored in it elsewhere."""

    @property
    def saved_now(self) -> str:
        """What is stored now, in the form's words, where it differs from what was typed; else nothing."""
        said: str = self.form.saved_now.get(self.name, "")  # type: ignore[attr-defined]  # a SeenForm
        return said

    @property
    def saved_now_is_short(self) -> bool:
        return len(self.saved_now) <= LONGEST_UNFOLDED


class SeenForm(forms.Form):
    """A form that shows what is stored and saves it anew, perhaps in two windows."""

    bound_field_class = SeenField
    submit_label: ClassVar[Text]

    seen = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, stored: Values, initial: Mapping[str, Any] | None = None
    ) -> None:
        """`initial` is what is shown, if that is more than what is stored."""
        super().__init__(data, initial={**(stored if initial is None else initial), "seen": stamp(stored)})
        self.saved_now: dict[str, str] = {}

    def told(self) -> dict[str, Any]:
        """What a valid form would have stored, by the names of its fields."""
        return {name: self.cleaned_data.get(name) for name in self.fields if name != "seen"}

    def what_was_seen(self) -> Seen:
        return Seen(self.cleaned_data.get("seen", ""), self.told())

    @property
    def replace_label(self) -> Text:
        """The button that replaces what is stored."""
        return self.submit_label

    def refuse_overwriting(self, stored: Values) -> None:
        """Say that something else is stored by now and show it; sent once more, the form replaces it."""
        for name in [name for name in differing(self.told(), stored) if name in self.fields]:
            field = self.fields[name]
            self.saved_now[name] = stored_words(field, stored.get(name))
            text = _("Under ”%(label)s” är något annat sparat nu.") % {"label": field.label}
            self.add_error(name, ValidationError(text, code="saved_elsewhere"))
        self.add_error(None, ValidationError(self._refusal(), code="saved_elsewhere"))
        self.have_seen(stored)

    def _refusal(self) -> str:
        text = _(
            "Det här har ändrats sedan du öppnade sidan, kanske av dig själv i ett annat fönster. Det du skrev står"
            " kvar men är inte sparat än. Där något skiljer sig ser du också vad som är sparat nu. Ska det du skrev"
            " gälla i stället, tryck på ”%(button)s” en gång till."
        )
        return text % {"button": self.replace_label}

    def have_seen(self, stored: Values) -> None:
        """From here on the form stands for what is stored now."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = stamp(stored)
        self.data = data


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return list(flatten_choices(choices))


def stored_words(field: forms.Field, value: Any) -> str:
    """A stored value in the words of the form."""
    plain = _plain(value)
    if not plain:
        return _("Inget är ifyllt.")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(words) for key, words in _flat(choices)}
        codes = plain if isinstance(plain, list) else [plain]
        return ", ".join(labels.get(code) or _no_longer_offered(field, code) for code in codes)
    return _in_words(value)


def _no_longer_offered(field: forms.Field, code: str) -> str:
    """A stored choice that is not in the list any more, by the name that its field knows."""
    known: Callable[[str], str] = getattr(field, "name_of_former", str)
    return known(code)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if isinstance(value, datetime):
        return formats.date_and_time(value)
    if isinstance(value, time):
        return formats.time(value)
    return formats.date(value) if isinstance(value, date) else str(value)
