"""Orders as staff reads them: who asked for what, what became of the mail, and how often each film is ordered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_catalog.actions import orders as actions
from media_catalog.models.orders import FLAG_LABELS, Order, Orderer, OrderKind
from media_catalog.queries.orders import find_orders
from media_catalog.queries.statistics import order_statistics
from media_catalog.states import OrderState
from portal.core import audit, formats
from portal.core.admin import ReadOnlyAdmin
from portal.core.admin_questions import Question, ask
from portal.core.admin_site import Panel, Row, site
from portal.core.admin_trail import AuditedAdmin, status_tag
from portal.core.models import OutgoingMail
from portal.core.states import MailState, TransitionRefused

NOTHING: Final = "–"
STATE_KINDS: Final = {
    OrderState.ACTIVE: "positive",
    OrderState.HANDLED: "neutral",
    OrderState.WITHDRAWN: "negative",
}


@dataclass(frozen=True)
class Verb:
    """Something that staff does with one order, after a question."""

    label: str | Promise
    question: str | Promise
    done: str | Promise
    act: Callable[..., None]
    states: frozenset[OrderState]
    # None: with every kind of order.
    with_films: bool | None = None

    def fits(self, order: Order) -> bool:
        kind_fits = self.with_films is None or self.with_films == order.has_films
        return kind_fits and OrderState(order.state) in self.states


VERBS: Final[dict[str, Verb]] = {
    "skicka-lank": Verb(
        gettext_lazy("Skicka en ny länk"),
        gettext_lazy("En ny länk till filmerna går ut med e-post, till adressen som filmerna beställdes med."),
        gettext_lazy("En ny länk är på väg."),
        actions.resend_link,
        frozenset({OrderState.ACTIVE}),
        with_films=True,
    ),
    "hanterad": Verb(
        gettext_lazy("Markera som hanterad"),
        gettext_lazy("Markera när ni har svarat. Ingen får något mejl."),
        gettext_lazy("Förfrågan är markerad som hanterad."),
        actions.mark_order_handled,
        frozenset({OrderState.ACTIVE}),
        with_films=False,
    ),
    "inte-hanterad": Verb(
        gettext_lazy("Markera som inte hanterad"),
        gettext_lazy("Förfrågan väntar då på svar igen. Ingen får något mejl."),
        gettext_lazy("Förfrågan väntar på svar igen."),
        actions.mark_order_not_handled,
        frozenset({OrderState.HANDLED}),
        with_films=False,
    ),
    "aterkalla": Verb(
        gettext_lazy("Återkalla"),
        gettext_lazy(
            "Länkarna slutar fungera direkt, och uppgifterna raderas inom 30 dagar. Det går inte att ångra, och ingen"
            " får något mejl."
        ),
        gettext_lazy("Beställningen är återkallad."),
        actions.withdraw_order,
        frozenset({OrderState.ACTIVE, OrderState.HANDLED}),
    ),
}


class OrdererFilter(admin.SimpleListFilter):
    """By the kind of organisation."""

    title = gettext_lazy("slag av organisation")
    parameter_name = "slag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Orderer.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() in {Orderer.MUNICIPALITY, Orderer.REGION}:
            return queryset.filter(organisation__kind=self.value())
        elsewhere = queryset.filter(organisation__isnull=True)
        if self.value() == Orderer.OTHER:
            return elsewhere.exclude(other_organisation="")
        return elsewhere.filter(other_organisation="") if self.value() == Orderer.UNKNOWN else queryset


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin, AuditedAdmin[Order]):
    """Read by staff; what somebody wrote about themselves stays theirs."""

    list_display = ("name_shown", "place_shown", "kind", "films_shown", "created_shown", "state_shown")
    list_display_links = ("name_shown",)
    list_filter = ("kind", "state", OrdererFilter)
    list_select_related = ("organisation",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("search_text",)
    search_help_text = gettext_lazy("Sök på namn, e-postadress, telefonnummer, referens eller organisation.")
    change_form_template = "admin/media_catalog/order/change_form.html"
    change_list_template = "admin/media_catalog/order/change_list.html"
    fieldsets = (
        (None, {"fields": ("reference", "kind", "state", "films_shown", "created_at", "flags_shown")}),
        (gettext_lazy("Personen"), {"fields": ("name", "mail_to", "phone", "place_shown")}),
        (gettext_lazy("Det som skrevs"), {"fields": ("purpose",)}),
        (gettext_lazy("Mejl och länk"), {"fields": ("mail_told", "link_told")}),
        (
            gettext_lazy("Om beställningen"),
            {"fields": ("captcha_outcome", "corrections", "handled_at", "withdrawn_at", "delete_after")},
        ),
    )
    readonly_fields = ("films_shown", "flags_shown", "mail_to", "place_shown", "mail_told", "link_told")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).prefetch_related("films")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        return find_orders(queryset, search_term), False

    # --- How an order is shown ---------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("namn"), ordering="name")
    def name_shown(self, order: Order) -> str:
        return order.name_for_lists

    @admin.display(description=gettext_lazy("från"), ordering="organisation__sort_key")
    def place_shown(self, order: Order) -> str:
        return order.place or NOTHING

    @admin.display(description=gettext_lazy("filmer"))
    def films_shown(self, order: Order) -> str:
        return ", ".join(str(film) for film in order.films.all()) or NOTHING

    @admin.display(description=gettext_lazy("inkom"), ordering="created_at")
    def created_shown(self, order: Order) -> str:
        return timezone.localtime(order.created_at).strftime("%Y-%m-%d %H.%M")

    @admin.display(description=gettext_lazy("läge"), ordering="state")
    def state_shown(self, order: Order) -> str:
        state = OrderState(order.state)
        return status_tag(state.label, STATE_KINDS[state])

    @admin.display(description=gettext_lazy("att titta på"))
    def flags_shown(self, order: Order) -> str:
        return ", ".join(str(FLAG_LABELS[flag]) for flag in order.flags) or NOTHING

    @admin.display(description=gettext_lazy("e-postadress"))
    def mail_to(self, order: Order) -> str:
        return format_html('<a href="mailto:{}?subject={}">{}</a>', order.email, order.reference, order.email)

    @admin.display(description=gettext_lazy("vad som hände med mejlet"))
    def mail_told(self, order: Order) -> str:
        mail = OutgoingMail.objects.about(order).filter(to_email=order.email).order_by("pk").last()
        if mail is None:
            return NOTHING
        if mail.sent_at:
            return f"{MailState(mail.state).label}, {formats.date_and_time(mail.sent_at)}"
        return _("%(state)s, skapat %(at)s") % {
            "state": MailState(mail.state).label,
            "at": formats.date_and_time(mail.created_at),
        }

    @admin.display(description=gettext_lazy("länken fungerar till"))
    def link_told(self, order: Order) -> str:
        link = order.links.first()
        return formats.date_and_time(link.expires_at) if link else NOTHING

    # --- Pages -------------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        site_view = self.admin_site.admin_view
        own = [
            path("statistik/", site_view(self.statistics_view), name="media_catalog_order_statistics"),
            path("<uuid:pk>/gor/<slug:verb>/", site_view(self.verb_view), name="media_catalog_order_verb"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        verbs = self._verbs_of(order) if order and self._may_act(request) else []
        return super().change_view(request, object_id, form_url, {"verbs": verbs, **(extra_context or {})})

    def _verbs_of(self, order: Order) -> list[tuple[str, str | Promise]]:
        return [
            (reverse("admin:media_catalog_order_verb", args=[order.pk, slug]), verb.label)
            for slug, verb in VERBS.items()
            if verb.fits(order)
        ]

    def _may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm("media_catalog.change_order")

    def verb_view(self, request: HttpRequest, pk: str, verb: str) -> HttpResponse:
        """Ask first, then do it. What a colleague did meanwhile is told, not done twice."""
        if not self._may_act(request):
            raise PermissionDenied
        order, chosen = get_object_or_404(Order, pk=pk), VERBS.get(verb)
        back = redirect("admin:media_catalog_order_change", order.pk)
        if chosen is None or not chosen.fits(order):
            messages.warning(request, _("Det går inte längre: beställningen har ett annat läge."))
            return back
        if request.method != "POST":
            question = Question(title=chosen.label, text=chosen.question, yes=chosen.label)
            return ask(self, request, question, back=back.url, of=order)
        self._act(request, order, chosen)
        return back

    def _act(self, request: HttpRequest, order: Order, verb: Verb) -> None:
        try:
            verb.act(order, by=audit.staff(request.user))
        except TransitionRefused:
            messages.warning(request, _("Det går inte längre: beställningen har ett annat läge."))
        else:
            messages.success(request, str(verb.done))

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        """The plots; `?period=allt` for all that was ever counted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        all_time = request.GET.get("period") == "allt"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Så beställs filmerna"),
            "statistics": order_statistics(timezone.localdate(), all_time=all_time),
            "all_time": all_time,
        }
        return TemplateResponse(request, "admin/media_catalog/order/statistics.html", context)


def order_panel(request: HttpRequest) -> Panel | None:
    """What was asked for, for the front page."""
    if not request.user.has_perm("media_catalog.view_order"):
        return None
    active = Order.objects.active()
    url = reverse("admin:media_catalog_order_changelist")
    week = timezone.now() - timedelta(days=7)
    asking = [str(kind) for kind in OrderKind if kind != OrderKind.FILMS]
    waiting = active.filter(kind__in=asking).count()
    films = active.of_kind(OrderKind.FILMS).filter(created_at__gte=week).count()
    return Panel(
        gettext_lazy("Beställningar"),
        [
            Row(gettext_lazy("Filmer beställda den senaste veckan"), films, f"{url}?kind__exact=films"),
            Row(
                gettext_lazy("Förfrågningar att svara på"),
                waiting,
                f"{url}?state__exact=active&kind__in={','.join(asking)}",
            ),
        ],
    )


site.register_panel(order_panel)
site.register_events(
    {
        "media_catalog.order_placed": gettext_lazy("beställningen kom in"),
        "media_catalog.order_corrected": gettext_lazy("beställningen ändrades av avsändaren"),
        "media_catalog.link_renewed": gettext_lazy("en ny länk skickades"),
        "media_catalog.order_withdrawn": gettext_lazy("beställningen återkallades"),
        "media_catalog.order_handled": gettext_lazy("markerades som hanterad"),
        "media_catalog.order_not_handled": gettext_lazy("markerades som inte hanterad"),
    }
)
site.register_letters(
    {
        "media_catalog/films_ordered": gettext_lazy("länk till beställda filmer"),
        "media_catalog/films_order_changed": gettext_lazy("länk till ändrad beställning"),
        "media_catalog/films_link_renewed": gettext_lazy("ny länk till beställda filmer"),
        "media_catalog/help_requested": gettext_lazy("bekräftelse på förfrågan"),
        "media_catalog/help_changed": gettext_lazy("bekräftelse på ändrad förfrågan"),
        "media_catalog/help_notice": gettext_lazy("ny förfrågan, till SKR"),
    }
)
