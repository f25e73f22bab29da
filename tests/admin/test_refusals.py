"""What admin's forms refuse is told in Swedish words: never by the name of a constraint or of a technical thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import BaseConstraint, CheckConstraint, Model, Q, SlugField, UniqueConstraint
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.core.admin_site import site
from programs.admin.catalogue import OccasionInline
from programs.models import Cohort, InterestRound
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_programme

pytestmark = pytest.mark.django_db

# What the form itself refuses beside the field, before the database is asked.
REFUSED_BY_THE_FORM = {"page_is_always_published"}


def forms() -> Iterator[tuple[type[Model], set[str], Any]]:
    """Each model that somebody edits in admin or in an inline, with the names of the boxes and the form."""
    request = RequestFactory().get("/")
    request.user = make_staff("alla@skr.example")
    written = ((model, its) for model, its in site._registry.items() if _is_written(its, request))
    for model, its in written:
        form = its.get_form(request)
        yield model, set(form.base_fields), form
        for inline in {*its.inlines, *([OccasionInline] if model is Cohort else [])}:
            part: Any = inline(model, site)
            its_form = part.get_formset(request).form
            yield part.model, set(its_form.base_fields), its_form


def _is_written(its: Any, request: HttpRequest) -> bool:
    return bool(its.has_add_permission(request) or its.has_change_permission(request))


def columns(constraint: BaseConstraint) -> set[str]:
    """The fields that the constraint looks at."""
    if isinstance(constraint, UniqueConstraint):
        named = {name for each in constraint.expressions for name in _in(each)}
        return {*constraint.fields, *named, *_in(constraint.condition)}
    return _in(constraint.condition) if isinstance(constraint, CheckConstraint) else set()


def _in(node: Any) -> set[str]:
    if node is None:
        return set()
    if isinstance(node, Q):
        return {name for child in node.children for name in (_in(child) if isinstance(child, Q) else _of_pair(child))}
    if hasattr(node, "name"):
        return {node.name}
    return {name for each in getattr(node, "get_source_expressions", list)() for name in _in(each)}


def _of_pair(child: Any) -> set[str]:
    return {child[0].partition("__")[0], *_in(child[1])} if isinstance(child, tuple) else _in(child)


def says_what_is_wrong(constraint: BaseConstraint) -> bool:
    """Words of its own, or Django's Swedish ones that name the fields which are the same in two rows."""
    if isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None:
        return True
    return constraint.violation_error_message != constraint.default_violation_error_message


def is_a_choice(model: type[Model], constraint: BaseConstraint) -> bool:
    """Whether it only says that a value is one of those in the list that the form offers."""
    known = columns(constraint)
    return constraint.name.endswith("_is_known") and all(model._meta.get_field(name).choices for name in known)  # type: ignore[union-attr]


def test_every_constraint_that_a_form_can_meet_says_what_is_wrong() -> None:
    met = [
        (model, constraint)
        for model, boxes, _form in forms()
        for constraint in model._meta.constraints
        if columns(constraint) & boxes and not is_a_choice(model, constraint)
    ]

    silent = {constraint.name for _model, constraint in met if not says_what_is_wrong(constraint)}

    assert silent == REFUSED_BY_THE_FORM
    assert {"one_user_per_email", "occasion_ends_after_it_starts", "cohort_year_is_sane"} <= {
        constraint.name for _model, constraint in met
    }


def test_no_address_of_a_page_is_called_a_slug() -> None:
    asked = [
        (model, form.base_fields[field.name])
        for model, boxes, form in forms()
        for field in model._meta.concrete_fields
        if isinstance(field, SlugField) and field.name in boxes
    ]

    assert len(asked) >= 4
    for model, box in asked:
        assert "bindestreck" in str(box.error_messages.get("invalid", "")), model


def page_after(client: Client, page: str, *arguments: object, **fields: object) -> str:
    answer = client.post(reverse(f"admin:{page}", args=arguments), fields)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_round_in_an_impossible_year(client: Client) -> None:
    page = page_after(log_in(client, make_staff()), "programs_interestround_add", year=1999)

    assert "Året ska vara mellan 2000 och 2100." in page
    assert "_is_sane" not in page
    assert not InterestRound.objects.exists()


def test_a_second_account_for_the_same_address_in_other_letters(client: Client) -> None:
    log_in(client, make_staff("astrid@skr.example"))

    page = page_after(client, "accounts_user_add", email="Astrid@SKR.example", name="Astrid", is_active="on")

    assert "Det finns redan ett konto med den e-postadressen." in page
    assert "one_user_per_email" not in page
    assert User.objects.count() == 1


def test_an_address_with_spaces_is_refused_beside_its_box(client: Client) -> None:
    programme = make_programme()

    page = page_after(
        log_in(client, make_staff()), "programs_programme_change", programme.pk, name="Ett", slug="med mellanslag å"
    )

    assert "Adressen får bara ha bokstäverna a–z, siffror och bindestreck" in page
    assert "”slug”" not in page
