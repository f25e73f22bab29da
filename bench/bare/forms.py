"""The same seven fields, with Django's own widgets and rules."""

from django import forms

from bench.bare.models import Organisation

ROLES = [
    ("kso", "Kommunstyrelsens ordförande"),
    ("rso", "Regionstyrelsens ordförande"),
    ("oppositionsrad", "Oppositionsråd"),
    ("heltidsarvoderad", "Heltidsarvoderat råd"),
    ("annat", "Annat uppdrag"),
]
PROGRAMMES = [
    ("toppolitikerprogrammet", "Toppolitikerprogrammet"),
    ("toppolitikerprogrammet-fortsattning", "Fortsättningen"),
    ("mer-information", "Bara mer information"),
]


class ShortForm(forms.Form):
    """The organisation is typed: the least work that such a form can be."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField()
    phone = forms.CharField(max_length=40, required=False)
    organisation = forms.SlugField(max_length=4)
    role = forms.ChoiceField(choices=ROLES, widget=forms.RadioSelect)
    programmes = forms.MultipleChoiceField(choices=PROGRAMMES, widget=forms.CheckboxSelectMultiple)
    message = forms.CharField(max_length=5000, required=False, widget=forms.Textarea)


class RegistrationForm(ShortForm):
    """The organisation is chosen among the 311, as in ours."""

    organisation = forms.ModelChoiceField(Organisation.objects.all())  # type: ignore[assignment]  # that is the point
