"""What visitors ask SKR for: long films free of charge, process leading, a place in the mentor programme."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_catalog.models.catalogue import MediaItem
from media_catalog.states import OrderState
from portal.core.models import Submission
from portal.core.normalisation import mask_personal_numbers
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.core.search import SearchText
from portal.organisations.models import Organisation, OrganisationKind

# How long a link in a mail opens the films. A new one is made in one step.
LINK_LASTS = timedelta(days=30)
# Whoever presses twice, or has no patience with the mail, gets one mail and not ten.
PAUSE_BETWEEN_LINKS = timedelta(minutes=10)
# A withdrawn order can still be asked about for a month.
DAYS_AFTER_WITHDRAWAL = 30
FLAG_LABELS = {
    "captcha_no_script": _("utan JavaScript"),
    "captcha_unavailable": _("robotkontrollen svarade inte"),
    "haste": _("ifylld på några sekunder"),
    "personal_number": _("ser ut att innehålla ett personnummer"),
    "likely_misspelt": _("adressen kan vara felskriven"),
    "role_address": _("adress till en funktion, inte en person"),
}


class OrderKind(models.TextChoices):
    FILMS = "films", _("Långa filmer")
    PROCESS_LEADING = "process_leading", _("Processledning")
    MENTOR = "mentor", _("Mentorprogrammet")


class Orderer(models.TextChoices):
    """What kind of organisation an order came from, for the statistics."""

    MUNICIPALITY = OrganisationKind.MUNICIPALITY.value, _("Kommun")
    REGION = OrganisationKind.REGION.value, _("Region")
    OTHER = "annan", _("Annan organisation")
    UNKNOWN = "okand", _("Ingen uppgift")


ORDER_RECORD = PersonalRecord(
    title=_("Beställningar och förfrågningar"),
    purpose=_("Vi använder uppgifterna för att skicka det du har beställt och svara på det du har frågat om."),
    basis=_("Berättigat intresse: du har själv bett om det (artikel 6.1 f i dataskyddsförordningen)."),
    kept=_("12 månader efter beställningen. Återkallas den raderas uppgifterna inom 30 dagar."),
    days=365,
    fields=(
        PersonalField("name", _("Namn"), _("Veta vem som har beställt.")),
        PersonalField("email", _("E-postadress"), _("Skicka länken eller vårt svar.")),
        PersonalField("phone", _("Telefonnummer, om du har uppgett det"), _("Kunna ringa om din förfrågan.")),
        PersonalField("organisation", _("Kommun eller region"), _("Se vilka som använder filmerna.")),
        PersonalField("other_organisation", _("Annan organisation"), _("Se vilka som använder filmerna.")),
        PersonalField("purpose", _("Det du har skrivit"), _("Kunna hjälpa dig med rätt sak.")),
    ),
)


class OrderQuerySet(models.QuerySet["Order"]):
    def active(self) -> Self:
        """Those that nobody has withdrawn or dealt with."""
        return self.filter(state=OrderState.ACTIVE)

    def of_kind(self, kind: OrderKind) -> Self:
        return self.filter(kind=kind)


class Order(Submission, SearchText, HoldsPersonalData):
    """What one person has asked for. Films are sent at once, as a link; the rest is answered by staff."""

    personal_record: ClassVar[PersonalRecord] = ORDER_RECORD

    kind = models.CharField(_("vad"), max_length=20, choices=OrderKind)
    reference = models.CharField(_("referens"), max_length=16, unique=True, editable=False)
    name = models.CharField(_("namn"), max_length=200)
    email = models.CharField(_("e-postadress"), max_length=254)
    phone = models.CharField(_("telefonnummer"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kommun eller region"),
    )
    other_organisation = models.CharField(_("annan organisation"), max_length=200, blank=True)
    purpose = models.TextField(_("det som skrevs"), max_length=5000, blank=True)
    films = models.ManyToManyField(MediaItem, related_name="orders", blank=True, verbose_name=_("filmer"))
    state = models.CharField(_("läge"), max_length=12, choices=OrderState, default=OrderState.ACTIVE)
    corrections = models.PositiveSmallIntegerField(_("ändringar"), default=0, editable=False)
    handled_at = models.DateTimeField(_("hanterad"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("återkallad"), null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("beställning")
        verbose_name_plural = _("beställningar")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="order_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="order_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=OrderState.WITHDRAWN) ^ Q(withdrawn_at__isnull=True),
                name="order_withdrawn_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.HANDLED, handled_at__isnull=False) | ~Q(state=OrderState.HANDLED),
                name="order_handled_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name_for_lists(self) -> str:
        """The name, with anything that looks like a personal identity number hidden."""
        return mask_personal_numbers(self.name)

    @property
    def place(self) -> str:
        """Where the person comes from, as far as they said."""
        return self.organisation.short_name if self.organisation else mask_personal_numbers(self.other_organisation)

    @property
    def orderer(self) -> Orderer:
        if self.organisation:
            return Orderer(self.organisation.kind)
        return Orderer.OTHER if self.other_organisation else Orderer.UNKNOWN

    @property
    def has_films(self) -> bool:
        return self.kind == OrderKind.FILMS

    def search_fields(self) -> list[str]:
        place = [self.organisation.name, self.organisation.short_name] if self.organisation else []
        return [self.name, self.email, self.phone, self.reference, self.other_organisation, *place]


class OrderLinkQuerySet(models.QuerySet["OrderLink"]):
    def call_in(self) -> int:
        """Let them open nothing any more. The rows stay, so that their pages can say so."""
        return self.update(expires_at=F("created_at"))

    def of_late(self, now: datetime) -> Self:
        """Those that are too young for another one to be sent."""
        return self.filter(created_at__gt=now - PAUSE_BETWEEN_LINKS)


class OrderLink(models.Model):
    """One personal link to the films of an order. Only a hash of what it carries is kept: nobody can read it here."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="links", verbose_name=_("beställning"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("gjord"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("fungerar till"))

    objects = OrderLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("länk")
        verbose_name_plural = _("länkar")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.order_id}:{self.pk}"

    def is_open(self, now: datetime) -> bool:
        return now < self.expires_at

    @property
    def is_called_in(self) -> bool:
        """Whether it was taken back before its time: then its time ends where it began."""
        return self.expires_at == self.created_at

    @property
    def next_one_from(self) -> datetime:
        """When the page sends another one."""
        return self.created_at + PAUSE_BETWEEN_LINKS


class OrderTally(models.Model):
    """How often a film was ordered in a month by a kind of organisation. It names nobody, so it outlives the orders."""

    month = models.DateField(_("månad"))
    film = models.ForeignKey(MediaItem, models.CASCADE, related_name="tallies", verbose_name=_("film"))
    orderer = models.CharField(_("slag av organisation"), max_length=10, choices=Orderer)
    number = models.PositiveIntegerField(_("antal"), default=0)

    class Meta:
        verbose_name = _("räknade beställningar")
        verbose_name_plural = _("räknade beställningar")
        ordering = ["month", "film", "orderer"]
        constraints = [
            models.UniqueConstraint(fields=["month", "film", "orderer"], name="order_tally_once"),
            models.CheckConstraint(condition=Q(orderer__in=Orderer.values), name="order_tally_orderer_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.film_id} {self.orderer}"


def order_deletion_day(start: date | None = None) -> date:
    return ORDER_RECORD.delete_after(start)
