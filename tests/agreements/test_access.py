"""Every address of an agreement answers 404 to everybody who is not in its room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from agreements import urls
from agreements.actions import comments, members
from agreements.models import Member
from portal.core.normalisation import clean_address
from tests.accounts.people import log_in, make_staff
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.agreements.test_members import invite

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
        "anonymous": Client(),
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
