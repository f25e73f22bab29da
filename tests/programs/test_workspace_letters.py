"""Letters in admin: begun from a template, worded, shown for a real recipient, tried out, sent one by one, followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions.letters import load_letters
from programs.models import Cohort, CohortLetter, LetterKind, LetterTemplate, Place
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_occasion
from tests.programs.workspace_people import TODAY, make_full_cohort, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_client() -> Iterator[Client]:
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False):
        yield log_in(Client(), make_staff())


@pytest.fixture
def cohort(staff_client: Client) -> Cohort:
    load_letters()
    cohort = make_full_cohort()
    make_occasion(cohort, 1, TODAY + dt.timedelta(days=30))
    make_place(cohort, "Åsa Öberg", PlaceState.PARTICIPANT, email="asa@kommun.example")
    make_place(cohort, "Bo Ek", PlaceState.ACCEPTED, organisation="0180", email="bo@kommun.example")
    make_place(cohort, "Cia Lund", PlaceState.DECLINED, organisation="0114")
    make_place(cohort, "Drog Sig Ur", PlaceState.WITHDRAWN, organisation="2580")
    return cohort


def url(cohort: Cohort, tail: str = "") -> str:
    return f"/admin/programs/cohort/{cohort.pk}/arbetsyta/brev/{tail}"


def begin(client: Client, cohort: Cohort, kind: LetterKind = LetterKind.WELCOME) -> CohortLetter:
    begun = client.post(url(cohort), {"kind": kind.value})
    return CohortLetter.objects.get(pk=begun.headers["Location"].rstrip("/").rpartition("/")[2])


def step(client: Client, letter: CohortLetter, **fields: object) -> HttpResponse:
    answer: object = client.post(url(letter.cohort, f"{letter.pk}/skicka/"), fields)
    assert isinstance(answer, HttpResponse)
    return answer


def page(response: object) -> BeautifulSoup:
    assert isinstance(response, HttpResponse)
    return BeautifulSoup(response.content, "html.parser")


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def test_from_template_to_one_mail_each(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    words = {"subject": "Välkommen {{ namn }}", "body": "Hej {{ namn }}! Vi ses {{ datum }}.", "next": "x"}
    worded = staff_client.post(url(cohort, f"{letter.pk}/"), words)
    assert worded.headers["Location"] == url(cohort, f"{letter.pk}/skicka/")

    chosen = page(staff_client.get(worded.headers["Location"]))
    states = [box["value"] for box in chosen.select("input[name=state]")]
    assert states == ["accepted", "participant", "declined"]
    assert [box["value"] for box in chosen.select("input[name=state][checked]")] == ["accepted", "participant"]

    asa = Place.objects.get(name="Åsa Öberg")
    shown = page(step(staff_client, letter, do="show", state=["accepted", "participant"], sample=asa.pk))
    assert "Hej Åsa Öberg! Vi ses 21–22 december 2026." in shown.select_one(".review__mail").get_text()  # type: ignore[union-attr]
    review = page(step(staff_client, letter, do="review", state=["accepted", "participant"]))
    named = [row.get_text(" ", strip=True).split(",")[0] for row in review.select(".review__row")]
    assert named == ["Bo Ek", "Åsa Öberg"]
    assert not OutgoingMail.objects.filter(letter="programs/letter").exists()

    hidden = [box["value"] for box in review.select("input[name=place]")]
    sent = step(staff_client, letter, do="send", place=hidden)
    assert told(sent)[-1] == "Brevet är på väg till 2 personer."
    mails = OutgoingMail.objects.filter(letter="programs/letter").order_by("to_email")
    assert [(mail.to_email, mail.subject) for mail in mails] == [
        ("asa@kommun.example", "Välkommen Åsa Öberg"),
        ("bo@kommun.example", "Välkommen Bo Ek"),
    ]
    assert AuditEvent.objects.filter(event="programs.letter_sent").count() == 1


def test_progress_tells_the_state_for_each_recipient(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    step(staff_client, letter, do="send", state=["accepted", "participant"])
    to_bo = OutgoingMail.objects.filter(to_email="bo@kommun.example")
    to_bo.update(state=MailState.SENT, sent_at=timezone.now(), not_before=None)
    OutgoingMail.objects.filter(to_email="asa@kommun.example").update(state=MailState.FAILED, not_before=None)

    shown = page(staff_client.get(url(cohort, f"{letter.pk}/forlopp/")))

    bar = shown.select_one("progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == ("1", "2")
    rows = [row.get_text(" ", strip=True) for row in shown.select(".review__row")]
    assert [row.split(": ")[1] for row in rows] == ["skickat", "kunde inte skickas"]
    assert staff_client.get(url(cohort, f"{letter.pk}/")).headers["Location"].endswith("/forlopp/")


def test_a_test_goes_to_staff_alone_and_is_no_mail_to_the_person(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    asa = Place.objects.get(name="Åsa Öberg")

    tried = step(staff_client, letter, do="test", state=["participant"], sample=asa.pk)

    assert told(tried) == ["Ett prov är på väg till astrid@skr.example."]
    mail = OutgoingMail.objects.get(letter="programs/letter")
    assert (mail.to_email, mail.subject[:7]) == ("astrid@skr.example", "[Prov] ")
    workspace = page(staff_client.get(f"/admin/programs/cohort/{cohort.pk}/arbetsyta/"))
    assert workspace.select(f"#plats-{asa.pk} .person__mail") == []


def test_a_field_that_does_not_exist_is_told_at_the_text(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    answer = staff_client.post(url(cohort, f"{letter.pk}/"), {"subject": "A", "body": "Hej {{ nmn }}"})
    assert answer.status_code == 422
    assert "Fältet ”nmn” finns inte." in answer.content.decode()
    letter.refresh_from_db()
    assert letter.subject != "A"


def test_holes_are_named_before_anything_goes(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort, LetterKind.OTHER)
    words = {"subject": "Reserv", "body": "Du är nummer {{ reservnummer }}."}
    staff_client.post(url(cohort, f"{letter.pk}/"), words)

    shown = page(step(staff_client, letter, do="review", state=["participant"]))

    assert [row.get_text(strip=True) for row in shown.select(".errornote li")] == ["Åsa Öberg: reservnummer"]
    sent = step(staff_client, letter, do="send", state=["participant"])
    assert told(sent)[-1].startswith("Något har ändrats")
    assert not OutgoingMail.objects.filter(letter="programs/letter").exists()


def test_nobody_chosen_sends_nothing(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    assert told(step(staff_client, letter, do="review")) == ["Välj minst en mottagare."]
    assert step(staff_client, letter, do="send").status_code == 200
    stranger = make_place(Cohort.objects.create(programme=cohort.programme, year=2031), "X", PlaceState.PARTICIPANT)
    step(staff_client, letter, do="send", place=[stranger.pk, "nobody"])
    assert not OutgoingMail.objects.filter(letter="programs/letter").exists()


def test_a_draft_is_thrown_away_and_what_went_out_is_not(staff_client: Client, cohort: Cohort) -> None:
    draft, sent = begin(staff_client, cohort), begin(staff_client, cohort)
    step(staff_client, sent, do="send", state=["participant"])
    for letter in (draft, sent):
        staff_client.post(url(cohort, f"{letter.pk}/kasta/"))
    assert list(CohortLetter.objects.all()) == [sent]


def test_the_formatted_letter_is_shown_under_its_own_policy(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    asa = Place.objects.get(name="Åsa Öberg")
    shown = staff_client.get(url(cohort, f"{letter.pk}/visa/{asa.pk}/"))
    assert "Hej Åsa Öberg" in shown.content.decode()
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    gone = Place.objects.get(name="Drog Sig Ur")
    assert staff_client.get(url(cohort, f"{letter.pk}/visa/{gone.pk}/")).status_code == 404


def test_a_letter_of_another_cohort_is_not_found(staff_client: Client, cohort: Cohort) -> None:
    letter = begin(staff_client, cohort)
    other = Cohort.objects.create(programme=cohort.programme, year=2031)
    assert staff_client.get(url(other, f"{letter.pk}/")).status_code == 404


def test_templates_are_worded_in_admin_with_the_same_checks(staff_client: Client, cohort: Cohort) -> None:
    template = LetterTemplate.objects.get(kind=LetterKind.THANKS)
    path = f"/admin/programs/lettertemplate/{template.pk}/change/"
    assert staff_client.post(path, {"subject": "Tack {{ nmn }}", "body": "B"}).status_code == 200
    assert staff_client.post(path, {"subject": "Tack {{ namn }}", "body": "B"}).status_code == 302
    template.refresh_from_db()
    assert (template.kind, template.subject) == (LetterKind.THANKS, "Tack {{ namn }}")
    assert AuditEvent.objects.about(template).get().event == "programs.letter_template_changed"


def test_choosing_among_many_costs_no_more_queries(
    staff_client: Client, cohort: Cohort, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    letter = begin(staff_client, cohort, LetterKind.OTHER)
    staff_client.post(url(cohort, f"{letter.pk}/"), {"subject": "A", "body": "Hej {{ namn }} {{ organisation }}"})
    counted = []
    for number in (3, 30):
        for place in range(number):
            make_place(cohort, f"Person {place}", PlaceState.PARTICIPANT)
        with django_assert_max_num_queries(100) as captured:
            staff_client.get(url(cohort, f"{letter.pk}/skicka/"))
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 25


def test_the_letter_is_shown_as_it_is_written_and_never_as_markup(staff_client: Client, cohort: Cohort) -> None:
    Place.objects.update(name="Eva <img src=x>")
    letter = begin(staff_client, cohort)
    CohortLetter.objects.update(body="Hej <b>fet</b> {{ namn }}")

    shown = page(staff_client.get(url(cohort, f"{letter.pk}/skicka/"))).select_one("pre.review__mail")

    assert shown is not None
    assert shown.select("b, img") == []
    assert "Hej <b>fet</b> Eva <img src=x>" in shown.text
