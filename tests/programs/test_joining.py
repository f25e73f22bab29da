"""An application mended to the address of somebody who has a place: it joins its owner, and no stranger sees that."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions import corrections, places
from programs.models import Application, Cohort, Invoicing, Place
from programs.states import NOT_COUNTED, PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.applying import (
    ANSWERS,
    FILLED,
    OPEN,
    SEND,
    hidden_fields,
    letters,
    load_some_organisations,
    open_round,
    person,
    shown,
)
from tests.programs.interest import errors
from tests.programs.places import WAYS
from tests.programs.test_readdressing import RIGHT, WRONG, all_have_gone, links_to, mails_to, statuses

if TYPE_CHECKING:
    from tests.programs.applying import TestResponse

pytestmark = pytest.mark.django_db
THIRD = "tredje@kommun.example"
COUNTED = [state for state in PlaceState if state not in NOT_COUNTED]
LINK = re.compile(r"/program/\S+")


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round(capacity=20)


class Applicant:
    """Somebody with the open form before them, who goes back to it and sends it once more."""

    def __init__(self, **typed: str) -> None:
        self.client = Client()
        self.fields = {**hidden_fields(self.client), **FILLED, **typed}

    def post(self, email: str, **typed: str) -> TestResponse:
        return self.client.post(OPEN, {**self.fields, **SEND, "email": email, **typed})

    def send(self, *addresses: str, **typed: str) -> list[str]:
        answers = [self.post(email, **typed) for email in addresses]
        assert [answer.status_code for answer in answers] == [303] * len(addresses)
        return [answer.headers["Location"] for answer in answers]


def owned(cohort: Cohort, state: PlaceState, email: str = RIGHT) -> Place:
    place = places.invite(cohort, person(email, name="Eva Ek"), by=audit.SYSTEM)
    for verb in WAYS[state]:
        place = verb(place, by=audit.SYSTEM)
    all_have_gone()
    return place


def place_of(applicant: Applicant, cohort: Cohort) -> Place:
    return Place.objects.exclude(name="Eva Ek").get(cohort=cohort)


# --- The sender mends it to an address that has a place --------------------------------------------------------------
@pytest.mark.parametrize("state", COUNTED)
def test_it_goes_beside_the_owners_place_and_the_owner_is_told(cohort: Cohort, state: PlaceState) -> None:
    known = owned(cohort, state)
    lines = AuditEvent.objects.about(known).count()
    applicant = Applicant(challenge="Det nya")
    (first,) = applicant.send(WRONG)
    all_have_gone()
    old = links_to(WRONG)

    (again,) = applicant.send(RIGHT)

    beside = place_of(applicant, cohort)
    assert again == f"{first}?igen=1"
    assert (beside.email, beside.state, beside.application.challenge) == (RIGHT, PlaceState.STARTED, "Det nya")
    assert statuses(old) == {404}
    assert Place.objects.filter(email=WRONG).count() == 0
    known.refresh_from_db()
    assert (known.state, known.name, known.email) == (state, "Eva Ek", RIGHT)
    told = mails_to(RIGHT)[-1]
    assert (told.letter, told.about_id) == ("programs/application_repeated", str(beside.pk))
    is_named = state != PlaceState.INVITED  # an invitation has told of no reference yet
    assert (beside.reference in told.text_body, known.reference in told.text_body) == (True, is_named)
    assert len(mails_to(WRONG)) == 1
    assert AuditEvent.objects.about(known).count() == lines + 1
    assert AuditEvent.objects.about(beside)[0].event == "programs.place_set_aside"


@pytest.mark.parametrize("state", [PlaceState.STARTED, PlaceState.WITHDRAWN])
def test_where_nothing_counts_the_address_is_free(cohort: Cohort, state: PlaceState) -> None:
    known = owned(cohort, PlaceState.INVITED)
    if state == PlaceState.WITHDRAWN:
        places.withdraw(known, by=audit.SYSTEM)
    else:
        Place.objects.filter(pk=known.pk).update(state=state)
    applicant = Applicant()
    applicant.send(WRONG, RIGHT)

    assert (place_of(applicant, cohort).email, place_of(applicant, cohort).state) == (RIGHT, PlaceState.APPLIED)
    assert mails_to(RIGHT)[-1].letter == "programs/place_applied"


def test_pressed_twice_tells_once(cohort: Cohort) -> None:
    owned(cohort, PlaceState.APPLIED)
    Applicant().send(WRONG, RIGHT, RIGHT)
    assert letters(letter="programs/application_repeated", to_email=RIGHT) == ["programs/application_repeated"]


def test_what_both_forms_said_is_kept_together_and_as_long(cohort: Cohort) -> None:
    known = owned(cohort, PlaceState.APPLIED)
    applicant = Applicant(challenge="Det nya", reference="Ny referens")
    applicant.send(WRONG, RIGHT)
    beside = place_of(applicant, cohort)
    days = {row.delete_after for row in (beside, beside.application, beside.invoicing)}
    mails = set(OutgoingMail.objects.about(beside).values_list("delete_after", flat=True))
    assert days == mails == {beside.delete_after}

    admin = log_in(Client(), make_staff())
    base = "/admin/programs"
    own = admin.get(f"{base}/place/{known.pk}/change/").content.decode()
    assert (beside.reference in own, "Räknas inte" in own) == (True, True)
    page = admin.get(f"{base}/place/{beside.pk}/change/").content.decode()
    # The button that leads to all of a person carries their address: a box to write in has an id of its own.
    box = 'id="id_email"'
    assert (known.reference in page, RIGHT in page, box in page, box in own) == (True, True, False, True)
    assert "Det nya" in admin.get(f"{base}/application/{beside.application.pk}/change/").content.decode()
    assert "Ny referens" in admin.get(f"{base}/invoicing/{beside.invoicing.pk}/change/").content.decode()
    assert beside.name not in admin.get(f"{base}/place/").content.decode()
    assert "Ny referens" not in admin.get(f"{base}/invoicing/").content.decode()


def test_a_draft_is_still_its_writers_own(cohort: Cohort) -> None:
    known = owned(cohort, PlaceState.APPLIED)
    applicant = Applicant()
    assert applicant.client.post(OPEN, {**applicant.fields, "save": "1", "email": RIGHT}).status_code == 303
    draft = place_of(applicant, cohort)
    admin = log_in(Client(), make_staff())
    pages = [f"place/{draft.pk}", f"application/{draft.application.pk}", f"invoicing/{draft.invoicing.pk}"]
    assert {admin.get(f"/admin/programs/{page}/change/").status_code for page in pages} == {302}
    assert draft.reference not in admin.get(f"/admin/programs/place/{known.pk}/change/").content.decode()


def test_mended_on_to_another_taken_address_the_next_owner_is_told_too(cohort: Cohort) -> None:
    owned(cohort, PlaceState.APPLIED)
    owned(cohort, PlaceState.OFFERED, THIRD)
    Applicant().send(WRONG, RIGHT, THIRD)
    told = OutgoingMail.objects.filter(letter="programs/application_repeated").order_by("pk")
    assert [(mail.to_email, mail.state) for mail in told] == [(RIGHT, MailState.STOPPED), (THIRD, MailState.QUEUED)]


def test_mended_on_to_an_address_of_its_own_it_counts_as_one_that_was_never_aside(cohort: Cohort) -> None:
    owned(cohort, PlaceState.APPLIED)
    applicant = Applicant()
    applicant.send(WRONG)
    sent_at = Application.objects.latest("pk").sent_at
    applicant.send(RIGHT, THIRD)

    place = place_of(applicant, cohort)
    assert (place.state, place.email, place.application.sent_at) == (PlaceState.APPLIED, THIRD, sent_at)
    (mail,) = mails_to(THIRD)
    assert mail.subject.startswith("Vi har fått din ansökan")


def test_the_wrong_mailboxs_account_and_its_pages_lose_it(cohort: Cohort) -> None:
    owned(cohort, PlaceState.APPLIED)
    applicant = Applicant()
    applicant.send(WRONG)
    intruder = Client()
    intruder.force_login(User.objects.create_user(WRONG))
    assert str(cohort) in intruder.get("/mina-sidor/").content.decode()
    applicant.send(RIGHT)
    assert str(cohort) not in intruder.get("/mina-sidor/").content.decode()


# --- Nobody sees whom we know ----------------------------------------------------------------------------------------
def seen(*addresses: str) -> list[object]:
    """All that a sender sees who reads the mails to their own address, without what differs by chance."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    applicant = Applicant()
    ways = applicant.send(*addresses)
    receipt = ways[0].rstrip("/").rpartition("/")[2]
    mails = list(OutgoingMail.objects.exclude(pk__in=before).filter(to_email=WRONG).order_by("pk"))
    links = [link for mail in mails for link in LINK.findall(mail.text_body)]
    pages = [applicant.client.get(way).content.decode() for way in ways]
    found = re.search(r"SAM-\w{4}-\w{4}", pages[0])
    assert found is not None
    texts = [*pages, *(f"{mail.state} {mail.subject} {mail.text_body}" for mail in mails)]
    told = [LINK.sub("LINK", text.replace(found[0], "REF").replace(receipt, "ID")) for text in texts]
    return [[way.replace(receipt, "ID") for way in ways], told, [Client().get(link).status_code for link in links]]


@pytest.mark.parametrize(
    "addresses",
    [[WRONG, RIGHT], [RIGHT, WRONG], [WRONG, RIGHT, WRONG], [RIGHT, WRONG, RIGHT], [WRONG, RIGHT, THIRD]],
)
def test_a_stranger_sees_the_same_whether_an_address_has_a_place_or_not(cohort: Cohort, addresses: list[str]) -> None:
    without = seen(*addresses)
    for model in (Invoicing, Application, Place):
        model._default_manager.all().delete()
    owned(cohort, PlaceState.OFFERED)

    assert seen(*addresses) == without


# --- What has been decided on ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("email", [RIGHT, THIRD])
@pytest.mark.parametrize(
    "ways",
    [WAYS[PlaceState.WAITING], WAYS[PlaceState.OFFERED], WAYS[PlaceState.ACCEPTED]],
    ids=["waiting", "offered", "yes"],
)
def test_the_address_of_what_was_decided_on_is_not_mended_by_the_form(
    cohort: Cohort, ways: tuple[Callable[..., Place], ...], email: str
) -> None:
    """The page says so and how to reach us; before, it showed a receipt and the address stayed the wrong one."""
    owned(cohort, PlaceState.APPLIED)
    applicant = Applicant()
    applicant.send(WRONG)
    place = place_of(applicant, cohort)
    for verb in ways[1:]:
        verb(place, by=audit.SYSTEM)

    answer = applicant.post(email)

    assert (answer.status_code, errors(answer), shown(answer)["email"]) == (422, {}, email)
    place.refresh_from_db()
    assert place.email == WRONG
    assert applicant.post(WRONG).status_code == 303


def test_an_old_tab_does_not_bring_back_the_address_that_staff_has_mended(cohort: Cohort) -> None:
    applicant = Applicant()
    applicant.send(WRONG)
    place = place_of(applicant, cohort)
    right = corrections.Correction(
        place.name, person(RIGHT).email, place.phone, place.organisation, place.role, place.side, is_listed=False
    )
    corrections.correct_place(place, right, by=audit.SYSTEM)

    assert applicant.post(WRONG).status_code == 422
    place.refresh_from_db()
    assert place.email == RIGHT
    assert applicant.post(RIGHT).status_code == 303


# --- What somebody else had sent from the mistaken address -----------------------------------------------------------
def test_what_its_owner_had_sent_counts_when_the_mistake_is_mended(cohort: Cohort) -> None:
    mistaken = Applicant()
    mistaken.send(WRONG)
    owner = Applicant(name="Bo Ek", challenge="Bos egen")
    (receipt,) = owner.send(WRONG)
    assert letters(to_email=WRONG)[-1] == "programs/application_repeated"

    mistaken.send(RIGHT)

    theirs = Place.objects.get(name="Bo Ek")
    assert (theirs.email, theirs.state, theirs.application.challenge) == (WRONG, PlaceState.APPLIED, "Bos egen")
    newest = mails_to(WRONG)[-1]
    assert (newest.letter, newest.about_id) == ("programs/place_applied", str(theirs.pk))
    assert "ändrad till" not in newest.text_body
    assert [mail.letter for mail in mails_to(WRONG) if mail.state == MailState.STOPPED] == [
        "programs/place_applied",
        "programs/application_repeated",
    ]
    assert owner.send(WRONG) == [f"{receipt}?igen=1"]
    assert Place.objects.exclude(pk=theirs.pk).get().email == RIGHT


# --- Staff -----------------------------------------------------------------------------------------------------------
def test_staff_is_still_refused_an_address_that_somebody_has(cohort: Cohort) -> None:
    owned(cohort, PlaceState.APPLIED)
    Applicant().send(WRONG)
    place = Place.objects.get(email=WRONG)
    fields: dict[str, Any] = {"name": place.name, "email": RIGHT, "organisation": ANSWERS["organisation"]}
    page = log_in(Client(), make_staff()).post(f"/admin/programs/place/{place.pk}/change/", fields)
    assert "Någon annan i kullen har den adressen." in page.content.decode()
    place.refresh_from_db()
    assert (place.email, place.state) == (WRONG, PlaceState.APPLIED)
