"""Writing alone first: the other's draft is another document until both are ready."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from agreements.actions import agreeing, members, silence
from agreements.actions.agreeing import NotAllowed
from agreements.actions.restoring import restore_section
from agreements.collaboration.content import Paragraph, Run, Section, section_hash
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import append
from agreements.models import Document, Member, Update
from agreements.queries.documents import current_content, read_log
from agreements.queries.history import Point
from portal.core.normalisation import clean_address
from tests.agreements.builders import Pair, logged_in, make_pair

pytestmark = pytest.mark.django_db


def draft(member: Member, text: str) -> None:
    document = Document.objects.get(owner=member)
    section = Section("fokus", "", (Paragraph((Run(text),)),))
    append(document.pk, member.pk, [replace_section(read_log(document.pk).updates, section)])


def everything_served(pair: Pair, member: Member) -> str:
    client = logged_in(member)
    pages = ("agreement", "agreement_silent", "agreement_history", "agreement_members")
    return "".join(client.get(reverse(name, args=[pair.agreement.pk])).content.decode() for name in pages)


def test_nothing_of_the_others_draft_is_served_before_both_are_ready() -> None:
    pair = make_pair()
    page = reverse("agreement_silent", args=[pair.agreement.pk])
    chair, chief = logged_in(pair.chair), logged_in(pair.chief)
    assert chair.get(page).status_code == 200
    chair.post(page, {"sections": ["fokus", "moten"]})
    draft(pair.chair, "Ordförandens tanke")
    draft(pair.chief, "Direktörens tanke")

    chair.post(page, {"do": "ready"})

    assert "Direktörens tanke" not in everything_served(pair, pair.chair)
    assert "Ordförandens tanke" not in everything_served(pair, pair.chief)
    assert "Ordförandens tanke" in everything_served(pair, pair.chair)

    response = chief.post(page, {"do": "ready"})

    assert response.headers["Location"] == reverse("agreement", args=[pair.agreement.pk])
    text = str(current_content(pair.document)[0].section("fokus"))
    assert text.index("Åsa Lind:") < text.index("Ordförandens tanke") < text.index("Björn Ek:")
    assert "Direktörens tanke" in text
    assert not Document.objects.filter(owner__isnull=False).exists()
    authors = Update.objects.filter(document=pair.document, member__isnull=False).order_by("seq")
    assert list(authors.values_list("member", flat=True)) == [pair.chair.pk, pair.chief.pk]


def test_what_was_shared_before_stays_and_ready_alone_shows_nothing() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Redan skrivet")
    silence.open_silent_start(pair.agreement, by=pair.chair)
    silence.open_silent_start(pair.agreement, by=pair.chief)
    draft(pair.chief, "Nytt")

    assert [silence.finish_silent_draft(pair.agreement, by=pair.chief) for _ in range(2)] == [False, False]
    assert silence.finish_silent_draft(pair.agreement, by=pair.chair)

    text = str(current_content(pair.document)[0].section("fokus"))
    assert text.index("Redan skrivet") < text.index("Nytt")


def test_only_the_chosen_sections_are_written_alone() -> None:
    pair = make_pair()
    page = reverse("agreement_silent", args=[pair.agreement.pk])
    room = reverse("agreement", args=[pair.agreement.pk])
    chair = logged_in(pair.chair)

    refused = chair.post(page, {"sections": ["finns-inte"]})
    none = chair.post(page, {})
    chair.post(page, {"sections": ["samarbete"]})

    assert (refused.status_code, none.status_code) == (422, 422)
    pair.agreement.refresh_from_db()
    assert pair.agreement.silent_keys == ["samarbete"]
    own = BeautifulSoup(chair.get(page).content, "html.parser")
    assert [one["data-section"] for one in own.select("[data-section]")] == ["samarbete"]
    shared = BeautifulSoup(chair.get(room).content, "html.parser")
    assert len(shared.select("[data-section]")) == 8
    assert [one["data-part"] for one in shared.select("[data-part]") if one.select("[data-silent]")] == [
        "agreed-samarbete"
    ]


def test_nothing_is_agreed_on_or_restored_in_a_section_that_is_written_alone() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Redan skrivet")
    silence.open_silent_start(pair.agreement, ["fokus"], by=pair.chair)
    content, _seq = current_content(pair.document)

    with pytest.raises(NotAllowed):
        agreeing.mark_section(pair.agreement, "fokus", section_hash(content.section("fokus")), by=pair.chair)
    with pytest.raises(NotAllowed):
        restore_section(pair.agreement, "fokus", Point("u1", content), by=pair.chair)

    agreeing.mark_section(pair.agreement, "uppdraget", section_hash(content.section("uppdraget")), by=pair.chair)
    restore_section(pair.agreement, "uppdraget", Point("u1", content), by=pair.chair)


def test_what_a_draft_says_in_other_sections_goes_nowhere() -> None:
    pair = make_pair()
    silence.open_silent_start(pair.agreement, ["samarbete"], by=pair.chair)
    draft(pair.chair, "Under en rubrik som inte var vald")

    for member in (pair.chair, pair.chief):
        silence.finish_silent_draft(pair.agreement, by=member)

    assert current_content(pair.document)[0].section("fokus").blocks == ()


def test_the_two_can_write_alone_again() -> None:
    pair = make_pair()
    for keys in (["fokus"], ["samarbete"]):
        silence.open_silent_start(pair.agreement, keys, by=pair.chair)
        for member in (pair.chair, pair.chief):
            silence.finish_silent_draft(pair.agreement, by=member)

    pair.agreement.refresh_from_db()
    assert pair.agreement.silent_keys == []
    assert not Document.objects.filter(owner__isnull=False).exists()


def test_a_successor_gets_an_empty_draft() -> None:
    pair = make_pair()
    silence.open_silent_start(pair.agreement, by=pair.chair)
    draft(pair.chair, "Bara för mig")

    newcomer = members.hand_over(pair.chair, clean_address("ny@kommun.example"), "Nils Ny", "", by=pair.chair)

    own = Document.objects.get(owner=newcomer)
    assert current_content(own)[0].section("fokus").blocks == ()
    assert not Document.objects.filter(owner=pair.chair).exists()
    assert "Bara för mig" not in everything_served(pair, newcomer)


def test_who_says_ready_in_a_page_of_before_is_not_told_to_wait_for_the_other() -> None:
    pair = make_pair()
    page = reverse("agreement_silent", args=[pair.agreement.pk])
    silence.open_silent_start(pair.agreement, by=pair.chair)
    waiting = logged_in(pair.chair).post(page, {"do": "ready"}, follow=True).content.decode()
    silence.finish_silent_draft(pair.agreement, by=pair.chief)

    too_late = logged_in(pair.chair).post(page, {"do": "ready"}, follow=True)

    assert "Ni ser båda texterna när den andra också är klar." in waiting
    assert too_late.redirect_chain == [(reverse("agreement", args=[pair.agreement.pk]), 303)]
    assert "när den andra också är klar" not in too_late.content.decode()
    assert "Ni skriver inte längre var för sig." in too_late.content.decode()
