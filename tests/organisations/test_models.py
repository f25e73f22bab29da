"""Order, labels and search of organisations, alike on every database; and what the database refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from portal.core.search import find
from portal.organisations.actions import load_organisations
from portal.organisations.models import Organisation, sort_key
from portal.organisations.queries import grouped_choices


@pytest.mark.parametrize(
    "names",
    [
        ["Ale kommun", "Zonens kommun", "Åmåls kommun", "Ängelholms kommun", "Österåkers kommun"],
        ["Upplands-Bro kommun", "Upplands Väsby kommun", "Uppsala kommun"],
        ["Malmö kommun", "Malung-Sälens kommun", "Malå kommun"],
        ["Region Östergötland", "Västra Götalandsregionen"],
    ],
)
def test_swedish_order(names: list[str]) -> None:
    assert [sort_key(name) for name in names] == sorted(sort_key(name) for name in names)


def test_accents_from_elsewhere_and_composition_do_not_matter() -> None:
    assert sort_key("Linné") == sort_key("LINNE")
    assert sort_key("A\u030amål") == sort_key("Åmål")


@pytest.mark.django_db
def test_the_database_sorts_like_python() -> None:
    load_organisations()

    names = list(Organisation.objects.alphabetical().values_list("name", flat=True))

    assert names == sorted(names, key=sort_key)
    assert (names[0], names[-1]) == ("Ale kommun", "Övertorneå kommun")


@pytest.mark.django_db
def test_choices_are_grouped_and_come_with_one_query(django_assert_num_queries: Any) -> None:
    load_organisations()
    Organisation.objects.filter(code="0114").update(active=False)

    with django_assert_num_queries(1):
        (regions, region_choices), (municipalities, municipality_choices) = grouped_choices()

    assert (regions, len(region_choices)) == ("Regioner", 21)
    assert (municipalities, len(municipality_choices)) == ("Kommuner", 289)
    assert region_choices[-1] == ("14", "Västra Götalandsregionen")
    assert municipality_choices[0] == ("1440", "Ale kommun")
    assert municipality_choices[-1] == ("2518", "Övertorneå kommun")
    assert ("0180", "Stockholms kommun (Stockholms stad)") in municipality_choices


@pytest.mark.django_db
def test_there_are_no_groups_without_organisations() -> None:
    assert grouped_choices() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("åmål", ["1492"]),
        ("ÅMÅL", ["1492"]),
        ("göteborgs stad", ["1480"]),
        ("falun", ["2080"]),
        ("2080", ["2080"]),
        ("gotlands län", ["0980", "09"]),
    ],
)
def test_search_finds(query: str, codes: list[str]) -> None:
    load_organisations()

    found = find(Organisation.objects.alphabetical(), query)

    assert [organisation.code for organisation in found] == codes


@pytest.mark.django_db
def test_a_partial_save_keeps_the_sorting_key_true() -> None:
    load_organisations()
    organisation = Organisation.objects.get(code="2080")

    organisation.name = "Åter kommun"
    organisation.save(update_fields=["name"])

    organisation.refresh_from_db()
    assert organisation.sort_key == sort_key("Åter kommun")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("organisation_code_fits_its_kind", {"code": "01"}),
        ("organisation_code_fits_its_kind", {"code": "0180", "kind": "region"}),
        ("organisation_code_fits_its_kind", {"kind": "landsting"}),
        ("organisation_code_starts_with_county", {"county_code": "03"}),
        ("organisation_has_a_name", {"name": ""}),
    ],
)
def test_an_organisation_that_cannot_be(constraint: str, facts: dict[str, str]) -> None:
    stockholm = {
        "code": "0180",
        "kind": "kommun",
        "name": "Stockholms kommun",
        "short_name": "Stockholm",
        "county_code": "01",
        "kolada_id": "0180",
    }

    with pytest.raises(IntegrityError, match=constraint):
        Organisation.objects.create(**{**stockholm, **facts})
