"""Who is in the room: readers for a time, handing over, ending."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.actions import agreeing, comments, members
from agreements.models import Agreement, Comment, CommentThread, Member, SectionMark
from portal.core.models import OutgoingMail
from portal.core.normalisation import clean_address
from portal.core.personal_data import purge_expired
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both, hash_of

pytestmark = pytest.mark.django_db


def invite(pair: Pair, until: date | None = None) -> Member:
    day = until or timezone.localdate() + timedelta(days=7)
    return members.invite_reader(
        pair.agreement, clean_address("lena@stod.example"), "Lena Berg", "Processledare", day, by=pair.chair
    )


def test_a_reader_reads_and_comments_and_does_nothing_else() -> None:
    pair = make_pair()
    reader = logged_in(invite(pair))
    args = [pair.agreement.pk]

    assert reader.get(reverse("agreement", args=args)).status_code == 200
    assert b'value="mark"' not in reader.get(reverse("agreement", args=args)).content
    assert reader.post(reverse("agreement_comment", args=[*args, "fokus"]), {"text": "Bra!"}).status_code == 303
    assert reader.get(reverse("agreement_approve", args=args)).status_code == 404
    assert reader.post(reverse("agreement_mark", args=[*args, "fokus"]), {"do": "mark"}).status_code == 404
    assert reader.post(reverse("agreement_end", args=args)).status_code == 404
    assert Comment.objects.get().text == "Bra!"


def test_a_reader_whose_time_is_over_or_who_was_removed_sees_nothing() -> None:
    pair = make_pair()
    reader = invite(pair, timezone.localdate())
    room = reverse("agreement", args=[pair.agreement.pk])
    assert logged_in(reader).get(room).status_code == 200

    members.remove_reader(reader, by=pair.chief)
    assert logged_in(reader).get(room).status_code == 404

    again = invite(pair)
    Member.objects.filter(pk=again.pk).update(access_until=timezone.localdate() - timedelta(days=1))
    assert logged_in(again).get(room).status_code == 404


def test_the_page_invites_with_a_mail_and_refuses_a_day_too_far() -> None:
    pair = make_pair()
    chair, page = logged_in(pair.chair), reverse("agreement_members", args=[pair.agreement.pk])
    fields = {"name": "Lena Berg", "title": "", "email": "lena@stod.example"}

    far = chair.post(page, {**fields, "until": "2099-01-01"})
    near = chair.post(page, {**fields, "until": (timezone.localdate() + timedelta(days=3)).isoformat()})

    assert (far.status_code, near.status_code) == (422, 303)
    assert OutgoingMail.objects.get(letter="agreements/reader_invited").to_email == "lena@stod.example"
    assert "Lena Berg" in chair.get(page).content.decode()


def test_one_of_the_two_cannot_be_invited_as_a_reader() -> None:
    pair = make_pair()
    page = reverse("agreement_members", args=[pair.agreement.pk])
    fields = {"name": "Björn", "email": pair.chief.user.email, "until": timezone.localdate().isoformat()}

    response = logged_in(pair.chair).post(page, fields)

    assert response.status_code == 422
    assert "Den adressen hör till någon av er två." in response.content.decode()


def test_a_successor_gets_a_place_of_their_own_and_approves_anew() -> None:
    pair = make_pair()
    agreeing.mark_section(pair.agreement, "fokus", hash_of(pair, "fokus"), by=pair.chair)
    page = reverse("agreement_hand_over", args=[pair.agreement.pk, pair.chair.pk])

    response = logged_in(pair.chair).post(page, {"name": "Nils Ny", "title": "", "email": "nils@kommun.example"})

    newcomer = Member.objects.get(name="Nils Ny")
    assert response.status_code == 303
    assert (newcomer.role, newcomer.joined_at) == ("chair", None)
    assert SectionMark.objects.count() == 0
    room = reverse("agreement", args=[pair.agreement.pk])
    assert logged_in(pair.chair).get(room).status_code == 404
    assert logged_in(newcomer).get(room).status_code == 200
    sent = set(OutgoingMail.objects.values_list("letter", "to_email"))
    assert ("agreements/member_handed_over", "nils@kommun.example") in sent
    assert ("agreements/partner_changed", pair.chief.user.email) in sent


def test_an_ended_agreement_is_read_until_its_day_and_then_gone_with_everything() -> None:
    pair = make_pair()
    approve_both(pair)
    comments.add_comment(pair.agreement, "fokus", "Tack!", by=pair.chair)
    args = [pair.agreement.pk]

    logged_in(pair.chair).post(reverse("agreement_end", args=args))

    pair.agreement.refresh_from_db()
    assert (pair.agreement.state, pair.agreement.delete_after) == ("ended", timezone.localdate() + timedelta(days=90))
    assert logged_in(pair.chief).get(reverse("agreement", args=args)).status_code == 200
    with pytest.raises(agreeing.NotAllowed):
        agreeing.start_revision(pair.agreement, by=pair.chair)
    with pytest.raises(agreeing.NotAllowed):
        comments.add_comment(pair.agreement, "fokus", "Till?", by=pair.chair)

    purge_expired(timezone.localdate() + timedelta(days=91))
    assert (Agreement.objects.count(), Member.objects.count(), CommentThread.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "name",
    [
        "agreement_revise",
        "agreement_hand_over",
        "agreement_review",
        "agreement_review_plan",
        "agreement_pulse",
        "agreement_end",
    ],
)
@pytest.mark.parametrize("is_approved", [True, False])
def test_the_pages_of_an_ended_agreement_say_so_and_lead_back(name: str, is_approved: bool) -> None:
    pair = make_pair()
    if is_approved:
        approve_both(pair)
    Agreement.objects.update(review_on=date(2027, 3, 1))
    members.end_agreement(pair.agreement, by=pair.chief)
    Agreement.objects.update(ended_at="2026-11-20T10:00:00Z")
    chair, room = logged_in(pair.chair), reverse("agreement", args=[pair.agreement.pk])
    page = reverse(name, args=[pair.agreement.pk, *([pair.chair.pk] if name == "agreement_hand_over" else [])])

    shown = chair.get(page)
    posted = chair.post(page, follow=True)

    _before, _main, main = shown.content.decode().partition("<main")
    main = main.partition("</main>")[0]
    assert (shown.status_code, "Den avslutades den 20 november 2026." in main) == (200, True)
    assert f'href="{room}">Till överenskommelsen</a>' in main
    assert '<form method="post"' not in main
    for untrue in ("Ni omprövar den", "Bestäm datum", "Det finns inget att ompröva", "Ja, "):
        assert untrue not in main
    assert posted.redirect_chain == [(room, 303)]
    assert "Överenskommelsen avslutades den 20 november 2026." in posted.content.decode()


def test_the_list_of_people_says_that_an_ended_agreement_is_ended_when_somebody_would_come_in() -> None:
    pair = make_pair()
    reader = invite(pair)
    members.end_agreement(pair.agreement, by=pair.chief)
    Agreement.objects.update(ended_at="2026-11-20T10:00:00Z")
    chair, page = logged_in(pair.chair), reverse("agreement_members", args=[pair.agreement.pk])
    fields = {"name": "Lo Ny", "title": "", "email": "lo@stod.example", "until": timezone.localdate().isoformat()}
    remove = reverse("agreement_remove_reader", args=[pair.agreement.pk, reader.pk])

    answers = [chair.post(page, fields, follow=True), chair.post(remove, follow=True)]

    said = ["Överenskommelsen avslutades den 20 november 2026." in one.content.decode() for one in answers]
    assert said == [True, True]
    assert not Member.objects.filter(name="Lo Ny").exists()


def test_a_place_is_named_without_the_genitive_of_a_name_and_as_ones_own() -> None:
    pair = make_pair()
    Member.objects.filter(pk=pair.chief.pk).update(name="Klas")

    page = logged_in(pair.chair).get(reverse("agreement_members", args=[pair.agreement.pk])).content.decode()

    assert "Lämna över din plats" in page
    assert "Lämna över platsen som Klas har" in page


def test_an_agreement_that_is_being_written_is_not_said_to_be_ended() -> None:
    pair = make_pair()
    chief = logged_in(pair.chief)

    chief.post(reverse("agreement_revise", args=[pair.agreement.pk]))

    assert (
        "Överenskommelsen skrivs redan." in chief.get(reverse("agreement", args=[pair.agreement.pk])).content.decode()
    )


def test_comments_are_answered_and_settled_and_shown_again_when_refused() -> None:
    pair = make_pair()
    chair, chief = logged_in(pair.chair), logged_in(pair.chief)
    key = [pair.agreement.pk, "fokus"]
    chair.post(reverse("agreement_comment", args=key), {"text": "Varför <här>?", "quote": "Skolan", "anchor": "abc"})
    thread = CommentThread.objects.get()
    empty = chief.post(reverse("agreement_answer", args=[pair.agreement.pk, thread.pk]), {"text": " "})
    chief.post(reverse("agreement_answer", args=[pair.agreement.pk, thread.pk]), {"text": "Därför."})
    chief.post(reverse("agreement_resolve", args=[pair.agreement.pk, thread.pk]))

    thread.refresh_from_db()
    page = chair.get(reverse("agreement", args=[pair.agreement.pk])).content.decode()
    assert (empty.status_code, "Skriv en kommentar." in empty.content.decode()) == (422, True)
    assert [comment.text for comment in thread.comments.all()] == ["Varför <här>?", "Därför."]
    assert thread.resolved_by == pair.chief
    assert "Varför &lt;här&gt;?" in page
    assert "Klar enligt Björn Ek." in page


def test_the_room_says_what_changed_and_who_has_read() -> None:
    pair = make_pair()
    chair, room = logged_in(pair.chair), reverse("agreement", args=[pair.agreement.pk])
    chair.get(room)
    pair.chair.reads.update(at=timezone.now() - timedelta(days=1))
    pair.write(pair.chief, "fokus", "Nytt")

    page = chair.get(room).content.decode()

    assert page.count("Ändrad sedan du var här") == 1
    assert "Läst av Åsa Lind." in logged_in(pair.chief).get(room).content.decode()
