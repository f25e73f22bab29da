"""From any object in admin to its mails and its trail: links, states, and the base class that shows them.

An app names its events in its `admin.py`: `site.register_events({"core.mail_resent": _("mejlet skickades igen")})`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.admin_site import site
from portal.core.admin_windows import SeenAdmin
from portal.core.models import AuditEvent, OutgoingMail, label_of

RowT = TypeVar("RowT", bound=models.Model)
# As many lines of the trail as an object's own page shows.
NEWEST = 10


def status_tag(label: object, kind: str) -> SafeString:
    """A state in a word and a colour, never in the colour alone, as a list or a page of admin shows it."""
    return render_to_string("components/status.html", {"label": label, "kind": kind})


def mails_url(subject: models.Model) -> str:
    """The list of the mails that are about the object."""
    about_type, about_id = label_of(subject)
    query = urlencode({"about_type": about_type, "about_id": about_id})
    return f"{reverse('admin:core_outgoingmail_changelist')}?{query}"


def trail_url(subject: models.Model) -> str:
    """The lines of the trail that are about the object."""
    subject_type, subject_id = label_of(subject)
    query = urlencode({"subject_type": subject_type, "subject_id": subject_id})
    return f"{reverse('admin:core_auditevent_changelist')}?{query}"


def mails_link(subject: models.Model) -> SafeString:
    """ "Mejl (2)", for a list or a read-only field. Counts with one query."""
    label = _("Mejl (%(count)d)") % {"count": OutgoingMail.objects.about(subject).count()}
    return format_html('<a href="{}">{}</a>', mails_url(subject), label)


def trail_link(subject: models.Model) -> SafeString:
    """ "Händelser (3)", for a list or a read-only field. Counts with one query."""
    label = _("Händelser (%(count)d)") % {"count": AuditEvent.objects.about(subject).count()}
    return format_html('<a href="{}">{}</a>', trail_url(subject), label)


def tell_what_may_be_opened(
    request: HttpRequest, rows: models.QuerySet[RowT], *, type_field: str
) -> models.QuerySet[RowT]:
    """Each row with `may_open`: whether this member of staff may open the page of what the row is about.

    A column of the query, since what shows a row in admin is not told who looks.
    """
    may_open = models.Q(**{f"{type_field}__in": site.labels_open_to(request)})
    marked = rows.annotate(may_open=models.ExpressionWrapper(may_open, models.BooleanField()))
    return cast("models.QuerySet[RowT]", marked)


def subject_link(label: str, pk: str, *, may_open: bool) -> SafeString:
    """The object that a mail or a line of the trail is about, as a link for whoever may open its page."""
    app, _dot, model = label.partition(".")
    name = _kind(app, model)
    if not may_open:
        return format_html("{}", name)
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{app}_{model}_change", args=[pk]), name)


def _kind(app: str, model: str) -> str:
    """What the kind of thing is called in Swedish; its technical name when the model is gone."""
    try:
        return str(apps.get_model(app, model)._meta.verbose_name).capitalize()
    except LookupError:
        return f"{app}.{model}"


@dataclass(frozen=True)
class TrailLine:
    """One line of the trail in words."""

    event: AuditEvent
    what: str
    who: str


def who(event: AuditEvent) -> str:
    """The member of staff by name, else what kind of actor it was."""
    if event.actor is not None:
        return str(event.actor)
    return str(AuditEvent.ActorKind(event.actor_kind).label)


def trail_of(subject: models.Model) -> list[TrailLine]:
    """The newest lines about the object."""
    events = AuditEvent.objects.about(subject).select_related("actor")[:NEWEST]
    return [TrailLine(event, site.event_label(event.event), who(event)) for event in events]


class ReadOnlyAdmin:
    """Rows that the system or visitors write: staff neither types nor deletes them, the purge does that in time."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin(SeenAdmin[RowT]):
    """An object's page with a link to its mails and the newest lines of its trail. "Historik" leads to the trail."""

    # Whether mails can be about such objects at all.
    has_mails: ClassVar[bool] = True

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        subject = self.get_object(request, object_id)
        context = {} if subject is None else self._trail_context(request, subject)
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _trail_context(self, request: HttpRequest, subject: RowT) -> dict[str, Any]:
        context: dict[str, Any] = {}
        if request.user.has_perm("core.view_auditevent"):
            context |= {"trail": trail_of(subject), "trail_url": trail_url(subject)}
        if self.has_mails and request.user.has_perm("core.view_outgoingmail"):
            context |= {"mails_link": mails_link(subject)}
        return context

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own history knows only what was typed in admin; ours knows all."""
        subject = self.get_object(request, object_id)
        if subject is None:
            return super().history_view(request, object_id, extra_context)
        return redirect(trail_url(subject))


site.register_events({"core.mail_resent": gettext_lazy("mejlet skickades igen")})
