"""People's places, applications and invoicing in admin: found, read and put right. A state is never typed."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit, formats
from portal.core.admin import AuditedAdmin
from portal.core.admin_trail import status_tag
from portal.core.forms import AddressField, LineField, PhoneField
from portal.core.normalisation import Address
from portal.organisations.forms import OrganisationField
from portal.organisations.models import OrganisationKind
from programs.actions.corrections import Correction, correct_papers, correct_place
from programs.actions.letters import change_template
from programs.actions.locking import lock_place
from programs.admin.workspace_verbs import verbs_for
from programs.forms_invoicing import InvoicingFields
from programs.models import Application, Invoicing, LetterTemplate, Place, Role, Side
from programs.queries.letters import mistakes
from programs.queries.places import sent_besides
from programs.queries.search import find_invoicing, find_people
from programs.states import PlaceState, StateClass

CLASSES: Final = {
    StateClass.OPEN: "neutral",
    StateClass.WAITING: "waiting",
    StateClass.POSITIVE: "positive",
    StateClass.NEGATIVE: "negative",
}


WIDE: Final = {"class": "vTextField"}


def place_state_tag(place: Place) -> str:
    """Of what is not sent staff sees nothing: what is "started" here was sent, and is kept beside another place."""
    if place.state == PlaceState.STARTED:
        return status_tag(_("Räknas inte"), "neutral")
    kind = CLASSES[place.state_class]
    return status_tag(place.get_state_display(), kind)


def place_link(place: Place | None) -> str:
    """The name, leading to the person's page."""
    if place is None:
        return "–"
    url = reverse("admin:programs_place_change", args=[place.pk])
    return format_html('<a href="{}">{}</a>', url, place.name_for_lists)


class PlaceForm(forms.ModelForm[Place]):
    """What staff may put right about a person. The address is cleaned as in the public forms."""

    name = LineField(label=gettext_lazy("Namn"), longest=200, widget=forms.TextInput(attrs=WIDE))
    email = AddressField(
        label=gettext_lazy("E-postadress"),
        widget=forms.EmailInput(attrs=WIDE),
        help_text=gettext_lazy(
            "Ändrar du adressen får personen ett mejl dit om det som gäller nu, med en ny länk."
            " Länkarna i mejl till den gamla adressen slutar att fungera."
        ),
    )
    phone = PhoneField(label=gettext_lazy("Telefonnummer"), required=False)
    organisation = OrganisationField(label=gettext_lazy("Kommun eller region"))
    role = forms.ChoiceField(label=gettext_lazy("Uppdrag"), required=False, choices=[("", "–"), *Role.choices])
    side = forms.ChoiceField(
        label=gettext_lazy("Majoritet eller opposition"), required=False, choices=[("", "–"), *Side.choices]
    )

    class Meta:
        model = Place
        fields = ("name", "phone", "role", "side", "is_listed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The address is a field of our own: the model's is written by the verb, with what it is compared by."""
        place = kwargs.get("instance")
        own = {"email": place.email, "organisation": place.organisation_id} if place else {}
        super().__init__(*args, **{**kwargs, "initial": {**own, **(kwargs.get("initial") or {})}})

    def clean_email(self) -> Address:
        address: Address = self.cleaned_data["email"]
        others = Place.objects.counted().filter(cohort=self.instance.cohort_id, email_key=address.key)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Någon annan i kullen har den adressen."), code="taken")
        return address

    def correction(self) -> Correction:
        names = ("name", "email", "phone", "organisation", "role", "side", "is_listed")
        return Correction(**{name: self.cleaned_data[name] for name in names})


class KindFilter(admin.SimpleListFilter):
    """Municipality or region."""

    title = gettext_lazy("slag av organisation")
    parameter_name = "slag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in OrganisationKind.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Place]) -> QuerySet[Place]:
        return queryset if self.value() is None else queryset.filter(organisation__kind=self.value())


class OnlyPutRight:
    """Rows that the verbs make and the register deletes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Place)
class PlaceAdmin(OnlyPutRight, AuditedAdmin[Place]):
    form = PlaceForm
    change_form_template = "admin/programs/place/change_form.html"
    list_display = ("name_shown", "from_shown", "role", "side", "cohort", "state_tag", "state_since")
    list_filter = ("state", "cohort", "role", "side", KindFilter)
    list_select_related = ("organisation", "cohort__programme")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("search_text",)
    search_help_text = gettext_lazy("Sök på namn, e-postadress, telefonnummer, referens eller organisation.")
    readonly_fields = (
        "state_tag",
        "papers",
        "besides",
        "cohort",
        "reference",
        "answer_day",
        "created_at",
        "delete_after",
    )
    fieldsets = (
        (None, {"fields": ("cohort", "state_tag", "answer_day", "papers", "besides")}),
        (
            gettext_lazy("Personen"),
            {"fields": ("name", "email", "phone", "organisation", "role", "side", "is_listed")},
        ),
        (gettext_lazy("Om uppgifterna"), {"fields": ("reference", "created_at", "delete_after")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """An application that is not sent is its writer's own. One that is kept beside another has a page, no row."""
        on_its_page = request.resolver_match and request.resolver_match.url_name == "programs_place_change"
        return Place.objects.readable() if on_its_page else Place.objects.sent()

    def has_change_permission(self, request: HttpRequest, obj: Place | None = None) -> bool:
        """What does not count is read, and mended by its sender alone."""
        is_beside = obj is not None and obj.state == PlaceState.STARTED
        return not is_beside and super().has_change_permission(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Place], search_term: str
    ) -> tuple[QuerySet[Place], bool]:
        return find_people(queryset, search_term), False

    def lock(self, row: Place) -> None:
        lock_place(row)

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        """The verb locks, compares, saves and audits."""
        correct_place(obj, form.correction(), by=audit.staff(request.user))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer the verbs that lead on from where the person is."""
        place = kwargs.get("obj")
        if place is not None and self.has_change_permission(request, place):
            context["verbs"] = verbs_for(PlaceState(place.state))
        if place is not None:
            context["subtitle"] = place.name_for_lists
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("namn"), ordering="name")
    def name_shown(self, place: Place) -> str:
        return place.name_for_lists

    @admin.display(description=gettext_lazy("från"), ordering="organisation__sort_key")
    def from_shown(self, place: Place) -> str:
        return place.organisation.short_name

    @admin.display(description=gettext_lazy("läge"), ordering="state")
    def state_tag(self, place: Place) -> str:
        return place_state_tag(place)

    @admin.display(description=gettext_lazy("svara senast"))
    def answer_day(self, place: Place) -> str:
        return formats.date(place.answer_by) if place.answer_by else "–"

    @admin.display(description=gettext_lazy("annat från samma adress i kullen"))
    def besides(self, place: Place) -> str:
        """Somebody applied once more, or for the first time from the address of somebody else."""
        others = ((place_link(other), other.reference, place_state_tag(other)) for other in sent_besides(place))
        return format_html_join(", ", "{}, {} {}", others) or "–"

    @admin.display(description=gettext_lazy("ansökan och faktura"))
    def papers(self, place: Place) -> str:
        """Links to what belongs to the place, as far as it is there."""
        found = [
            (row, label)
            for row, label in (
                (Application.objects.filter(place=place).first(), _("Ansökan")),
                (Invoicing.objects.filter(place=place).first(), _("Fakturauppgifter")),
            )
            if row is not None
        ]
        links = [
            format_html(
                '<a href="{}">{}</a>', reverse(f"admin:programs_{row._meta.model_name}_change", args=[row.pk]), label
            )
            for row, label in found
        ]
        return format_html_join(", ", "{}", ((link,) for link in links)) or "–"


class PaperAdmin(OnlyPutRight, AuditedAdmin[Any]):
    """What belongs to a place: staff may put it right, and every change is written down."""

    has_mails = False
    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        correct_papers(obj, form.changed_data, by=audit.staff(request.user))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what the place is found by."""
        return find_people(queryset, search_term, to="place__"), False

    @admin.display(description=gettext_lazy("deltagare"), ordering="place__name")
    def person(self, paper: Any) -> str:
        return place_link(paper.place)


@admin.register(Application)
class ApplicationAdmin(PaperAdmin):
    list_display = ("__str__", "person_name", "from_shown", "cohort", "state_tag", "sent_at")
    list_filter = ("place__state", "place__cohort", "extent")
    list_select_related = ("place__organisation", "place__cohort__programme")
    search_fields = ("place__search_text",)
    search_help_text = gettext_lazy("Sök på namn, e-postadress, telefonnummer, referens eller organisation.")
    readonly_fields = ("person", "cohort", "state_tag", "saved_at", "sent_at", "delete_after")
    fieldsets = (
        (None, {"fields": ("person", "cohort", "state_tag", "saved_at", "sent_at", "delete_after")}),
        (gettext_lazy("Ansökan"), {"fields": ("in_office_since", "extent", "challenge", "message")}),
        (gettext_lazy("Assistent"), {"fields": ("assistant_name", "assistant_email", "assistant_phone")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        """One that is not sent is its writer's own."""
        return Application.objects.exclude(sent_at__isnull=True)

    @admin.display(description=gettext_lazy("namn"), ordering="place__name")
    def person_name(self, application: Application) -> str:
        return application.place.name_for_lists

    @admin.display(description=gettext_lazy("från"), ordering="place__organisation__sort_key")
    def from_shown(self, application: Application) -> str:
        return application.place.organisation.short_name

    @admin.display(description=gettext_lazy("kull"), ordering="place__cohort")
    def cohort(self, application: Application) -> str:
        return str(application.place.cohort)

    @admin.display(description=gettext_lazy("läge"), ordering="place__state")
    def state_tag(self, application: Application) -> str:
        return place_state_tag(application.place)


class InvoicingForm(InvoicingFields, forms.ModelForm[Invoicing]):
    """The fields of the application form, with their checks."""

    class Meta:
        model = Invoicing
        fields = ("organisation_number", "reference", "by", "peppol_id", "gln", "address")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.refuse_a_way_without_its_number()
        return cleaned


@admin.register(Invoicing)
class InvoicingAdmin(PaperAdmin):
    form = InvoicingForm
    list_display = ("participant_shown", "organisation", "cohort", "by", "reference", "organisation_number")
    list_filter = ("cohort", "by")
    list_select_related = ("organisation", "cohort__programme", "place")
    search_fields = ("participant",)
    search_help_text = gettext_lazy("Sök på deltagare, referens eller organisation.")
    readonly_fields = ("person", "cohort", "organisation", "delete_after")
    fieldsets = (
        (None, {"fields": ("person", "cohort", "organisation", "delete_after")}),
        (
            gettext_lazy("Fakturan"),
            {"fields": ("organisation_number", "reference", "by", "peppol_id", "gln", "address")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoicing]:
        """That of an application which is not sent is its writer's own; one whose place is gone is ours to keep.

        That of one which is kept beside another has a page and no row: nobody is invoiced twice.
        """
        started = Q(place__state=PlaceState.STARTED)
        on_its_page = request.resolver_match and request.resolver_match.url_name == "programs_invoicing_change"
        unsent = started & Q(place__application__sent_at__isnull=True) if on_its_page else started
        return Invoicing.objects.exclude(unsent)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return find_invoicing(queryset, search_term), False

    @admin.display(description=gettext_lazy("deltagare"), ordering="participant")
    def participant_shown(self, invoicing: Invoicing) -> str:
        return invoicing.place.name_for_lists if invoicing.place else invoicing.participant or "–"


class LetterTemplateForm(forms.ModelForm[LetterTemplate]):
    """The words, with the fields in double braces judged."""

    class Meta:
        model = LetterTemplate
        fields = ("subject", "body")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("subject", "body"):
            for mistake in mistakes(cleaned.get(name, "")):
                self.add_error(name, mistake)
        return cleaned


@admin.register(LetterTemplate)
class LetterTemplateAdmin(OnlyPutRight, AuditedAdmin[LetterTemplate]):
    """The words that letters begin with. The kinds are fixed; staff edits what they say."""

    form = LetterTemplateForm
    has_mails = False
    list_display = ("kind", "subject", "updated_at")
    fields = ("kind", "subject", "body")
    readonly_fields = ("kind",)

    def save_model(self, request: HttpRequest, obj: LetterTemplate, form: Any, change: bool) -> None:
        change_template(obj, obj.subject, obj.body, by=audit.staff(request.user))
