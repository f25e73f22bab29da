"""What the group is made of, and whom to offer a place next: one question, one answer, with reasons."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from portal.core import audit
from portal.organisations.models import KeyFigure, KeyFigureValue
from programs.actions.composition import set_wishes
from programs.models import Cohort, Dimension, Place, Role, Side
from programs.queries import composition, suggestions
from programs.states import PlaceState
from tests.programs.workspace_people import make_full_cohort, make_place

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture
def cohort() -> Cohort:
    return make_full_cohort(capacity=10)


def wish(cohort: Cohort, **percents: int) -> None:
    """`wish(cohort, side_opposition=40)`."""
    wishes = {tuple(name.split("_", 1)): percent for name, percent in percents.items()}
    set_wishes(cohort, wishes, by=audit.SYSTEM)  # type: ignore[arg-type]  # pairs by the split above


def pictures(cohort: Cohort, places: list[Place]) -> tuple[composition.Picture, ...]:
    return composition.pictures(
        places,
        capacity=cohort.capacity,
        wishes=composition.wishes_of(cohort),
        labels=composition.group_labels(composition.counties()),
        populations=composition.populations_of(places),
    )


def suggest(cohort: Cohort, free: int | None = 10, places: list[Place] | None = None) -> list[suggestions.Suggestion]:
    everybody = places or list(Place.objects.filter(cohort=cohort).select_related("organisation"))
    by_name = sorted(everybody, key=lambda place: place.name)
    return suggestions.suggest(
        everybody,
        pictures(cohort, everybody),
        populations=composition.populations_of(everybody),
        sent={str(place.pk): START + dt.timedelta(days=number) for number, place in enumerate(by_name)},
        most_per_organisation=cohort.max_per_organisation,
        free=free,
    )


def names(found: list[suggestions.Suggestion]) -> list[str]:
    return [suggestion.place.name for suggestion in found]


def group(cohort: Cohort, dimension: Dimension, value: str) -> composition.Group:
    places = list(Place.objects.filter(cohort=cohort).select_related("organisation"))
    picture = next(picture for picture in pictures(cohort, places) if picture.dimension == dimension)
    return next(found for found in picture.groups if found.value == value)


# --- Suggestions -----------------------------------------------------------------------------------------------------
def test_without_wishes_the_first_to_apply_comes_first(cohort: Cohort) -> None:
    for number, code in enumerate(("0180", "1280", "0114"), start=1):
        make_place(cohort, f"{number}", organisation=code)
    found = suggest(cohort)
    assert names(found) == ["1", "2", "3"]
    assert found[0].reasons == ("Sökte först av dem som är kvar.",)


def test_who_fills_a_wish_comes_first_and_is_told_why(cohort: Cohort) -> None:
    wish(cohort, side_opposition=40)
    make_place(cohort, "1 först", organisation="0180", side=Side.MAJORITY)
    make_place(cohort, "2 sedan", organisation="1280", side=Side.OPPOSITION)
    make_place(cohort, "Inne", PlaceState.PARTICIPANT, organisation="0114", side=Side.OPPOSITION)

    found = suggest(cohort)

    assert names(found) == ["2 sedan", "1 först"]
    assert found[0].reasons == ("Opposition: 1 av önskade 4 har plats.",)


def test_each_suggestion_counts_as_inside_for_the_next(cohort: Cohort) -> None:
    """One in ten from the opposition is wished for: the second of them has no such reason any more."""
    wish(cohort, side_opposition=10, side_majority=90)
    for number, code in enumerate(("0180", "1280", "0114", "2580"), start=1):
        make_place(cohort, f"{number}", organisation=code, side=Side.OPPOSITION if number < 3 else Side.MAJORITY)

    found = suggest(cohort)

    assert names(found) == ["1", "3", "4", "2"]
    assert found[3].doubts == ("Opposition: de önskade 1 är redan nådda.",)


def test_a_second_from_the_same_body_comes_after_all_others(cohort: Cohort) -> None:
    wish(cohort, side_opposition=90)
    make_place(cohort, "Inne", PlaceState.ACCEPTED, organisation="0980")
    make_place(cohort, "1 Gotland", organisation="09", side=Side.OPPOSITION)
    make_place(cohort, "2 Malmö", organisation="1280", side=Side.MAJORITY)

    found = suggest(cohort)

    assert names(found) == ["2 Malmö", "1 Gotland"]
    assert "En från Region Gotland har redan plats." in found[1].doubts


def test_a_cohort_that_allows_two_from_one_body_lets_the_second_in_line(cohort: Cohort) -> None:
    Cohort.objects.update(max_per_organisation=2)
    cohort.refresh_from_db()
    make_place(cohort, "Inne", PlaceState.ACCEPTED)
    make_place(cohort, "1 Malmö")
    make_place(cohort, "2 Stockholm", organisation="0180")
    assert names(suggest(cohort)) == ["1 Malmö", "2 Stockholm"]


def test_the_waiting_list_keeps_its_order_and_comes_before_those_who_only_applied(cohort: Cohort) -> None:
    make_place(cohort, "3 sökte", organisation="0180")
    make_place(cohort, "2 reserv", PlaceState.WAITING, organisation="1280")
    make_place(cohort, "1 reserv", PlaceState.WAITING, organisation="0114")
    found = suggest(cohort)
    assert names(found) == ["2 reserv", "1 reserv", "3 sökte"]
    assert found[0].reasons == ("Står på reservlistan.",)


@pytest.mark.parametrize(("free", "expected"), [(2, 2), (0, 3), (None, 3)])
def test_as_many_as_are_free_and_three_when_none_is(cohort: Cohort, free: int | None, expected: int) -> None:
    for number, code in enumerate(("0180", "1280", "0114", "2580"), start=1):
        make_place(cohort, f"{number}", organisation=code)
    assert len(suggest(cohort, free)) == expected


def test_the_order_of_the_rows_changes_nothing(cohort: Cohort) -> None:
    wish(cohort, side_opposition=40, kind_region=30, role_kso=50)
    codes = ("0180", "1280", "0114", "2580", "01", "12", "09", "0980", "0380", "1480")
    for number, code in enumerate(codes):
        state = PlaceState.WAITING if number % 3 == 0 else PlaceState.APPLIED
        make_place(
            cohort, f"{number}", state, organisation=code, side=Side.values[number % 3], role=Role.values[number % 5]
        )
    places = list(Place.objects.filter(cohort=cohort).select_related("organisation"))
    expected = names(suggest(cohort, 8, places))
    for seed in range(10):
        random.Random(seed).shuffle(places)
        assert names(suggest(cohort, 8, places)) == expected


# --- Composition -----------------------------------------------------------------------------------------------------
def test_who_has_a_place_is_compared_with_the_wish(cohort: Cohort) -> None:
    wish(cohort, side_opposition=40)
    for state in (PlaceState.OFFERED, PlaceState.ACCEPTED, PlaceState.APPLIED, PlaceState.DECLINED):
        make_place(cohort, state.value, state, side=Side.OPPOSITION)

    found = group(cohort, Dimension.SIDE, "opposition")

    assert (found.inside, found.candidates, found.share, found.wished) == (2, 1, 20, 4)
    assert found.verdict == "2 färre än önskat"
    assert group(cohort, Dimension.SIDE, "majority").verdict == ""


def test_size_groups_come_from_koladas_inhabitants_and_from_no_sample(cohort: Cohort) -> None:
    figure = KeyFigure.objects.get_or_create(
        kpi=composition.INHABITANTS, defaults={"title": "Invånare totalt, antal", "shown_for": "alla", "unit": "antal"}
    )[0]
    for area, year, value, is_sample in (
        ("1280", 2023, 90_000, False),
        ("1280", 2024, 365_644, False),
        ("0114", 2024, 30_000, True),
    ):
        KeyFigureValue.objects.create(key_figure=figure, area=area, year=year, value=value, is_sample=is_sample)
    for code in ("1280", "0114", "12"):
        make_place(cohort, code, PlaceState.ACCEPTED, organisation=code)

    counted = {value: group(cohort, Dimension.SIZE, value).inside for value in ("xl", "l", "region", "")}

    assert counted == {"xl": 1, "l": 0, "region": 1, "": 1}


def test_no_group_is_a_party() -> None:
    assert set(Dimension.values) == {"side", "role", "kind", "size", "county"}
