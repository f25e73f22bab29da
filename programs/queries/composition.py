"""What a group is made of, beside what staff wishes for. Majority and opposition, never party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.personal_data import Text
from portal.organisations.models import KeyFigureValue, Organisation, OrganisationKind
from programs.models import Cohort, CompositionWish, Dimension, Place, Role, Side
from programs.states import HOLDS_A_PLACE, PlaceState

# Groups of municipalities by inhabitants: from how many, and what the group is called.
SIZES: tuple[tuple[int, str, Text], ...] = (
    (100_000, "xl", gettext_lazy("Kommun med 100 000 invånare eller fler")),
    (30_000, "l", gettext_lazy("Kommun med 30 000–99 999 invånare")),
    (10_000, "m", gettext_lazy("Kommun med 10 000–29 999 invånare")),
    (0, "s", gettext_lazy("Kommun med färre än 10 000 invånare")),
)
UNKNOWN = ""
# Kolada's "Invånare totalt, antal".
INHABITANTS = "N01951"
# Who may still get a place.
CANDIDATES = (PlaceState.APPLIED, PlaceState.WAITING)

UNKNOWN_LABELS: Mapping[Dimension, Text] = {
    Dimension.SIDE: pgettext_lazy("majoritet eller opposition", "Har inte svarat"),
    Dimension.ROLE: pgettext_lazy("uppdrag", "Inte angivet"),
    Dimension.SIZE: gettext_lazy("Okänt invånarantal"),
}
Populations = Mapping[str, int]
Wishes = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Group:
    """One kind of people in one dimension: how many have a place, how many may get one, and what staff wishes."""

    value: str
    label: str
    inside: int
    candidates: int
    percent: int | None
    # Of the cohort's places, so that it can be compared with the wish while places are still free.
    share: int
    # The wished share as a number of the cohort's places; None without a wish.
    wished: int | None

    @property
    def missing(self) -> int:
        """How many are wished for beyond those who have a place; negative when there are more than wished."""
        return (self.wished or 0) - self.inside

    @property
    def verdict(self) -> str:
        """The comparison in words; nothing when nothing is wished."""
        if self.wished is None:
            return ""
        if self.missing > 0:
            return _("%(count)d färre än önskat") % {"count": self.missing}
        return _("%(count)d fler än önskat") % {"count": -self.missing} if self.missing < 0 else _("Som önskat")


@dataclass(frozen=True)
class Picture:
    """The group seen by one dimension."""

    dimension: Dimension
    groups: tuple[Group, ...]

    @property
    def label(self) -> str:
        return str(self.dimension.label)

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups that say something: with somebody in them, or wished for."""
        return tuple(group for group in self.groups if group.inside or group.candidates or group.percent is not None)

    @property
    def has_wishes(self) -> bool:
        return any(group.percent is not None for group in self.groups)


def populations_of(places: Iterable[Place]) -> dict[str, int]:
    """The newest number of inhabitants that Kolada gave, by the organisation's code; no sample counts. One query."""
    codes = {place.organisation.kolada_id: place.organisation.code for place in places}
    values = KeyFigureValue.objects.filter(key_figure=INHABITANTS, is_sample=False, area__in=codes)
    return {codes[area]: round(value) for area, value in values.order_by("year").values_list("area", "value")}


def size_of(organisation: Organisation, populations: Populations) -> str:
    """The size group. A region is one of its own: to compare its inhabitants with a municipality's says nothing."""
    if organisation.kind == OrganisationKind.REGION:
        return OrganisationKind.REGION.value
    population = populations.get(organisation.code)
    if population is None:
        return UNKNOWN
    return next(value for least, value, _label in SIZES if population >= least)


def values_of(place: Place, populations: Populations) -> dict[Dimension, str]:
    """Which group a person belongs to in each dimension."""
    organisation = place.organisation
    return {
        Dimension.SIDE: place.side,
        Dimension.ROLE: place.role,
        Dimension.KIND: organisation.kind,
        Dimension.SIZE: size_of(organisation, populations),
        Dimension.COUNTY: organisation.county_code,
    }


def group_labels(counties: Mapping[str, str]) -> dict[Dimension, dict[str, str]]:
    """Every group that staff can have a wish about, in the order in which it is shown."""
    sizes = {value: str(label) for _least, value, label in SIZES}
    return {
        Dimension.SIDE: _labels(Side.choices),
        Dimension.ROLE: _labels(Role.choices),
        Dimension.KIND: _labels(OrganisationKind.choices),
        Dimension.SIZE: {**sizes, OrganisationKind.REGION.value: str(OrganisationKind.REGION.label)},
        Dimension.COUNTY: dict(counties),
    }


def _labels(choices: Iterable[tuple[str, Text]]) -> dict[str, str]:
    return {value: str(label) for value, label in choices}


def wishes_of(cohort: Cohort) -> dict[tuple[str, str], int]:
    rows = CompositionWish.objects.filter(cohort=cohort).values_list("dimension", "value", "percent")
    return {(dimension, value): percent for dimension, value, percent in rows}


def counties() -> dict[str, str]:
    """The 21 counties by their codes. One query."""
    rows = Organisation.objects.filter(kind=OrganisationKind.REGION).values_list("county_code", "county_name")
    return dict(rows.order_by("county_code"))


def pictures(
    places: Sequence[Place],
    *,
    capacity: int | None,
    wishes: Wishes,
    labels: Mapping[Dimension, Mapping[str, str]],
    populations: Populations,
) -> tuple[Picture, ...]:
    """The group in every dimension. Pure: everything it needs is given."""
    inside = [values_of(place, populations) for place in places if place.state in HOLDS_A_PLACE]
    candidates = [values_of(place, populations) for place in places if place.state in CANDIDATES]
    whole = capacity or len(inside)
    return tuple(
        Picture(
            dimension,
            tuple(
                _groups(
                    dimension,
                    _with_unknown(dimension, labels[dimension]),
                    Counter(values[dimension] for values in inside),
                    Counter(values[dimension] for values in candidates),
                    wishes,
                    whole,
                )
            ),
        )
        for dimension in Dimension
    )


def _with_unknown(dimension: Dimension, labels: Mapping[str, str]) -> dict[str, str]:
    unknown = UNKNOWN_LABELS.get(dimension)
    return {**labels, **({UNKNOWN: str(unknown)} if unknown else {})}


def _groups(
    dimension: Dimension,
    labels: Mapping[str, str],
    inside: Counter[str],
    candidates: Counter[str],
    wishes: Wishes,
    whole: int,
) -> Iterable[Group]:
    for value, label in labels.items():
        percent = wishes.get((dimension.value, value))
        yield Group(
            value=value,
            label=label,
            inside=inside[value],
            candidates=candidates[value],
            percent=percent,
            share=min(100, round(100 * inside[value] / whole)) if whole else 0,
            wished=None if percent is None else round(percent * whole / 100),
        )


def body_of(organisation: Organisation) -> str:
    """The legal body: Gotland is one, though it has two rows."""
    return "gotland" if organisation.shares_its_body else organisation.code


def companions(places: Iterable[Place], states: Iterable[str]) -> dict[str, list[Place]]:
    """Those in the given states who come from the same body as somebody else of them, by body."""
    wanted = set(states)
    found: dict[str, list[Place]] = {}
    for place in places:
        if place.state in wanted:
            found.setdefault(body_of(place.organisation), []).append(place)
    return {body: group for body, group in found.items() if len(group) > 1}
