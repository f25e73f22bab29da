"""Outgoing mail and the audit trail in admin: to read, and to send a mail once more."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import reduce
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import admin_letters, admin_people, admin_questions, audit, formats, outgoing, smtp
from portal.core.admin_letters import NOTHING
from portal.core.admin_questions import Question
from portal.core.admin_site import Panel, Row, site
from portal.core.admin_trail import (
    AuditedAdmin,
    ReadOnlyAdmin,
    mails_link,
    status_tag,
    subject_link,
    tell_what_may_be_opened,
    trail_link,
    who,
)
from portal.core.mail_preview import may_frame_previews, preview
from portal.core.mail_status import why_stopped
from portal.core.models import AuditEvent, MailQuerySet, OutgoingMail
from portal.core.references import read_reference
from portal.core.states import MailState

__all__ = ["AuditedAdmin", "ReadOnlyAdmin", "admin_people", "mails_link", "status_tag", "trail_link"]

KINDS: Final = {
    MailState.QUEUED: "waiting",
    MailState.SENDING: "waiting",
    MailState.SENT: "positive",
    MailState.FAILED: "negative",
    MailState.UNCERTAIN: "negative",
    MailState.STOPPED: "neutral",
}
# A mail that waits longer than this waits for something that is out of order.
PATIENCE: Final = timedelta(minutes=15)
# What nobody may ask about by an address of the list: for a letter between others the answer would tell.
NOT_ASKED_ABOUT: Final = ("to_email", "subject", "text_body", "html_body", "server_reply", "message_id")


def _spellings(word: str) -> set[str]:
    """To SQLite å and Å are different letters, to PostgreSQL not: ask for all the usual ways to write the word."""
    return {word, word.lower(), word.upper(), word.capitalize()}


def _has(word: str) -> Q:
    conditions = (Q(to_email__icontains=form) | Q(subject__icontains=form) for form in _spellings(word))
    return reduce(operator.or_, conditions)


class LetterFilter(admin.SimpleListFilter):
    title = gettext_lazy("brev")
    parameter_name = "letter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return site.letter_labels()

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        return queryset.filter(letter=self.value()) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin, AuditedAdmin[OutgoingMail]):
    list_display = ("subject_shown", "state_tag", "to_shown", "created_at", "sent_at", "attempts")
    list_filter = ("state", LetterFilter)
    list_per_page = 50
    search_fields = ("to_email", "subject")
    search_help_text = gettext_lazy("Sök på mottagarens adress eller ord i ämnet.")
    actions = ("send_again",)
    has_mails = False
    fieldsets = (
        (None, {"fields": ("state_tag", "server_answer", "attempts", "next_try", "created_at", "sent_at", "about")}),
        (gettext_lazy("Det som gick ut"), {"fields": ("headers", "text_part", "html_part", "calendar_part")}),
        (gettext_lazy("Spårning"), {"fields": ("letter_shown", "key", "message_id", "original", "delete_after")}),
    )
    readonly_fields = (
        "state_tag",
        "reason",
        "letter_shown",
        "server_answer",
        "next_try",
        "about",
        "headers",
        "text_part",
        "html_part",
        "calendar_part",
        "original",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        rows = tell_what_may_be_opened(request, super().get_queryset(request), type_field="about_type")
        in_list = request.resolver_match and request.resolver_match.url_name == "core_outgoingmail_changelist"
        return rows.defer("text_body", "html_body", "calendar") if in_list else rows

    def get_fieldsets(self, request: HttpRequest, obj: OutgoingMail | None = None) -> Any:
        """Why it was stopped stands right below the state of one that was; its text did not go out."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.state != MailState.STOPPED:
            return fieldsets
        (title, first), (_went_out, parts), *others = fieldsets
        state, *facts = first["fields"]
        return ((title, {"fields": (state, "reason", *facts)}), (_("Det som inte gick ut"), parts), *others)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OutgoingMail], search_term: str
    ) -> tuple[QuerySet[OutgoingMail], bool]:
        """By words; a reference stands in subjects in one way only."""
        words = [reference] if (reference := read_reference(search_term)) else search_term.split()
        for word in words:
            queryset = admin_letters.readable(queryset).filter(_has(word))
        return queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith(NOT_ASKED_ABOUT) and super().lookup_allowed(lookup, value, request)

    # --- How a mail is shown -----------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("läge"), ordering="state")
    def state_tag(self, mail: OutgoingMail) -> str:
        state = MailState(mail.state)
        return status_tag(state.label, KINDS[state])

    @admin.display(description=gettext_lazy("ämne"))
    def subject_shown(self, mail: OutgoingMail) -> str:
        return admin_letters.subject(mail)

    @admin.display(description=gettext_lazy("till"))
    def to_shown(self, mail: OutgoingMail) -> str:
        return admin_letters.recipient(mail)

    @admin.display(description=gettext_lazy("brev"), ordering="letter")
    def letter_shown(self, mail: OutgoingMail) -> str:
        return site.letter_label(mail.letter)

    @admin.display(description=gettext_lazy("e-postserverns svar"))
    def server_answer(self, mail: OutgoingMail) -> str:
        return admin_letters.server_answer(mail)

    @admin.display(description=gettext_lazy("varför det stoppades"))
    def reason(self, mail: OutgoingMail) -> str:
        return why_stopped()

    @admin.display(description=gettext_lazy("nästa försök"))
    def next_try(self, mail: OutgoingMail) -> str:
        return formats.date_and_time(mail.not_before) if mail.not_before else str(_("Inget mer av sig självt."))

    @admin.display(description=gettext_lazy("gäller"))
    def about(self, mail: OutgoingMail) -> str:
        return subject_link(mail.about_type, mail.about_id, may_open=mail.may_open) if mail.about_type else NOTHING

    @admin.display(description=gettext_lazy("skickat igen från"))
    def original(self, mail: OutgoingMail) -> str:
        if mail.resend_of_id is None:
            return NOTHING
        url = reverse("admin:core_outgoingmail_change", args=[mail.resend_of_id])
        return format_html('<a href="{}">{}</a>', url, _("Det första mejlet"))

    @admin.display(description=gettext_lazy("brevhuvud"))
    def headers(self, mail: OutgoingMail) -> str:
        return format_html(
            '<dl class="mail-headers">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", _headers(mail))
        )

    @admin.display(description=gettext_lazy("text"))
    def text_part(self, mail: OutgoingMail) -> str:
        if reason := admin_letters.why_unreadable(mail):
            return reason
        return format_html('<pre class="mail-text" tabindex="0">{}</pre>', mail.text_body)

    @admin.display(description=gettext_lazy("kalenderfil"))
    def calendar_part(self, mail: OutgoingMail) -> str:
        if not mail.calendar or admin_letters.why_unreadable(mail):
            return NOTHING
        return format_html('<pre class="mail-text" tabindex="0">{}</pre>', mail.calendar)

    @admin.display(description="HTML")
    def html_part(self, mail: OutgoingMail) -> str:
        if admin_letters.why_unreadable(mail):
            return NOTHING
        url = reverse("admin:core_outgoingmail_html", args=[mail.pk])
        return format_html(
            '<iframe class="mail-frame" sandbox src="{}" title="{}"></iframe>', url, _("Mejlet som HTML")
        )

    # --- Pages -------------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/html/", self.admin_site.admin_view(self.html_view), name="core_outgoingmail_html"),
            path(
                "<int:pk>/skicka-igen/", self.admin_site.admin_view(self.resend_view), name="core_outgoingmail_resend"
            ),
        ]
        return [*own, *super().get_urls()]

    @method_decorator(may_frame_previews)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, extra_context)

    def _visible(self, request: HttpRequest, pk: int) -> OutgoingMail:
        """The mail, if this person may see it and it has no secret."""
        mail = get_object_or_404(OutgoingMail, pk=pk)
        if mail.secret or not self.has_view_permission(request, mail):
            raise Http404
        return mail

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        mail = self._visible(request, pk)
        if admin_letters.is_between_others(mail):
            raise Http404
        return preview(mail.html_body)

    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first, then send."""
        mail = self._visible(request, pk)
        if request.method == "POST" or mail.state == MailState.STOPPED:
            self._resend(request, [mail])
            return redirect("admin:core_outgoingmail_changelist")
        page = reverse("admin:core_outgoingmail_change", args=[mail.pk])
        return admin_questions.ask(self, request, _once_more([mail]), back=page)

    @admin.action(description=gettext_lazy("Skicka igen"), permissions=["view"])
    def send_again(self, request: HttpRequest, mails: MailQuerySet) -> HttpResponse | None:
        chosen = list(mails.filter(secret=False).order_by("pk")[: admin_questions.MOST + 1])
        if not chosen:
            messages.warning(request, _("Mejl med inloggningskoder eller personliga länkar skickas inte igen."))
            return None
        if admin_questions.are_too_many(request, chosen):
            return None
        if not admin_questions.is_answered(request) and any(mail.state != MailState.STOPPED for mail in chosen):
            return admin_questions.ask_about_chosen(self, request, _once_more(chosen), chosen)
        self._resend(request, chosen)
        return None

    def _resend(self, request: HttpRequest, mails: Iterable[OutgoingMail]) -> None:
        again = [_sent_again(mail, by=audit.staff(request.user)) for mail in mails]
        if sent := again.count(True):
            text = ngettext("Mejlet skickas igen.", "%(count)d mejl skickas igen.", sent)
            messages.success(request, text % {"count": sent})
        if stopped := again.count(False):
            text = ngettext(
                "Mejlet stoppades för att adressen var fel, och skickas inte igen. På mejlets sida står mer.",
                "%(count)d mejl stoppades för att adressen var fel, och skickas inte igen. På mejlens sidor står mer.",
                stopped,
            )
            messages.warning(request, text % {"count": stopped})


def _once_more(mails: list[OutgoingMail]) -> Question:
    text = ngettext(
        "Samma text går ut en gång till, till samma mottagare:",
        "Samma texter går ut en gång till, till samma mottagare:",
        len(mails),
    )
    note = _(
        "Adressen är den som stod på mejlet när det skrevs. Har personen fått en annan sedan dess gäller länkarna i"
        " mejlet inte längre, och det som gäller har redan skickats till den nya."
    )
    return Question(_("Skicka igen"), text, _("Ja, skicka igen"), [_in_a_line(mail) for mail in mails], note)


def _in_a_line(mail: OutgoingMail) -> str:
    line = f"{admin_letters.subject(mail)} – {admin_letters.recipient(mail)}"
    if mail.sent_at:
        return line + " " + _("(mottaget %(at)s)") % {"at": formats.date_and_time(mail.sent_at)}
    return line + (" " + _("(stoppat, skickas inte igen)") if mail.state == MailState.STOPPED else "")


def _sent_again(mail: OutgoingMail, *, by: audit.Actor) -> bool:
    """False for one that was stopped, perhaps while the question stood on the screen."""
    try:
        outgoing.resend(mail, by=by)
    except outgoing.StoppedMailError:
        return False
    return True


def _headers(mail: OutgoingMail) -> list[tuple[str, str]]:
    """The headers that say something to a reader, from the very message that goes over the wire."""
    message = smtp.message(mail).message()
    shown = ("From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted")
    texts = {
        "From": mail.from_email,
        "To": admin_letters.recipient(mail),
        "Reply-To": mail.reply_to,
        "Subject": admin_letters.subject(mail),
    }
    return [(name, texts.get(name) or str(message[name])) for name in shown if message[name]]


class EventFilter(admin.SimpleListFilter):
    title = gettext_lazy("händelse")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return site.event_labels()

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin, admin.ModelAdmin[AuditEvent]):
    list_display = ("what", "at", "about", "by", "facts")
    list_filter = ("actor_kind", EventFilter)
    list_select_related = ("actor",)
    list_per_page = 50
    fields = ("what", "at", "about", "by", "facts")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return tell_what_may_be_opened(request, super().get_queryset(request), type_field="subject_type")

    @admin.display(description=gettext_lazy("händelse"), ordering="event")
    def what(self, event: AuditEvent) -> str:
        return site.event_label(event.event)

    @admin.display(description=gettext_lazy("gäller"))
    def about(self, event: AuditEvent) -> SafeString:
        return subject_link(event.subject_type, event.subject_id, may_open=event.may_open)

    @admin.display(description=gettext_lazy("av"))
    def by(self, event: AuditEvent) -> str:
        return who(event)

    @admin.display(description=gettext_lazy("uppgifter"))
    def facts(self, event: AuditEvent) -> str:
        """The codes and numbers that were written down."""
        data = cast("dict[str, audit.Fact]", event.data)
        return (
            ", ".join(f"{name}: {_shown(value)}" for name, value in data.items() if value not in ([], "", None))
            or NOTHING
        )


def _shown(value: audit.Fact) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _since_yesterday() -> datetime:
    yesterday = timezone.localdate() - timedelta(days=1)
    return timezone.make_aware(datetime.combine(yesterday, time()))


def mail_panel(request: HttpRequest) -> Panel | None:
    """What became of the mails, for the front page."""
    if not request.user.has_perm("core.view_outgoingmail"):
        return None
    mails = OutgoingMail.objects
    since, patient = _since_yesterday(), timezone.now() - PATIENCE
    late = mails.filter(state=MailState.QUEUED, created_at__lt=patient)
    counted = [
        (
            gettext_lazy("Skickade sedan i går"),
            mails.filter(sent_at__gte=since),
            f"?{urlencode({'sent_at__gte': since.isoformat()})}",
            False,
        ),
        (
            gettext_lazy("Väntar sedan mer än en kvart"),
            late,
            f"?{urlencode({'state__exact': 'queued', 'created_at__lt': patient.isoformat()})}",
            True,
        ),
        (gettext_lazy("Kunde inte skickas"), mails.filter(state=MailState.FAILED), "?state__exact=failed", True),
        (gettext_lazy("Osäkra"), mails.filter(state=MailState.UNCERTAIN), "?state__exact=uncertain", True),
    ]
    base = reverse("admin:core_outgoingmail_changelist")
    rows = [Row(label, found.count(), base + query, alarming) for label, found, query, alarming in counted]
    return Panel(gettext_lazy("Mejl"), rows)


site.register_panel(mail_panel)
