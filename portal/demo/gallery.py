"""The component gallery (DEBUG only): every component and form state on one page, the bench for accessibility."""

import datetime as dt
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.core.plots import Bar, Line, Plot, bars, lines

PLACES = [
    ("", gettext_lazy("Välj en kommun eller region")),
    ("0180", "Stockholms stad"),
    ("1280", "Malmö stad"),
    ("1080", "Karlskrona kommun"),
    ("2580", "Luleå kommun"),
    ("0980", "Region Gotland (kommun)"),
    ("09", "Region Gotland (region)"),
]


class GalleryForm(forms.Form):
    """One field of each kind, none of which is saved anywhere."""

    name = forms.CharField(
        label=gettext_lazy("Namn"), help_text=gettext_lazy("För- och efternamn."), widget=forms.TextInput
    )
    email = forms.EmailField(label=gettext_lazy("E-postadress"))
    phone = forms.CharField(
        label=gettext_lazy("Telefonnummer"), required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Kommun eller region"),
        choices=PLACES,
        help_text=gettext_lazy("Skriv några bokstäver och välj i listan."),
        widget=forms.Select(attrs={"data-autocomplete": True}),
    )
    start = forms.DateField(
        label=gettext_lazy("Dag"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Uppdrag"),
        choices=[("kso", gettext_lazy("Kommunstyrelsens ordförande")), ("annat", gettext_lazy("Annat"))],
        widget=forms.RadioSelect,
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("Vad vill du veta mer om?"),
        choices=[("program", gettext_lazy("Programmen")), ("mer-information", gettext_lazy("Bara mer information"))],
        help_text=gettext_lazy("Du kan välja flera."),
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(
        label=gettext_lazy("Meddelande"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-maxlength": 200}),
    )
    agrees = forms.BooleanField(label=gettext_lazy("Jag har läst hur uppgifterna används"))
    trap = forms.CharField(
        label=gettext_lazy("Lämna tomt"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("", _("Skicka")))
        return helper


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All components. `?fel` shows the form as it comes back with errors, which also changes the page's title."""
    context = {**_examples(), "form": _broken_form() if "fel" in request.GET else GalleryForm()}
    return render(request, "demo/gallery.html", context)


def _broken_form() -> GalleryForm:
    data = QueryDict("name=&email=lena&place=0181&message=" + "x" * 240)
    form = GalleryForm(data)
    form.add_error(None, _("Sidan hade varit öppen för länge. Tryck på knappen en gång till."))
    return form


def _examples() -> dict[str, Any]:
    return {
        "first_day": dt.date(2019, 5, 23),
        "last_day": dt.date(2019, 5, 24),
        "moment": dt.datetime(2024, 5, 29, 8, 0, tzinfo=dt.UTC),
        "price": Decimal(24000),
        "rows": [(_("Längd"), _("6 månader")), (_("Träffar"), 4), (_("Okänt"), None)],
        "page": Paginator(range(30), 10).page(2),
        "plots": _plots(),
    }


def _plots() -> list[Plot]:
    """One of each kind; the numbers are made up."""
    counted = [Bar(_("En film med ett namn som är så långt att det tar två rader"), 12), Bar(_("En annan film"), 3.5)]
    shares = [Bar("2018", 38, beside=41), Bar("2022", 92.5, beside=43), Bar("2026", None)]
    years = [str(year) for year in range(2016, 2027)]
    here = Line("Malmö", (4.1, 4.2, 4.0, None, 4.4, 4.6, 4.9, 5.0, 5.3, 5.2, 5.6))
    country = Line(_("Riket"), (5.1, 5.2, 5.2, 5.3, 5.4, 5.6, 5.7, 5.9, 6.0, 6.1, 6.3))
    return [
        bars("counted", _("Staplar med antal"), counted, unit=_("Antal")),
        bars("shares", _("Staplar med andelar"), shares, share=True, beside=_("Riket"), of=_("År")),
        lines("years", _("Linjer över åren"), years, [here, country], share=True),
    ]
