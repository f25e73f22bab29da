"""The form mended by going back: nothing is lost, and no stranger sees whether an address is registered."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions.registrations import adopt_interest_repeat
from programs.models import InterestRegistration, InterestRepeat
from tests.programs.interest import BASE, load_reference_rows, open_form, post, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_haste")]

OWN, OTHER, THIRD = "nyfiken@gmial.com", "asa@gmail.com", "bo@kommun.example"
OTHER_OWNER = "eva@kommun.example"
LINK = re.compile(r"/program/intresse/min/\S+")


@pytest.fixture(autouse=True)
def _reference_rows() -> None:
    load_reference_rows()


def send(client: Client, addresses: list[str]) -> list[str]:
    """One form, sent with each of the addresses in turn; where each answer led."""
    fields = {**open_form(client), **BASE}
    answers = [post(client, {**fields, "email": to, "message": f"Nr {nr}"}) for nr, to in enumerate(addresses)]
    return [answer.headers["Location"] for answer in answers]


def seen(client: Client, addresses: list[str]) -> list[object]:
    """All that the sender sees who reads the mails to their own address, without what differs by chance."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    places = send(client, addresses)
    receipt = places[0].rstrip("/").rpartition("/")[2].partition("?")[0]
    mails = list(OutgoingMail.objects.exclude(pk__in=before).filter(to_email=OWN).order_by("pk"))
    links = [link for mail in mails for link in LINK.findall(mail.text_body)]
    texts = [client.get(place).content.decode() for place in places] + [mail.subject + mail.text_body for mail in mails]
    reference = re.search(r"SAM-\w{4}-\w{4}", texts[0])
    assert reference is not None
    told = [LINK.sub("LINK", text.replace(reference[0], "REF").replace(receipt, "ID")) for text in texts]
    return [[place.replace(receipt, "ID") for place in places], told, [client.get(link).status_code for link in links]]


@pytest.mark.parametrize(
    "addresses", [[OWN, OTHER], [OTHER, OWN], [OWN, OTHER, OWN], [OTHER, OWN, OTHER], [OTHER, OTHER], [OTHER, THIRD]]
)
def test_a_stranger_sees_the_same_whether_an_address_is_registered_or_not(client: Client, addresses: list[str]) -> None:
    without = seen(client, addresses)
    InterestRegistration.objects.all().delete()
    register(Client(), email=OTHER)

    assert seen(client, addresses) == without


def test_a_form_mended_to_a_registered_address_keeps_its_receipt_and_the_owner_is_told(client: Client) -> None:
    register(Client(), email=OTHER, message="Den första")

    places = send(client, [OWN, OTHER])

    repeat = InterestRepeat.objects.get()
    assert places[1] == f"{places[0]}?andrad=1" == f"/program/intresse/kvitto/{repeat.pk}/?andrad=1"
    assert (repeat.registration.email, repeat.message) == (OTHER, "Nr 1")
    assert InterestRegistration.objects.get().message == "Den första"
    newest = OutgoingMail.objects.latest("pk")
    assert (newest.to_email, newest.letter) == (OTHER, "programs/interest_repeated")
    assert repeat.reference in newest.text_body
    assert repeat.reference in OutgoingMail.objects.get(to_email=OWN).text_body
    latest = AuditEvent.objects.latest("pk")
    assert latest.event == "programs.interest_repeated"


def test_a_repeat_mended_to_a_new_address_is_a_registration_of_its_own(client: Client) -> None:
    register(Client(), email=OTHER, message="Den första")
    fields = {**open_form(client), **BASE, "email": OTHER, "message": "Min egen"}
    first = post(client, fields).headers["Location"]
    repeat = InterestRepeat.objects.get()
    owner_link = LINK.findall(OutgoingMail.objects.latest("pk").text_body)[0]

    post(client, {**fields, "email": THIRD})

    own = InterestRegistration.objects.get(email=THIRD)
    assert (f"/program/intresse/kvitto/{own.pk}/", own.reference, own.message) == (first, repeat.reference, "Min egen")
    assert InterestRepeat.objects.count() == 0
    assert InterestRegistration.objects.get(email=OTHER).message == "Den första"
    assert (OutgoingMail.objects.latest("pk").to_email, client.get(owner_link).status_code) == (THIRD, 200)
    assert client.get(f"{owner_link}byt/{repeat.pk}/").status_code == 404


def test_a_repeat_mended_to_another_registered_address_is_for_that_owner_alone(client: Client) -> None:
    register(Client(), email=OTHER)
    register(Client(), email=THIRD)

    places = send(client, [OTHER, THIRD])

    repeat = InterestRepeat.objects.get()
    assert places[1] == f"{places[0]}?andrad=1"
    assert (repeat.registration.email, repeat.message) == (THIRD, "Nr 1")
    assert OutgoingMail.objects.latest("pk").to_email == THIRD


def test_a_repeat_that_was_let_hold_and_is_mended_waits_for_its_owner_again(client: Client) -> None:
    register(Client(), email=OTHER)
    fields = {**open_form(client), **BASE, "email": OTHER, "message": "Först"}
    post(client, fields)
    link = LINK.findall(OutgoingMail.objects.latest("pk").text_body)[0]
    choice = f"{link}byt/{InterestRepeat.objects.get().pk}/"
    client.post(choice)

    post(client, {**fields, "message": "Sedan"})

    assert InterestRegistration.objects.get().message == "Först"
    client.post(choice)
    assert InterestRegistration.objects.get().message == "Sedan"


# --- What another person left at the mistaken address ----------------------------------------------------------------
def mistake(client: Client) -> tuple[dict[str, object], str]:
    """Somebody typed Åsa's address by mistake, then Åsa sent two forms herself; the first form and Åsa's receipt."""
    form = {**open_form(client), **BASE, "name": "Bo Ek", "email": OTHER, "message": "Bos"}
    post(client, form)
    receipt = register(Client(), name="Åsa Lind", email=OTHER, message="Åsas hemlighet").headers["Location"]
    register(Client(), name="Åsa Lind", email=OTHER, message="Åsas tillägg")
    return form, receipt


def newest_to(address: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(to_email=address).latest("pk")


@pytest.mark.parametrize("is_registered", [False, True])
def test_what_the_true_owner_of_a_mistaken_address_sent_is_shown_to_nobody_else(
    client: Client, is_registered: bool
) -> None:
    if is_registered:
        register(Client(), name="Bo Ek", email=THIRD, message="Den första")
    form, receipt = mistake(client)
    reference = InterestRepeat.objects.get(message="Åsas hemlighet").reference

    post(client, {**form, "email": THIRD})

    own = InterestRegistration.objects.get(email=OTHER)
    assert (own.name, own.message, own.reference) == ("Åsa Lind", "Åsas hemlighet", reference)
    assert receipt == f"/program/intresse/kvitto/{own.pk}/"
    assert [repeat.message for repeat in own.repeats.all()] == ["Åsas tillägg"]
    bos = InterestRegistration.objects.get(email=THIRD)
    assert [repeat.message for repeat in bos.repeats.all()] == ["Bos"] * is_registered
    mail = newest_to(THIRD)
    pages = [client.get(link).content.decode() for link in LINK.findall(mail.text_body)]
    assert "Åsa" not in mail.text_body + "".join(pages)


def test_the_true_owner_gets_the_confirmation_with_a_link_that_opens(client: Client) -> None:
    form, receipt = mistake(client)

    post(client, {**form, "email": THIRD})

    mail = newest_to(OTHER)
    assert (mail.letter, "Åsas hemlighet" in mail.text_body) == ("programs/interest_registered", True)
    shown = client.get(LINK.findall(mail.text_body)[0])
    assert (shown.status_code, "Åsa Lind" in shown.content.decode()) == (200, True)
    assert reference_of(client, receipt) == InterestRegistration.objects.get(email=OTHER).reference
    told = OutgoingMail.objects.filter(about_type="programs.interestregistration", to_email=OTHER)
    own = InterestRegistration.objects.get(email=OTHER)
    assert [each.letter for each in told.filter(about_id=str(own.pk)).order_by("pk")] == [
        "programs/interest_repeated",
        "programs/interest_registered",
    ]


def reference_of(client: Client, receipt: str) -> str:
    found = re.search(r"SAM-\w{4}-\w{4}", client.get(receipt).content.decode())
    assert found is not None
    return found[0]


def test_what_the_true_owner_let_hold_is_what_stays_theirs(client: Client) -> None:
    form, _receipt = mistake(client)
    later = InterestRepeat.objects.get(message="Åsas tillägg")
    client.post(f"{LINK.findall(newest_to(OTHER).text_body)[0]}byt/{later.pk}/")

    post(client, {**form, "email": THIRD})

    own = InterestRegistration.objects.get(email=OTHER)
    assert (own.message, own.reference) == ("Åsas tillägg", later.reference)
    assert [repeat.message for repeat in own.repeats.all()] == ["Åsas hemlighet"]


def test_a_form_that_was_left_behind_can_still_be_mended_and_mended_back(client: Client) -> None:
    """Each form has its own row whatever way it went: nothing is sent twice under one key."""
    form, _receipt = mistake(client)
    post(client, {**form, "email": THIRD})
    asas = {**open_form(client), **BASE, "name": "Åsa Lind", "email": OTHER, "message": "Tredje"}
    post(client, asas)

    answers = [post(client, {**asas, "email": to, "message": to}) for to in (OWN, THIRD, OTHER, OWN, OTHER)]
    answers += [post(client, {**form, "email": to, "message": to}) for to in (OTHER, OWN, THIRD)]

    assert [answer.status_code for answer in answers] == [303] * 8
    assert set(InterestRegistration.objects.values_list("email", flat=True)) == {OTHER, THIRD}


def test_a_stranger_with_two_forms_sees_the_same_whether_the_right_address_is_registered_or_not(client: Client) -> None:
    def both() -> list[object]:
        before = set(OutgoingMail.objects.values_list("pk", flat=True))
        form = {**open_form(client), **BASE, "email": OWN}
        post(client, form)
        second = register(Client(), email=OWN, message="Andra")
        answer = post(client, {**form, "email": OTHER})
        mails = OutgoingMail.objects.exclude(pk__in=before).filter(to_email=OWN).order_by("pk")
        links = [client.get(link).status_code for mail in mails for link in LINK.findall(mail.text_body)]
        receipts = [client.get(each.headers["Location"]).content.decode() for each in (answer, second)]
        references = re.compile(r"SAM-\w{4}-\w{4}|[0-9a-f-]{36}")
        return [[mail.letter for mail in mails], links, [references.sub("", page) for page in receipts]]

    without = both()
    InterestRegistration.objects.all().delete()
    register(Client(), email=OTHER)

    assert both() == without


def shown_on(client: Client, address: str) -> dict[str, str]:
    """The fields of the page's own form."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return {str(field["name"]): str(field["value"]) for field in page.select("main form input[name=shown]")}


def test_nobody_lets_hold_what_was_mended_after_they_had_looked(client: Client) -> None:
    register(Client(), email=OTHER, message="Den första")
    fields = {**open_form(client), **BASE, "email": OTHER, "message": "Som den såg ut"}
    post(client, fields)
    link = LINK.findall(OutgoingMail.objects.latest("pk").text_body)[0]
    choice = f"{link}byt/{InterestRepeat.objects.get().pk}/"
    looked_at = shown_on(client, choice)
    post(client, {**fields, "message": "Något annat"})

    answer = client.post(choice, looked_at)

    assert answer.headers["Location"] == f"{choice}?andrade=1"
    assert InterestRegistration.objects.get().message == "Den första"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "De nya uppgifterna ändrades medan du läste" in page
    assert "Något annat" in page
    assert client.post(choice, shown_on(client, choice)).headers["Location"] == f"{link}?sparat=1"
    assert InterestRegistration.objects.get().message == "Något annat"


@pytest.mark.parametrize("mended", [THIRD, OTHER_OWNER], ids=["to a new address", "to another owner"])
def test_a_repeat_that_goes_elsewhere_in_the_moment_of_the_choice_changes_nothing(client: Client, mended: str) -> None:
    register(Client(), email=OTHER, message="Den första")
    register(Client(), email=OTHER_OWNER, message="Någon annans")
    fields = {**open_form(client), **BASE, "email": OTHER, "message": "Den senare"}
    post(client, fields)
    looked_at = InterestRepeat.objects.select_related("registration").get()
    post(client, {**fields, "email": mended})

    assert not adopt_interest_repeat(looked_at, by=audit.PERSON)

    assert InterestRegistration.objects.get(email=OTHER).message == "Den första"
    assert InterestRegistration.objects.get(email=OTHER_OWNER).message == "Någon annans"
    assert not InterestRepeat.objects.exclude(adopted_at=None).exists()


def test_a_first_form_asks_nothing_of_the_registrations_beforehand(client: Client) -> None:
    """The constraints tell a repeat apart, also one that is kept in the other table."""
    fields = {**open_form(client), **BASE, "email": OTHER}

    with CaptureQueriesContext(connection) as asked:
        post(client, fields)

    about = [query["sql"] for query in asked.captured_queries if "programs_interestre" in query["sql"]]
    assert [sql.split()[0] for sql in about] == ["INSERT", "INSERT"]
