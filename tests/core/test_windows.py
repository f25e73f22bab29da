"""A form that is open in two windows: what its stamp tells, and when it may replace what is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from pytest_django import Settings

from portal.core.windows import SavedElsewhere, Seen, SeenForm, stamp, stored_words

BEFORE = {"text": "Först", "colour": "r", "kinds": ["a", "b"], "day": None}
NOW = {"text": "Något annat", "colour": "", "kinds": ["b", "c"], "day": date(2026, 12, 1)}


class Example(SeenForm):
    submit_label = "Spara"

    text = forms.CharField(label="Text", required=False, widget=forms.Textarea)
    colour = forms.ChoiceField(label="Färg", choices=[("r", "Röd"), ("g", "Grön")], required=False)
    kinds = forms.MultipleChoiceField(label="Sort", choices=[("Grupp", [("a", "A"), ("b", "B")]), ("c", "C")])
    day = forms.DateField(label="Dag", required=False)


def typed(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_a_stamp_differs_with_what_is_stored_and_says_nothing_of_it() -> None:
    assert stamp(BEFORE) == stamp({**BEFORE, "kinds": ["b", "a"], "day": ""})
    assert len({stamp({}), stamp(BEFORE), stamp(NOW), stamp({**BEFORE, "text": "först"})}) == 4
    assert len(stamp(BEFORE)) == len(stamp(NOW)) == 64


def test_the_stamp_cannot_be_made_by_who_guesses_the_text(settings: Settings) -> None:
    one = stamp(BEFORE)
    settings.SECRET_KEY = "another"
    assert stamp(BEFORE) != one


@pytest.mark.parametrize(
    ("made_from", "told", "stored"),
    [
        (BEFORE, {"text": "Nytt"}, BEFORE),
        (BEFORE, {"text": "Något annat", "kinds": ["c", "b"]}, NOW),
        (BEFORE, {"text": "", "colour": None}, {}),
        ({}, {"text": "Nytt"}, {"text": "", "kinds": []}),
    ],
    ids=["nothing else was saved", "the same was saved", "both emptied it", "nothing and empty are one"],
)
def test_these_may_be_saved(made_from: dict[str, Any], told: dict[str, Any], stored: dict[str, Any]) -> None:
    Seen(stamp(made_from), told).check(stored)


@pytest.mark.parametrize("stored", [NOW, {}, {**BEFORE, "colour": "g"}])
def test_what_was_stored_meanwhile_is_not_replaced(stored: dict[str, Any]) -> None:
    with pytest.raises(SavedElsewhere) as found:
        Seen(stamp(BEFORE), {**BEFORE, "text": "Nytt"}).check(stored)
    assert found.value.stored == stored


def test_a_page_from_before_there_were_stamps_is_believed() -> None:
    Seen("", {"text": "Nytt"}).check(NOW)


def test_a_page_stays_good_while_the_key_is_changed(settings: Settings) -> None:
    seen = Seen(stamp(BEFORE), {"text": "Nytt"})
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    seen.check(BEFORE)


def test_a_refused_form_keeps_what_was_typed_and_tells_what_is_stored_in_its_own_words() -> None:
    fields = {"text": "Mitt", "colour": "g", "kinds": ["a"], "day": ""}
    form = Example(typed(seen=stamp(BEFORE), **fields), stored=NOW)
    assert form.is_valid()

    form.refuse_overwriting(NOW)

    said = {name: form[name].saved_now for name in fields}  # type: ignore[attr-defined]  # a SeenField
    assert said == {
        "text": "Något annat",
        "colour": "Inget är ifyllt.",
        "kinds": "B, C",
        "day": "1 december 2026",
    }
    assert {name: form[name].value() for name in fields} == fields
    assert form.errors["text"] == ["Under ”Text” är något annat sparat nu."]
    assert "tryck på ”Spara” en gång till" in form.non_field_errors()[0]


class Catalogue(forms.ChoiceField):
    """Knows what it does not offer any more."""

    def name_of_former(self, code: str) -> str:
        return {"old": "Det gamla"}.get(code, code)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (Catalogue(choices=[("new", "Det nya")]), "new", "Det nya"),
        (Catalogue(choices=[("new", "Det nya")]), "old", "Det gamla"),
        (Catalogue(choices=[("new", "Det nya")]), "unknown", "unknown"),
        (forms.ChoiceField(choices=[("new", "Det nya")]), "old", "old"),
        (forms.BooleanField(), True, "Ja"),
        (forms.BooleanField(), False, "Nej"),
        (forms.TimeField(), time(0, 0), "00.00"),
        (forms.DateTimeField(), datetime(2026, 12, 1, 9, 30, tzinfo=UTC), "1 december 2026 klockan 10.30"),
        (forms.IntegerField(), 0, "0"),
        (forms.CharField(), None, "Inget är ifyllt."),
    ],
)
def test_what_is_stored_is_told_in_words(field: forms.Field, value: object, words: str) -> None:
    assert stored_words(field, value) == words


def test_a_field_that_says_the_same_is_not_pointed_at() -> None:
    form = Example(typed(seen=stamp(BEFORE), text="Mitt", colour="", kinds=["c", "b"], day="2026-12-01"), stored=NOW)
    assert form.is_valid()

    form.refuse_overwriting(NOW)

    assert set(form.errors) == {"text", "__all__"}


def test_a_refused_form_replaces_when_it_is_sent_once_more_and_not_when_it_changed_yet_again() -> None:
    form = Example(typed(seen=stamp(BEFORE), text="Mitt", kinds=["a"]), stored=NOW)
    assert form.is_valid()
    form.refuse_overwriting(NOW)

    again = Example(form.data, stored=NOW)  # type: ignore[arg-type]  # a QueryDict, as it came
    assert again.is_valid()
    again.what_was_seen().check(NOW)
    with pytest.raises(SavedElsewhere):
        again.what_was_seen().check(BEFORE)
