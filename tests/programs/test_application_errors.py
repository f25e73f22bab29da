"""What the application form refuses: each error clear, in Swedish, at its field, with everything typed still there."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from programs.models import Cohort, Invoicing, Place
from tests.programs.applying import FILLED, OPEN, load_some_organisations, open_round, send, shown
from tests.programs.interest import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


@pytest.mark.parametrize(
    ("changes", "wrong", "text"),
    [
        ({"in_office_since": "nyss"}, "in_office_since", "Skriv ett årtal med fyra siffror."),
        ({"in_office_since": "2999"}, "in_office_since", "Årtalet ligger i framtiden."),
        ({"in_office_since": "1066"}, "in_office_since", "Årtalet ligger för långt tillbaka."),
        ({"organisation_number": "212000-0143"}, "organisation_number", "Organisationsnumret stämmer inte"),
        ({"organisation_number": "2120"}, "organisation_number", "har tio siffror"),
        ({"organisation_number": "811228-9874"}, "organisation_number", "ser ut som ett personnummer"),
        ({"peppol_id": "2120000142"}, "peppol_id", "fyra siffror, kolon och ett nummer"),
        ({"peppol_id": "0007:2120000143"}, "peppol_id", "Numret efter kolon"),
        ({"peppol_id": "0088:7350000000000"}, "peppol_id", "Numret efter kolon"),
        ({"peppol_id": ""}, "peppol_id", "Skriv det Peppol-id"),
        ({"by": "gln", "gln": ""}, "gln", "Skriv det GLN"),
        ({"by": "gln", "gln": "735000000000"}, "gln", "13 siffror"),
        ({"by": "gln", "gln": "7350000000000"}, "gln", "GLN stämmer inte"),
        ({"by": "post"}, "address", "Skriv adressen"),
        ({"by": "duva"}, "by", "Välj ett av sätten"),
        ({"role": "kung"}, "role", "Välj ett av alternativen"),
        ({"assistant_email": "bo ek@kommun.example"}, "assistant_email", "mellanslag"),
        ({"assistant_phone": "ring mig"}, "assistant_phone", "bara siffror"),
    ],
)
def test_each_error_is_clear_and_stands_at_its_field(
    client: Client, changes: dict[str, str], wrong: str, text: str
) -> None:
    response = send(client, **changes)

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert list(errors(response)) == [wrong]
    assert text in errors(response)[wrong]
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    links = [link for link in page.select(".error-summary a") if page.find(id=str(link["href"]).removeprefix("#"))]
    assert len(links) == 1
    typed = {**FILLED, **changes}
    kept = shown(response)
    assert {name: kept.get(name, "") for name in typed if name != wrong} == {
        name: value for name, value in typed.items() if name != wrong
    }
    assert Place.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2120000142", "212000-0142"),
        ("SE212000014201", "212000-0142"),
        ("162120000142", "212000-0142"),
        ("212000 0142", "212000-0142"),
    ],
)
def test_an_organisation_number_is_kept_in_one_form(client: Client, typed: str, kept: str) -> None:
    assert send(client, organisation_number=typed).status_code == 303
    assert Invoicing.objects.get().organisation_number == kept


def test_party_is_never_asked_for(client: Client) -> None:
    names = {str(field.get("name")) for field in BeautifulSoup(client.get(OPEN).content, "html.parser").select("input")}
    assert not [name for name in names if "part" in name.lower()]
