"""Staff's pages around an occasion: moved after a look at the mails, attendance by taps, evaluations from three on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from portal.accounts.actions import ensure_groups
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.private_files import private_storage
from programs.actions import places
from programs.models import Attendance, Evaluation, Material, Occasion, Place
from programs.queries.materials import LINK_LIFETIME, material_url
from tests.accounts.people import log_in, make_staff
from tests.core.media import ooxml
from tests.programs.meeting import join, make_meeting

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"0" * 400
NEW = {
    "starts_on": "2027-01-09",
    "ends_on": "2027-01-10",
    "starts_at": "09:00",
    "ends_at": "13:00",
    "venue_name": "Slottet",
    "venue_address": "",
}


@pytest.fixture
def staff_client() -> Client:
    return log_in(Client(), make_staff())


@pytest.fixture
def occasion() -> Occasion:
    return make_meeting()


@pytest.fixture
def place(occasion: Occasion) -> Place:
    return join(occasion.cohort, "Åsa Lind-Öberg")


def address(occasion: Occasion, part: str = "change") -> str:
    return f"/admin/programs/occasion/{occasion.pk}/{part}/"


def text(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


# --- Moving and cancelling -------------------------------------------------------------------------------------------
def test_a_move_is_shown_with_its_mails_before_it_is_done(
    staff_client: Client, occasion: Occasion, place: Place
) -> None:
    mails = OutgoingMail.objects.count()

    shown = staff_client.post(address(occasion, "flytta"), NEW)

    assert "26–27 december 2026 → 9–10 januari 2027" in text(shown)
    assert f"{place.email}: Ändrat: Styrning & ledning" in text(shown)
    assert Occasion.objects.get().starts_on == occasion.starts_on
    assert OutgoingMail.objects.count() == mails

    done = staff_client.post(address(occasion, "flytta"), {**NEW, "confirmed": "1"})
    assert done.headers["Location"] == address(occasion)
    assert Occasion.objects.get().venue_name == "Slottet"
    assert OutgoingMail.objects.filter(letter="programs/occasion_moved").count() == 1
    event = AuditEvent.objects.about(occasion).get()
    assert (event.event, event.actor_kind) == ("programs.occasion_moved", "staff")


def test_a_move_that_cannot_be_is_shown_again(staff_client: Client, occasion: Occasion) -> None:
    response = staff_client.post(address(occasion, "flytta"), {**NEW, "ends_on": "2027-01-01", "confirmed": "1"})
    assert response.status_code == 422
    assert "Sista dagen kan inte ligga före den första." in text(response)
    assert Occasion.objects.get().starts_on == occasion.starts_on


def test_a_cancellation_is_shown_with_its_mails_before_it_is_done(
    staff_client: Client, occasion: Occasion, place: Place
) -> None:
    shown = staff_client.get(address(occasion, "stall-in"))
    assert place.email in text(shown)
    assert Occasion.objects.get().cancelled_at is None

    staff_client.post(address(occasion, "stall-in"))
    assert Occasion.objects.get().cancelled_at is not None
    assert staff_client.get(address(occasion, "stall-in")).status_code == 302


def test_the_form_words_the_occasion_and_leaves_its_dates_alone(
    staff_client: Client, occasion: Occasion, place: Place
) -> None:
    fields = {"number": "1", "theme_name": "Omvärlden", "theme": "", "bullets": "", "purpose": "", "contributors": ""}
    fields |= {"changes_text": "Längre raster.", "editors_note": "", "starts_on": "2030-01-01"}

    assert staff_client.post(address(occasion), fields).status_code == 302

    saved = Occasion.objects.get()
    assert (saved.theme_name, saved.changes_text, saved.calendar_sequence) == ("Omvärlden", "Längre raster.", 1)
    assert saved.starts_on == occasion.starts_on
    assert AuditEvent.objects.about(occasion).get().data == {"fields": ["changes_text", "theme_name"]}


def test_the_cohorts_form_adds_occasions_and_changes_none(staff_client: Client, occasion: Occasion) -> None:
    cohort = occasion.cohort
    own = {"programme": str(cohort.programme_id), "year": "2027", "number": "1", "answer_days": "10"}
    own |= {"promotion": "by_staff", "occasions-TOTAL_FORMS": "2", "occasions-INITIAL_FORMS": "1"}
    row = {"number": "1", "theme_name": "Kapat", "starts_on": "2030-01-01", "ends_on": "2030-01-02"}
    rows = {f"occasions-0-{name}": value for name, value in row.items()}
    rows |= {"occasions-0-id": str(occasion.pk), "occasions-0-cohort": str(cohort.pk), "occasions-0-DELETE": "on"}
    new = {"number": "2", "theme_name": "Nytt", "starts_on": "2027-03-01", "ends_on": "2027-03-02"}
    rows |= {f"occasions-1-{name}": value for name, value in new.items()} | {"occasions-1-cohort": str(cohort.pk)}

    response = staff_client.post(f"/admin/programs/cohort/{cohort.pk}/change/", own | rows)

    assert response.status_code == 302, text(response)
    assert list(Occasion.objects.order_by("number").values_list("theme_name", "starts_on")) == [
        ("Styrning & ledning", occasion.starts_on),
        ("Nytt", dt.date(2027, 3, 1)),
    ]
    added = AuditEvent.objects.about(Occasion.objects.get(number=2)).get()
    assert added.event == "programs.occasion_added"


def test_the_mail_in_admin_shows_its_calendar_file(staff_client: Client, occasion: Occasion, place: Place) -> None:
    staff_client.post(address(occasion, "stall-in"))
    mail = OutgoingMail.objects.get(letter="programs/occasion_cancelled")
    assert "METHOD:CANCEL" in text(staff_client.get(f"/admin/core/outgoingmail/{mail.pk}/change/"))


def test_what_stands_in_calendars_is_not_deleted(staff_client: Client, occasion: Occasion, place: Place) -> None:
    assert staff_client.post(address(occasion, "delete"), {"post": "yes"}).status_code == 403


def test_a_new_occasion_is_written_down(staff_client: Client, occasion: Occasion) -> None:
    fields = {**NEW, "cohort": str(occasion.cohort_id), "number": "2", "theme_name": "Två", "theme": ""}
    response = staff_client.post("/admin/programs/occasion/add/", fields)
    assert response.status_code == 302, text(response)
    added = Occasion.objects.get(number=2)
    assert AuditEvent.objects.about(added).get().event == "programs.occasion_added"


def test_who_may_only_read_moves_nothing(occasion: Occasion) -> None:
    reader = make_staff("bo@skr.example", is_superuser=False)
    client = log_in(Client(), reader)
    for part in ("flytta", "stall-in", "narvaro", "svar", "utvardering"):
        assert client.get(address(occasion, part)).status_code == 403
    reader.groups.add(ensure_groups())
    for part in ("flytta", "stall-in", "narvaro", "svar", "utvardering"):
        assert client.get(address(occasion, part)).status_code == 200
    assert Client().get(address(occasion, "narvaro")).status_code == 302


# --- Attendance ------------------------------------------------------------------------------------------------------
@time_machine.travel("2026-12-27T09:00:00+01:00", tick=True)
def test_one_tap_notes_one_person_on_the_day(occasion: Occasion, place: Place) -> None:
    staff_client = log_in(Client(), make_staff())
    page = staff_client.get(address(occasion, "narvaro"))
    button = BeautifulSoup(page.content, "html.parser").select_one("button[value$=':ja']")
    assert button is not None

    response = staff_client.post(address(occasion, "narvaro"), {"dag": "2026-12-27", "tapped": str(button["value"])})

    assert response.headers["Location"] == f"{address(occasion, 'narvaro')}?dag=2026-12-27#p-{place.pk}"
    row = Attendance.objects.get()
    assert (row.day, row.present) == (dt.date(2026, 12, 27), True)
    pressed = BeautifulSoup(staff_client.get(address(occasion, "narvaro")).content, "html.parser")
    assert [button["value"] for button in pressed.select("[aria-pressed=true]")] == [f"{place.pk}:ja"]


@pytest.mark.parametrize("tapped", ["", "x", "11111111-1111-1111-1111-111111111111:ja", ":ja"])
@pytest.mark.parametrize("day", ["2030-01-01", "2026-02-31", "x"])
def test_a_tap_that_is_none_notes_nothing(staff_client: Client, occasion: Occasion, tapped: str, day: str) -> None:
    assert staff_client.post(address(occasion, "narvaro"), {"dag": day, "tapped": tapped}).status_code == 303
    assert Attendance.objects.count() == 0


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    staff_client: Client, occasion: Occasion, place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    staff_client.get(address(occasion, "narvaro"))
    for part in ("narvaro", "svar"):
        with django_assert_max_num_queries(30) as one:
            staff_client.get(address(occasion, part))
        for name in (f"Bo {part}", f"Cecilia {part}"):
            if not Place.objects.filter(name=name).exists() and part == "narvaro":
                join(occasion.cohort, name)
        with django_assert_max_num_queries(30) as three:
            staff_client.get(address(occasion, part))
        assert len(one) == len(three)


# --- Evaluations -----------------------------------------------------------------------------------------------------
def evaluated(occasion: Occasion, *marks: int) -> None:
    for mark in marks:
        Evaluation.objects.create(
            occasion=occasion, usefulness=mark, challenge=mark, setting=mark, best=f"Bra {mark}", change="<b>Mat</b>"
        )


def test_answers_are_shown_from_three_on(staff_client: Client, occasion: Occasion) -> None:
    evaluated(occasion, 5, 4)
    few = text(staff_client.get(address(occasion, "utvardering")))
    assert "2 svar." in few
    assert "Bra 5" not in few

    evaluated(occasion, 3)
    page = BeautifulSoup(staff_client.get(address(occasion, "utvardering")).content, "html.parser")
    enough = page.get_text(" ", strip=True)
    assert "Nytta i uppdraget, i medeltal 4,0 av 5" in enough
    assert [each in enough for each in ("Bra 3", "Bra 4", "Bra 5", "<b>Mat</b>")] == [True] * 4
    assert len(page.select("main svg, #content svg")) == 3
    assert len(page.select("#content table")) == 3


# --- Material --------------------------------------------------------------------------------------------------------
@pytest.fixture
def _files(settings: Settings, tmp_path: Any) -> None:
    options = {"location": str(tmp_path / "private")}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "portal.core.private_files.PrivateFolder", "OPTIONS": options},
    }


def upload(client: Client, occasion: Occasion, content: bytes, name: str = "Dag 1.pdf", **more: str) -> Any:
    fields = {"cohort": str(occasion.cohort_id), "occasion": str(occasion.pk), "title": "Inför dag 1", **more}
    file = SimpleUploadedFile(name, content)
    return client.post("/admin/programs/material/add/", {**fields, "file": file, "visible_from": ""})


@pytest.mark.usefixtures("_files")
def test_material_is_read_by_participants_until_the_link_runs_out(
    staff_client: Client, occasion: Occasion, place: Place
) -> None:
    response = upload(staff_client, occasion, PDF)
    assert response.status_code == 302, text(response)
    material = Material.objects.get()
    link = material_url(material, place)
    reader = Client()

    served = reader.get(link)
    assert b"".join(served) == PDF
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "Dag 1.pdf" in served["Content-Disposition"]
    assert "Dag" not in material.storage_name
    with time_machine.travel(dt.datetime.now(dt.UTC) + LINK_LIFETIME + dt.timedelta(minutes=1)):
        late = reader.get(link)
    assert (late.status_code, "Länken har gått ut" in text(late)) == (410, True)
    assert reader.get(link[:-2] + "x/").status_code == 404
    places.withdraw(place, by=audit.PERSON)
    assert reader.get(link).status_code == 404


@pytest.mark.usefixtures("_files")
def test_material_waits_for_its_day_and_another_cohort_reads_nothing(
    staff_client: Client, occasion: Occasion, place: Place
) -> None:
    upload(staff_client, occasion, PDF)
    material = Material.objects.get()
    link = material_url(material, place)
    Material.objects.update(visible_from=dt.date(2999, 1, 1))
    assert Client().get(link).status_code == 404


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize(
    ("content", "name"), [(b"MZ" + b"0" * 400, "Dag 1.pdf"), (PDF, "Dag 1.exe"), (b"", "Dag 1.pdf"), (PDF, "x.html")]
)
def test_a_file_that_is_not_what_it_says_is_refused(
    staff_client: Client, occasion: Occasion, content: bytes, name: str
) -> None:
    response = upload(staff_client, occasion, content, name)
    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").select(".field-file .errorlist, .errors .errorlist")
    assert Material.objects.count() == 0


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize(("title", "content", "is_said"), [("", PDF, True), ("Inför dag 1", b"MZ", False)])
def test_of_a_file_that_a_refused_page_has_lost_it_is_said_that_it_has_to_be_chosen_anew(
    staff_client: Client, occasion: Occasion, title: str, content: bytes, is_said: bool
) -> None:
    """Not where the file itself was refused: there an error asks for another one."""
    page = BeautifulSoup(upload(staff_client, occasion, content, title=title).content, "html.parser")

    (box,) = page.select("input[type=file]")
    (hint,) = page.select("#id_file_helptext")
    assert str(hint["id"]) in str(box["aria-describedby"]).split()
    assert ("Välj filen en gång till." in hint.get_text()) is is_said
    assert "PDF, Word" in hint.get_text()
    assert "en gång till" not in staff_client.get("/admin/programs/material/add/").content.decode()


@pytest.mark.usefixtures("_files")
def test_material_is_replaced_and_removed_with_its_file(
    staff_client: Client, occasion: Occasion, django_capture_on_commit_callbacks: Any
) -> None:
    upload(staff_client, occasion, PDF)
    material = Material.objects.get()
    first, page = material.storage_name, f"/admin/programs/material/{material.pk}/"
    fields = {"occasion": "", "title": "Nytt", "visible_from": "2027-01-01"}
    new = SimpleUploadedFile("Nytt.docx", ooxml(".docx"))

    with django_capture_on_commit_callbacks(execute=True):
        assert staff_client.post(f"{page}change/", {**fields, "file": new}).status_code == 302

    material.refresh_from_db()
    assert (material.title, material.occasion, material.file_name) == ("Nytt", None, "Nytt.docx")
    assert [private_storage().exists(name) for name in (first, material.storage_name)] == [False, True]
    with django_capture_on_commit_callbacks(execute=True):
        staff_client.post(f"{page}delete/", {"post": "yes"})
    assert (Material.objects.count(), private_storage().exists(material.storage_name)) == (0, False)
