"""The municipalities and regions of Sweden: whom a person registers for, and later whom an agreement belongs to."""

from __future__ import annotations

import unicodedata
from typing import Any, Self

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
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
