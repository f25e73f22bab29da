"""Organisations in admin: staff owns the name in own use and nothing else."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import RequestFactory

from portal.accounts.models import User
from portal.organisations.actions import load_organisations
from portal.organisations.admin import OrganisationAdmin
from portal.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation_admin() -> OrganisationAdmin:
    found = admin.site.get_model_admin(Organisation)
    assert isinstance(found, OrganisationAdmin)
    return found


def test_only_the_name_in_own_use_can_be_edited(organisation_admin: OrganisationAdmin) -> None:
    request = RequestFactory().get("/admin/")
    request.user = User.objects.create_superuser("redaktor@skr.example")

    form = organisation_admin.get_form(request, Organisation())

    assert list(form.base_fields) == ["brand_name"]
    assert not organisation_admin.has_add_permission(request)
    assert not organisation_admin.has_delete_permission(request)


def test_search_finds_in_any_case(organisation_admin: OrganisationAdmin) -> None:
    load_organisations()

    found, _duplicates = organisation_admin.get_search_results(
        RequestFactory().get("/admin/"), Organisation.objects.all(), "åmål"
    )

    assert [organisation.code for organisation in found] == ["1492"]


def test_gotlands_two_names_are_explained(organisation_admin: OrganisationAdmin) -> None:
    assert "samma juridiska person" in organisation_admin.same_body(Organisation(code="09"))
    assert organisation_admin.same_body(Organisation(code="0180")) == "–"
