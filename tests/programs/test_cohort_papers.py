"""The papers of a cohort: conforming, with every name whole, with nothing that is not theirs to know."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.core import audit
from portal.core.models import AuditEvent
from portal.core.states import TransitionRefused
from programs import exports, pdf
from programs.actions import places
from programs.admin.papers import PAPERS
from programs.models import Cohort, Invoicing, Occasion, OccasionAnswer, OccasionNeeds, Place
from programs.queries import papers
from programs.states import PlaceState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_occasion
from tests.programs.places import make_place, make_round
from tests.services.pdf_validator import assert_archival_and_accessible

pytestmark = pytest.mark.django_db
NAMES = (
    "Åsa Lind",
    "Máret Biehtár Sárá-Ŋállá Đorvvošč Ŧuommá",
    "Anna-Karin 🌿 Grönblad",
    "Gun-Britt von Stjernkrona af Österåkersberga-Vidsträckta Norrlandskustland den Yngre",
    "=SUMMA(A1:A9)",
    "مريم الخوارزمي",
)
FAR = dt.date(2030, 1, 1)


@pytest.fixture
def cohort() -> Cohort:
    """Six people with unusual names, of whom four take part; one more was interrupted and one said no."""
    cohort = make_round(20, fee=24_000, lodging_per_occasion=4_500, lodging_is_approximate=True)
    for number in (1, 2):
        make_occasion(cohort, number, dt.date(2027, 2 * number, 8))
    states = [PlaceState.PARTICIPANT] * 4 + [PlaceState.COMPLETED, PlaceState.ACCEPTED]
    for name, state in zip(NAMES, states, strict=True):
        rename(make_place(cohort, state, code="1280" if name.startswith("M") else "0180"), name)
    rename(make_place(cohort, PlaceState.INTERRUPTED), "Ivar Avbruten")
    rename(make_place(cohort, PlaceState.DECLINED), "Nils Nejsson")
    return cohort


def rename(place: Place, name: str) -> None:
    Place.objects.filter(pk=place.pk).update(name=name)


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def sheet(content: bytes) -> list[list[object]]:
    rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


def answered(cohort: Cohort, *, food: str = "", access: str = "") -> Occasion:
    occasion: Occasion = cohort.occasions.get(number=1)
    for place in papers.participants(cohort):
        if place.state == PlaceState.PARTICIPANT:
            facts = {"comes": True, "sleeps_over": place.name != NAMES[0], "delete_after": FAR}
            OccasionAnswer.objects.create(occasion=occasion, place=place, **facts)
            OccasionNeeds.objects.create(occasion=occasion, place=place, food=food, access=access, delete_after=FAR)
    return occasion


def invoicing(cohort: Cohort, name: str, **facts: object) -> Invoicing:
    place = Place.objects.get(cohort=cohort, name=name)
    told = {"by": "peppol", "peppol_id": "0007:2120000142", "organisation_number": "212000-0142", "reference": "ZZ1"}
    return Invoicing.objects.create(
        **{"place": place, "cohort": cohort, "organisation": place.organisation, "participant": name} | told | facts,
        delete_after=FAR,
    )


# --- PDF -------------------------------------------------------------------------------------------------------------
def test_every_pdf_is_for_archives_and_for_screen_readers(cohort: Cohort) -> None:
    occasion = answered(cohort, food="Vegetariskt", access="Hörslinga")
    made = {
        "list": pdf.participant_list(cohort),
        "badges": pdf.name_badges(cohort),
        "rooms": pdf.rooming_list(occasion),
        "invoices": pdf.invoicing_basis(cohort),
        "diplomas": pdf.diplomas(papers.diplomas(cohort)),
    }
    for content in made.values():
        assert_archival_and_accessible(content)


def test_an_empty_cohort_gives_whole_papers() -> None:
    cohort = make_round(2)
    for content in (pdf.participant_list(cohort), pdf.name_badges(cohort), pdf.invoicing_basis(cohort)):
        assert_archival_and_accessible(content)


def test_each_participant_has_one_badge_with_the_whole_name(cohort: Cohort) -> None:
    text = " ".join(words(pdf.name_badges(cohort)).split())
    for name in NAMES[:2]:
        assert name in text
    assert len(PdfReader(BytesIO(pdf.name_badges(cohort))).pages) == 1
    assert "Nejsson" not in text
    assert "Avbruten" not in text


def test_eleven_badges_take_two_sheets(cohort: Cohort) -> None:
    for _ in range(5):
        make_place(cohort, PlaceState.PARTICIPANT)
    assert len(PdfReader(BytesIO(pdf.name_badges(cohort))).pages) == 2


@pytest.mark.parametrize("name", [*NAMES, "Å" * 200])
def test_a_diploma_holds_any_name_on_one_page(cohort: Cohort, name: str) -> None:
    rename(Place.objects.get(cohort=cohort, state=PlaceState.COMPLETED), name)
    content = pdf.diplomas(papers.diplomas(cohort))
    assert_archival_and_accessible(content)
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_a_diploma_is_the_same_each_time(cohort: Cohort) -> None:
    assert pdf.diplomas(papers.diplomas(cohort)) == pdf.diplomas(papers.diplomas(cohort))


def test_only_who_has_gone_through_gets_a_diploma(cohort: Cohort) -> None:
    assert [each.name for each in papers.diplomas(cohort)] == [NAMES[4]]
    assert papers.diploma_of(Place.objects.get(name=NAMES[0])) is None


# --- What the venue gets ---------------------------------------------------------------------------------------------
def test_the_venue_gets_names_and_needs_and_nothing_else(cohort: Cohort) -> None:
    occasion = answered(cohort, food="Utan nötter", access="Ramp")
    text = words(pdf.rooming_list(occasion))
    rows = sheet(exports.rooming_list(occasion))
    for place in Place.objects.filter(cohort=cohort):
        for private in (place.email, place.organisation.name, place.reference):
            assert private not in text
            assert not any(private in str(cell) for row in rows for cell in row)
    assert "Utan nötter" in text
    assert rows[0] == ["Namn", "Sover över", "Mat", "Tillgänglighet"]
    assert [row[1] for row in rows[1:]].count("Ja") == 3


def test_two_of_the_same_name_keep_their_own_beds(cohort: Cohort) -> None:
    occasion = answered(cohort)
    places = Place.objects.filter(cohort=cohort, state=PlaceState.PARTICIPANT).order_by("pk")
    places.update(name="Eva Ek")
    first, second, *others = places
    needs = OccasionNeeds.objects.filter(occasion=occasion)
    needs.filter(place=first).update(food="Utan nötter", access="Ramp")
    needs.filter(place=second).update(access="Hörslinga")
    sleeps = dict(OccasionAnswer.objects.filter(occasion=occasion).values_list("place", "sleeps_over"))

    told = papers.venue_list(occasion)

    assert told == [
        papers.VenueLine("Eva Ek", sleeps[first.pk], "Utan nötter", "Ramp"),
        papers.VenueLine("Eva Ek", sleeps[second.pk], "", "Hörslinga"),
        *[papers.VenueLine("Eva Ek", sleeps[place.pk], "", "") for place in others],
    ]
    assert sum(line.sleeps_over for line in told) == 3


# --- Invoicing -------------------------------------------------------------------------------------------------------
def test_a_night_at_a_cancelled_occasion_is_not_invoiced(cohort: Cohort) -> None:
    def nights() -> list[int | None]:
        return [line.nights for payer in papers.payers(cohort) for line in payer.lines]

    occasion = answered(cohort)
    assert sum(filter(None, nights())) == 3

    Occasion.objects.filter(pk=occasion.pk).update(cancelled_at=timezone.now())

    assert sum(filter(None, nights())) == 0


def test_each_participant_is_one_row_with_the_prices_as_published(cohort: Cohort) -> None:
    answered(cohort)
    invoicing(cohort, NAMES[0])
    rows = sheet(exports.invoicing_basis(cohort))
    heading = dict(zip(map(str, rows[0]), range(len(rows[0])), strict=True))
    by_name = {row[2]: row for row in rows[1:]}
    first = by_name[NAMES[0]]
    assert len(rows) == 1 + 7
    assert first[heading["Avgift, kr exkl. moms"]] == 24_000
    assert first[heading["Logi och mat per tillfälle, ungefär, kr exkl. moms"]] == 4_500
    assert (first[1], first[6], first[11]) == ("212000-0142", "0007:2120000142", None)
    assert by_name[NAMES[1]][11] == "Saknas"
    assert "Nils Nejsson" not in by_name
    assert not any("moms" in str(cell) for row in rows[1:] for cell in row)


def test_unknown_prices_stay_unknown() -> None:
    cohort = make_round(3)
    make_place(cohort, PlaceState.PARTICIPANT)
    assert sheet(exports.invoicing_basis(cohort))[1][8:10] == [None, None]
    assert "inte bestämd" in words(pdf.invoicing_basis(cohort))


def test_payers_come_together_in_order(cohort: Cohort) -> None:
    payers = papers.payers(cohort)
    assert [(payer.name, len(payer.lines)) for payer in payers] == [("Ort 0180", 6), ("Ort 1280", 1)]


def test_an_invoice_outlives_its_place(cohort: Cohort) -> None:
    invoicing(cohort, NAMES[0], place=None, participant="SAM-AAAA-BBBB")
    lines = [line.participant for payer in papers.payers(cohort) for line in payer.lines]
    assert "SAM-AAAA-BBBB" in lines


# --- Excel -----------------------------------------------------------------------------------------------------------
def test_names_are_whole_and_no_cell_is_a_formula(cohort: Cohort) -> None:
    content = exports.participant_list(cohort)
    names = {str(row[0]) for row in sheet(content)[1:]}
    assert names == {name if not name.startswith("=") else f"'{name}" for name in NAMES}
    with ZipFile(BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_names(cohort: Cohort, tmp_path: Path) -> None:
    file = tmp_path / "lista.xlsx"
    file.write_bytes(exports.participant_list(cohort))
    command = ["soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(file)], check=True, capture_output=True, timeout=120)
    text = (tmp_path / "lista.csv").read_text("utf-8")
    assert all(name in text for name in NAMES)


# --- Who may have them -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", PAPERS)
def test_staff_gets_each_paper_and_the_trail_says_so(client: Client, cohort: Cohort, kind: str) -> None:
    answered(cohort)
    log_in(client, make_staff())
    response = client.get(reverse("admin:cohort_paper", args=[cohort.pk, kind]))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.get(event="programs.paper_made").data == {"paper": kind}


def test_without_anything_to_print_staff_is_told(client: Client) -> None:
    cohort = make_round(2)
    log_in(client, make_staff())
    for kind in ("diplom", "rumslista"):
        assert client.get(reverse("admin:cohort_paper", args=[cohort.pk, kind])).status_code == 302
    assert client.get(reverse("admin:cohort_paper", args=[cohort.pk, "annat"])).status_code == 404


def test_nobody_else_gets_them(client: Client, cohort: Cohort) -> None:
    address = reverse("admin:cohort_paper", args=[cohort.pk, "deltagarlista"])
    assert client.get(address).status_code == 302
    log_in(client, make_staff("utan@skr.example", is_superuser=False))
    assert client.get(address).status_code == 403


def test_whoever_has_gone_through_fetches_their_own_diploma(client: Client, cohort: Cohort) -> None:
    done = Place.objects.get(cohort=cohort, state=PlaceState.COMPLETED)
    other = Place.objects.filter(cohort=cohort, state=PlaceState.PARTICIPANT).first()
    assert other is not None
    client.force_login(done.user or pytest.fail("no account"))
    assert client.get(reverse("my_diploma", args=[done.pk])).content.startswith(b"%PDF")
    assert client.get(reverse("my_diploma", args=[other.pk])).status_code == 404
    client.force_login(other.user or pytest.fail("no account"))
    assert client.get(reverse("my_diploma", args=[other.pk])).status_code == 404


def test_completing_again_is_refused_so_that_the_date_stays(cohort: Cohort) -> None:
    done = Place.objects.get(cohort=cohort, state=PlaceState.COMPLETED)
    with pytest.raises(TransitionRefused):
        places.complete(done, by=audit.SYSTEM)
