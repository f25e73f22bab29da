"""Questions about organisations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from portal.core.microcache import kept
from portal.organisations.models import Organisation, OrganisationKind, label_of


@kept
def active_organisations() -> Mapping[str, Organisation]:
    """The organisations that a form accepts, by code."""
    return MappingProxyType({organisation.code: organisation for organisation in Organisation.objects.active()})


Choices = list[tuple[str, list[tuple[str, str]]]]


def grouped_choices() -> Choices:
    """What a form offers: regions, then municipalities, each in Swedish order, as (heading, [(code, label), …]).

    One query that builds no model objects, since the busiest page of the portal shows all 311.
    """
    groups: dict[str, list[tuple[str, str]]] = {OrganisationKind.REGION: [], OrganisationKind.MUNICIPALITY: []}
    rows = Organisation.objects.active().alphabetical().values_list("kind", "code", "name", "brand_name")
    for kind, code, name, brand_name in rows:
        groups[kind].append((code, label_of(name, brand_name)))
    headings = {OrganisationKind.REGION: _("Regioner"), OrganisationKind.MUNICIPALITY: _("Kommuner")}
    return [(heading, groups[kind]) for kind, heading in headings.items() if groups[kind]]
