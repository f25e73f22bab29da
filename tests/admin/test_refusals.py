"""What admin's forms refuse is told in Swedish words: never by the name of a constraint or of a technical thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db.models import BaseConstraint, Model, SlugField, UniqueConstraint
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.core.admin_refusals import columns
from portal.core.admin_site import site
from portal.pages.models import Page
from programs.admin.catalogue import OccasionInline
from programs.models import Cohort, InterestRound
from programs.states import CohortState
from tests.accounts.people import log_in, make_staff
from tests.programs.builders import make_cohort, make_programme

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
        if set(columns(constraint)) & boxes and not is_a_choice(model, constraint)
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


def refused_at(page: str) -> dict[str, str]:
    """What the page refuses, by the name of the box that the words stand beside; "" is the top of the form."""
    found = BeautifulSoup(page, "html.parser").select("ul.errorlist")
    return {
        str(each.get("id", "")).removeprefix("id_").removesuffix("_error"): each.get_text(strip=True) for each in found
    }


def page_after(client: Client, page: str, *arguments: object, **fields: object) -> str:
    answer = client.post(reverse(f"admin:{page}", args=arguments), fields)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_round_in_an_impossible_year(client: Client) -> None:
    page = page_after(log_in(client, make_staff()), "programs_interestround_add", year=1999)

    assert refused_at(page) == {"year": "Året ska vara mellan 2000 och 2100."}
    assert "_is_sane" not in page
    assert not InterestRound.objects.exists()


def test_a_second_account_for_the_same_address_in_other_letters(client: Client) -> None:
    log_in(client, make_staff("astrid@skr.example"))

    page = page_after(client, "accounts_user_add", email="Astrid@SKR.example", name="Astrid", is_active="on")

    assert refused_at(page) == {"email": "Det finns redan ett konto med den e-postadressen."}
    assert "one_user_per_email" not in page
    assert User.objects.count() == 1


def form_of(model: type[Model], instance: Model, **typed: object) -> Any:
    request = RequestFactory().get("/")
    request.user = make_staff("form@skr.example")
    form = site._registry[model].get_form(request, instance)(typed, instance=instance)
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def test_what_is_about_two_boxes_stands_beside_the_one_that_was_left_empty_or_the_first() -> None:
    cohort = make_cohort(make_programme(), 2027, CohortState.INTEREST_OPEN)
    opens = {"application_opens_at_0": "2027-03-02", "application_opens_at_1": "10:00"}
    closes = {"application_closes_at_0": "2027-03-01", "application_closes_at_1": "10:00"}

    told = form_of(Cohort, cohort, interest_round="", **opens, **closes)

    assert told["application_closes_at"] == ["Ansökan kan inte stänga innan den öppnar."]
    assert told["interest_round"] == ["Välj årgång för intresse: kullen är öppen för intresseanmälan."]
    assert "__all__" not in told


def test_a_published_page_without_a_day_is_refused_beside_the_day() -> None:
    told = form_of(Page, Page(), published="on", published_on="")

    assert told["published_on"] == ["En publicerad sida behöver ett publiceringsdatum."]


def test_an_occasion_of_a_cohort_is_refused_beside_its_last_day() -> None:
    request = RequestFactory().get("/")
    request.user = make_staff()
    form = OccasionInline(Cohort, site).get_formset(request).form

    told = form({"starts_on": "2027-03-02", "ends_on": "2027-03-01"}).errors

    assert told["ends_on"] == ["Sista dagen kan inte vara före första dagen."]


def test_an_address_with_spaces_is_refused_beside_its_box(client: Client) -> None:
    programme = make_programme()

    page = page_after(
        log_in(client, make_staff()), "programs_programme_change", programme.pk, name="Ett", slug="med mellanslag å"
    )

    assert "Adressen får bara ha bokstäverna a–z, siffror och bindestreck" in page
    assert "”slug”" not in page
