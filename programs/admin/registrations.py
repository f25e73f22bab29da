"""Interest registrations as staff reads them: who, from where, for what, and what became of the mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import admin_questions, audit, exports, formats
from portal.core.admin import KINDS as MAIL_KINDS
from portal.core.admin import AuditedAdmin, status_tag
from portal.core.admin_questions import Question
from portal.core.admin_site import Panel, Row, site
from portal.core.mail_status import told_to_staff
from portal.core.models import OutgoingMail
from portal.core.normalisation import mask_personal_numbers
from portal.core.states import MailState
from portal.organisations.models import OrganisationKind
from programs.actions.registrations import withdraw_interest
from programs.models import FLAG_LABELS, InterestRegistration, InterestRepeat, Programme, ProgrammeKind, Role
from programs.queries.search import find_registrations
from programs.states import InterestState

# As many as are fetched by their keys.
FEW: Final = 1000


class ProgrammeFilter(admin.SimpleListFilter):
    """By programme, or only more information."""

    title = gettext_lazy("program")
    parameter_name = "program"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = list(Programme.objects.current().values_list("slug", "name"))
        return [*names, ("mer-information", _("Mer information"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InterestRegistration]
    ) -> QuerySet[InterestRegistration]:
        if self.value() is None:
            return queryset
        if self.value() == "mer-information":
            return queryset.filter(wants_information=True)
        # Not by joining all three tables: with very many rows, most of the time went into the count.
        programme = Programme.objects.filter(slug=self.value()).first()
        chosen = InterestRegistration.programmes.through._default_manager.filter(
            interestregistration=OuterRef("pk"), programme=programme
        )
        return queryset.filter(Exists(chosen))


class KindFilter(admin.SimpleListFilter):
    """Municipality or region."""

    title = gettext_lazy("slag av organisation")
    parameter_name = "slag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in OrganisationKind.choices]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InterestRegistration]
    ) -> QuerySet[InterestRegistration]:
        return queryset if self.value() is None else queryset.filter(organisation__kind=self.value())


class FlagFilter(admin.SimpleListFilter):
    """Only what somebody should look at."""

    title = gettext_lazy("att titta på")
    parameter_name = "titta"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ja", _("Ja"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[InterestRegistration]:
        found: QuerySet[InterestRegistration] = queryset if self.value() is None else queryset.flagged()
        return found


HEADINGS = (
    gettext_lazy("Referens"),
    gettext_lazy("Inkom"),
    gettext_lazy("Läge"),
    gettext_lazy("Årgång"),
    gettext_lazy("Namn"),
    gettext_lazy("E-postadress"),
    gettext_lazy("Telefonnummer"),
    gettext_lazy("Organisation"),
    gettext_lazy("Län"),
    gettext_lazy("Uppdrag"),
    gettext_lazy("Program"),
    gettext_lazy("Mer information"),
    gettext_lazy("Meddelande"),
    gettext_lazy("Att titta på"),
)


def _flag_texts(registration: InterestRegistration) -> str:
    return ", ".join(str(FLAG_LABELS[flag]) for flag in registration.flags)


def _programme_names(registration: InterestRegistration) -> str:
    return ", ".join(programme.name for programme in registration.programmes.all())


def export_row(registration: InterestRegistration) -> list[object]:
    """The registration as a row of the Excel file, in the order of `HEADINGS`."""
    return [
        registration.reference,
        registration.created_at,
        registration.get_state_display(),
        registration.interest_round,
        registration.name_for_lists,
        registration.email,
        registration.phone,
        registration.organisation.name,
        registration.organisation.county_name,
        registration.get_role_display(),
        _programme_names(registration),
        _("Ja") if registration.wants_information else "",
        mask_personal_numbers(registration.message),
        _flag_texts(registration),
    ]


SHORT_ROLES = {
    Role.KSO: gettext_lazy("KSO"),
    Role.RSO: gettext_lazy("RSO"),
    Role.OPPOSITION: gettext_lazy("Opposition"),
    Role.FULL_TIME: gettext_lazy("Heltid"),
    Role.OTHER: gettext_lazy("Annat"),
}
SHORT_KINDS = {
    ProgrammeKind.BASIC: gettext_lazy("grund"),
    ProgrammeKind.CONTINUATION: gettext_lazy("fortsättning"),
    ProgrammeKind.ADVANCED: gettext_lazy("fördjupning"),
}
STATE_KINDS = {InterestState.REGISTERED: "positive", InterestState.WITHDRAWN: "neutral"}


def _confirmations(registrations: Iterable[InterestRegistration]) -> dict[str, OutgoingMail]:
    """The newest mail about each registration, by the registration's id. One query, however many they are."""
    about = OutgoingMail.objects.filter(
        about_type=InterestRegistration._meta.label_lower, about_id__in=[str(row.pk) for row in registrations]
    )
    return {mail.about_id: mail for mail in about.defer("text_body", "html_body").order_by("pk")}


def _told(repeat: InterestRepeat) -> str:
    at = formats.date_and_time(repeat.created_at)
    if repeat.adopted_at is None:
        return _("%(reference)s kom %(at)s. Personen har inte valt dem.") % {"reference": repeat.reference, "at": at}
    chosen = formats.date_and_time(repeat.adopted_at)
    return _("%(reference)s kom %(at)s. Personen valde dem %(chosen)s.") % {
        "reference": repeat.reference,
        "at": at,
        "chosen": chosen,
    }


class WithConfirmations(ChangeList):
    """A page of the list that knows what became of each registration's mail."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[InterestRegistration] = list(self.result_list)
        mails = _confirmations(rows)
        for row in rows:
            row.confirmation = mails.get(str(row.pk))
        self.result_list = rows


@admin.register(InterestRegistration)
class InterestRegistrationAdmin(AuditedAdmin[InterestRegistration]):
    """Read by staff, changed by the person: what somebody wrote about themselves stays theirs."""

    # Short words: all of it is to be seen at once on a small laptop, beside the filters.
    list_display = (
        "name_shown",
        "place_shown",
        "role_shown",
        "programmes_short",
        "created_shown",
        "state_shown",
        "mail_shown",
    )
    list_display_links = ("name_shown",)
    list_filter = ("state", "interest_round", ProgrammeFilter, "role", KindFilter, FlagFilter)
    list_select_related = ("organisation", "interest_round")
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = None
    search_fields = ("search_text",)
    search_help_text = gettext_lazy("Sök på namn, e-postadress, telefonnummer, referens eller organisation.")
    actions = ("export_selected", "withdraw_selected")
    fieldsets = (
        (None, {"fields": ("reference", "state", "interest_round", "created_at", "updated_at", "flags_shown")}),
        (gettext_lazy("Personen"), {"fields": ("name", "mail_to", "call_to", "organisation", "role")}),
        (gettext_lazy("Vad det gäller"), {"fields": ("programmes_shown", "message", "repeats_told")}),
        (gettext_lazy("Bekräftelsen"), {"fields": ("mail_told",)}),
        (gettext_lazy("Om anmälan"), {"fields": ("captcha_outcome", "withdrawn_at", "delete_after")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InterestRegistration]:
        return super().get_queryset(request).prefetch_related("programmes")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[InterestRegistration], search_term: str
    ) -> tuple[QuerySet[InterestRegistration], bool]:
        """Few are found by their search text alone and then fetched; of many, the first page is near anyway."""
        if not search_term.strip():
            return queryset, False
        everybody = InterestRegistration.objects.order_by()
        found = list(find_registrations(everybody, search_term).values_list("pk", flat=True)[: FEW + 1])
        if len(found) > FEW:
            return find_registrations(queryset, search_term), False
        return queryset.filter(pk__in=found), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WithConfirmations

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: InterestRegistration | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: InterestRegistration | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("namn"), ordering="name")
    def name_shown(self, registration: InterestRegistration) -> str:
        return registration.name_for_lists

    @admin.display(description=gettext_lazy("från"), ordering="organisation__sort_key")
    def place_shown(self, registration: InterestRegistration) -> str:
        return registration.organisation.short_name

    @admin.display(description=gettext_lazy("uppdrag"), ordering="role")
    def role_shown(self, registration: InterestRegistration) -> str:
        return str(SHORT_ROLES[Role(registration.role)])

    @admin.display(description=gettext_lazy("program"))
    def programmes_short(self, registration: InterestRegistration) -> str:
        kinds = [str(SHORT_KINDS[ProgrammeKind(programme.kind)]) for programme in registration.programmes.all()]
        return ", ".join([*kinds, *([_("info")] if registration.wants_information else [])])

    @admin.display(description=gettext_lazy("inkom"), ordering="created_at")
    def created_shown(self, registration: InterestRegistration) -> str:
        return timezone.localtime(registration.created_at).strftime("%Y-%m-%d %H.%M")

    @admin.display(description=gettext_lazy("läge"), ordering="state")
    def state_shown(self, registration: InterestRegistration) -> str:
        state = InterestState(registration.state)
        flagged = status_tag(_("Att titta på"), "waiting") if registration.flags else ""
        return mark_safe(f"{status_tag(state.label, STATE_KINDS[state])} {flagged}")  # noqa: S308 - two rendered templates

    @admin.display(description=gettext_lazy("program"))
    def programmes_shown(self, registration: InterestRegistration) -> str:
        more = [_("mer information")] if registration.wants_information else []
        return ", ".join([*(programme.name for programme in registration.programmes.all()), *more])

    @admin.display(description=gettext_lazy("e-postadress"))
    def mail_to(self, registration: InterestRegistration) -> SafeString:
        address = registration.email
        return format_html(
            '<a href="mailto:{}?subject={}">{}</a>', quote(address, "@"), registration.reference, address
        )

    @admin.display(description=gettext_lazy("telefonnummer"))
    def call_to(self, registration: InterestRegistration) -> str | SafeString:
        if not registration.phone_e164:
            return registration.phone or "–"
        return format_html('<a href="tel:{}">{}</a>', registration.phone_e164, registration.phone)

    @admin.display(description=gettext_lazy("nya uppgifter från samma adress"))
    def repeats_told(self, registration: InterestRegistration) -> str | SafeString:
        lines = ((_told(repeat),) for repeat in registration.repeats.all())
        return format_html_join("", "<div>{}</div>", lines) or "–"

    @admin.display(description=gettext_lazy("att titta på"))
    def flags_shown(self, registration: InterestRegistration) -> str | SafeString:
        return _flag_texts(registration) or "–"

    @admin.display(description=gettext_lazy("mejlet"))
    def mail_shown(self, registration: InterestRegistration) -> str:
        mail = registration.confirmation
        return status_tag(MailState(mail.state).label, MAIL_KINDS[MailState(mail.state)]) if mail else "–"

    @admin.display(description=gettext_lazy("vad som hände med mejlet"))
    def mail_told(self, registration: InterestRegistration) -> str:
        mail = _confirmations([registration]).get(str(registration.pk))
        return told_to_staff(mail) if mail else "–"

    @admin.action(description=gettext_lazy("Hämta de valda som Excel"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[InterestRegistration]) -> HttpResponse:
        rows = queryset.select_related("organisation", "interest_round").order_by("created_at").iterator(chunk_size=500)
        title = _("Intresseanmälningar")
        content = exports.workbook(title, [str(heading) for heading in HEADINGS], (export_row(row) for row in rows))
        return exports.xlsx_response("intresseanmalningar", content)

    @admin.action(description=gettext_lazy("Ta tillbaka de valda …"), permissions=["withdraw"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[InterestRegistration]) -> HttpResponse | None:
        """Ask first: mails that went out cannot be taken back."""
        chosen = list(queryset.filter(state=InterestState.REGISTERED)[: admin_questions.MOST + 1])
        if admin_questions.are_too_many(request, chosen):
            return None
        if chosen and not admin_questions.is_answered(request):
            return admin_questions.ask_about_chosen(self, request, _withdrawal(chosen), chosen)
        number = sum(withdraw_interest(registration, by=audit.staff(request.user)) for registration in chosen)
        text = ngettext("%(number)d anmälan är tillbakatagen.", "%(number)d anmälningar är tillbakatagna.", number)
        self.message_user(request, text % {"number": number})
        return None

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("programs.change_interestregistration")


def _withdrawal(chosen: Sequence[InterestRegistration]) -> Question:
    text = ngettext(
        "Personen får ett mejl om att anmälan är tillbakatagen. Det går inte att ångra:",
        "%(number)d personer får ett mejl om att deras anmälan är tillbakatagen. Det går inte att ångra:",
        len(chosen),
    )
    about = [f"{row.name_for_lists}, {row.organisation.short_name} ({row.reference})" for row in chosen]
    title, yes = _("Ta tillbaka intresseanmälningar?"), _("Ja, ta tillbaka")
    return Question(title, text % {"number": len(chosen)}, yes, about)


def interest_panel(request: HttpRequest) -> Panel | None:
    """What is new among the registrations, for the front page."""
    if not request.user.has_perm("programs.view_interestregistration"):
        return None
    active = InterestRegistration.objects.active()
    url = reverse("admin:programs_interestregistration_changelist")
    yesterday = timezone.now() - timedelta(days=1)
    new = urlencode({"state__exact": "registered", "created_at__gte": yesterday.isoformat()})
    return Panel(
        gettext_lazy("Intresseanmälningar"),
        [
            Row(
                gettext_lazy("Nya det senaste dygnet"), active.filter(created_at__gte=yesterday).count(), f"{url}?{new}"
            ),
            Row(gettext_lazy("Alla som gäller"), active.count(), f"{url}?state__exact=registered"),
            Row(
                gettext_lazy("Att titta på"),
                active.flagged().count(),
                f"{url}?state__exact=registered&titta=ja",
            ),
        ],
    )


site.register_panel(interest_panel)
site.register_events(
    {
        "programs.interest_registered": gettext_lazy("intresset anmäldes"),
        "programs.interest_changed": gettext_lazy("intresseanmälan ändrades"),
        "programs.interest_repeated": gettext_lazy("samma person anmälde sig igen"),
        "programs.interest_moved": gettext_lazy("intresseanmälan fick en annan e-postadress"),
        "programs.interest_withdrawn": gettext_lazy("intresseanmälan togs tillbaka"),
    }
)
site.register_letters(
    {
        "programs/interest_registered": gettext_lazy("bekräftelse på intresseanmälan"),
        "programs/interest_changed": gettext_lazy("bekräftelse på ändrad intresseanmälan"),
        "programs/interest_repeated": gettext_lazy("svar på upprepad intresseanmälan"),
        "programs/interest_withdrawn": gettext_lazy("bekräftelse på tillbakatagen intresseanmälan"),
        "programs/interest_summary": gettext_lazy("dagens sammanfattning till SKR"),
    }
)
