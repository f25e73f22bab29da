"""Letters to a cohort: plain text with fields, shown and tried out before they go, one mail for each recipient."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import audit, outgoing
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from programs.actions import letters
from programs.mail_places import place_token
from programs.models import Cohort, CohortLetter, LetterKind, LetterRecipient, LetterTemplate, Place
from programs.queries.letters import FIELDS, fields_in, mistakes, progress
from programs.states import PlaceState
from tests.at_once import all_at_once
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round

STAFF = audit.Actor(AuditEvent.ActorKind.STAFF)


@pytest.fixture
def cohort() -> Cohort:
    cohort = make_round(capacity=30, venue_name="Anläggningen")
    make_occasion(cohort, 1, dt.date(2030, 9, 5))
    return cohort


def write(cohort: Cohort, subject: str, body: str) -> CohortLetter:
    letter = letters.draft_letter(cohort, LetterKind.OTHER, by=STAFF)
    return letters.change_letter(letter, subject, body, by=STAFF)


def people(cohort: Cohort, number: int, state: PlaceState = PlaceState.PARTICIPANT) -> list[Place]:
    return [make_place(cohort, state) for _number in range(number)]


# --- Fields ----------------------------------------------------------------------------------------------------------
def test_an_unknown_field_is_named_and_the_known_ones_are_told() -> None:
    (mistake,) = mistakes("Hej {{ nman }}, välkommen till {{ KULL }} och {{  mina   sidor }}!")
    assert mistake.startswith("Fältet ”nman” finns inte. Fälten som finns är: namn, organisation, ")


@pytest.mark.parametrize("text", ["Hej {{ namn }!", "Hej }} du", "{{ {{ namn }} }}", "Hej {{ na{m}n }}"])
def test_braces_that_do_not_match_are_told(text: str) -> None:
    assert "Ett fält ska stå mellan två klamrar på varje sida, så här: {{ namn }}." in mistakes(text)


@pytest.mark.parametrize("text", ["Hej {{ namn }}", "{ namn } 100 % {% if %} $x <b>", "", "{{namn}}{{ kull }}"])
def test_everything_else_is_plain_text(text: str) -> None:
    assert mistakes(text) == []


@given(text=st.text(alphabet="{}% namn_.|()'", max_size=40))
def test_whatever_is_typed_either_has_a_mistake_told_or_only_known_fields(text: str) -> None:
    assert mistakes(text) or set(fields_in(text)) <= set(FIELDS)


@pytest.mark.django_db
def test_the_templates_of_the_package_can_be_filled_in(cohort: Cohort) -> None:
    assert set(letters.load_letters()) == set(LetterKind) - {LetterKind.OTHER}
    assert letters.load_letters() == []
    place = make_place(cohort, PlaceState.PARTICIPANT)
    for template in LetterTemplate.objects.all():
        letter = letters.draft_letter(cohort, LetterKind(template.kind), by=STAFF)
        shown = letters.preview(letter, place)
        assert (shown.subject.count("{"), shown.text.count("{{")) == (0, 0)
        assert f"Hej {place.name}!" in shown.text


@pytest.mark.django_db
def test_what_staff_has_worded_is_kept(cohort: Cohort) -> None:
    letters.load_letters()
    template = LetterTemplate.objects.get(kind=LetterKind.THANKS)
    with pytest.raises(letters.BadText):
        letters.change_template(template, "Tack {{ alla }}", "Tack!", by=STAFF)
    letters.change_template(template, "Tack {{ namn }}", "Tack!", by=STAFF)
    letters.load_letters()
    assert LetterTemplate.objects.get(kind=LetterKind.THANKS).subject == "Tack {{ namn }}"
    assert letters.draft_letter(cohort, LetterKind.THANKS, by=STAFF).subject == "Tack {{ namn }}"


# --- Shown and tried out ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_preview_shows_the_recipients_facts_and_lets_nothing_through(cohort: Cohort) -> None:
    place = make_place(cohort, PlaceState.PARTICIPANT)
    place.name = "{{ referens }} <script>alert(1)</script> & Åsa"
    place.save()
    letter = write(cohort, "Till {{ namn }}", "Hej {{ namn }}!\n\n<b>{{ datum }}</b>, {{ plats }}\n{{ länk }}")

    shown = letters.preview(letter, place)

    assert shown.subject == "Till {{ referens }} <script>alert(1)</script> & Åsa"
    assert "Hej {{ referens }} <script>alert(1)</script> & Åsa!" in shown.text
    assert "<b>5–6 september 2030</b>, Anläggningen" in shown.text
    assert "<script>" not in shown.html
    assert "&lt;b&gt;5–6 september 2030&lt;/b&gt;" in shown.html
    # Whoever looks on cannot act as the recipient.
    assert place_token(place) not in f"{shown.text}{shown.html}"
    assert not OutgoingMail.objects.filter(letter="programs/letter").exists()


@pytest.mark.django_db
def test_lines_with_dashes_are_a_list_for_whoever_listens(cohort: Cohort) -> None:
    make_occasion(cohort, 2, dt.date(2030, 11, 5))
    letter = write(cohort, "Datum", "Då ses vi:\n{{ alla tillfällen }}\nVälkommen\ntill oss!\n\n\n- Ta med < 3 frågor")

    shown = BeautifulSoup(letters.preview(letter, make_place(cohort, PlaceState.APPLIED)).html, "html.parser")

    lists = [[item.get_text() for item in found.select("li")] for found in shown.select("main ul")]
    days = ["5–6 september 2030: Tema 1, Anläggningen", "5–6 november 2030: Tema 2, Anläggningen"]
    assert lists == [days, ["Ta med < 3 frågor"]]
    assert [str(found) for found in shown.select("main > p")][1:3] == [
        "<p>Då ses vi:</p>",
        "<p>Välkommen<br/>till oss!</p>",
    ]


@pytest.mark.django_db
def test_a_test_goes_to_its_sender_and_carries_nobodys_link(cohort: Cohort) -> None:
    place = make_place(cohort, PlaceState.PARTICIPANT)
    staff = User.objects.create_user("astrid@skr.example", is_staff=True)
    letter = write(cohort, "Hej {{ namn }}", "{{ länk }}")

    letters.send_test(letter, staff, place, by=audit.staff(staff))
    letters.send_test(letter, staff, place, by=audit.staff(staff))

    mails = OutgoingMail.objects.filter(to_email="astrid@skr.example")
    assert [mail.subject for mail in mails] == [f"[Prov] Hej {place.name}"] * 2
    assert place_token(place) not in "".join(mail.text_body for mail in mails)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.recipients.count()) == (None, 0)


# --- Sent ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_recipient_gets_a_mail_of_their_own_once(cohort: Cohort) -> None:
    first, second, late = people(cohort, 3)
    letter = write(cohort, "Hej {{ namn }}", "{{ kull }}\n{{ länk }}")

    assert letters.send(letter, [first, second], by=STAFF) == 2
    assert letters.send(letter, [second, late], by=STAFF) == 1
    assert letters.send(letter, [first, second, late], by=STAFF) == 0

    mails = OutgoingMail.objects.filter(letter="programs/letter")
    assert sorted(mail.to_email for mail in mails) == sorted(place.email for place in (first, second, late))
    for place in (first, second, late):
        (mail,) = mails.about(place)
        assert place_token(place) in mail.text_body
        assert mail.delete_after == place.delete_after
    events = AuditEvent.objects.about(letter).filter(event="programs.letter_sent").order_by("pk")
    assert [event.data["recipients"] for event in events] == [2, 1]


@pytest.mark.django_db
def test_what_was_sent_never_changes(cohort: Cohort) -> None:
    letter = write(cohort, "Hej", "Hej!")
    letters.send(letter, people(cohort, 1), by=STAFF)
    with pytest.raises(letters.LetterIsSent):
        letters.change_letter(letter, "Hej då", "Hej då!", by=STAFF)
    with pytest.raises(letters.LetterIsSent):
        letters.discard_letter(letter, by=STAFF)


@pytest.mark.django_db
def test_a_draft_can_be_thrown_away(cohort: Cohort) -> None:
    letters.discard_letter(write(cohort, "Hej", "Hej!"), by=STAFF)
    assert not CohortLetter.objects.exists()


@pytest.mark.django_db
def test_a_letter_with_a_hole_for_somebody_goes_to_nobody(cohort: Cohort) -> None:
    offered, accepted = make_place(cohort, PlaceState.OFFERED), make_place(cohort, PlaceState.ACCEPTED)
    letter = write(cohort, "Svara", "Svara senast den {{ svara senast }}.")

    with pytest.raises(letters.HasGaps) as refused:
        letters.send(letter, [offered, accepted], by=STAFF)

    assert [(gap.place, gap.field) for gap in refused.value.gaps] == [(accepted, "svara senast")]
    assert not LetterRecipient.objects.exists()
    assert letters.send(letter, [offered], by=STAFF) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PlaceState.STARTED, PlaceState.WITHDRAWN])
def test_who_is_not_to_be_written_to_is_not(cohort: Cohort, state: PlaceState) -> None:
    letter = write(cohort, "Hej", "Hej!")
    with pytest.raises(letters.NotARecipient):
        letters.send(letter, [make_place(cohort, state)], by=STAFF)
    with pytest.raises(letters.NotARecipient):
        letters.send(letter, people(make_round(), 1, PlaceState.APPLIED), by=STAFF)
    assert not LetterRecipient.objects.exists()


@pytest.mark.django_db
def test_progress_tells_what_became_of_each_mail(
    cohort: Cohort, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = write(cohort, "Hej", "Hej!")
    recipients = people(cohort, 3)
    letters.send(letter, recipients, by=STAFF)
    failed = OutgoingMail.objects.about(recipients[0]).get(letter="programs/letter")
    OutgoingMail.objects.filter(pk=failed.pk).update(state=MailState.FAILED, not_before=None)

    with django_assert_num_queries(2):
        told = progress(letter)
        assert (told.total, told.waiting, told.in_trouble, told.sent, told.is_done) == (3, 2, 1, 0, False)

    outgoing.resend(failed, by=STAFF)
    assert (progress(letter).waiting, progress(letter).in_trouble) == (3, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_once() -> None:
    cohort = make_round(capacity=5)
    letter, recipients = write(cohort, "Hej", "Hej!"), people(cohort, 4, PlaceState.APPLIED)

    outcomes = all_at_once([partial(letters.send, letter, recipients, by=STAFF)] * 4)

    assert sorted(map(str, outcomes)) == ["0", "0", "0", "4"]
    assert OutgoingMail.objects.filter(letter="programs/letter").count() == 4
