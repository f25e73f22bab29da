"""The personal link: what it opens, for how long, and that nobody guesses one."""

from __future__ import annotations

import random
import statistics
import string
import time
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_catalog.actions.orders import resend_link, withdraw_order
from media_catalog.models import MediaItem, OrderLink
from media_catalog.queries.orders import link_behind
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from tests.media_catalog.ordering import (
    BASE,
    FILE,
    FORM,
    hidden_fields,
    link_in,
    load_organisation_rows,
    make_film,
    newest_mail,
    only,
    ordered,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def film() -> MediaItem:
    load_organisation_rows()
    return make_film(1)


@pytest.fixture
def link(film: MediaItem, client: Client) -> str:
    return ordered(client)


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def rows() -> list[object]:
    """All that could change."""
    return [*OrderLink.objects.values_list(), *OutgoingMail.objects.values_list(), *AuditEvent.objects.values_list()]


# --- What it opens ---------------------------------------------------------------------------------------------------
def test_the_page_has_the_ordered_film_and_is_nobody_elses(client: Client, link: str, film: MediaItem) -> None:
    make_film(2)
    response = client.get(link)
    page = BeautifulSoup(response.content, "html.parser")
    assert [video["src"] for video in page.select("video")] == [f"{link}film/{film.guid}/"]
    assert [track["src"] for track in page.select("track")] == [f"{link}film/{film.guid}/undertexter.vtt"]
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "noindex" in str(page.select_one("meta[name=robots]"))
    assert not page.select("[autoplay]")


def test_looking_changes_nothing(client: Client, link: str, film: MediaItem) -> None:
    before = rows()
    for path in (link, f"{link}film/{film.guid}/", f"{link}film/{film.guid}/undertexter.vtt", f"{link}fornya/"):
        for response in (client.get(path), client.head(path)):
            # Reading to the end closes the file.
            b"".join(response)
    assert rows() == before


def test_the_film_is_played_in_parts_and_saved_as_a_whole(client: Client, link: str, film: MediaItem) -> None:
    content = FILE.read_bytes()
    part = client.get(f"{link}film/{film.guid}/", headers={"range": "bytes=1000-1999"})
    assert (part.status_code, b"".join(part)) == (206, content[1000:2000])
    whole = client.get(f"{link}film/{film.guid}/?spara")
    assert (whole.status_code, b"".join(whole)) == (200, content)
    assert whole.headers["Content-Disposition"] == 'attachment; filename="film-1.mp4"'
    head = client.head(f"{link}film/{film.guid}/")
    assert (head.headers["Content-Length"], head.headers["Accept-Ranges"]) == (str(len(content)), "bytes")


def test_the_captions_say_what_is_said(client: Client, link: str, film: MediaItem) -> None:
    response = client.get(f"{link}film/{film.guid}/undertexter.vtt")
    assert response.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode().startswith("WEBVTT")
    assert "Hej och välkommen." in response.content.decode()


def test_a_film_that_was_not_ordered_is_not_opened(client: Client, link: str) -> None:
    other = make_film(2)
    assert client.get(f"{link}film/{other.guid}/").status_code == 404


def test_the_file_has_no_address_without_a_token(client: Client, link: str, film: MediaItem) -> None:
    assert film.file is not None
    name = film.file.storage_name
    addresses = [
        f"/{name}",
        f"/media/{name}",
        f"/privat/{name}",
        f"/static/{name}",
        f"/film-och-podd/fil/{film.file.pk}/film-1.mp4",
        f"/film-och-podd/{film.slug}/undertexter.vtt",
        f"/film-och-podd/bestallning/film/{film.guid}/",
        f"{link[:-2]}/film/{film.guid}/",
    ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


# --- For how long ----------------------------------------------------------------------------------------------------
def test_an_expired_link_offers_a_new_one_and_opens_no_file(client: Client, link: str, film: MediaItem) -> None:
    with after(31):
        response = client.get(link)
        assert response.status_code == 200
        page = BeautifulSoup(response.content, "html.parser")
        assert "Länken har gått ut" in page.get_text()
        assert [form["action"] for form in page.select("main form")] == [f"{link}fornya/"]
        assert client.get(f"{link}film/{film.guid}/").status_code == 404
        assert client.get(f"{link}film/{film.guid}/undertexter.vtt").status_code == 404


def test_a_link_works_for_thirty_days(client: Client, link: str) -> None:
    with after(29):
        assert "Dina filmer" in client.get(link).content.decode()


def test_one_press_sends_a_new_link_to_the_same_address(client: Client, link: str) -> None:
    with after(31):
        response = client.post(f"{link}fornya/", {"email": "annan@bluff.example"})
        mail = newest_mail()
        assert (response.status_code, response.headers["Location"]) == (303, f"{link}?fornyad=1")
        assert (mail.to_email, mail.letter) == (only().email, "media_catalog/films_link_renewed")
        assert "En ny länk är på väg" in client.get(response.headers["Location"]).content.decode()
        assert "Dina filmer" in client.get(link_in(mail)).content.decode()
        assert link_in(mail) != link
    assert list(AuditEvent.objects.about(only()).values_list("event", flat=True)) == [
        "media_catalog.link_renewed",
        "media_catalog.order_placed",
    ]


def test_pressing_again_and_again_sends_one_mail(client: Client, link: str) -> None:
    with after(31):
        for _press in range(3):
            client.post(f"{link}fornya/")
        assert OutgoingMail.objects.count() == 2
    with after(32):
        client.post(f"{link}fornya/")
        assert OutgoingMail.objects.count() == 3


def after_minutes(minutes: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def told(client: Client, path: str) -> str:
    """What the page says, as one line."""
    return " ".join(BeautifulSoup(client.get(path).content, "html.parser").get_text().split())


def test_a_press_just_after_the_mail_sends_nothing_and_says_when_the_mail_went(client: Client, link: str) -> None:
    made = timezone.localtime(OrderLink.objects.get().created_at)
    sent = made + timedelta(minutes=4)
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=sent)
    with after_minutes(9):
        response = client.post(f"{link}fornya/")
        text = told(client, response.headers["Location"])
    assert response.headers["Location"] == f"{link}?fornyad=nyss"
    assert (OutgoingMail.objects.count(), OrderLink.objects.count()) == (1, 1)
    assert f"Mejlet gick kl. {sent:%H.%M}" in text
    assert f"Efter kl. {made + timedelta(minutes=10):%H.%M} kan du få en ny länk" in text
    assert "skräpposten" in text
    assert "En ny länk är på väg" not in text
    assert only().email not in text
    with after_minutes(11):
        response = client.post(f"{link}fornya/")
        assert "En ny länk är på väg" in told(client, response.headers["Location"])
    assert OutgoingMail.objects.count() == 2


def test_a_mail_that_has_not_gone_is_not_said_to_have_gone(client: Client, link: str) -> None:
    address = client.post(f"{link}fornya/").headers["Location"]
    assert "En länk är redan på väg" in told(client, address)
    assert "Mejlet gick" not in told(client, address)
    OutgoingMail.objects.update(state=MailState.FAILED, not_before=None)
    text = told(client, address)
    assert "Mejlet kom inte fram" in text
    assert "på väg" not in text


def test_a_second_press_tells_of_the_mail_of_the_first(client: Client, link: str) -> None:
    with after(31):
        client.post(f"{link}fornya/")
        response = client.post(f"{link}fornya/")
        text = told(client, response.headers["Location"])
    assert "En länk är redan på väg" in text
    assert "En ny länk är på väg" not in text


@pytest.mark.parametrize("query", ["?fornyad=1", "?fornyad=nyss", "?fornyad=", "?fornyad=%00"])
def test_the_address_alone_makes_the_page_say_nothing_untrue(client: Client, link: str, query: str) -> None:
    """Typed by hand, or kept since: a mail is told of only when one went."""
    assert "En ny länk är på väg" not in told(client, link + query)
    with after_minutes(11):
        text = told(client, link + query)
    assert "En ny länk är på väg" not in text
    assert "Vi har nyss skickat en länk" not in text
    assert "En länk är redan på väg" not in text


def test_a_link_never_outlives_the_order(client: Client, link: str) -> None:
    with after(360):
        client.post(f"{link}fornya/")
        newest = OrderLink.objects.latest("pk")
        assert timezone.localdate(newest.expires_at) == only().delete_after


def test_a_withdrawn_order_is_gone_and_says_so(client: Client, link: str, film: MediaItem) -> None:
    withdraw_order(only(), by=audit.SYSTEM)
    paths = (link, f"{link}film/{film.guid}/", f"{link}film/{film.guid}/undertexter.vtt")
    for path in paths:
        response = client.get(path)
        assert response.status_code == 410
        assert "Beställningen är återkallad" in response.content.decode()
        assert "Beställ långa filmer" in response.content.decode()
    assert client.post(f"{link}fornya/").status_code == 410
    assert OutgoingMail.objects.count() == 1
    assert only().delete_after == timezone.localdate() + timedelta(days=30)


def test_staff_sends_a_new_link_at_once(client: Client, link: str) -> None:
    resend_link(only(), by=audit.SYSTEM)
    assert link_in(newest_mail()) != link
    assert client.get(link).status_code == client.get(link_in(newest_mail())).status_code == 200


def test_a_mail_that_is_sent_holds_its_link_no_more(client: Client, link: str) -> None:
    """In the table of mails it would open the films for everybody who reads there."""
    assert newest_mail().secret


# --- Nobody guesses --------------------------------------------------------------------------------------------------
def altered(token: str, count: int) -> set[str]:
    """Tokens that are nearly right: a letter changed, left out, added, doubled, in capitals; and made-up ones."""
    chance = random.Random(20261121)
    found: set[str] = set()
    while len(found) < count:
        place = chance.randrange(len(token))
        letter = chance.choice(string.hexdigits.lower())
        other = chance.choice(
            [
                token[:place] + letter + token[place + 1 :],
                token[:place] + token[place + 1 :],
                token[:place] + letter + token[place:],
                token[:place] + token[place].upper() + token[place + 1 :],
                token[place:] + token[:place],
                "".join(chance.choices(string.hexdigits.lower(), k=len(token))),
            ]
        )
        found |= {other} - {token}
    return found


def test_ten_thousand_altered_tokens_open_nothing(link: str) -> None:
    token = link.split("/")[-2]
    opened = [other for other in altered(token, 10_000) if link_behind(other) is not None]
    assert (opened, link_behind(token) is not None) == ([], True)


def test_each_token_takes_one_look_at_the_database(link: str) -> None:
    tokens = [link.split("/")[-2], "", "x", "å" * 500, *altered(link.split("/")[-2], 100)]
    for token in tokens:
        with CaptureQueriesContext(connection) as queries:
            link_behind(token)
        assert len(queries) == 1


def test_altered_tokens_are_refused_in_the_same_way(client: Client, link: str, film: MediaItem) -> None:
    token = link.split("/")[-2]
    answers = set()
    for other in ["x", "a" * 3000, *list(altered(token, 60))]:
        path = f"/film-och-podd/bestallning/{other}/"
        for address in (path, f"{path}film/{film.guid}/"):
            response = client.get(address)
            answers.add((response.status_code, response.content, response.headers.get("Referrer-Policy")))
        answers.add((client.post(f"{path}fornya/").status_code, b"", None))
    assert {status for status, _body, _policy in answers} == {404}
    assert len({body for _status, body, _policy in answers if body}) == 1


def test_how_wrong_a_token_is_cannot_be_told_from_the_time(link: str) -> None:
    """Wrong in the first letter, in the last, in all: the typical times lie near each other."""
    token = link.split("/")[-2]
    flipped = {letter: "0" if letter != "0" else "1" for letter in string.hexdigits}
    kinds = {
        "first": flipped[token[0]] + token[1:],
        "last": token[:-1] + flipped[token[-1]],
        "all": "".join(flipped[letter] for letter in token),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _round in range(400):
        for name, other in kinds.items():
            started = time.perf_counter()
            link_behind(other)
            times[name].append(time.perf_counter() - started)
    typical = [statistics.median(found) for found in times.values()]
    assert max(typical) < 1.5 * min(typical)


@pytest.mark.usefixtures("film")
def test_what_waits_for_a_mended_address_does_not_go_and_keeps_no_link(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    first = newest_mail()

    client.post(FORM, {**fields, "email": "ratt@region.example"})

    first.refresh_from_db()
    assert (first.state, first.not_before, first.text_body) == (MailState.STOPPED, None, "")
    assert (newest_mail().to_email, newest_mail().state) == ("ratt@region.example", MailState.QUEUED)
