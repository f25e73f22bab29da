"""The privacy page says what the register of personal fields says, and the register leaves nothing out."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.core import personal_data
from portal.core.models import Submission
from portal.core.search import SearchText
from tests.pages.visitors import soup

# Text that is not about a person, or that only repeats what is declared.
OF_EVERY_SUBMISSION = {field.name for field in Submission._meta.get_fields()}
COPIES = {field.name for field in SearchText._meta.get_fields()}
NOT_PERSONAL = {"page_key": "which page", "reference": "a random number", "state": "where it stands with staff"}


def _texts(model: type[models.Model]) -> set[str]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return {field.name for field in model._meta.concrete_fields if isinstance(field, kinds)}


OWN_MODELS = [model for model in personal_data.models_with_personal_data() if model._meta.app_label == "pages"]


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_no_text_about_a_person_is_left_out_of_the_register(model: type[models.Model]) -> None:
    record = model.personal_record  # type: ignore[attr-defined]  # each of them declares one
    declared = {field.name for field in record.fields}

    assert _texts(model) - OF_EVERY_SUBMISSION - COPIES - set(NOT_PERSONAL) == declared


def test_enquiries_and_answers_are_in_the_register() -> None:
    assert {model.__name__ for model in OWN_MODELS} == {"ContactMessage", "AccessibilityReport", "FeedbackAnswer"}


@pytest.mark.usefixtures("pages")
def test_the_page_shows_every_record_and_every_field_of_the_register(client: Client) -> None:
    page = soup(client.get(reverse("privacy")))

    shown = {
        str(table.caption.text): [row.th.text for row in table.select("tbody tr") if row.th]
        for table in page.select("table")
        if table.caption
    }
    assert shown == {
        str(record.title): [str(field.what) for field in record.fields] for record in personal_data.register()
    }
    for record in personal_data.register():
        for text in (record.purpose, record.basis, record.kept):
            assert str(text) in page.get_text()


@pytest.mark.usefixtures("pages")
def test_the_page_names_the_cookies_by_the_names_they_have(client: Client) -> None:
    text = soup(client.get(reverse("privacy"))).get_text()

    assert django_settings.CSRF_COOKIE_NAME in text
    assert django_settings.SESSION_COOKIE_NAME in text
    assert "Google" not in text


@pytest.mark.usefixtures("pages")
def test_the_page_tells_of_google_when_its_check_is_used(client: Client, settings: Settings) -> None:
    settings.CAPTCHA_PROVIDER = "recaptcha"

    assert "Google" in soup(client.get(reverse("privacy"))).get_text()


@pytest.mark.usefixtures("pages")
def test_reading_sets_no_cookie_but_the_one_that_guards_the_forms(client: Client) -> None:
    for name in ("start", "mission", "contact", "privacy"):
        client.get(reverse(name))

    assert set(client.cookies) == {django_settings.CSRF_COOKIE_NAME}
