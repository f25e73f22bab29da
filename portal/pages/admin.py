"""The pages in admin: texts are edited, what visitors wrote is read and dealt with, answers are counted."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from portal.core import audit, search
from portal.core.admin import AuditedAdmin, ReadOnlyAdmin
from portal.core.admin_site import Panel, Row, site
from portal.core.admin_windows import SeenAdmin, SeenModelForm
from portal.core.exports import xlsx_response
from portal.core.normalisation import mask_personal_numbers
from portal.core.states import TransitionRefused
from portal.pages.actions.content import edit_page, edit_statement
from portal.pages.actions.enquiries import mark_handled, mark_not_handled
from portal.pages.exports import flag_texts, messages_workbook, reports_workbook
from portal.pages.models import (
    AccessibilityReport,
    AccessibilityStatement,
    ContactMessage,
    Enquiry,
    FeedbackAnswer,
    Page,
    Responsible,
)
from portal.pages.models.feedback import page_name
from portal.pages.queries import feedback_counts
from portal.pages.states import EnquiryState

EnquiryT = TypeVar("EnquiryT", bound=Enquiry)
NOTHING = "–"


# --- What staff writes -----------------------------------------------------------------------------------------------
@admin.register(Responsible)
class ResponsibleAdmin(SeenAdmin[Responsible]):
    list_display = ("name", "title")


class StatementInline(admin.StackedInline[AccessibilityStatement, Page]):
    model = AccessibilityStatement
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False


@admin.register(Page)
class PageAdmin(AuditedAdmin[Page]):
    """The texts of the pages. Which pages there are is code, so none is added or removed here."""

    list_display = ("title", "key", "published", "published_on", "updated_on", "responsible")
    list_filter = ("published", "responsible")
    list_select_related = ("responsible",)
    search_fields = ("search_text",)
    search_help_text = gettext_lazy("Sök på ord i sidans texter.")
    readonly_fields = ("key",)
    set_by_saving = ("updated_on",)
    fieldsets = (
        (None, {"fields": ("key", "title", "lead", "body", "contact_text")}),
        (gettext_lazy("Om sidan"), {"fields": ("published", "published_on", "updated_on", "responsible")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Page | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        return [StatementInline] if obj and hasattr(obj, "statement") else []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Page], search_term: str
    ) -> tuple[QuerySet[Page], bool]:
        return search.find(queryset, search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def view_on_site(self, obj: Page) -> str | None:
        """No way to a page that visitors do not find."""
        return obj.get_absolute_url() if obj.published else None

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Page, form: ModelForm[Page], change: bool) -> None:
        changed = form.changed_data
        if isinstance(form, SeenModelForm) and "updated_on" in changed and form.is_left_alone("updated_on"):
            # Sent twice: the day is the one that the first time set.
            obj.updated_on = form.initial["updated_on"]
            changed = [name for name in changed if name != "updated_on"]
        edit_page(obj, changed, by=audit.staff(request.user))

    def save_formset(
        self, request: HttpRequest, form: ModelForm[Page], formset: BaseModelFormSet[Any, Any], change: bool
    ) -> None:
        """The facts of the accessibility statement are stored by their own verb, so that the change is in the trail."""
        formset.save(commit=False)
        for statement, changed in formset.changed_objects:
            edit_statement(statement, changed, by=audit.staff(request.user))


# --- What visitors wrote ---------------------------------------------------------------------------------------------
class EnquiryAdmin(ReadOnlyAdmin, AuditedAdmin[EnquiryT]):
    """Read by staff and marked as handled; what somebody wrote is not edited."""

    list_filter = ("state", "captcha_outcome")
    list_per_page = 50
    search_fields = ("search_text",)
    actions = ("mark_handled", "mark_not_handled", "export_selected")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[EnquiryT], search_term: str
    ) -> tuple[QuerySet[EnquiryT], bool]:
        return search.find(queryset, search_term), False

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.display(description=gettext_lazy("början"))
    def beginning(self, enquiry: EnquiryT) -> str:
        text = " ".join(enquiry.masked_message.split())
        return text if len(text) <= 80 else f"{text[:79]}…"

    @admin.display(description=gettext_lazy("att titta på"))
    def flags_shown(self, enquiry: EnquiryT) -> str:
        return flag_texts(enquiry) or NOTHING

    @admin.action(description=gettext_lazy("Markera som hanterade"), permissions=["handle"])
    def mark_handled(self, request: HttpRequest, queryset: QuerySet[EnquiryT]) -> None:
        done = sum(_handled(enquiry, request) for enquiry in queryset)
        text = ngettext("%(n)d markerad som hanterad.", "%(n)d markerade som hanterade.", done)
        messages.success(request, text % {"n": done})

    @admin.action(description=gettext_lazy("Markera som inte hanterade"), permissions=["handle"])
    def mark_not_handled(self, request: HttpRequest, queryset: QuerySet[EnquiryT]) -> None:
        done = sum(_not_handled(enquiry, request) for enquiry in queryset)
        text = ngettext("%(n)d väntar igen.", "%(n)d väntar igen.", done)
        messages.success(request, text % {"n": done})


def _handled(enquiry: Enquiry, request: HttpRequest) -> bool:
    """False when a colleague was there before."""
    try:
        mark_handled(enquiry, by=audit.staff(request.user))
    except TransitionRefused:
        return False
    return True


def _not_handled(enquiry: Enquiry, request: HttpRequest) -> bool:
    try:
        mark_not_handled(enquiry, by=audit.staff(request.user))
    except TransitionRefused:
        return False
    return True


def _mail_to(enquiry: ContactMessage | AccessibilityReport) -> SafeString | str:
    """The sender's address as a link that opens an answer with the reference in its subject."""
    if not enquiry.email:
        return NOTHING
    return format_html('<a href="mailto:{}?subject={}">{}</a>', enquiry.email, enquiry.reference, enquiry.email)


@admin.register(ContactMessage)
class ContactMessageAdmin(EnquiryAdmin[ContactMessage]):
    list_display = ("reference", "name_shown", "beginning", "state", "created_at", "flags_shown")
    search_help_text = gettext_lazy("Sök på namn, e-postadress, organisation, referens eller ord i meddelandet.")
    fieldsets = (
        (None, {"fields": ("reference", "state", "handled_at", "created_at", "corrections", "flags_shown")}),
        (gettext_lazy("Avsändare"), {"fields": ("name", "mail_to", "organisation")}),
        (gettext_lazy("Meddelande"), {"fields": ("message",)}),
        (gettext_lazy("Om raden"), {"fields": ("captcha_outcome", "delete_after")}),
    )
    readonly_fields = ("flags_shown", "mail_to")

    @admin.display(description=gettext_lazy("namn"), ordering="name")
    def name_shown(self, message: ContactMessage) -> str:
        return mask_personal_numbers(message.name)

    @admin.display(description=gettext_lazy("e-postadress"))
    def mail_to(self, message: ContactMessage) -> SafeString | str:
        return _mail_to(message)

    @admin.action(description=gettext_lazy("Hämta de valda som Excel"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[ContactMessage]) -> HttpResponse:
        rows = queryset.order_by("created_at").iterator(chunk_size=500)
        return xlsx_response("meddelanden", messages_workbook(rows))


@admin.register(AccessibilityReport)
class AccessibilityReportAdmin(EnquiryAdmin[AccessibilityReport]):
    list_display = ("reference", "where", "beginning", "state", "created_at", "flags_shown")
    search_help_text = gettext_lazy("Sök på plats, referens, e-postadress eller ord i rapporten.")
    fieldsets = (
        (None, {"fields": ("reference", "state", "handled_at", "created_at", "corrections", "flags_shown")}),
        (gettext_lazy("Rapport"), {"fields": ("message", "where", "mail_to")}),
        (gettext_lazy("Om raden"), {"fields": ("captcha_outcome", "delete_after")}),
    )
    readonly_fields = ("flags_shown", "mail_to")

    @admin.display(description=gettext_lazy("e-postadress"))
    def mail_to(self, report: AccessibilityReport) -> SafeString | str:
        return _mail_to(report)

    @admin.action(description=gettext_lazy("Hämta de valda som Excel"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[AccessibilityReport]) -> HttpResponse:
        rows = queryset.order_by("created_at").iterator(chunk_size=500)
        return xlsx_response("tillganglighetsrapporter", reports_workbook(rows))


class PageFilter(admin.SimpleListFilter):
    """The pages that somebody has judged, by their names."""

    title = gettext_lazy("sida")
    parameter_name = "sida"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        keys = FeedbackAnswer.objects.order_by("page_key").values_list("page_key", flat=True).distinct()
        return [(key, page_name(key)) for key in keys]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FeedbackAnswer]) -> QuerySet[FeedbackAnswer]:
        return queryset.filter(page_key=self.value()) if self.value() else queryset


@admin.register(FeedbackAnswer)
class FeedbackAnswerAdmin(ReadOnlyAdmin, admin.ModelAdmin[FeedbackAnswer]):
    """The answers, and above them how each page was judged."""

    list_display = ("page_shown", "helpful", "comment", "created_at")
    list_filter = ("helpful", PageFilter)
    list_per_page = 50
    fields = ("page_shown", "helpful", "comment", "created_at")
    readonly_fields = ("page_shown",)
    change_list_template = "pages/admin/feedback_change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"counts": feedback_counts(), **(extra_context or {})})

    @admin.display(description=gettext_lazy("sida"), ordering="page_key")
    def page_shown(self, answer: FeedbackAnswer) -> str:
        return answer.page_name


# --- The front page and the trail ------------------------------------------------------------------------------------
def enquiry_panel(request: HttpRequest) -> Panel | None:
    """What visitors wrote and nobody has dealt with."""
    if not request.user.has_perm("pages.view_contactmessage"):
        return None
    rows = [_waiting(gettext_lazy("Meddelanden att svara på"), ContactMessage)]
    if request.user.has_perm("pages.view_accessibilityreport"):
        rows.append(_waiting(gettext_lazy("Tillgänglighetsrapporter att läsa"), AccessibilityReport))
    return Panel(gettext_lazy("Från besökare"), rows)


def _waiting(label: Any, model: type[Enquiry]) -> Row:
    url = reverse(f"admin:pages_{model._meta.model_name}_changelist") + f"?state__exact={EnquiryState.NEW}"
    return Row(label, model._default_manager.filter(state=EnquiryState.NEW).count(), url)


site.register_panel(enquiry_panel)
site.register_events(
    {
        "pages.message_sent": gettext_lazy("meddelandet skickades"),
        "pages.message_corrected": gettext_lazy("meddelandet ändrades av avsändaren"),
        "pages.barrier_reported": gettext_lazy("en brist rapporterades"),
        "pages.barrier_report_corrected": gettext_lazy("rapporten ändrades av avsändaren"),
        "pages.enquiry_handled": gettext_lazy("markerades som hanterad"),
        "pages.enquiry_not_handled": gettext_lazy("markerades som inte hanterad"),
        "pages.page_added": gettext_lazy("sidan lades till"),
        "pages.page_edited": gettext_lazy("sidan ändrades"),
        "pages.statement_edited": gettext_lazy("bedömningen i redogörelsen ändrades"),
    }
)
site.register_letters(
    {
        "pages/contact_received": gettext_lazy("bekräftelse på meddelande"),
        "pages/contact_corrected": gettext_lazy("bekräftelse på ändrat meddelande"),
        "pages/contact_notice": gettext_lazy("nytt meddelande till SKR"),
        "pages/accessibility_received": gettext_lazy("bekräftelse på tillgänglighetsrapport"),
        "pages/accessibility_corrected": gettext_lazy("bekräftelse på ändrad tillgänglighetsrapport"),
        "pages/accessibility_notice": gettext_lazy("ny tillgänglighetsrapport till SKR"),
    }
)
