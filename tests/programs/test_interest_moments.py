"""What others do in the very moment in which a form or a link of the interest registration is used."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.test import Client

from portal.core.models import OutgoingMail
from programs.actions import mending
from programs.models import InterestRegistration, InterestRepeat
from programs.views import registrations as views
from tests.at_once import all_at_once
from tests.programs.interest import BASE, load_reference_rows, open_form, post, register

ASA, BO = "asa@gmail.com", "bo@kommun.example"
ASAS_TYPO, BOS_TYPO = "asa@gmial.com", "bo@komun.example"
LINK = re.compile(r"/program/intresse/min/\S+")


@pytest.fixture(autouse=True)
def _reference_rows(db: None, in_haste: None) -> None:
    load_reference_rows()


@pytest.mark.django_db(transaction=True)
def test_two_forms_mended_to_each_others_addresses_at_once_are_both_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds its own row and waits for the other's: the database ends one, and that one is tried again."""
    clients = [Client(), Client()]
    forms = [{**open_form(client), **BASE, "email": email} for client, email in zip(clients, (ASA, BO), strict=True)]
    for client, form in zip(clients, forms, strict=True):
        post(client, form)
    join, both_hold_their_row = mending._join, Barrier(2)

    def once_both_hold_their_row(*args: Any, **kwargs: Any) -> Any:
        # Broken at the second try, and on SQLite, where one comes after the other.
        with suppress(BrokenBarrierError):
            both_hold_their_row.wait(timeout=2)
        return join(*args, **kwargs)

    monkeypatch.setattr(mending, "_join", once_both_hold_their_row)

    answers = all_at_once(
        [
            partial(post, clients[0], {**forms[0], "email": BO, "message": "Åsas, med Bos adress"}),
            partial(post, clients[1], {**forms[1], "email": ASA, "message": "Bos, med Åsas adress"}),
        ]
    )

    assert [answer.status_code for answer in answers] == [303, 303]  # type: ignore[union-attr]
    kept = {*InterestRegistration.objects.values_list("message", flat=True)}
    kept |= {*InterestRepeat.objects.values_list("message", flat=True)}
    assert kept == {"Åsas, med Bos adress", "Bos, med Åsas adress"}


def behind_the_mail(client: Client) -> str:
    register(client, email=ASA)
    (link,) = set(LINK.findall(OutgoingMail.objects.latest("pk").text_body))
    return str(link)


def goes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else takes the registration away after the page has looked for it."""
    behind = views._behind

    def looked_up(token: str) -> InterestRegistration:
        found = behind(token)
        InterestRegistration.objects.filter(pk=found.pk).delete()
        return found

    monkeypatch.setattr(views, "_behind", looked_up)


@pytest.mark.parametrize("deed", ["andra/", "ta-tillbaka/"])
def test_a_registration_that_goes_in_the_moment_of_the_deed_is_not_found(
    client: Client, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    link = behind_the_mail(client)
    shown = client.get(link + deed)
    assert shown.status_code == 200
    goes_meanwhile(monkeypatch)

    answer = client.post(link + deed, {**BASE, "email": ASA})

    assert answer.status_code == 404
    assert not OutgoingMail.objects.exclude(letter="programs/interest_registered").exists()


def test_who_is_overtaken_again_and_again_keeps_what_was_typed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: Any, **_kwargs: Any) -> None:
        raise InterestRegistration.DoesNotExist

    register(Client(), email=ASA)
    monkeypatch.setattr("programs.actions.registrations.arrive_again", never)

    answer = register(client, email=ASA, message="Mitt ärende")

    assert answer.status_code == 422
    assert "Allt du skrev finns kvar" in answer.content.decode()
    assert "Mitt ärende" in answer.content.decode()
