"""The trail only grows."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AppendOnlyError, AuditEvent
from portal.organisations.models import Organisation

pytestmark = pytest.mark.django_db

SUBJECT = Organisation(code="0180", name="Stockholms stad")


def test_a_line_says_who_did_what_to_which_thing() -> None:
    line = audit.record("organisations.changed", SUBJECT, by=audit.SYSTEM, fields=["name"], number=2)
    line.refresh_from_db()
    assert (line.event, line.subject_type, line.subject_id) == (
        "organisations.changed",
        "organisations.organisation",
        "0180",
    )
    assert (line.actor_kind, line.actor_id, line.data) == ("system", None, {"fields": ["name"], "number": 2})
    assert list(AuditEvent.objects.about(SUBJECT)) == [line]
    assert not AuditEvent.objects.about(Organisation(code="0114")).exists()


def test_staff_is_named_by_number_and_the_line_outlives_the_account() -> None:
    user = User.objects.create(email="personal@skr.example")
    line = audit.record("organisations.changed", SUBJECT, by=audit.staff(user))
    number = user.pk
    user.delete()
    line.refresh_from_db()
    assert (line.actor_kind, line.actor_id) == ("staff", number)


def test_the_code_changes_and_removes_no_line() -> None:
    line = audit.record("organisations.changed", SUBJECT, by=audit.SYSTEM)
    line.event = "something else"
    with pytest.raises(AppendOnlyError):
        line.save()
    with pytest.raises(AppendOnlyError):
        line.delete()
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.update(event="something else")


def test_no_statement_past_the_code_changes_a_line() -> None:
    audit.record("organisations.changed", SUBJECT, by=audit.SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditevent SET event = 'x'")
    assert AuditEvent.objects.get().event == "organisations.changed"


def test_a_line_belongs_to_the_transaction_of_its_fact() -> None:
    with transaction.atomic():
        audit.record("organisations.changed", SUBJECT, by=audit.SYSTEM)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
