"""Templates are data: loaded once, edited in versions, fixed when published."""

import pytest
from django.test import Client
from django.urls import reverse

from agreements.actions.templates import (
    TemplateRefused,
    draft_template_version,
    load_templates,
    publish_template_version,
)
from agreements.models import PublishedError, Template, TemplateSection, TemplateVersion
from agreements.queries.templates import newest_version, section_keys
from portal.core import audit
from tests.accounts.people import log_in, make_staff
from tests.agreements.builders import AGREEMENT, make_pair

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Uppdraget – det gemensamma",
    "Fokus på de närmaste åren",
    "Ordförandes uppdrag och ansvar",
    "Chefens uppdrag och ansvar",
    "Möten och kontakter",
    "Vårt samarbete ska kännetecknas av",
    "Tillgänglighet för varandra och vårt förhållningssätt",
    "Utvecklingssamtal",
]


def test_the_agreement_has_the_eight_headings_and_the_instruction_its_thirteen() -> None:
    load_templates()

    agreement = TemplateSection.objects.filter(version__template__slug=AGREEMENT)
    assert list(agreement.values_list("heading", flat=True)) == HEADINGS
    assert list(agreement.filter(kind="meetings").values_list("key", flat=True)) == ["moten"]
    assert TemplateSection.objects.exclude(version__template__slug=AGREEMENT).count() == 13
    assert all(section.question_lines for section in TemplateSection.objects.all())


def test_loading_again_changes_nothing() -> None:
    first, second = load_templates(), load_templates()

    assert (len(first.added), len(second.added), len(second.kept)) == (2, 0, 2)
    assert TemplateVersion.objects.count() == 2


def test_a_running_agreement_keeps_its_version() -> None:
    pair = make_pair()
    template = Template.objects.get(slug=AGREEMENT)
    draft = draft_template_version(template, by=audit.SYSTEM)
    draft.sections.filter(key="fokus").update(heading="Något annat")
    publish_template_version(draft, by=audit.SYSTEM)

    pair.agreement.refresh_from_db()
    assert pair.agreement.template_version.number == 1
    assert newest_version(AGREEMENT) == draft
    assert section_keys(draft) == section_keys(pair.agreement.template_version)


def test_a_published_version_is_not_changed_or_published_twice() -> None:
    load_templates()
    version = TemplateVersion.objects.filter(published_at__isnull=False).first()
    assert version is not None
    section = version.sections.all()[0]
    section.heading = "Smygändrad"

    with pytest.raises(PublishedError):
        section.save()
    with pytest.raises(TemplateRefused):
        publish_template_version(version, by=audit.SYSTEM)


def test_staff_drafts_and_publishes_in_admin(client: Client) -> None:
    load_templates()
    log_in(client, make_staff())
    template = Template.objects.get(slug=AGREEMENT)
    fields = {"name": template.name, "slug": template.slug, "kind": template.kind, "lead": "Ny ingress.", "_draft": "1"}
    response = client.post(reverse("admin:agreements_template_change", args=[template.pk]), fields)
    draft = TemplateVersion.objects.get(template=template, number=2)
    assert response.headers["Location"] == reverse("admin:agreements_templateversion_change", args=[draft.pk])

    page = reverse("admin:agreements_templateversion_change", args=[draft.pk])
    assert client.get(page).status_code == 200
    rows = {"sections-TOTAL_FORMS": "0", "sections-INITIAL_FORMS": "0", "_publish": "1"}
    question = client.post(page, rows).headers["Location"]
    asked = client.get(question).content.decode()
    assert TemplateVersion.objects.filter(pk=draft.pk, published_at=None).exists()
    assert "En publicerad version kan inte ändras mer." in asked
    assert draft.sections.all()[0].heading in asked
    client.post(question, {"confirmed": "1"})

    draft.refresh_from_db()
    assert draft.published_at is not None
    assert 'name="_publish"' not in client.get(page).content.decode()
