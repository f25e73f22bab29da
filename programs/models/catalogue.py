"""The programmes that SKR offers or has offered. Whatever is unknown is empty, and no page then says anything of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.models.admission import Admission
from programs.states import CohortState


def lines(text: str) -> list[str]:
    """The lines of a field where staff writes one thing on each line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class ProgrammeKind(models.TextChoices):
    BASIC = "basic", _("Grundprogram")
    CONTINUATION = "continuation", _("Fortsättningsprogram")
    ADVANCED = "advanced", _("Fördjupningsprogram")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def published(self) -> Self:
        """Those that visitors may see."""
        return self.filter(published=True)

    def current(self) -> Self:
        """Those that are still offered, as opposed to those that are kept as history."""
        return self.filter(historic=False)


class Programme(models.Model):
    """A leadership programme for leading politicians, as it is described to whoever thinks of taking part."""

    slug = models.SlugField(_("adress"), max_length=80, unique=True)
    name = models.CharField(_("namn"), max_length=120, unique=True)
    kind = models.CharField(_("slag"), max_length=20, choices=ProgrammeKind.choices)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)
    published = models.BooleanField(_("publicerat"), default=False)
    historic = models.BooleanField(
        _("tidigare program"), default=False, help_text=_("Ges inte längre, finns kvar som historik.")
    )

    lead = models.TextField(_("ingress"))
    aim = models.TextField(_("mål"), blank=True)
    audience = models.TextField(_("för vem"), blank=True, help_text=_("En målgrupp per rad."))
    approach = models.TextField(_("arbetssätt"), blank=True)
    process_steps = models.TextField(_("steg i arbetssättet"), blank=True, help_text=_("Ett steg per rad."))
    content_note = models.TextField(_("not om innehållet"), blank=True)

    length_text = models.CharField(_("längd"), max_length=80, blank=True)
    occasion_count = models.PositiveSmallIntegerField(_("antal tillfällen"), null=True, blank=True)
    days_per_occasion = models.PositiveSmallIntegerField(_("dagar per tillfälle"), null=True, blank=True)
    day_starts_at = models.TimeField(_("dag 1 börjar"), null=True, blank=True)
    day_ends_at = models.TimeField(_("sista dagen slutar"), null=True, blank=True)
    end_is_approximate = models.BooleanField(_("sluttiden är ungefärlig"), default=False)
    evening_activity_included = models.BooleanField(_("kvällsaktivitet ingår"), default=False)
    place_text = models.CharField(_("plats"), max_length=160, blank=True)

    source = models.CharField(_("källa"), max_length=200, blank=True)
    published_on = models.DateField(_("publicerad"), null=True, blank=True)
    updated_on = models.DateField(_("uppdaterad"), null=True, blank=True)
    responsible_name = models.CharField(_("informationsansvarig"), max_length=120, blank=True)
    responsible_title = models.CharField(_("informationsansvarigs titel"), max_length=120, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("program")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(occasion_count__isnull=True) | Q(occasion_count__gt=0),
                name="programme_has_some_occasions",
                violation_error_message=_(
                    "Antal tillfällen ska vara minst 1. Lämna fältet tomt om det inte är bestämt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(days_per_occasion__isnull=True) | Q(days_per_occasion__gt=0),
                name="programme_occasion_has_some_days",
                violation_error_message=_(
                    "Dagar per tillfälle ska vara minst 1. Lämna fältet tomt om det inte är bestämt."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.slug])

    @property
    def audience_lines(self) -> list[str]:
        return lines(self.audience)

    @property
    def process_step_lines(self) -> list[str]:
        return lines(self.process_steps)

    @property
    def has_practical_facts(self) -> bool:
        """Whether anything is known of when, how often and where it meets."""
        times = self.day_starts_at and self.day_ends_at
        return any((self.length_text, self.occasion_count, times, self.evening_activity_included, self.place_text))


class Theme(models.Model):
    """One of the subjects of a programme, usually met at one of its occasions."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="themes", verbose_name=_("program"))
    number = models.PositiveSmallIntegerField(_("ordning"))
    name = models.CharField(_("namn"), max_length=120)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("tema")
        verbose_name_plural = _("teman")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="theme_number_once_per_programme"),
            models.UniqueConstraint(fields=["programme", "name"], name="theme_name_once_per_programme"),
        ]

    def __str__(self) -> str:
        return self.name


class InterestRound(models.Model):
    """A year for which interest is gathered: one registration per person and round (Swedish: årgång)."""

    year = models.PositiveSmallIntegerField(_("år"), unique=True)

    class Meta:
        verbose_name = _("årgång för intresse")
        verbose_name_plural = _("årgångar för intresse")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="interest_round_year_is_sane",
                violation_error_message=_("Året ska vara mellan 2000 och 2100."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def gathering_interest(self) -> Self:
        """Those that a visitor can register interest for at this moment."""
        return self.filter(state=CohortState.INTEREST_OPEN)

    def chronological(self) -> Self:
        return self.order_by("year", "number")


class Cohort(Admission):
    """One group that goes through a programme together, under the name that the programme had then (Swedish: kull).

    The state is moved by `programs.actions.cohorts.move_cohort` and by nothing else: saving an existing row writes
    every column but that one, so that a form opened before a move cannot undo it. Sums are whole kronor excluding VAT,
    as SKR publishes them; no VAT is computed, since course and lodging carry different rates.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("program")
    )
    interest_round = models.ForeignKey(
        InterestRound,
        on_delete=models.PROTECT,
        related_name="cohorts",
        null=True,
        blank=True,
        verbose_name=_("årgång för intresse"),
    )
    year = models.PositiveSmallIntegerField(_("år"))
    number = models.PositiveSmallIntegerField(_("ordning under året"), default=1)
    name_then = models.CharField(_("namn som det hette då"), max_length=120, blank=True)
    state = models.CharField(_("läge"), max_length=20, choices=CohortState.choices, default=CohortState.PLANNED)
    capacity = models.PositiveSmallIntegerField(_("antal platser"), null=True, blank=True)
    participants_count = models.PositiveSmallIntegerField(_("antal deltagare"), null=True, blank=True)
    started_on = models.DateField(_("startade"), null=True, blank=True)
    last_application_date = models.DateField(_("sista anmälningsdag"), null=True, blank=True)

    fee = models.PositiveIntegerField(_("avgift, kr exkl. moms"), null=True, blank=True)
    fee_is_per_year = models.BooleanField(_("avgiften anges per år"), default=False)
    lodging_per_occasion = models.PositiveIntegerField(
        _("logi och mat per tillfälle, kr exkl. moms"), null=True, blank=True
    )
    lodging_is_approximate = models.BooleanField(_("logi och mat är ungefärligt"), default=False)

    venue_name = models.CharField(_("anläggning"), max_length=120, blank=True)
    venue_address = models.CharField(_("anläggningens adress"), max_length=160, blank=True)
    place_text = models.CharField(_("plats i ord"), max_length=160, blank=True)
    leaders = models.CharField(_("programledare"), max_length=200, blank=True)
    source = models.CharField(_("källa"), max_length=200, blank=True)
    editors_note = models.TextField(_("redaktionell not"), blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("kull")
        verbose_name_plural = _("kullar")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "number"], name="cohort_number_once_per_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="cohort_year_is_sane",
                violation_error_message=_("Året ska vara mellan 2000 och 2100."),
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0),
                name="cohort_number_is_positive",
                violation_error_message=_("Ordning under året börjar på 1."),
            ),
            models.CheckConstraint(condition=Q(state__in=CohortState.values), name="cohort_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=CohortState.INTEREST_OPEN) | Q(interest_round__isnull=False),
                name="cohort_gathering_interest_has_a_round",
                violation_error_message=_("Välj årgång för intresse: kullen är öppen för intresseanmälan."),
            ),
            models.CheckConstraint(
                condition=Q(fee__isnull=True) | Q(fee__gt=0),
                name="cohort_fee_is_positive",
                violation_error_message=_("Avgiften ska vara mer än 0 kr. Lämna fältet tomt om den inte är bestämd."),
            ),
            models.CheckConstraint(
                condition=Q(lodging_per_occasion__isnull=True) | Q(lodging_per_occasion__gt=0),
                name="cohort_lodging_is_positive",
                violation_error_message=_(
                    "Logi och mat ska vara mer än 0 kr. Lämna fältet tomt om det inte är bestämt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                name="cohort_capacity_is_positive",
                violation_error_message=_("Antal platser ska vara minst 1. Lämna fältet tomt om det inte är bestämt."),
            ),
            *Admission.admission_constraints(),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = [
                field.name for field in self._meta.concrete_fields if field.name not in {"id", "state"}
            ]
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        """The name as it was used then, or the programme's own."""
        return self.name_then or self.programme.name

    @property
    def label(self) -> str:
        """The year, with its number from the second one on: "2019", "2019:2"."""
        return str(self.year) if self.number == 1 else f"{self.year}:{self.number}"

    @property
    def shared_times(self) -> tuple[dt.time, dt.time] | None:
        """When every occasion begins and ends, if they all keep the same hours."""
        times = {(occasion.starts_at, occasion.ends_at) for occasion in self.occasions.all()}
        start, end = times.pop() if len(times) == 1 else (None, None)
        return (start, end) if start and end else None

    @property
    def place_line(self) -> str:
        """Where it meets, as far as that is known: "Långholmens konferens, Alstaviksvägen 19, Stockholm"."""
        return ", ".join(part for part in (self.venue_name, self.venue_address, self.place_text) if part)

    @property
    def says_something(self) -> bool:
        """Whether anything is known of it that a visitor can use: when, where or what it costs."""
        known = (self.started_on, self.last_application_date, self.fee, self.venue_name, self.place_text)
        return any(known) or bool(self.occasions.all())


class Occasion(models.Model):
    """One of a cohort's meetings, with its dates as published (Swedish: tillfälle)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="occasions", verbose_name=_("kull"))
    number = models.PositiveSmallIntegerField(_("ordning"))
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, related_name="occasions", null=True, blank=True, verbose_name=_("tema")
    )
    theme_name = models.CharField(_("temat som det hette då"), max_length=120, blank=True)
    starts_on = models.DateField(_("första dagen"))
    ends_on = models.DateField(_("sista dagen"))
    starts_at = models.TimeField(_("börjar första dagen"), null=True, blank=True)
    ends_at = models.TimeField(_("slutar sista dagen"), null=True, blank=True)
    bullets = models.TextField(_("innehåll"), blank=True, help_text=_("En punkt per rad."))
    purpose = models.TextField(_("syfte"), blank=True)
    contributors = models.TextField(_("medverkande"), blank=True, help_text=_("En person per rad, med sin titel."))
    venue_name = models.CharField(
        _("anläggning"), max_length=120, blank=True, help_text=_("Tomt betyder kullens vanliga.")
    )
    venue_address = models.CharField(_("anläggningens adress"), max_length=160, blank=True)
    changes_text = models.TextField(
        _("det här ändrade vi"), blank=True, help_text=_("Visas för deltagarna efter utvärderingen.")
    )
    cancelled_at = models.DateTimeField(_("inställt"), null=True, blank=True, editable=False)
    # RFC 5545: SEQUENCE rises with each change that matters. The UID is made of the primary key, which never changes.
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    calendar_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    editors_note = models.TextField(_("redaktionell not"), blank=True)

    class Meta:
        verbose_name = _("tillfälle")
        verbose_name_plural = _("tillfällen")
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="occasion_number_once_per_cohort"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="occasion_ends_after_it_starts",
                violation_error_message=_("Sista dagen kan inte vara före första dagen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_on:%Y-%m-%d})"

    @property
    def title(self) -> str:
        """The theme as it was called then; else the theme's own name; else the number."""
        if self.theme_name:
            return self.theme_name
        return self.theme.name if self.theme else _("Tillfälle %(number)s") % {"number": self.number}

    @property
    def bullet_lines(self) -> list[str]:
        return lines(self.bullets)
