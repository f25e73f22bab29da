"""A person's own notes: nobody else ever gets a byte of them, and they go when the person does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.actions import members
from agreements.actions.notes import write_note
from agreements.actions.reviews import Pulse, answer_pulse
from agreements.exports import FORMATS
from agreements.models import Agreement, Member, PrivateNote
from portal.core.models import AuditEvent
from portal.core.normalisation import clean_address
from portal.core.personal_data import purge_expired
from tests.accounts.people import log_in, make_staff
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.agreements.test_members import invite

pytestmark = pytest.mark.django_db
SECRET = "Bara mellan mig och mig"


def note_address(pair: Pair, key: str = "fokus") -> str:
    return reverse("agreement_note", args=[pair.agreement.pk, key])


def room(pair: Pair, who: Member) -> BeautifulSoup:
    page = logged_in(who).get(reverse("agreement", args=[pair.agreement.pk]))
    return BeautifulSoup(page.content, "html.parser")


def everything(pair: Pair, client: Client) -> str:
    """All that can be fetched from the room: pages and files."""
    agreement = pair.agreement.pk
    names = ("agreement", "agreement_history", "agreement_members", "agreement_own_data", "agreement_meetings_ics")
    addresses = [reverse(name, args=[agreement]) for name in names]
    addresses += [reverse("agreement_version", args=[agreement, 1]), reverse("agreement_paper", args=[agreement, 1])]
    addresses += [reverse("agreement_export", args=[agreement, fmt]) for fmt in FORMATS if fmt != "pdf"]
    addresses.append(reverse("agreement_difference", args=[agreement]) + "?fran=v1")
    return b"".join(client.get(address).content for address in addresses).decode(errors="replace")


def test_a_note_is_kept_changed_and_cleared_and_leaves_no_trace() -> None:
    pair = make_pair()
    client = logged_in(pair.chair)
    lines = AuditEvent.objects.count()

    for text in ("Först", SECRET):
        assert client.post(note_address(pair), {"text": text}).status_code == 303
    shown = room(pair, pair.chair).select_one("#text-note-fokus")

    assert PrivateNote.objects.get().text == SECRET
    assert shown is not None
    assert shown.text.strip() == SECRET
    client.post(note_address(pair), {"text": " "})
    assert not PrivateNote.objects.exists()
    # Coming into the room is the only thing that the trail knows of.
    assert AuditEvent.objects.exclude(event="agreements.member_joined").count() == lines


def test_nobody_else_gets_a_byte_of_it() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    write_note(pair.agreement, "fokus", SECRET, by=pair.chair)
    reader = invite(pair)
    approve_both(pair)

    assert SECRET in everything(pair, logged_in(pair.chair))
    for other in (pair.chief, reader):
        assert SECRET not in everything(pair, logged_in(other))
    staff = log_in(Client(), make_staff())
    assert (
        SECRET not in staff.get(reverse("admin:agreements_agreement_change", args=[pair.agreement.pk])).content.decode()
    )
    shared = {
        fmt: logged_in(pair.chair).get(reverse("agreement_export", args=[pair.agreement.pk, fmt])) for fmt in FORMATS
    }
    assert [fmt for fmt, response in shared.items() if SECRET.encode() in response.content] == []


def test_each_has_notes_of_their_own_at_the_same_heading() -> None:
    pair = make_pair()
    for member in (pair.chair, pair.chief):
        write_note(pair.agreement, "fokus", f"{member.name}s", by=member)

    texts = [room(pair, member).select_one("#text-note-fokus") for member in (pair.chair, pair.chief)]
    assert [text.text.strip() for text in texts if text] == ["Åsa Linds", "Björn Eks"]


def test_a_successor_inherits_none_and_they_are_gone() -> None:
    pair = make_pair()
    write_note(pair.agreement, "fokus", SECRET, by=pair.chair)
    write_note(pair.agreement, "fokus", "Direktörens", by=pair.chief)
    successor = members.hand_over(pair.chair, clean_address("ny@kommun.example"), "Nils Ny", "", by=pair.chair)

    assert list(PrivateNote.objects.values_list("text", flat=True)) == ["Direktörens"]
    assert SECRET not in str(room(pair, successor))


def test_a_reader_has_notes_too_until_they_leave() -> None:
    pair = make_pair()
    reader = invite(pair)
    assert logged_in(reader).post(note_address(pair), {"text": SECRET}).status_code == 303

    members.remove_reader(reader, by=pair.chair)

    assert not PrivateNote.objects.exists()
    assert logged_in(reader).post(note_address(pair), {"text": SECRET}).status_code == 404


def test_what_cannot_be_kept_is_said() -> None:
    pair = make_pair()
    client = logged_in(pair.chair)

    assert client.post(note_address(pair), {"text": "x" * 4001}).status_code == 422
    too_long = client.post(note_address(pair), {"text": "x" * 5001}).content.decode()
    assert "Texten är 1\u00a0001 tecken för lång. Den får vara högst 4\u00a0000 tecken." in too_long
    client.post(note_address(pair, "finns-inte"), {"text": SECRET})
    members.end_agreement(pair.agreement, by=pair.chair)
    client.post(note_address(pair), {"text": SECRET})

    assert not PrivateNote.objects.exists()


def test_a_person_takes_along_all_that_is_kept_about_them_and_nothing_of_the_other() -> None:
    pair = make_pair()
    write_note(pair.agreement, "fokus", SECRET, by=pair.chair)
    write_note(pair.agreement, "fokus", "Direktörens", by=pair.chief)
    approve_both(pair)
    answer_pulse(pair.agreement, Pulse(3, 4, 5), by=pair.chair)

    response = logged_in(pair.chair).get(reverse("agreement_own_data", args=[pair.agreement.pk]))

    facts = json.loads(response.content)
    assert [note["text"] for note in facts["notes"]] == [SECRET]
    assert facts["member"]["email"] == pair.chair.user.email
    assert (len(facts["marks"]), len(facts["approvals"]), len(facts["pulse"])) == (8, 1, 1)
    for hidden in ("Direktörens", pair.chief.name, pair.chief.user.email):
        assert hidden not in response.content.decode()


def test_notes_are_erased_with_the_agreement() -> None:
    pair = make_pair()
    write_note(pair.agreement, "fokus", SECRET, by=pair.chair)
    members.end_agreement(pair.agreement, by=pair.chair)
    Agreement.objects.update(delete_after=timezone.localdate())

    purge_expired(timezone.localdate() + timedelta(days=1))

    assert not PrivateNote.objects.exists()
