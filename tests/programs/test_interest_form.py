"""The interest form through HTTP: what it keeps, what it refuses, and what a repeat leads to."""

from __future__ import annotations

import re
import uuid

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.core.models import AuditEvent, OutgoingMail
from programs.models import InterestRegistration, InterestRepeat
from programs.states import InterestState
from tests.programs.interest import BASE, errors, load_reference_rows, open_form, post, register, solve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reference_rows() -> None:
    load_reference_rows()


def only() -> InterestRegistration:
    return InterestRegistration.objects.get()


def link_in(mail: OutgoingMail, number: int = 0) -> str:
    """The path of the links in the mail that lead to a registration, in order."""
    links: list[str] = re.findall(r"http://localhost(/program/intresse/min/\S+)", mail.text_body)
    return links[number]


def test_a_registration_is_one_row_one_line_and_one_mail(client: Client) -> None:
    response = register(client)

    row = only()
    assert response.status_code == 303
    assert response.headers["Location"] == reverse("interest_receipt", args=[row.pk])
    assert (row.name, row.email, row.phone, row.organisation_id) == (
        BASE["name"],
        BASE["email"],
        BASE["phone"],
        BASE["organisation"],
    )
    assert (row.role, row.message, row.wants_information) == ("kso", BASE["message"], False)
    assert (row.phone_e164, row.interest_round.year) == ("+46701740605", 2025)
    assert [programme.slug for programme in row.programmes.all()] == BASE["programmes"]
    assert list(AuditEvent.objects.about(row).values_list("event", flat=True)) == ["programs.interest_registered"]
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.letter) == (BASE["email"], "programs/interest_registered")
    assert row.reference in mail.text_body
    assert row.reference in mail.html_body


def test_the_receipt_shows_the_reference_and_no_personal_data(client: Client) -> None:
    response = client.get(register(client).headers["Location"])

    text = response.content.decode()
    assert only().reference in text
    for private in (BASE["name"], BASE["email"], BASE["phone"], BASE["message"], "Stockholms"):
        assert private not in text


def test_a_made_up_receipt_is_not_found(client: Client) -> None:
    assert client.get(reverse("interest_receipt", args=[uuid.uuid4()])).status_code == 404


def test_the_same_form_sent_again_leads_to_the_same_receipt(client: Client) -> None:
    fields = {**open_form(client), **BASE}

    first, second = post(client, fields), post(client, fields)

    assert second.headers["Location"] == first.headers["Location"] + "?igen=1"
    assert InterestRegistration.objects.count() == OutgoingMail.objects.count() == 1
    page = client.get(second.headers["Location"]).content.decode()
    assert "Vi har redan tagit emot din anmälan" in page
    assert only().reference in page


def test_the_same_form_with_a_solved_captcha_can_be_sent_again(client: Client) -> None:
    fields = {**open_form(client), **BASE, "altcha": solve()}

    first, second = post(client, fields), post(client, fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert only().captcha_outcome == "solved"
    assert only().flags == []


def test_the_same_form_with_another_content_corrects_the_row(client: Client) -> None:
    fields = {**open_form(client), **BASE}
    post(client, fields)
    reference = only().reference

    post(client, {**fields, "message": "Ny text", "programmes": ["mer-information"]})

    row = only()
    assert (row.message, row.reference, row.wants_information) == ("Ny text", reference, True)
    assert row.programmes.count() == 0
    latest = AuditEvent.objects.about(row).first()
    assert latest is not None
    assert (latest.event, latest.data) == (
        "programs.interest_changed",
        {"fields": ["message", "programmes", "wants_information"]},
    )
    assert sorted(OutgoingMail.objects.values_list("letter", flat=True)) == [
        "programs/interest_changed",
        "programs/interest_registered",
    ]


@pytest.mark.usefixtures("in_haste")
def test_a_mistyped_address_is_corrected_by_going_back(client: Client) -> None:
    fields = {**open_form(client), **BASE, "email": "asa@gmial.com"}
    first = post(client, fields)
    assert "Menade du gmail.com?" in client.get(first.headers["Location"]).content.decode()

    post(client, {**fields, "email": "asa@gmail.com"})

    assert only().email == "asa@gmail.com"
    assert only().flags == ["captcha_no_script", "haste"]
    newest = OutgoingMail.objects.order_by("-pk").first()
    assert newest is not None
    assert newest.to_email == "asa@gmail.com"


def test_a_corrected_address_that_is_registered_already_joins_its_owner(client: Client) -> None:
    register(client, email="asa@gmail.com", message="Den första")
    fields = {**open_form(client), **BASE, "email": "asa@gmial.com", "message": "Den andra"}
    post(client, fields)

    response = post(client, {**fields, "email": "asa@gmail.com"})

    assert response.status_code == 303
    assert InterestRegistration.objects.active().get().message == "Den första"
    assert InterestRepeat.objects.get().message == "Den andra"


def test_one_person_twice_is_one_row_and_the_page_does_not_tell(client: Client) -> None:
    first = register(client)
    first_page = client.get(first.headers["Location"]).content.decode()
    row = only()

    second = register(client, name="Någon Annan", email="ASA.LIND@Kommun.Example", message="Ändrat")

    assert only().name == BASE["name"]
    assert second.status_code == 303
    second_page = client.get(second.headers["Location"]).content.decode()
    repeat = InterestRepeat.objects.get()
    # But for the reference and the address the two pages are the same to the letter.
    assert second_page.replace(repeat.reference, row.reference).replace(str(repeat.pk), str(row.pk)) == first_page
    mail = OutgoingMail.objects.get(letter="programs/interest_repeated")
    assert mail.to_email == row.email
    assert repeat.reference in mail.text_body
    assert "Ändrat" not in mail.text_body


def test_the_owner_of_the_mailbox_lets_the_later_form_hold(client: Client) -> None:
    register(client)
    register(client, name="Åsa Lind", message="Ändrat")
    own = link_in(OutgoingMail.objects.get(letter="programs/interest_repeated"))
    page = BeautifulSoup(client.get(own).content, "html.parser")
    assert page.select("main form") == []
    path = str(page.select_one(".notice--warning a")["href"])  # type: ignore[index]  # the notice has its link

    assert client.get(path).status_code == 200
    assert only().message == BASE["message"]
    for _twice in range(2):
        assert client.post(path).status_code == 303

    assert (only().name, only().message) == ("Åsa Lind", "Ändrat")
    assert OutgoingMail.objects.filter(letter="programs/interest_changed").count() == 1


def test_the_link_in_the_mail_changes_and_withdraws_by_its_buttons_only(client: Client) -> None:
    register(client)
    path = link_in(OutgoingMail.objects.get())
    for look in (client.get, client.head):
        for suffix in ("", "andra/", "ta-tillbaka/"):
            assert look(path + suffix).status_code == 200
    assert only().state == InterestState.REGISTERED

    changed = client.post(f"{path}andra/", {**BASE, "message": "Annat"})
    assert changed.status_code == 303
    assert only().message == "Annat"

    assert client.post(f"{path}ta-tillbaka/").status_code == 303
    assert only().state == InterestState.WITHDRAWN
    client.post(f"{path}ta-tillbaka/")
    letters = list(OutgoingMail.objects.order_by("pk").values_list("letter", flat=True))
    assert letters == [f"programs/interest_{verb}" for verb in ("registered", "changed", "withdrawn")]


def test_who_withdrew_can_register_again(client: Client) -> None:
    register(client)
    client.post(link_in(OutgoingMail.objects.get()) + "ta-tillbaka/")

    register(client)

    assert sorted(InterestRegistration.objects.values_list("state", flat=True)) == ["registered", "withdrawn"]


def test_an_altered_link_is_not_found(client: Client) -> None:
    register(client)
    path = link_in(OutgoingMail.objects.get())
    swapped = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]

    assert client.get(swapped).status_code == 404
    assert client.post(f"{swapped}ta-tillbaka/").status_code == 404


def test_a_bad_change_is_shown_again_with_what_was_typed(client: Client) -> None:
    register(client)
    path = link_in(OutgoingMail.objects.get())

    response = client.post(f"{path}andra/", {**BASE, "name": "", "message": "Kvar"})

    assert response.status_code == 422
    assert errors(response) == {"name": "Fel: Skriv ditt namn."}
    assert "Kvar" in response.content.decode()
    assert only().name == BASE["name"]


def test_an_invalid_form_comes_back_with_everything(client: Client) -> None:
    response = register(client, email="asa lind@kommun.example", role="kung")

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    assert set(errors(response)) == {"email", "role"}
    assert page.select_one("#id_name")["value"] == BASE["name"]  # type: ignore[index]  # the field is there
    assert page.select_one("#id_message").get_text(strip=True) == BASE["message"]  # type: ignore[union-attr]
    assert page.select_one("#id_organisation option[selected]")["value"] == "0180"  # type: ignore[index]
    assert InterestRegistration.objects.count() == OutgoingMail.objects.count() == 0


def test_the_token_survives_an_error_and_a_bad_one_is_replaced(client: Client) -> None:
    fields = {**open_form(client), **BASE}

    kept = BeautifulSoup(post(client, {**fields, "name": ""}).content, "html.parser")
    replaced = post(client, {**fields, "token": fields["token"][:-1] + "~"})

    assert kept.select_one("#id_token")["value"] == fields["token"]  # type: ignore[index]
    assert replaced.status_code == 422
    fresh = BeautifulSoup(replaced.content, "html.parser").select_one("#id_token")["value"]  # type: ignore[index]
    assert post(client, {**fields, "token": fresh}).status_code == 303


def test_a_proof_counts_once(client: Client) -> None:
    proof = solve()
    assert register(client, altcha=proof).status_code == 303

    response = register(client, altcha=proof, email="annan@kommun.example")

    assert response.status_code == 422
    assert set(errors(response)) == {"altcha"}
    assert InterestRegistration.objects.count() == 1


def test_a_proof_for_another_form_does_not_count(client: Client) -> None:
    assert set(errors(register(client, altcha=solve("contact")))) == {"altcha"}


def test_a_robot_sees_a_receipt_and_nothing_is_stored(client: Client) -> None:
    response = register(client, webbplats="http://spam.example")

    assert response.status_code == 303
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    assert re.search(r"SAM-\w{4}-\w{4}", page.content.decode())
    assert InterestRegistration.objects.count() == OutgoingMail.objects.count() == 0


def test_a_programme_in_the_address_is_chosen_beforehand(client: Client) -> None:
    response = client.get(reverse("register_interest"), {"program": "toppolitikerprogrammet"})

    page = BeautifulSoup(response.content, "html.parser")
    assert [box["value"] for box in page.select("input[name=programmes][checked]")] == ["toppolitikerprogrammet"]


@time_machine.travel("2026-11-21T10:00:29+01:00", tick=True)
def test_thirty_posts_in_a_minute_from_one_address_are_too_many(client: Client) -> None:
    answers = [register(client, email=f"a{number}@kommun.example") for number in range(30)]

    assert [answer.status_code for answer in answers[:25]] == [303] * 25
    assert {answer.status_code for answer in answers[25:]} == {429}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


@time_machine.travel("2026-11-21T10:00:29+01:00", tick=True)
def test_what_a_client_writes_of_its_address_resets_no_limit(client: Client) -> None:
    for number in range(25):
        register(client, email=f"a{number}@kommun.example")

    fields = {**open_form(client), **BASE}
    assert post(client, fields, headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 429


def test_one_query_count_whatever_the_number_of_rows(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(10):
        client.get(reverse("register_interest"))
    response = register(client)
    with django_assert_max_num_queries(10):
        client.get(response.headers["Location"])
    with django_assert_max_num_queries(20):
        register(client, email="b@kommun.example")


@pytest.mark.usefixtures("in_haste")
def test_when_the_address_is_mended_the_link_in_the_wrong_mailbox_opens_nothing(client: Client) -> None:
    fields = {**open_form(client), **BASE, "email": "fel@kommun.example"}
    post(client, fields)
    wrong = link_in(OutgoingMail.objects.latest("pk"))
    assert client.get(wrong).status_code == 200

    post(client, {**fields, "email": "ratt@kommun.example"})

    right = link_in(OutgoingMail.objects.latest("pk"))
    assert [client.get(wrong + page).status_code for page in ("", "andra/", "ta-tillbaka/")] == [404, 404, 404]
    assert client.post(wrong + "ta-tillbaka/").status_code == 404
    assert only().state == InterestState.REGISTERED
    assert "ratt@kommun.example" in client.get(right).content.decode()


@pytest.mark.usefixtures("in_haste")
def test_the_link_stays_when_something_else_is_mended(client: Client) -> None:
    fields = {**open_form(client), **BASE}
    post(client, fields)
    first = link_in(OutgoingMail.objects.latest("pk"))

    mended = post(client, {**fields, "message": "Ny text"})

    assert client.get(first).status_code == 200
    receipt = client.get(mended.headers["Location"]).content.decode()
    assert "Din anmälan är ändrad" in receipt
    assert "Vi har redan tagit emot" not in receipt


@pytest.mark.parametrize("token", ["0" * 32, "0" * 32 + ".", "0" * 32 + ".falsk", "å.b", "." * 40, "a" * 31 + ".x"])
def test_a_link_that_we_did_not_make_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/program/intresse/min/{token}/").status_code == 404


def test_a_link_with_another_ones_signature_opens_nothing(client: Client) -> None:
    register(client)
    register(Client(), email="bo@kommun.example", name="Bo Ek")
    tokens = [link_in(mail).rstrip("/").rpartition("/")[2] for mail in OutgoingMail.objects.order_by("pk")]
    mixed = tokens[0].partition(".")[0] + "." + tokens[1].partition(".")[2]

    assert client.get(f"/program/intresse/min/{mixed}/").status_code == 404


def test_what_is_taken_back_is_spoken_of_as_that(client: Client) -> None:
    receipt = register(client).headers["Location"]
    own = link_in(OutgoingMail.objects.get())
    client.post(own + "ta-tillbaka/")

    page = BeautifulSoup(client.get(receipt).content, "html.parser")

    assert page.h1 is not None
    assert page.title is not None
    assert page.h1.text == "Anmälan är tillbakatagen"
    assert page.title.text.startswith("Anmälan är tillbakatagen")
    assert "Vad händer nu?" not in page.text
    assert client.get(own + "ta-tillbaka/").headers["Location"] == own
