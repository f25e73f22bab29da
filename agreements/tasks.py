"""Celery's deliveries: a version's number in, its paper out."""

from __future__ import annotations

import hashlib
import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from agreements.models import Paper, Version
from agreements.pdf import version_pdf
from portal.core import audit

logger = logging.getLogger(__name__)


@shared_task(name="agreements.tasks.make_pdf")
def make_pdf(version_id: int) -> None:
    """Make the PDF of a version and store it with its fingerprint, once.

    Harmless to run twice, at the same time, or for a version that is gone: of two workers one wins the claim, and what
    is stored is never replaced. Nothing is rendered inside a transaction.
    """
    version = Version.objects.select_related("agreement__template_version__template", "agreement__organisation")
    found = version.filter(pk=version_id).first()
    if found is None:
        logger.info("paper: version %s is gone", version_id)
        return
    paper, _created = Paper.objects.without_content().get_or_create(version=found)
    if Paper.objects.claim(paper.pk, timezone.now()):
        _make(paper, found)


def _make(paper: Paper, version: Version) -> None:
    try:
        content = version_pdf(version)
    except Exception:
        Paper.objects.give_back(paper.pk)
        raise
    _keep(paper, version, content)


@transaction.atomic
def _keep(paper: Paper, version: Version, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    if Paper.objects.keep(paper.pk, content, sha256, timezone.now()):
        audit.record(
            "agreements.paper_made",
            version.agreement,
            by=audit.SYSTEM,
            version=version.number,
            sha256=sha256,
            bytes=len(content),
        )
