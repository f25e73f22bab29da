"""The same text over plain HTTP, in step with the sockets."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.actions import members, silence
from agreements.models import Document, Member, Update, Version
from portal.accounts.models import User
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.collaboration.pages import Page, converge, shared, stored_words
from tests.agreements.collaboration.test_writing import paragraph


def _sync(client: Client, document: Document, updates: list[bytes], /, since: int = 0, **other: Any) -> Any:
    body = {"epoch": str(document.epoch), "since": since, "text": "shared"}
    body["updates"] = [base64.b64encode(update).decode() for update in updates]
    address = reverse("agreement_sync", args=[document.agreement_id])
    return client.post(address, json.dumps(body | other), content_type="application/json")


@pytest.fixture
def room(db: None) -> Pair:
    return make_pair()


def test_what_is_sent_is_stored_and_what_came_since_is_given(room: Pair) -> None:
    document, chair = room.document, logged_in(room.chair)
    answer = _sync(chair, document, [paragraph(document, "över HTTP")]).json()
    assert (answer["head"], answer["acked"], answer["epoch"]) == (2, 1, str(document.epoch))
    assert [seq for seq, _ in answer["updates"]] == [2, 2]
    assert stored_words(document) == ["över HTTP"]
    later = _sync(logged_in(room.chief), document, [paragraph(document, "svar")], since=2).json()
    assert [seq for seq, _ in later["updates"]] == [3]
    assert _sync(chair, document, [], since=3).json()["updates"] == []
    assert list(Update.objects.filter(seq__gt=1).values_list("member_id", flat=True)) == [room.chair.pk, room.chief.pk]


@pytest.mark.parametrize(
    "change", [{"since": -1}, {"since": "x"}, {"updates": ["%%"]}, {"updates": 3}, {"text": "x"}, {"epoch": "x"}]
)
def test_what_is_malformed_is_refused(room: Pair, change: dict[str, Any]) -> None:
    assert _sync(logged_in(room.chair), room.document, [], **change).status_code == 400


def test_an_update_that_is_none_or_too_large_is_refused(room: Pair) -> None:
    chair = logged_in(room.chair)
    assert _sync(chair, room.document, [b"\xff\xff\xff\xff\x0f"]).status_code == 400
    assert _sync(chair, room.document, [b"\x00" * (1024 * 1024 + 1)]).status_code == 413
    assert Update.objects.count() == 1


def test_nobody_else_finds_it(room: Pair) -> None:
    former = Member.objects.get(pk=room.chief.pk)
    Member.objects.filter(pk=former.pk).update(left_at="2026-01-01T00:00Z")
    others = [logged_in(make_pair("other-").chair), logged_in(former)]
    others.append(logged_in(User.objects.create_superuser("chef@skr.example")))
    assert [_sync(client, room.document, []).status_code for client in others] == [404] * 3
    assert _sync(Client(), room.document, []).status_code == 302


def test_a_frozen_text_and_another_draft_are_409(room: Pair) -> None:
    document, chair = room.document, logged_in(room.chair)
    assert _sync(chair, document, [], epoch="00000000-0000-0000-0000-000000000000").status_code == 409
    version = Version.objects.create(agreement=room.agreement, number=1, content={}, content_hash="0" * 64, upto_seq=1)
    Document.objects.filter(pk=document.pk).update(frozen_version=version)
    assert _sync(chair, document, []).status_code == 409


def test_the_silent_text_is_the_persons_own(room: Pair) -> None:
    assert _sync(logged_in(room.chief), room.document, [], text="silent").status_code == 404


def test_an_ended_text_and_a_draft_that_was_shown_take_nothing_more_and_say_why(room: Pair) -> None:
    chair = logged_in(room.chair)
    silence.open_silent_start(room.agreement, by=room.chair)
    draft = Document.objects.get(owner=room.chair)
    for member in (room.chair, room.chief):
        assert _sync(logged_in(member), Document.objects.get(owner=member), [], text="silent").status_code == 200
        silence.finish_silent_draft(room.agreement, by=member)
    shown = _sync(chair, draft, [], text="silent")
    members.end_agreement(room.agreement, by=room.chief)
    ended = _sync(chair, room.document, [])

    assert [(answer.status_code, answer.json()) for answer in (shown, ended)] == [
        (410, {"error": "shown"}),
        (410, {"error": "ended"}),
    ]


def test_sockets_and_http_meet_in_the_same_log(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    document = shared(pair.agreement)
    chair.type("över socket")
    converge(chair, chief)
    _sync(logged_in(pair.chief), document, [paragraph(document, "över HTTP")])
    chief.wait_until(lambda: "över HTTP" in chief.text(), "it comes over the socket", patience=3)
    assert converge(chair, chief).count("över HTTP") == 1
