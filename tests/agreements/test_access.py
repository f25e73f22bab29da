"""Every address of an agreement is 404 to everybody who is not in its room, and leads who is logged out to log in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from agreements import urls
from agreements.actions import comments, members
from agreements.models import Comment, Member, PrivateNote, SectionRead
from portal.core.normalisation import clean_address
from portal.core.personal_data import purge_expired
from tests.accounts.people import log_in, mailed_code, make_staff
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.agreements.test_members import invite

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
SECRET = "Hemligheten i texten"


def names(patterns: list[URLPattern | URLResolver], below: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = below + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, path)
        elif "<uuid:pk>" in path and pattern.name:
            yield pattern.name


def values_of(pair: Pair) -> dict[str, object]:
    thread = comments.add_comment(pair.agreement, "fokus", SECRET, by=pair.chair)
    reader = members.invite_reader(
        pair.agreement, clean_address("ok@stod.example"), "Ok", "", timezone.localdate(), by=pair.chair
    )
    return {
        "pk": pair.agreement.pk,
        "key": "fokus",
        "number": 1,
        "thread": thread.pk,
        "member": reader.pk,
        "fmt": "json",
    }


def addresses(pair: Pair) -> list[str]:
    values = values_of(pair)
    found = []
    for name in sorted(set(names(urls.urlpatterns))):
        wanted = _arguments(urls.urlpatterns, name)
        found.append(reverse(name, kwargs={argument: values[argument] for argument in wanted}))
    return found


def _arguments(patterns: list[URLPattern | URLResolver], name: str) -> set[str]:
    for pattern in patterns:
        own = set(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = _arguments(pattern.url_patterns, name)
            if inner:
                return own | inner
        elif pattern.name == name:
            return own or {"pk"}
    return set()


def outsiders(pair: Pair) -> dict[str, Client]:
    expired = invite(pair)
    Member.objects.filter(pk=expired.pk).update(access_until=timezone.localdate() - timedelta(days=1))
    removed = make_pair("tredje-").chief
    Member.objects.create(agreement=pair.agreement, user=removed.user, role="chief", name="F", left_at=timezone.now())
    return {
        "another pair": logged_in(make_pair("andra-").chair),
        "a former member": logged_in(removed),
        "staff": log_in(Client(), make_staff("handlaggare@skr.example", is_superuser=False)),
        "a superuser": log_in(Client(), make_staff("chef@skr.example")),
        "an expired reader": logged_in(expired),
    }


def _ask(client: Client, method: str, address: str) -> HttpResponse:
    """The editor's address takes JSON; whatever else is posted to it is turned away before anybody looks who asks."""
    kind = {"content_type": "application/json"} if method == "post" and address.endswith("/synk/") else {}
    response: HttpResponse = getattr(client, method)(address, **kind)
    return response


def test_every_address_is_closed_to_everybody_else() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", SECRET)
    approve_both(pair)
    rooms = addresses(pair)
    assert len(rooms) >= 10

    open_doors = [
        f"{who} {method} {address}: {response.status_code}"
        for who, client in outsiders(pair).items()
        for address in rooms
        for method in ("get", "post")
        if (response := _ask(client, method, address)).status_code not in {404, 405}
        or SECRET.encode() in response.content
    ]

    assert open_doors == []


def test_whoever_is_logged_out_comes_to_log_in_and_then_to_the_room_whether_there_is_one_or_not() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", SECRET)
    approve_both(pair)
    nowhere = "00000000-0000-4000-8000-000000000000"
    for address in addresses(pair):
        for method in ("get", "post"):
            here, there = (
                _ask(Client(), method, address.replace(str(pair.agreement.pk), pk))
                for pk in (str(pair.agreement.pk), nowhere)
            )
            assert here.status_code == there.status_code, address
            if here.status_code == 405:
                continue
            wanted = address if method == "get" else reverse("agreement", args=[pair.agreement.pk])
            assert here.status_code == 302, address
            assert here.headers["Location"] == f"{reverse('account_login')}?next={wanted}"
            assert here.headers["Location"].replace(str(pair.agreement.pk), nowhere) == there.headers["Location"]
            assert (here.content, there.content) == (b"", b"")


def test_after_log_in_comes_what_was_asked_for_with_all_its_words() -> None:
    pair = make_pair()
    address = f"{reverse('agreement_difference', args=[pair.agreement.pk])}?fran=u1&till=nu"
    visitor = Client()
    login = visitor.get(address).headers["Location"]
    query = urlsplit(login).query

    visitor.post(login, {"login": pair.chair.user.email})
    arrived = visitor.post(f"{reverse('account_confirm_login_code')}?{query}", {"code": mailed_code()})

    assert parse_qs(query) == {"next": [address]}
    assert arrived.headers["Location"] == address
    assert visitor.get(address).status_code == 200


# --- An open page outlives a log-in ----------------------------------------------------------------------------------
def _as_page_of(client: Client, member_id: object, pair: Pair) -> list[Answer]:
    """What the scripts of a page that was made for that membership ask for: the room, a comment, the text."""
    args, headers = [pair.agreement.pk], {"Samspel-Member": str(member_id)}
    body = {"epoch": str(pair.document.epoch), "since": 0, "text": "shared", "updates": []}
    return [
        client.get(reverse("agreement", args=args), headers=headers),
        client.post(reverse("agreement_comment", args=[*args, "fokus"]), {"text": "Mitt."}, headers=headers),
        client.post(reverse("agreement_sync", args=args), body, content_type="application/json", headers=headers),
    ]


def _codes(answers: list[Answer]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_nothing_of_one_person_goes_out_as_another_and_nothing_of_another_comes_in() -> None:
    pair = make_pair()
    chief = logged_in(pair.chief)

    answers = [_as_page_of(chief, whose, pair) for whose in (pair.chair.pk, "0", "x", "9" * 40, "-1", "²")]

    assert [_codes(each) for each in answers] == [[412, 412, 412]] * 6
    assert {answer.content for each in answers for answer in each} == {b""}
    assert not Comment.objects.exists()
    # Nor does it count as read by the one who has not seen it.
    assert not SectionRead.objects.filter(member=pair.chief).exists()
    assert _codes(_as_page_of(chief, pair.chief.pk, pair)) == [200, 303, 200]


def test_the_scripts_of_a_page_are_told_in_a_word_that_its_person_is_logged_out_or_has_no_access_any_more() -> None:
    pair = make_pair()
    reader = invite(pair)
    members.remove_reader(reader, by=pair.chair)

    assert _codes(_as_page_of(Client(), pair.chair.pk, pair)) == [401, 401, 401]
    assert _codes(_as_page_of(logged_in(reader), reader.pk, pair)) == [404, 404, 404]


# --- What goes away in the same moment -------------------------------------------------------------------------------
class Meanwhile:
    """Something that another request does right after this one was found to come from somebody in the room."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self.deed: Callable[[], object] | None = deed

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        result = execute(sql, params, many, context)
        if self.deed is not None and sql.startswith(f'SELECT "{Member._meta.db_table}"'):
            deed, self.deed = self.deed, None
            deed()
        return result


def _erase(pair: Pair) -> None:
    members.end_agreement(pair.agreement, by=pair.chief)
    purge_expired(timezone.localdate() + timedelta(days=91))


def _posts(pair: Pair) -> dict[str, dict[str, object]]:
    """All that one of the two can post, with what its form holds."""
    day = timezone.localdate().isoformat()
    person: dict[str, object] = {"name": "Ny", "title": "", "email": "ny@stod.example", "until": day}
    values = values_of(pair)
    forms: dict[str, dict[str, object]] = {
        "agreement_mark": {"do": "mark", "hash": "0" * 64},
        "agreement_approve": {"hash": "0" * 64},
        "agreement_revise": {},
        "agreement_comment": {"text": "Hej."},
        "agreement_answer": {"text": "Hej."},
        "agreement_resolve": {},
        "agreement_note": {"text": "Hej."},
        "agreement_restore": {"fran": "u1"},
        "agreement_silent": {"sections": ["fokus"]},
        "agreement_review_plan": {"when": "6"},
        "agreement_pulse": {"direction": "3", "cooperation": "3", "support": "3"},
        "agreement_members": person,
        "agreement_remove_reader": {},
        "agreement_hand_over": person,
        "agreement_end": {},
    }
    of_hand_over = values | {"member": pair.chair.pk}
    return {
        reverse(
            name,
            kwargs={
                one: (of_hand_over if name == "agreement_hand_over" else values)[one]
                for one in _arguments(urls.urlpatterns, name)
            },
        ): form
        for name, form in forms.items()
    }


@pytest.mark.parametrize("what", ["left", "ended", "erased"])
def test_a_post_in_the_moment_in_which_somebody_is_let_go_or_all_of_it_ends_is_refused_in_order(what: str) -> None:
    pair = make_pair()
    deeds: dict[str, Callable[[], object]] = {
        "left": lambda: Member.objects.filter(pk=pair.chair.pk).update(left_at=timezone.now()),
        "ended": lambda: members.end_agreement(pair.agreement, by=pair.chief),
        "erased": lambda: _erase(pair),
    }
    answers = {}
    for address, form in _posts(pair).items():
        client = logged_in(pair.chair)
        with transaction.atomic():
            with connection.execute_wrapper(Meanwhile(deeds[what])):
                answers[address] = client.post(address, form).status_code
            said = Comment.objects.exclude(text=SECRET).exists() or PrivateNote.objects.exists()
            transaction.set_rollback(True)
        assert not said, address

    assert set(answers.values()) <= {302, 303, 404}, answers
    if what == "erased":
        assert set(answers.values()) == {404}, answers


def test_staff_sees_the_organisation_and_the_state_and_nothing_of_the_people_or_the_text() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", SECRET)
    superuser = log_in(Client(), make_staff())

    pages = [
        superuser.get(reverse("admin:agreements_agreement_changelist")),
        superuser.get(reverse("admin:agreements_agreement_change", args=[pair.agreement.pk])),
    ]

    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "Stockholms kommun" in text or "Stockholms stad" in text or "Stockholm" in text
        for hidden in (SECRET, "Åsa Lind", "Björn Ek", "asa@kommun.example"):
            assert hidden not in text
