"""One person's place in a cohort: invited, applied, offered, taken, gone through. And the mix that staff wishes for."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.normalisation import mask_personal_numbers
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.core.search import SearchText
from portal.organisations.models import Organisation
from programs.models.catalogue import Cohort
from programs.models.registrations import InterestRegistration, Role
from programs.states import HOLDS_A_PLACE, NOT_COUNTED, STATE_CLASSES, TAKES_PART, PlaceState, StateClass


class Side(models.TextChoices):
    """Which side the applicant says that they sit on. Never which party."""

    MAJORITY = "majority", _("Majoritet")
    OPPOSITION = "opposition", _("Opposition")
    NEITHER = "neither", _("Går inte att säga")


_TAKING_PART = _("Hålla reda på din plats i programmet och kunna nå dig.")
PLACE_RECORD = PersonalRecord(
    title=_("Ansökan och plats i ett program"),
    purpose=_("Vi använder uppgifterna för att sätta samman gruppen, genomföra programmet och skicka det du behöver."),
    basis=_("Berättigat intresse gentemot dig, och avtalet med din kommun eller region (artikel 6.1 f och b)."),
    kept=_(
        "Två år efter programmets slut för den som deltar. Tolv månader för den som inte fick eller inte tog en plats."
        " 30 dagar efter att du har dragit dig ur, och 90 dagar för en ansökan som du inte skickade."
    ),
    days=365,
    fields=(
        PersonalField("name", _("Namn"), _TAKING_PART),
        PersonalField("email", _("E-postadress"), _("Skicka besked, kallelser och material.")),
        PersonalField("phone", _("Telefonnummer, om du har lämnat det"), _("Kunna nå dig nära inpå ett tillfälle.")),
        PersonalField("organisation", _("Kommun eller region"), _("Sätta samman en bred grupp.")),
        PersonalField("role", _("Uppdrag"), _("Se att programmet passar ditt uppdrag.")),
        PersonalField("side", _("Majoritet eller opposition"), _("Sätta samman en grupp från båda sidor.")),
    ),
)
# What is kept after the programme's end of somebody who took part.
DAYS_AFTER_PROGRAMME = 730
# Somebody who left can still be answered, and a mistake undone, for a month.
DAYS_AFTER_WITHDRAWAL = 30
# An application that was begun and never sent.
DAYS_OF_DRAFT = 90
# What only the verbs write: a form that was opened before a move must not undo it.
MOVED_BY_VERBS = {"state", "state_since", "answer_by", "waiting_position", "user", "delete_after"}


class PlaceQuerySet(models.QuerySet["Place"]):
    def holding(self) -> Self:
        """Those who take up one of the cohort's places."""
        return self.filter(state__in=HOLDS_A_PLACE)

    def waiting(self) -> Self:
        """The waiting list, first in line first."""
        return self.filter(state=PlaceState.WAITING).order_by("waiting_position")

    def taking_part(self) -> Self:
        """The participants, those who have completed it included."""
        return self.filter(state__in=TAKES_PART)

    def counted(self) -> Self:
        """One per person and cohort: neither drafts nor those that were withdrawn."""
        return self.exclude(state__in=NOT_COUNTED)

    def sent(self) -> Self:
        """Those that staff may see: an unsent open application is its writer's own."""
        return self.exclude(state=PlaceState.STARTED)

    def readable(self) -> Self:
        """And those that were sent and are kept beside a place of the same person, without counting."""
        return self.exclude(state=PlaceState.STARTED, application__sent_at__isnull=True)

    def set_aside(self) -> Self:
        """Those that were sent and do not count: kept beside a place of the same person, or left by it."""
        return self.filter(state=PlaceState.STARTED, application__sent_at__isnull=False)

    def of(self, user: object) -> Self:
        """Those of a person who is logged in."""
        return self.filter(user=user)


class Place(SearchText, HoldsPersonalData):
    """One person and one cohort. The state is moved by `programs.actions.places` and by nothing else.

    `answer_by` is the last day of the standing offer. `waiting_position` is unique in the cohort and has gaps; what
    people are told is the rank (`programs.queries.places.rank`).
    """

    personal_record: ClassVar[PersonalRecord] = PLACE_RECORD

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("referens"), max_length=16, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="places", verbose_name=_("kull"))
    interest = models.ForeignKey(
        InterestRegistration,
        models.SET_NULL,
        related_name="places",
        null=True,
        blank=True,
        verbose_name=_("intresseanmälan"),
    )
    # Set when the person logs in for the first time with the address of the place.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="places", null=True, blank=True, editable=False
    )

    name = models.CharField(_("namn"), max_length=200)
    email = models.CharField(_("e-postadress"), max_length=254)
    email_key = models.CharField(max_length=254, editable=False, db_index=True)
    phone = models.CharField(_("telefonnummer"), max_length=40, blank=True)
    phone_e164 = models.CharField(_("telefonnummer, internationellt"), max_length=17, blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("kommun eller region")
    )
    role = models.CharField(_("uppdrag"), max_length=20, choices=Role, blank=True)
    side = models.CharField(_("majoritet eller opposition"), max_length=12, choices=Side, blank=True)

    state = models.CharField(_("läge"), max_length=14, choices=PlaceState, default=PlaceState.INVITED, editable=False)
    state_since = models.DateTimeField(_("läget sedan"), default=timezone.now, editable=False)
    answer_by = models.DateField(_("svara senast"), null=True, blank=True, editable=False)
    waiting_position = models.IntegerField(_("plats i kön"), null=True, blank=True, editable=False)
    is_listed = models.BooleanField(
        _("får visas för de andra i kullen"), default=False, help_text=_("Namn, uppdrag och organisation.")
    )
    calendar_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("inkom"), default=timezone.now, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("plats")
        verbose_name_plural = _("platser")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["cohort", "state"], name="place_by_cohort_and_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "email_key"],
                condition=~Q(state__in=NOT_COUNTED),
                name="one_place_per_person_and_cohort",
            ),
            models.UniqueConstraint(fields=["cohort", "waiting_position"], name="one_person_at_each_waiting_position"),
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="place_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=PlaceState.WAITING) ^ Q(waiting_position__isnull=True),
                name="place_waiting_has_a_position",
            ),
            models.CheckConstraint(
                condition=Q(state=PlaceState.OFFERED) ^ Q(answer_by__isnull=True), name="place_offered_has_a_last_day"
            ),
            models.CheckConstraint(condition=Q(role="") | Q(role__in=Role.values), name="place_role_is_known"),
            models.CheckConstraint(condition=Q(side="") | Q(side__in=Side.values), name="place_side_is_known"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saving an existing row writes every column but those that the verbs move."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            kwargs["update_fields"] = names - MOVED_BY_VERBS
        super().save(*args, **kwargs)

    @property
    def name_for_lists(self) -> str:
        """The name, with anything that looks like a personal identity number hidden."""
        return mask_personal_numbers(self.name)

    @property
    def state_class(self) -> StateClass:
        return STATE_CLASSES[PlaceState(self.state)]

    @property
    def is_set_aside(self) -> bool:
        """Sent, and counted as nothing beside what else its address has here: no draft, though its state is one's."""
        application = getattr(self, "application", None)
        return self.state == PlaceState.STARTED and application is not None and application.sent_at is not None

    def search_fields(self) -> list[str]:
        return [self.name, self.email, self.phone, self.reference, self.organisation.name, self.organisation.short_name]


class Dimension(models.TextChoices):
    """What a group is looked at by. Never party."""

    SIDE = "side", _("Majoritet och opposition")
    ROLE = "role", _("Uppdrag")
    KIND = "kind", _("Kommun och region")
    SIZE = "size", _("Storlek")
    COUNTY = "county", _("Län")


class CompositionWish(models.Model):
    """What share of the cohort staff wishes to be of one kind: "opposition, 40 %". A help, never a rule."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="wishes", verbose_name=_("kull"))
    dimension = models.CharField(_("indelning"), max_length=10, choices=Dimension)
    value = models.CharField(_("grupp"), max_length=40)
    percent = models.PositiveSmallIntegerField(_("önskad andel, procent"))

    class Meta:
        verbose_name = _("önskad andel")
        verbose_name_plural = _("önskade andelar")
        ordering = ["cohort", "dimension", "value"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "dimension", "value"], name="one_wish_per_group"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="wish_is_at_most_all"),
            models.CheckConstraint(condition=Q(dimension__in=Dimension.values), name="wish_dimension_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()}: {self.value} {self.percent} %"
