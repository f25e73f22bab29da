"""The clock moved five years on: only what the register allows is left. One person erased: nobody finds them."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actions import review_accounts
from portal.accounts.models import User
from portal.core import audit, people, retention
from portal.core.models import AuditEvent, Disposal, OutgoingMail
from portal.core.people import Reader
from portal.core.personal_data import models_with_personal_data
from programs.actions import places
from programs.models import Invoicing, Place
from programs.states import PlaceState
from tests import privacy
from tests.accounts.people import log_in, make_staff
from tests.agreements.builders import make_pair
from tests.privacy import ADDRESS, EMAIL, NAME, SAID, leave_traces, make_participant, traces
from tests.programs.places import make_place

pytestmark = pytest.mark.django_db


def rows_left() -> dict[str, int]:
    """How many rows of each declared model there are; staff's accounts are not counted."""
    numbers = {model._meta.label_lower: model._default_manager.count() for model in models_with_personal_data()}
    numbers["accounts.user"] = User.objects.filter(is_staff=False).count()
    return {label: number for label, number in numbers.items() if number}


def each_night(until: dt.date) -> None:
    """What beat does every night, on the nights that matter."""
    day = timezone.localdate()
    while day <= until:
        with time_machine.travel(dt.datetime.combine(day, dt.time(3)), tick=False):
            review_accounts()
            retention.purge()
        day += dt.timedelta(days=31)


# --- Five years on ---------------------------------------------------------------------------------------------------
def test_five_years_on_only_what_bookkeeping_needs_is_left(client: Client) -> None:
    leave_traces(client)
    place = Place.objects.get()
    places.complete(place, by=audit.SYSTEM)
    assert set(traces()) == set(privacy.WORDS)
    end = place.cohort.occasions.get().ends_on

    each_night(end + dt.timedelta(days=5 * 365 + 40))

    assert rows_left() == {"programs.invoicing": 1}
    assert set(traces()) == {NAME}
    assert set(traces()[NAME]) == {"programs.invoicing"}
    kept = Invoicing.objects.get()
    assert kept.delete_after == dt.date(end.year + 7, 12, 31)

    each_night(kept.delete_after + dt.timedelta(days=62))

    assert rows_left() == {}
    assert traces() == {}


def test_needs_go_a_month_after_their_occasion_and_the_rest_stays(client: Client) -> None:
    leave_traces(client)
    end = Place.objects.get().cohort.occasions.get().ends_on
    with time_machine.travel(dt.datetime.combine(end + dt.timedelta(days=32), dt.time(3)), tick=False):
        retention.purge()
    left = rows_left()
    assert "programs.occasionneeds" not in left
    assert left["programs.occasionanswer"] == 1


def test_a_place_that_was_never_taken_leaves_no_basis_of_an_invoice(client: Client) -> None:
    place = make_participant(privacy.make_cohort_with_occasion())
    Place.objects.filter(pk=place.pk).update(state=PlaceState.APPLIED)
    AuditEvent.objects.filter(event="programs.place_accepted")._raw_delete("default")
    places.not_admit(Place.objects.get(), by=audit.SYSTEM)
    assert Invoicing.objects.get().delete_after == Place.objects.get().delete_after


# --- Accounts --------------------------------------------------------------------------------------------------------
def test_an_account_goes_a_month_after_the_last_of_what_it_opened() -> None:
    user = User.objects.create_user("ensam@kommun.example", name="Ensam Ek")
    review_accounts()
    user.refresh_from_db()
    assert user.delete_after == timezone.localdate() + dt.timedelta(days=30)
    with time_machine.travel(timezone.now() + dt.timedelta(days=32), tick=False):
        retention.purge()
    assert not User.objects.exists()


def test_an_account_that_is_used_again_stays() -> None:
    user = User.objects.create_user(EMAIL, name=NAME)
    review_accounts()
    make_participant(privacy.make_cohort_with_occasion())
    review_accounts()
    user.refresh_from_db()
    assert user.delete_after is None


def test_staff_and_pairs_keep_their_accounts() -> None:
    make_staff()
    make_pair()
    assert review_accounts() == 0


# --- One person erased -----------------------------------------------------------------------------------------------
def test_one_person_erased_is_found_nowhere(client: Client) -> None:
    place = leave_traces(client)
    other = make_participant(place.cohort, "Kvar Kvarnström", "kvar@kommun.example")
    assert set(traces()) == set(privacy.WORDS)

    disposal, kept = people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)

    assert {words: where for words, where in traces().items() if words != SAID and words != privacy.PHONE} == {}
    assert set(people.traces(SAID)) <= {
        "programs.application",
        "programs.occasionneeds",
        "programs.challengenote",
        "core.outgoingmail",
    }  # the other one's, who said the same
    assert Place.objects.get() == other
    assert [str(each.what) for each in kept] == ["Underlaget för fakturan till din kommun eller region"]
    assert disposal.counts["programs.place"] == 1
    unnamed = Invoicing.objects.get(place=None)
    assert (unnamed.participant, unnamed.reference) == (place.reference, f"Ref {place.reference}")
    assert unnamed.address == f"Att: {place.reference}\nBox 1"


def test_alone_in_the_database_not_even_her_words_are_left(client: Client) -> None:
    leave_traces(client)
    people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)
    assert traces() == {}
    assert Session.objects.count() == 0
    assert rows_left() == {"programs.invoicing": 1}


def test_erasing_frees_the_place_for_the_next_in_line(client: Client) -> None:
    place = leave_traces(client)
    cohort = place.cohort
    cohort.capacity, cohort.promotion = 1, "by_itself"
    cohort.save()
    waiting = make_place(cohort, PlaceState.WAITING)
    people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)
    waiting.refresh_from_db()
    assert waiting.state == PlaceState.OFFERED


def test_the_log_and_the_trail_hold_numbers_only(client: Client) -> None:
    leave_traces(client)
    people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)
    disposal = Disposal.objects.get()
    assert all(isinstance(number, int) for number in disposal.counts.values())
    assert AuditEvent.objects.get(event="core.person_erased").data == {"rows": disposal.total}


def test_the_mail_about_leaving_does_not_bring_the_address_back(client: Client) -> None:
    leave_traces(client)
    people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)
    assert not OutgoingMail.objects.filter(to_email__iexact=EMAIL).exists()


def test_an_assistant_is_erased_from_somebody_elses_application(client: Client) -> None:
    place = make_participant(privacy.make_cohort_with_occasion(), "Chef Chefsson", "chef@kommun.example")
    application = place.application
    application.assistant_name, application.assistant_email = NAME, EMAIL
    application.save()
    [section] = people.tell(ADDRESS.key, Reader.PERSON)
    assert [fact[1] for fact in section.entries[0].facts] == [NAME, EMAIL]

    people.erase(ADDRESS.key, Reader.PERSON, by=audit.SYSTEM)

    assert people.traces(EMAIL) == {}
    assert Place.objects.count() == 1


def test_one_of_a_pair_stays_in_what_is_half_the_others() -> None:
    pair = make_pair()
    key = people.key_of(pair.chair.user.email)
    _disposal, kept = people.erase(key, Reader.PERSON, by=audit.SYSTEM)
    assert len(kept) == 2
    assert User.objects.filter(email=pair.chair.user.email).exists()


def test_staff_is_not_erased_by_the_way() -> None:
    staff = make_staff()
    _disposal, kept = people.erase(people.key_of(staff.email), Reader.PERSON, by=audit.SYSTEM)
    assert len(kept) == 1
    assert User.objects.get() == staff


# --- By oneself ------------------------------------------------------------------------------------------------------
def test_everything_is_shown_to_oneself_to_read_and_as_a_file(client: Client) -> None:
    place = leave_traces(client)
    page = client.get(reverse("my_data")).content.decode()
    for expected in (NAME, EMAIL, SAID, place.reference, "Ansökan och plats i ett program"):
        assert expected in page
    told = client.get(reverse("my_data_json")).json()["uppgifter"]
    titles = {section["title"] for section in told}
    assert {"Konto att logga in med", "Anteckningar om din utmaning", "Underlag för faktura", "Närvaro"} <= titles
    assert str(told).count(SAID) >= 6


def test_one_erases_oneself_in_two_steps(client: Client) -> None:
    leave_traces(client)
    first = client.get(reverse("erase_me")).content.decode()
    assert "sju år" in first
    assert client.post(reverse("erase_me")).status_code == 405
    assert client.get(reverse("erase_me_now")).status_code == 200
    assert set(traces()) == set(privacy.WORDS)

    done = client.post(reverse("erase_me_now")).content.decode()

    assert "raderade" in done
    assert traces() == {}
    assert client.get(reverse("my_pages")).status_code == 302


def test_staff_cannot_erase_themselves_here(client: Client) -> None:
    staff = make_staff()
    client.force_login(staff)
    assert "kollega" in client.post(reverse("erase_me_now")).content.decode()
    assert User.objects.get() == staff


# --- By staff --------------------------------------------------------------------------------------------------------
PERSON = "admin:core_disposal_person"


def test_staff_answers_a_request_without_seeing_private_notes(client: Client) -> None:
    place = leave_traces(client)
    private = "Ingen annan ska se detta"
    place.challenge_notes.update(private_text=private)
    log_in(client, make_staff())
    found = client.post(reverse(PERSON), {"email": EMAIL, "do": "find"}).content.decode()
    file = client.post(reverse(PERSON), {"email": EMAIL, "do": "export"})
    assert "Ansökan och plats i ett program: 1" in found
    assert private not in found + file.content.decode()
    assert "no-store" in file["Cache-Control"]
    assert AuditEvent.objects.filter(event="core.person_told").count() == 1


def test_staff_erases_in_two_steps_and_sees_that_nothing_is_left(client: Client) -> None:
    leave_traces(client)
    log_in(client, make_staff())
    asked = client.post(reverse(PERSON), {"email": EMAIL, "do": "ask"}).content.decode()
    assert "Ja, radera personen" in asked
    assert set(traces()) == set(privacy.WORDS)
    done = client.post(reverse(PERSON), {"email": EMAIL, "do": "erase"}).content.decode()
    assert done.count("0 träffar") == 2
    assert traces() == {}


def test_what_stays_is_told_to_staff_about_somebody_else(client: Client) -> None:
    leave_traces(client)
    pair = make_pair()
    log_in(client, make_staff())
    asked = client.post(reverse(PERSON), {"email": EMAIL, "do": "ask"}).content.decode()
    done = client.post(reverse(PERSON), {"email": EMAIL, "do": "erase"}).content.decode()
    of_a_pair = client.post(reverse(PERSON), {"email": pair.chair.user.email, "do": "erase"}).content.decode()
    for page in (asked, done):
        assert "Underlaget för fakturan till personens kommun eller region" in page
        assert "Personens namn tas bort därifrån" in page
    assert "Överenskommelser som personen är en av de två i" in of_a_pair
    assert "Personens konto" in of_a_pair
    assert not re.search(r"\b[dD](?:u|in|itt|ina|ig)\b", text_of(done) + text_of(of_a_pair))


def text_of(page: str) -> str:
    """What stands on the page."""
    return BeautifulSoup(page, "html.parser").select_one("#content").get_text(" ")  # type: ignore[union-attr]


def test_what_stays_is_told_to_the_person_as_theirs(client: Client) -> None:
    leave_traces(client)
    page = client.get(reverse("erase_me")).content.decode()
    assert "Underlaget för fakturan till din kommun eller region" in page
    assert "Ditt namn tas bort därifrån" in page


@pytest.mark.parametrize("typed", ["", "ingen adress"])
def test_a_request_needs_an_address(client: Client, typed: str) -> None:
    log_in(client, make_staff())
    assert client.post(reverse(PERSON), {"email": typed, "do": "erase"}).status_code == 422


def test_a_private_note_is_nowhere_in_admin(client: Client) -> None:
    place = leave_traces(client)
    private = "Ingen annan ska se detta"
    place.challenge_notes.update(private_text=private)
    log_in(client, make_staff())
    pages = [
        reverse("admin:index"),
        reverse("admin:programs_place_change", args=[place.pk]),
        reverse("admin:programs_cohort_workspace", args=[place.cohort_id]),
        reverse("admin:core_auditevent_changelist"),
    ]
    assert all(private not in client.get(page).content.decode() for page in pages)


# --- The dry run -----------------------------------------------------------------------------------------------------
def test_the_dry_run_shows_what_goes_by_kind_and_day_and_changes_nothing(client: Client) -> None:
    leave_traces(client)
    before = rows_left()
    until = timezone.localdate() + dt.timedelta(days=5 * 365)
    due = {each.label: each.number for each in retention.due(until)}
    assert due["programs.place"] == 1
    assert "programs.invoicing" not in due
    assert rows_left() == before

    call_command("retention", until=until, stdout=(said := StringIO()))
    assert "programs.place  " in said.getvalue()
    log_in(client, make_staff())
    page = client.get(reverse("admin:core_disposal_upcoming"), {"till": until.isoformat()}).content.decode()
    assert "Ansökan och plats i ett program" in page
    assert rows_left() == {**before, "accounts.user": before["accounts.user"]}


def test_what_the_dry_run_says_is_what_goes(client: Client) -> None:
    leave_traces(client)
    day = timezone.localdate() + dt.timedelta(days=400)
    said = {each.label for each in retention.due(day)}
    with time_machine.travel(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(3)), tick=False):
        call_command("retention", purge=True, stdout=StringIO())
    assert said <= set(Disposal.objects.get().counts)


def test_somebody_we_know_gets_in_by_a_code_though_nobody_made_an_account(client: Client) -> None:
    leave_traces(client)
    client.logout()
    User.objects.filter(email=EMAIL).delete()
    client.post(reverse("account_login"), {"login": EMAIL.upper()})
    assert User.objects.get(email__iexact=EMAIL).name == NAME
    client.post(reverse("account_login"), {"login": "okand@kommun.example"})
    assert not User.objects.filter(email="okand@kommun.example").exists()


def test_what_a_person_holds_is_matched_however_the_address_is_written() -> None:
    place = make_participant(privacy.make_cohort_with_occasion(), email="Ragnhild@BÅSTAD.example")
    assert people.name_of(people.key_of("ragnhild@båstad.example")) == place.name
    people.erase(people.key_of("RAGNHILD@båstad.example"), Reader.PERSON, by=audit.SYSTEM)
    assert people.traces("båstad") == {}
    assert people.traces("xn--bstad") == {}
