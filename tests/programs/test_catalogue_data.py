"""What the package knows of the programmes: the facts of the published pages, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from programs.actions.catalogue import known_programmes, load_programmes
from programs.models import Cohort, Occasion, Programme, Theme
from programs.states import CohortState

pytestmark = pytest.mark.django_db
BASIC = "toppolitikerprogrammet"
CONTINUATION = "toppolitikerprogrammet-fortsattning"
ADVANCED = "fordjupningsprogram-2020"


@pytest.fixture(autouse=True)
def _loaded(db: None) -> None:
    load_programmes()


def dates(slug: str, year: int, number: int = 1) -> list[tuple[str, str, str]]:
    occasions = Occasion.objects.filter(cohort__programme__slug=slug, cohort__year=year, cohort__number=number)
    return [(each.title, each.starts_on.isoformat(), each.ends_on.isoformat()) for each in occasions]


def test_the_cohorts_and_their_states() -> None:
    cohorts = Cohort.objects.order_by("programme__position", "year", "number")
    assert [(each.programme.slug, each.label, each.state) for each in cohorts.select_related("programme")] == [
        (BASIC, "2019", CohortState.CLOSED),
        (BASIC, "2019:2", CohortState.CLOSED),
        (BASIC, "2021", CohortState.STARTED),
        (BASIC, "2024", CohortState.STARTED),
        (BASIC, "2025", CohortState.INTEREST_OPEN),
        (CONTINUATION, "2024", CohortState.STARTED),
        (CONTINUATION, "2025", CohortState.INTEREST_OPEN),
        (ADVANCED, "2020", CohortState.CLOSED),
    ]


@pytest.mark.parametrize(("slug", "length"), [(BASIC, "6 månader"), (CONTINUATION, "drygt 7 månader")])
def test_the_programmes_of_2024(slug: str, length: str) -> None:
    programme = Programme.objects.get(slug=slug)

    assert [theme.name for theme in programme.themes.all()] == [
        "Styrning och ledning",
        "Samspel och kommunikation",
        "Det politiska ledarskapet",
        "Demokrati och omvärlden",
    ]
    assert all(theme.text for theme in programme.themes.all())
    assert (programme.length_text, programme.occasion_count, programme.days_per_occasion) == (length, 4, 2)
    assert (programme.day_starts_at, programme.day_ends_at) == (dt.time(10), dt.time(13))
    assert (programme.end_is_approximate, programme.evening_activity_included) == (True, True)
    assert len(programme.process_step_lines) == 4


def test_the_first_cohort_of_2019_with_its_misprint_as_published() -> None:
    assert dates(BASIC, 2019) == [
        ("Styrning och ledning", "2019-05-23", "2019-05-24"),
        ("Samspel och kommunikation", "2019-08-22", "2019-08-23"),
        ("Det politiska ledarskapet", "2019-10-03", "2019-10-04"),
        ("Uppdraget och omvärlden", "2020-01-06", "2020-01-07"),
    ]
    noted = Occasion.objects.exclude(editors_note="")
    assert [each.starts_on for each in noted] == [dt.date(2020, 1, 6)]


def test_the_second_cohort_of_2019() -> None:
    assert dates(BASIC, 2019, 2) == [
        ("Styrning och ledning", "2019-09-12", "2019-09-13"),
        ("Samspel och kommunikation", "2019-10-24", "2019-10-25"),
        ("Det politiska ledarskapet", "2020-01-09", "2020-01-10"),
        ("Uppdraget och omvärlden", "2020-02-13", "2020-02-14"),
    ]


def test_the_advanced_programme_of_2020() -> None:
    assert dates(ADVANCED, 2020) == [
        ("Leda samhällsutveckling", "2020-02-20", "2020-02-21"),
        ("Styrning och risker", "2020-03-12", "2020-03-13"),
        ("Dialog och samspel", "2020-05-07", "2020-05-08"),
    ]
    occasions = Occasion.objects.filter(cohort__programme__slug=ADVANCED)
    assert all(each.purpose and len(each.bullet_lines) == 3 for each in occasions)


@pytest.mark.parametrize(
    ("slug", "year", "number", "fee", "per_year", "lodging", "about", "closing", "participants"),
    [
        (BASIC, 2019, 1, 24000, True, 3000, False, dt.date(2019, 4, 17), None),
        (BASIC, 2019, 2, 24000, True, 3000, False, dt.date(2019, 6, 26), None),
        (ADVANCED, 2020, 1, 24000, True, 3000, False, dt.date(2019, 12, 13), None),
        (BASIC, 2021, 1, 24000, False, 2600, True, None, 25),
        (BASIC, 2024, 1, None, False, None, False, None, None),
        (CONTINUATION, 2025, 1, None, False, None, False, None, None),
    ],
)
def test_prices_closing_days_and_participants(
    slug: str,
    year: int,
    number: int,
    fee: int | None,
    per_year: bool,
    lodging: int | None,
    about: bool,
    closing: dt.date | None,
    participants: int | None,
) -> None:
    cohort = Cohort.objects.get(programme__slug=slug, year=year, number=number)

    assert (cohort.fee, cohort.fee_is_per_year) == (fee, per_year)
    assert (cohort.lodging_per_occasion, cohort.lodging_is_approximate) == (lodging, about)
    assert (cohort.last_application_date, cohort.participants_count) == (closing, participants)


def test_names_as_they_were_used_then() -> None:
    names = Cohort.objects.exclude(name_then="").order_by("year", "number").values_list("year", "name_then")
    assert list(names) == [
        (2019, "Ledarprogram för toppolitiker"),
        (2019, "Ledarprogram för toppolitiker"),
        (2020, "Fördjupningsprogram i att styra och leda för toppolitiker"),
        (2021, "Toppolitikerprogrammet"),
    ]


def test_the_managers_programme_is_never_mixed_in() -> None:
    assert "toppledar" not in str(known_programmes()).casefold()


def test_loading_again_adds_nothing() -> None:
    report = load_programmes()

    assert report.added == ()
    assert len(report.kept) == 3 + 8


def test_loading_again_keeps_what_staff_wrote_and_removed() -> None:
    Programme.objects.filter(slug=BASIC).update(lead="Redaktionens egen ingress.")
    Theme.objects.filter(programme__slug=BASIC, number=4).delete()
    Cohort.objects.filter(programme__slug=BASIC, year=2021).update(fee=1)

    load_programmes()

    programme = Programme.objects.get(slug=BASIC)
    assert programme.lead == "Redaktionens egen ingress."
    assert programme.themes.count() == 3
    assert programme.cohorts.get(year=2021).fee == 1


def test_loading_again_adds_a_cohort_that_is_missing() -> None:
    Cohort.objects.filter(programme__slug=BASIC, year=2019, number=2).delete()

    assert load_programmes().added == (f"{BASIC} 2019:2",)
    assert len(dates(BASIC, 2019, 2)) == 4


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_programmes")

    assert capsys.readouterr().out == "Programmes and cohorts: 0 added, 11 kept.\n"
