"""The register of personal fields leaves nothing out, and the purge keeps its promise to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from portal.core.models import OutgoingMail, Submission
from portal.core.personal_data import models_with_personal_data, purge_expired, register
from tests.core.letters import queue

# Text columns that say nothing of a person: codes of ours.
TECHNICAL = {"password", "key", "page_key", "letter", "about_type", "about_id", "from_email", "reply_to", "flags"}
DECLARED = models_with_personal_data()


def declared_names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model.personal_record.fields}  # type: ignore[attr-defined]  # that is the list's rule


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_every_text_that_people_type_is_declared(model: type[models.Model]) -> None:
    texts = {
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
    }
    assert texts - TECHNICAL - declared_names(model) == set()


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_every_declared_field_exists_and_has_its_words(model: type[models.Model]) -> None:
    for field in model.personal_record.fields:  # type: ignore[attr-defined]  # as above
        try:
            model._meta.get_field(field.name)
        except FieldDoesNotExist:
            pytest.fail(f"{model._meta.label} has no field {field.name}")
        assert str(field.what)
        assert str(field.purpose)


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_every_row_knows_its_last_day(model: type[models.Model]) -> None:
    assert isinstance(model._meta.get_field("delete_after"), models.DateField)


def test_what_public_forms_make_is_in_the_register() -> None:
    submissions = {model for model in apps.get_models() if issubclass(model, Submission)}
    assert submissions <= set(DECLARED)
    assert len(register()) == len(DECLARED) >= len(submissions) > 0


def test_the_last_day_is_counted_from_the_day_it_came_in() -> None:
    record = register()[0]
    assert record.delete_after(date(2026, 1, 1)) == date(2026, 1, 1) + timedelta(days=record.days)
    assert record.delete_after() == timezone.localdate() + timedelta(days=record.days)


@pytest.mark.django_db
@pytest.mark.usefixtures("letters")
def test_the_purge_takes_what_is_past_its_day_and_nothing_else() -> None:
    today = date(2026, 11, 21)
    kept, gone = queue("Kvar"), queue("Borta")
    OutgoingMail.objects.filter(pk=kept.pk).update(delete_after=today)
    OutgoingMail.objects.filter(pk=gone.pk).update(delete_after=today - timedelta(days=1))

    assert purge_expired(today)["core.outgoingmail"] == 1
    assert list(OutgoingMail.objects.all()) == [kept]
    assert purge_expired(today)["core.outgoingmail"] == 0
