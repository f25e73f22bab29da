"""The municipalities and regions of Sweden: whom a person registers for, and later whom an agreement belongs to."""

from __future__ import annotations

import unicodedata
from typing import Any, Self

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.search import SearchText

ALPHABET = "abcdefghijklmnopqrstuvwxyzåäö"
PLACE = {letter: f"{place:02d}" for place, letter in enumerate(ALPHABET, start=1)}
GAP = "00"
# Municipality and region, but one legal body: SKR counts 290 + 21 names and 310 assemblies.
GOTLAND_CODES = frozenset({"0980", "09"})


def sort_key(text: str) -> str:
    """Two digits for each letter, so that "ål" sorts after "zon" and a space before every letter.

    Collations differ between SQLite, PostgreSQL and their versions; the order of digits does not.
    """
    return "".join(_place(sign) for sign in unicodedata.normalize("NFC", text).casefold())


def _place(sign: str) -> str:
    """The letter's place; an accent from outside the Swedish alphabet (é) is ignored, any other sign is a gap."""
    return PLACE.get(sign) or PLACE.get(unicodedata.normalize("NFD", sign)[0], GAP)


def label_of(name: str, brand_name: str) -> str:
    """The name, followed by the name in own use where there is one: "Stockholms kommun (Stockholms stad)"."""
    return f"{name} ({brand_name})" if brand_name else name


class OrganisationKind(models.TextChoices):
    MUNICIPALITY = "kommun", _("Kommun")
    REGION = "region", _("Region")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        """Those that exist today: the ones that a form may offer."""
        return self.filter(active=True)

    def alphabetical(self) -> Self:
        """In Swedish order (å, ä, ö last), whatever collation the database has."""
        return self.order_by("sort_key", "code")


class Organisation(SearchText):
    """One municipality or region, identified by the code that Statistics Sweden (SCB) gave it.

    Gotland has two rows, municipality 0980 and region 09, though it is one legal body: its politicians hold offices
    under both names. A row is never deleted, since registrations point at it; what ceases to exist becomes inactive.
    """

    code = models.CharField(_("kod"), max_length=4, primary_key=True)
    kind = models.CharField(_("slag"), max_length=10, choices=OrganisationKind.choices)
    name = models.CharField(_("namn"), max_length=80, unique=True)
    short_name = models.CharField(_("kort namn"), max_length=80)
    brand_name = models.CharField(_("namn i eget bruk"), max_length=80, blank=True)
    county_code = models.CharField(_("länskod"), max_length=2)
    county_name = models.CharField(_("län"), max_length=40)
    kolada_id = models.CharField(_("id i Kolada"), max_length=4, unique=True)
    active = models.BooleanField(_("finns i dag"), default=True)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisationer")
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(kind="kommun") & Exact(Length("code"), 4))
                | (models.Q(kind="region") & Exact(Length("code"), 2)),
                name="organisation_code_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(code__startswith=models.F("county_code")),
                name="organisation_code_starts_with_county",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="organisation_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return label_of(self.name, self.brand_name)

    @property
    def shares_its_body(self) -> bool:
        """Whether the same legal body has another row under its other name (Gotland)."""
        return self.code in GOTLAND_CODES

    def search_fields(self) -> list[str]:
        return [self.name, self.short_name, self.brand_name, self.county_name, self.code]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sorting key true, also when staff edits the name."""
        self.sort_key = sort_key(self.name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "sort_key"}
        super().save(*args, **kwargs)


class ShownFor(models.TextChoices):
    """Whose page a key figure belongs on."""

    ALL = "alla", _("Kommuner och regioner")
    MUNICIPALITY = "kommun", _("Kommuner")
    REGION = "region", _("Regioner")


class Unit(models.TextChoices):
    """What the values of a key figure count."""

    NUMBER = "antal", _("antal")
    PERCENT = "procent", _("procent")
    RATIO = "kvot", _("kvot")


class KeyFigureQuerySet(models.QuerySet["KeyFigure"]):
    def shown_for(self, kind: str) -> Self:
        """Those that belong on the page of a municipality, or of a region."""
        return self.filter(shown_for__in=[ShownFor.ALL, kind])


class KeyFigure(models.Model):
    """A key figure that Kolada publishes, with its title as published there (Swedish: nyckeltal)."""

    kpi = models.CharField(_("id i Kolada"), max_length=10, primary_key=True)
    title = models.CharField(_("titel"), max_length=200)
    shown_for = models.CharField(_("visas för"), max_length=8, choices=ShownFor)
    unit = models.CharField(_("enhet"), max_length=8, choices=Unit)
    decimals = models.PositiveSmallIntegerField(_("decimaler"), default=1)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    objects = KeyFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("nyckeltal")
        verbose_name_plural = _("nyckeltal")
        ordering = ["position", "kpi"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shown_for__in=ShownFor.values), name="key_figure_reader_is_known"
            ),
            models.CheckConstraint(condition=models.Q(unit__in=Unit.values), name="key_figure_unit_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class KeyFigureValue(models.Model):
    """A key figure of one year for one organisation, or for the country ("0000"), men and women together.

    A value is Kolada's own, or a sample for the demo: never a sample that passes for real.
    """

    key_figure = models.ForeignKey(KeyFigure, models.CASCADE, related_name="values", verbose_name=_("nyckeltal"))
    # Kolada's id of the place and no foreign key: the country is none of our organisations.
    area = models.CharField(_("plats, id i Kolada"), max_length=4)
    year = models.PositiveSmallIntegerField(_("år"))
    value = models.FloatField(_("värde"))
    is_sample = models.BooleanField(_("exempel"), default=False)
    fetched_at = models.DateTimeField(_("hämtat"), default=timezone.now)

    class Meta:
        verbose_name = _("värde")
        verbose_name_plural = _("värden")
        ordering = ["key_figure", "area", "year"]
        constraints = [
            models.UniqueConstraint(fields=["key_figure", "area", "year"], name="one_value_per_figure_area_and_year"),
        ]
        indexes = [models.Index(fields=["area"], name="key_figure_value_by_area")]

    def __str__(self) -> str:
        return f"{self.key_figure_id} {self.area} {self.year}"


class FetchState(models.TextChoices):
    """How far a fetching of key figures has come."""

    WAITING = "waiting", _("Väntar")
    DONE = "done", _("Klar")
    FAILED = "failed", _("Misslyckades")


class KeyFigureFetch(models.Model):
    """One asking of Kolada for all values, by beat or by staff, and how it went."""

    asked_at = models.DateTimeField(_("begärd"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("slutade"), null=True, editable=False)
    state = models.CharField(_("läge"), max_length=8, choices=FetchState, default=FetchState.WAITING, editable=False)
    count = models.PositiveIntegerField(_("antal värden"), default=0, editable=False)
    reason = models.CharField(_("orsak"), max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("hämtning från Kolada")
        verbose_name_plural = _("hämtningar från Kolada")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FetchState.values), name="fetch_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.asked_at):%Y-%m-%d}"
