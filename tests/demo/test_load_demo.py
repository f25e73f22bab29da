"""The demo's data: loaded twice is as once, made by the real verbs, and nothing in it is a secret that others know."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from agreements.models import Agreement, CommentThread, Document, Member, Paper
from agreements.queries.agreeing import agreeing_state
from agreements.queries.documents import current_content
from portal.accounts.models import User
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.states import MailState
from portal.demo import agreements, cohorts, registrations, staff
from programs.models import Cohort, InterestRegistration, Place, Programme
from tests.accounts.people import log_in_by_mail

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]


def test_it_says_where_and_as_whom_one_logs_in(demo: str) -> None:
    for needed in ("/admin/", "/demo/", "/demo/brevlada/", *(member.email for member in staff.STAFF)):
        assert needed in demo


def test_a_second_run_changes_nothing(demo: str) -> None:
    def state() -> tuple[object, ...]:
        secrets = list(Authenticator.objects.order_by("pk").values_list("user__email", "type", "data"))
        papers = list(Paper.objects.values_list("sha256", flat=True))
        return (
            secrets,
            papers,
            [model.objects.count() for model in (User, InterestRegistration, Agreement, Place, OutgoingMail)],
        )

    before = state()
    call_command("load_demo", stdout=StringIO())

    assert state() == before


def test_staff_has_one_summary_to_look_at(demo: str, settings: Settings) -> None:
    settings.STAFF_EMAILS = ["kansli@samspel.example"]

    for _time in range(2):
        call_command("load_demo", stdout=StringIO())

    mail = OutgoingMail.objects.get(letter="programs/interest_summary")
    assert mail.to_email == "kansli@samspel.example"
    assert "nya intresseanmälningar" in mail.subject


def test_each_installation_has_secrets_of_its_own(demo: str) -> None:
    first = [step.code for step in staff.second_steps()]
    secrets = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("data__secret", flat=True))

    Authenticator.objects.all().delete()
    staff.ensure_staff()

    again = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("data__secret", flat=True))
    assert (len(first), len(secrets), len(again)) == (2, 2, 2)
    assert not secrets & again


def test_every_person_is_made_up_and_registered_by_the_real_verb(demo: str) -> None:
    rows = InterestRegistration.objects.all()

    assert rows.count() == len(registrations.people()) == 40
    assert all(row.email.endswith(".example") for row in rows)
    assert AuditEvent.objects.filter(event="programs.interest_registered").count() == 40
    assert {mail.state for mail in OutgoingMail.objects.all()} == {MailState.QUEUED}
    assert {row.state for row in rows} == {"registered", "withdrawn"}


def test_one_pair_writes_and_another_holds_its_pdf(demo: str, client: Client) -> None:
    writing, approved = Agreement.objects.order_by("state")[::-1]
    state = agreeing_state(writing, current_content(Document.objects.get(agreement=writing))[0])

    assert (writing.state, approved.state) == ("writing", "approved")
    assert {key for key, section in state.sections.items() if section.is_agreed} == {"uppdraget"}
    assert [len(section.marked_by) for key, section in state.sections.items() if key == "fokus"] == [1]
    assert CommentThread.objects.filter(agreement=writing).count() == 2
    assert bytes(Paper.objects.get(version__agreement=approved).content or b"").startswith(b"%PDF-1.7")
    assert all(member.user.email.endswith(".example") for member in Member.objects.select_related("user"))


def test_each_of_the_pairs_comes_in_by_a_mailed_code(demo: str) -> None:
    assert len(agreements.addresses()) == 4
    for address in agreements.addresses():
        client = Client()
        assert address in demo
        log_in_by_mail(client, User.objects.get(email=address))
        page = client.get(reverse("agreement_list")).content.decode()
        assert "Demo" in page
        assert page.count("/overenskommelser/") > 1


def test_there_is_a_cohort_in_each_stage_with_made_up_people_only(demo: str) -> None:
    of_the_demo = Cohort.objects.filter(programme__slug=cohorts.SLUG)
    stages = {cohort.state: cohort.places.count() for cohort in of_the_demo}

    assert stages == {"planned": 0, "application_open": 10, "started": 7, "completed": 3}
    assert all(place.email.endswith(".example") for place in Place.objects.all())
    assert not Programme.objects.filter(slug=cohorts.SLUG, published=True).exists()
    assert cohorts.PARTICIPANT in demo


def test_a_participant_logs_in_and_sees_figures_that_say_they_are_a_sample(demo: str, client: Client) -> None:
    log_in_by_mail(client, User.objects.get(email=cohorts.PARTICIPANT))
    place = Place.objects.get(email=cohorts.PARTICIPANT)
    page = client.get(reverse("my_place", args=[place.pk])).content.decode()
    figures = client.get(reverse("my_key_figures", args=[place.pk])).content.decode()

    assert "Det här väntar på dig" in page
    assert "Exempeldata" in figures
    assert "Källa: Kolada" not in figures


def test_the_page_tells_the_code_that_opens_admin(demo: str, client: Client) -> None:
    page = client.get(reverse("demo_index")).content.decode()
    [step] = [step for step in staff.second_steps() if step.member.is_superuser]

    log_in_by_mail(client, User.objects.get(email=step.member.email))
    client.post(reverse("mfa_authenticate"), {"code": step.code})

    assert step.member.email in page
    assert client.get("/admin/").status_code == 200
