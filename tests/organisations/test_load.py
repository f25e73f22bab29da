"""The list of municipalities and regions: its counts, its known traps, and what loading it promises."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from django.core.management import call_command

from portal.core.models import AuditEvent
from portal.organisations.actions import Change, OrganisationRow, listed_organisations, load_organisations
from portal.organisations.models import Organisation, OrganisationKind

pytestmark = pytest.mark.django_db
COUNTY_CODES = [f"{code:02d}" for code in range(1, 26) if code not in {2, 11, 15, 16}]


def test_there_are_290_municipalities_and_21_regions() -> None:
    report = load_organisations()

    assert len(report.added) == 311
    assert Counter(Organisation.objects.values_list("kind", flat=True)) == {"kommun": 290, "region": 21}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2080", "Falu kommun"),
        ("0880", "Kalmar kommun"),
        ("1421", "Orust kommun"),
        ("2513", "Överkalix kommun"),
        ("2514", "Kalix kommun"),
        ("0319", "Älvkarleby kommun"),
        ("0821", "Högsby kommun"),
        ("1080", "Karlskrona kommun"),
        ("1860", "Laxå kommun"),
        ("2518", "Övertorneå kommun"),
        ("2583", "Haparanda kommun"),
        ("0980", "Gotlands kommun"),
        ("09", "Region Gotland"),
        ("08", "Region Kalmar län"),
        ("06", "Region Jönköpings län"),
        ("18", "Region Örebro län"),
        ("14", "Västra Götalandsregionen"),
        ("0180", "Stockholms kommun"),
        ("1980", "Västerås kommun"),
        ("2506", "Arjeplogs kommun"),
        ("0331", "Heby kommun"),
        ("0140", "Nykvarns kommun"),
    ],
)
def test_names_that_are_easily_wrong(code: str, name: str) -> None:
    assert {row.code: row.name for row in listed_organisations()}[code] == name


def test_codes_hang_together() -> None:
    rows = listed_organisations()
    regions = [row for row in rows if row.kind == OrganisationKind.REGION]

    assert len({row.code for row in rows}) == len({row.name for row in rows}) == 311
    assert sorted(row.code for row in regions) == COUNTY_CODES
    assert all(row.kolada_id == f"00{row.code}" for row in regions)
    assert {row.county_code for row in rows} == set(COUNTY_CODES)
    assert all(row.kolada_id == row.code for row in rows if row.kind == OrganisationKind.MUNICIPALITY)


def test_gotland_is_there_twice_and_says_so() -> None:
    load_organisations()

    twice = Organisation.objects.filter(county_code="09").order_by("code")
    assert [(row.code, row.label, row.shares_its_body) for row in twice] == [
        ("09", "Region Gotland", True),
        ("0980", "Gotlands kommun (Region Gotland)", True),
    ]
    assert not Organisation.objects.get(code="0180").shares_its_body


def test_loading_again_changes_nothing() -> None:
    load_organisations()

    report = load_organisations()

    assert (report.added, report.changed, report.deactivated, report.reactivated) == ((), (), (), ())
    assert len(report.unchanged) == 311
    assert not AuditEvent.objects.exists()


def falun(**changes: str) -> OrganisationRow:
    found = next(row for row in listed_organisations() if row.code == "2080")
    return replace(found, **changes)


def test_a_changed_name_is_reported_stored_found_and_audited() -> None:
    load_organisations([falun(name="Faluns kommun")])

    report = load_organisations([falun()])

    assert report.changed == (Change("2080", "name", "Faluns kommun", "Falu kommun"),)
    assert report.unchanged == ()
    organisation = Organisation.objects.get()
    assert (organisation.name, "faluns" in organisation.search_text) == ("Falu kommun", False)
    event = AuditEvent.objects.about(organisation).get()
    assert (event.event, event.data) == ("organisations.organisation_changed", {"fields": ["name"]})


def test_what_leaves_the_list_becomes_inactive_and_can_come_back() -> None:
    arjeplog = next(row for row in listed_organisations() if row.code == "2506")
    load_organisations([falun(), arjeplog])

    gone = load_organisations([falun()])
    again_gone = load_organisations([falun()])
    back = load_organisations([falun(), arjeplog])

    assert (gone.deactivated, again_gone.deactivated, back.reactivated) == (("2506",), (), ("2506",))
    assert Organisation.objects.get(code="2506").active
    assert list(AuditEvent.objects.order_by("pk").values_list("event", flat=True)) == [
        "organisations.organisation_deactivated",
        "organisations.organisation_reactivated",
    ]


def test_the_name_in_own_use_belongs_to_staff() -> None:
    load_organisations([falun()])
    Organisation.objects.update(brand_name="Falu stad")

    report = load_organisations([falun()])

    assert report.unchanged == ("2080",)
    assert Organisation.objects.get().brand_name == "Falu stad"


def test_the_command_says_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    load_organisations()
    Organisation.objects.filter(code="2080").update(name="Faluns kommun")
    Organisation.objects.create(
        code="9999", kind="kommun", name="Nya kommun", short_name="Nya", county_code="99", kolada_id="9999"
    )
    Organisation.objects.filter(code="0180").update(active=False)

    call_command("load_organisations")

    assert capsys.readouterr().out.splitlines() == [
        "  2080: name 'Faluns kommun' -> 'Falu kommun'",
        "  9999: no longer in the list, made inactive",
        "  0180: in the list again, made active",
        "Organisations: 0 added, 1 changed, 309 unchanged, 1 made inactive.",
    ]
