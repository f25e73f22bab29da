"""The two agree on a section, on the whole, and what they approved never changes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from agreements.actions import agreeing
from agreements.collaboration.content import content_hash, section_hash
from agreements.collaboration.writing import Frozen
from agreements.models import Approval, ImmutableError, Member, SectionMark, Version
from agreements.queries.documents import current_content
from portal.core.models import AuditEvent, OutgoingMail
from tests.agreements.builders import Pair, logged_in, make_pair

pytestmark = pytest.mark.django_db


def hash_of(pair: Pair, key: str) -> str:
    content, _seq = current_content(pair.document)
    return section_hash(content.section(key))


def whole(pair: Pair) -> str:
    return content_hash(current_content(pair.document)[0])


def mark_all(pair: Pair) -> None:
    content, _seq = current_content(pair.document)
    for member in (pair.chair, pair.chief):
        for section in content.sections:
            agreeing.mark_section(pair.agreement, section.key, section_hash(section), by=member)


def approve_both(pair: Pair) -> Version:
    mark_all(pair)
    assert agreeing.approve(pair.agreement, whole(pair), by=pair.chair) is None
    version = agreeing.approve(pair.agreement, whole(pair), by=pair.chief)
    assert version is not None
    pair.agreement.refresh_from_db()
    return version


def events() -> list[str]:
    return [
        name.removeprefix("agreements.") for name in AuditEvent.objects.order_by("pk").values_list("event", flat=True)
    ]


def test_the_version_names_the_role_of_whoever_has_no_title() -> None:
    pair = make_pair()
    approve_both(pair)

    page = logged_in(pair.chair).get(reverse("agreement_version", args=[pair.agreement.pk, 1])).content.decode()

    assert "Åsa Lind, Ordförande, godkände" in page
    assert "Björn Ek, Kommundirektör, godkände" in page


def test_a_mark_stands_for_the_text_that_was_shown_and_falls_with_it() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    agreeing.mark_section(pair.agreement, "fokus", hash_of(pair, "fokus"), by=pair.chair)
    agreeing.mark_section(pair.agreement, "moten", hash_of(pair, "moten"), by=pair.chair)

    pair.write(pair.chief, "fokus", "Skolan och äldreomsorgen")
    agreeing.mark_section(pair.agreement, "moten", hash_of(pair, "moten"), by=pair.chief)

    assert list(SectionMark.objects.order_by("pk").values_list("section_key", flat=True)) == ["moten", "moten"]
    assert "marks_voided" in events()


def test_nobody_marks_a_text_that_has_changed_since() -> None:
    pair = make_pair()
    shown = hash_of(pair, "fokus")
    pair.write(pair.chief, "fokus", "Något nytt")

    with pytest.raises(agreeing.ContentChanged):
        agreeing.mark_section(pair.agreement, "fokus", shown, by=pair.chair)
    assert SectionMark.objects.count() == 0


def test_the_whole_waits_for_every_section() -> None:
    pair = make_pair()
    mark_all(pair)
    agreeing.unmark_section(pair.agreement, "fokus", by=pair.chief)

    with pytest.raises(agreeing.NotAgreedYet):
        agreeing.approve(pair.agreement, whole(pair), by=pair.chair)


def test_an_edit_between_the_approvals_clears_the_first() -> None:
    pair = make_pair()
    mark_all(pair)
    agreeing.approve(pair.agreement, whole(pair), by=pair.chair)
    shown_to_chief = whole(pair)
    pair.write(pair.chair, "fokus", "Ändrat efteråt")

    with pytest.raises(agreeing.ContentChanged):
        agreeing.approve(pair.agreement, shown_to_chief, by=pair.chief)
    mark_all(pair)

    assert Approval.objects.count() == 0
    assert Version.objects.count() == 0
    assert "approval_voided" in events()


def test_the_second_approval_freezes_for_ever() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    version = approve_both(pair)

    assert (version.number, version.content_hash) == (1, whole(pair))
    assert pair.agreement.state == "approved"
    assert {approval.member for approval in version.approvals.all()} == {pair.chair, pair.chief}
    assert isinstance(pair.write(pair.chair, "fokus", "Smyg"), Frozen)
    assert "Skolan" in str(version.content)
    letters = list(OutgoingMail.objects.order_by("pk").values_list("letter", "to_email"))[2:]
    assert letters == [
        ("agreements/approval_awaited", pair.chief.user.email),
        ("agreements/agreement_approved", pair.chair.user.email),
        ("agreements/agreement_approved", pair.chief.user.email),
    ]


def test_no_way_leads_to_a_changed_version() -> None:
    version = approve_both(make_pair())
    version.content_hash = "x"

    with pytest.raises(ImmutableError):
        version.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.update(content_hash="x")


def test_approving_twice_is_as_once_and_one_person_is_not_two() -> None:
    pair = make_pair()
    mark_all(pair)

    assert [agreeing.approve(pair.agreement, whole(pair), by=pair.chair) for _ in range(2)] == [None, None]
    assert OutgoingMail.objects.filter(letter="agreements/approval_awaited").count() == 1


def test_a_revision_begins_with_the_same_words_in_a_new_epoch() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    version = approve_both(pair)
    epoch = pair.document.epoch

    agreeing.start_revision(pair.agreement, by=pair.chief)

    assert whole(pair) == version.content_hash
    assert pair.document.epoch != epoch
    assert pair.document.frozen_version is None
    pair.write(pair.chief, "fokus", "Skolan och vägarna")
    second = approve_both(pair)
    assert second.number == 2
    assert Version.objects.get(number=1).content_hash == version.content_hash != second.content_hash


def test_readers_and_people_who_left_mark_and_approve_nothing() -> None:
    pair = make_pair()
    stranger = make_pair("andra-").chair
    Member.objects.filter(pk=pair.chief.pk).update(left_at="2026-01-01T00:00:00Z")

    for member in (stranger, pair.chief):
        with pytest.raises(agreeing.NotAllowed):
            agreeing.mark_section(pair.agreement, "fokus", hash_of(pair, "fokus"), by=member)


def test_the_pages_lead_from_marks_to_the_version() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan <b>först</b>")
    mark_all(pair)
    args = [pair.agreement.pk]
    chair, chief = logged_in(pair.chair), logged_in(pair.chief)

    page = chair.get(reverse("agreement_approve", args=args))
    assert "Skolan &lt;b&gt;först&lt;/b&gt;" in page.content.decode()
    chair.post(reverse("agreement_approve", args=args), {"hash": whole(pair)})
    response = chief.post(reverse("agreement_approve", args=args), {"hash": whole(pair)})

    assert response.headers["Location"] == reverse("agreement_version", args=[*args, 1])
    version_page = chief.get(response.headers["Location"]).content.decode()
    assert whole(pair) in version_page
    assert "Åsa Lind" in version_page


def test_marking_an_old_page_says_so_and_shows_the_room() -> None:
    pair = make_pair()
    shown = hash_of(pair, "fokus")
    pair.write(pair.chief, "fokus", "Nytt")

    address = reverse("agreement_mark", args=[pair.agreement.pk, "fokus"])
    response = logged_in(pair.chair).post(address, {"hash": shown, "do": "mark"}, follow=True)

    assert "Texten har ändrats sedan sidan visades" in response.content.decode()
