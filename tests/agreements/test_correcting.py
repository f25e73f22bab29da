"""Whoever began an agreement goes back in the browser, mends the form and sends it again."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.actions.starting import OvertakenTooOften
from agreements.collaboration.writing import append
from agreements.models import Agreement, Document, Member, TemplateVersion
from agreements.queries.documents import current_content, read_log
from agreements.queries.templates import section_keys
from portal.accounts.models import User
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.outgoing import claim
from tests.accounts.people import log_in_by_mail
from tests.agreements.builders import load_rows, logged_in
from tests.agreements.test_starting import FIELDS, open_form
from tests.at_once import all_at_once

pytestmark = pytest.mark.django_db

CHAIR, WRONG, RIGHT = "asa@kommun.example", "bjorn@kommun.example", "bjorn.ek@kommun.example"
OTHER_TEMPLATE = "instruktion-for-direktoren"


@pytest.fixture
def sent(client: Client) -> dict[str, Any]:
    """The fields of a form that began an agreement, as Back in the browser brings them again."""
    load_rows()
    fields = {**open_form(client), **FIELDS, "chair_email": CHAIR}
    post(client, fields)
    return fields


def post(client: Client, fields: dict[str, Any], **changes: Any) -> Any:
    return client.post(reverse("agreement_start"), {**fields, **changes})


def room() -> str:
    return reverse("agreement", args=[Agreement.objects.get().pk])


def told(client: Client, answer: Any) -> str:
    """What the receipt says."""
    page = BeautifulSoup(client.get(answer.headers["Location"]).content, "html.parser")
    return " ".join(page.select_one("main").get_text(" ").split())  # type: ignore[union-attr]


def letters() -> list[tuple[str, str]]:
    rows = OutgoingMail.objects.filter(letter__startswith="agreements/").order_by("pk")
    return [(mail.letter.removeprefix("agreements/"), mail.to_email) for mail in rows]


def all_mails_arrived() -> None:
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now(), not_before=None)


def addresses() -> list[str]:
    return list(Member.objects.order_by("role").values_list("user__email", flat=True))


def test_a_mended_address_counts_and_the_receipt_says_so(client: Client, sent: dict[str, Any]) -> None:
    all_mails_arrived()

    answer = post(client, sent, chief_email=RIGHT)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("?andrad=1")
    assert addresses() == [CHAIR, RIGHT]
    page = told(client, answer)
    assert "Ändringen är sparad" in page
    assert "Mejlet till ordföranden är mottaget" in page
    assert "Mejlet till direktören är på väg" in page
    assert letters() == [
        ("agreement_started", CHAIR),
        ("agreement_started", WRONG),
        ("agreement_started", RIGHT),
    ]
    assert AuditEvent.objects.filter(event="agreements.start_corrected").count() == 1


def was_in_long_ago() -> None:
    """Everybody's account was used before the agreement began: it is theirs."""
    User.objects.update(last_login=timezone.now() - dt.timedelta(days=400))


def test_the_new_one_comes_in_and_the_removed_one_no_longer(client: Client, sent: dict[str, Any]) -> None:
    was_in_long_ago()
    post(client, sent, chief_email=RIGHT)
    removed, newcomer = Client(), Client()

    log_in_by_mail(removed, User.objects.get(email=WRONG), room())
    log_in_by_mail(newcomer, User.objects.get(email=RIGHT), room())

    assert removed.get(room()).status_code == 404
    assert room() not in removed.get(reverse("agreement_list")).content.decode()
    assert room() not in removed.get(reverse("my_pages")).content.decode()
    assert newcomer.get(room()).status_code == 200


def test_what_has_not_gone_out_to_the_removed_one_never_does(client: Client, sent: dict[str, Any]) -> None:
    post(client, sent, chief_email=RIGHT)

    assert letters() == [("agreement_started", CHAIR), ("agreement_started", RIGHT)]


def test_what_may_have_gone_out_to_the_removed_one_is_not_tried_again(client: Client, sent: dict[str, Any]) -> None:
    OutgoingMail.objects.filter(to_email=WRONG).update(state="uncertain", attempts=1)

    post(client, sent, chief_email=RIGHT)

    mail = OutgoingMail.objects.get(to_email=WRONG)
    assert (mail.state, claim(mail.pk, timezone.now())) == ("uncertain", None)


def test_the_other_is_told_when_their_letter_no_longer_holds(client: Client, sent: dict[str, Any]) -> None:
    all_mails_arrived()

    post(client, sent, chief_email=RIGHT, chief_name="Björn Ekman")

    assert letters()[2:] == [
        ("agreement_start_corrected", CHAIR),
        ("agreement_started", RIGHT),
    ]
    corrected = OutgoingMail.objects.get(letter="agreements/agreement_start_corrected")
    assert "Björn Ekman" in corrected.text_body
    assert "har rättats" in corrected.text_body


def test_a_letter_that_waits_is_replaced_and_not_followed_by_another(client: Client, sent: dict[str, Any]) -> None:
    post(client, sent, chief_name="Björn Ekman")

    assert letters() == [("agreement_started", CHAIR), ("agreement_started", WRONG)]
    assert all("Björn Ekman" in mail.text_body for mail in OutgoingMail.objects.all())
    assert User.objects.get(email=WRONG).name == "Björn Ekman"


def test_all_that_the_form_says_is_replaced(client: Client, sent: dict[str, Any]) -> None:
    epoch = Document.objects.get().epoch

    post(
        client,
        sent,
        organisation="0980",
        template=OTHER_TEMPLATE,
        chair_title="Kommunstyrelsens ordförande",
        term_ends_on="2034-12-31",
    )

    agreement, document = Agreement.objects.get(), Document.objects.get()
    assert (agreement.organisation.code, str(agreement.term_ends_on)) == ("0980", "2034-12-31")
    assert agreement.template_version.template.slug == OTHER_TEMPLATE
    assert Member.objects.get(role="chair").title == "Kommunstyrelsens ordförande"
    content, seq = current_content(document)
    assert [section.key for section in content.sections] == section_keys(agreement.template_version)
    assert seq == 1
    assert document.epoch != epoch


def test_the_two_may_change_places_and_get_no_second_mail(client: Client, sent: dict[str, Any]) -> None:
    all_mails_arrived()

    answer = post(
        client,
        sent,
        chair_name=FIELDS["chief_name"],
        chair_email=WRONG,
        chief_name=FIELDS["chair_name"],
        chief_email=CHAIR,
    )

    assert addresses() == [WRONG, CHAIR]
    assert len(letters()) == 2
    assert "Mejlet till direktören är mottaget" in told(client, answer)
    assert logged_in(Member.objects.get(role="chief")).get(room()).status_code == 200


def test_the_same_content_again_changes_nothing(client: Client, sent: dict[str, Any]) -> None:
    post(client, sent, chief_email=RIGHT)

    again = post(client, sent, chief_email=RIGHT)

    assert again.headers["Location"].endswith("?igen=1")
    assert "redan påbörjad" in told(client, again)
    assert len(letters()) == 2
    assert AuditEvent.objects.filter(event="agreements.start_corrected").count() == 1


def test_a_mended_form_may_be_mended_again_and_back(client: Client, sent: dict[str, Any]) -> None:
    post(client, sent, chief_email=RIGHT)

    answer = post(client, sent)

    assert answer.headers["Location"].endswith("?andrad=1")
    assert addresses() == [CHAIR, WRONG]
    assert letters() == [("agreement_started", CHAIR), ("agreement_started", WRONG)]


def comes_in(member: Member) -> None:
    logged_in(member).get(room())


def logs_in(member: Member) -> None:
    log_in_by_mail(Client(), member.user)


def was_logged_in_and_invites_a_reader(member: Member) -> None:
    client = logged_in(member)
    User.objects.filter(pk=member.user_id).update(last_login=None)
    today = timezone.localdate().isoformat()
    fields = {"name": "Lars", "title": "", "email": "lars@kommun.example", "until": today}
    client.post(reverse("agreement_members", args=[member.agreement_id]), fields)
    assert Member.objects.filter(role="reader").exists()


def has_written(member: Member) -> None:
    document = Document.objects.get()
    append(document.pk, member.pk, list(read_log(document.pk).updates))


@pytest.mark.parametrize("role", ["chair", "chief"])
@pytest.mark.parametrize("begins", [comes_in, logs_in, was_logged_in_and_invites_a_reader, has_written])
def test_when_one_has_begun_nothing_is_changed_and_the_receipt_says_so(
    client: Client, sent: dict[str, Any], begins: Any, role: str
) -> None:
    begins(Member.objects.get(role=role))
    seats, mails = addresses(), letters()

    answer = post(client, sent, chief_email=RIGHT, organisation="0980", template=OTHER_TEMPLATE)

    assert answer.headers["Location"].endswith("?inte-sparad=1")
    agreement = Agreement.objects.get()
    assert (addresses(), letters(), agreement.organisation.code) == (seats, mails, "0180")
    assert not User.objects.filter(email=RIGHT).exists()
    page = told(client, answer)
    assert "Det du skickade nu är inte sparat" in page
    assert "lämna över en plats" in page
    assert "kommun.example" not in page


def test_a_log_in_before_the_agreement_is_no_beginning(client: Client) -> None:
    load_rows()
    known = User.objects.create_user(FIELDS["chair_email"], name="Åsa Lind", last_login=timezone.now())
    fields = {**open_form(client), **FIELDS}
    post(client, fields)

    post(client, fields, chief_email=RIGHT)

    assert addresses() == [known.email, RIGHT]


def test_another_form_changes_nothing_in_the_first_room(client: Client, sent: dict[str, Any]) -> None:
    post(client, {**open_form(client), **FIELDS}, chief_email=RIGHT)

    first, second = Agreement.objects.order_by("created_at")
    assert [agreement.members.get(role="chief").user.email for agreement in (first, second)] == [WRONG, RIGHT]


def test_a_template_that_is_withdrawn_in_the_meantime_is_an_error_of_the_form(
    client: Client, sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agreements.actions.opening.newest_version", lambda _slug: None)

    mended = post(client, sent, template=OTHER_TEMPLATE, chief_email=RIGHT)
    first = post(client, {**open_form(client), **FIELDS})

    for answer in (mended, first):
        assert answer.status_code == 422
        assert "går inte att välja längre" in answer.content.decode()
    assert addresses() == [CHAIR, WRONG]
    assert RIGHT in mended.content.decode()


def test_others_who_are_first_again_and_again_are_an_error_of_the_form(
    client: Client, sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_args: Any, **_kwargs: Any) -> None:
        raise OvertakenTooOften

    monkeypatch.setattr("agreements.views.starting.start_agreement", overtaken)

    answer = post(client, sent)

    assert answer.status_code == 422
    assert "Allt du skrev finns kvar" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_change_sent_six_times_at_once_counts_once(client: Client, sent: dict[str, Any]) -> None:
    answers = all_at_once([partial(post, Client(), sent, chief_email=RIGHT)] * 6)

    words = sorted(answer.headers["Location"].partition("?")[2] for answer in answers)  # type: ignore[union-attr]
    assert words == ["andrad=1", *["igen=1"] * 5]
    assert addresses() == [CHAIR, RIGHT]
    assert sorted(letters()) == [("agreement_started", CHAIR), ("agreement_started", RIGHT)]


@pytest.mark.django_db(transaction=True)
def test_coming_in_and_a_change_at_once_end_as_one_after_the_other(client: Client, sent: dict[str, Any]) -> None:
    for _attempt in range(5):
        # Whoever has the seat goes in while another address is sent; they were logged in long before.
        chief = Member.objects.get(role="chief")
        inside = logged_in(chief)
        was_in_long_ago()
        address = f"ny{chief.pk}@kommun.example"

        entered, answer = all_at_once([partial(inside.get, room()), partial(post, Client(), sent, chief_email=address)])

        came_in = entered.status_code == 200  # type: ignore[union-attr]
        assert came_in or entered.status_code == 404  # type: ignore[union-attr]
        assert answer.headers["Location"].endswith("?inte-sparad=1" if came_in else "?andrad=1")  # type: ignore[union-attr]
        assert addresses()[1] == (chief.user.email if came_in else address)
        if came_in:
            break


def test_the_version_stays_when_the_same_template_is_chosen(client: Client, sent: dict[str, Any]) -> None:
    begun = Agreement.objects.get().template_version
    TemplateVersion.objects.create(template=begun.template, number=begun.number + 1, published_at=timezone.now())

    post(client, sent, chief_email=RIGHT)

    assert Agreement.objects.get().template_version == begun
