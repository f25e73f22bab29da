"""Writing alone first: the other's draft is another document until both are ready."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agreements.actions import members, silence
from agreements.collaboration.content import Paragraph, Run, Section
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import append
from agreements.models import Document, Member, Update
from agreements.queries.documents import current_content, read_log
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
    chair.post(page, {"do": "open"})
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


def test_a_successor_gets_an_empty_draft() -> None:
    pair = make_pair()
    silence.open_silent_start(pair.agreement, by=pair.chair)
    draft(pair.chair, "Bara för mig")

    newcomer = members.hand_over(pair.chair, clean_address("ny@kommun.example"), "Nils Ny", "", by=pair.chair)

    own = Document.objects.get(owner=newcomer)
    assert current_content(own)[0].section("fokus").blocks == ()
    assert not Document.objects.filter(owner=pair.chair).exists()
    assert "Bara för mig" not in everything_served(pair, newcomer)
