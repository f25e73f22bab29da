"""The short forms around an occasion: whether one comes, and afterwards what one thought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.forms import TextField
from portal.core.personal_data import Text
from portal.core.windows import SeenForm
from programs.models import Occasion, OccasionAnswer, OccasionNeeds

YES, NO = "ja", "nej"
YES_OR_NO = [(YES, _("Ja")), (NO, _("Nej"))]
MARKS = [
    ("1", _("1, inte alls")),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", _("5, i hög grad")),
]


@dataclass(frozen=True)
class Answer:
    """What a participant says before an occasion."""

    comes: bool
    sleeps_over: bool
    food: str
    access: str


@dataclass(frozen=True)
class Judgement:
    """What somebody thought, without who it was."""

    usefulness: int
    challenge: int
    setting: int
    best: str
    change: str


class _PersonalForm(forms.Form):
    """Behind a personal link, which is all that such a form needs of proof."""

    form_name: ClassVar[str]
    submit_label: ClassVar[Text]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        helper.form_id = f"form-{self.form_name}"
        return helper


class OccasionAnswerForm(SeenForm, _PersonalForm):
    """Two questions, and two fields for those who need them."""

    form_name = "occasion"
    submit_label = _("Spara svaret")

    comes = forms.ChoiceField(
        label=_("Kommer du?"),
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Svara ja eller nej."), "invalid_choice": _("Svara ja eller nej.")},
    )
    sleeps_over = forms.ChoiceField(
        label=_("Sover du över?"),
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Svara ja eller nej."), "invalid_choice": _("Svara ja eller nej.")},
    )
    food = TextField(
        label=_("Är det något du inte äter?"),
        help_text=_("Allergi, vegetariskt eller annat. Anläggningen får veta namn och mat, inget annat."),
        longest=500,
        rows=2,
        required=False,
    )
    access = TextField(
        label=_("Behöver du något för att kunna delta?"),
        help_text=_("Till exempel ett rum utan trappor, hörslinga eller en plats långt fram."),
        longest=500,
        rows=2,
        required=False,
    )

    def __init__(
        self,
        occasion: Occasion,
        answer: OccasionAnswer | None,
        needs: OccasionNeeds | None,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, stored=answer_values(answer, needs))
        if occasion.starts_on == occasion.ends_on:
            del self.fields["sleeps_over"]

    def full_clean(self) -> None:
        """Who stays at home is not asked where they sleep."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("comes") == NO:
            self.errors.pop("sleeps_over", None)

    def answer(self) -> Answer:
        data = self.cleaned_data
        comes = data["comes"] == YES
        sleeps = comes and data.get("sleeps_over") == YES
        return Answer(comes, sleeps, data["food"] if comes else "", data["access"] if comes else "")

    def told(self) -> dict[str, Any]:
        """Of somebody who stays at home neither bed nor food is stored."""
        answer = self.answer()
        values = {**_yes_or_no(answer), "food": answer.food, "access": answer.access}
        return {name: value for name, value in values.items() if name in self.fields}


def answer_values(answer: OccasionAnswer | None, needs: OccasionNeeds | None) -> dict[str, str]:
    """What was answered before, as the form shows it."""
    found = {"food": needs.food, "access": needs.access} if needs else {}
    if answer is None:
        return found
    return {**_yes_or_no(answer), **found}


def _yes_or_no(answer: Answer | OccasionAnswer) -> dict[str, str]:
    told = {"comes": answer.comes, "sleeps_over": answer.sleeps_over}
    return {name: YES if value else NO for name, value in told.items()}


def _marks(label: Any) -> forms.ChoiceField:
    wrong: dict[str, Any] = {"required": _("Välj en siffra från 1 till 5.")}
    messages = {**wrong, "invalid_choice": wrong["required"]}
    return forms.ChoiceField(label=label, choices=MARKS, widget=forms.RadioSelect, error_messages=messages)


class EvaluationForm(_PersonalForm):
    """Three marks and two open questions."""

    form_name = "evaluation"
    submit_label = _("Skicka utvärderingen")

    usefulness = _marks(_("Hade du nytta av tillfället i ditt uppdrag?"))
    challenge = _marks(_("Kom du framåt med din utmaning?"))
    setting = _marks(_("Fungerade plats, mat och det praktiska?"))
    best = TextField(label=_("Vad var bäst?"), longest=2000, rows=3, required=False)
    change = TextField(label=_("Vad borde vi ändra till nästa gång?"), longest=2000, rows=3, required=False)

    def judgement(self) -> Judgement:
        data = self.cleaned_data
        marks = {name: int(data[name]) for name in ("usefulness", "challenge", "setting")}
        return Judgement(**marks, best=data["best"], change=data["change"])
