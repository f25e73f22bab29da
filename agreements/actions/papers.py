"""Verbs about the paper of a version."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from agreements.models import Member, Paper, Version
from agreements.states import PaperState
from agreements.tasks import make_pdf
from portal.core import audit, doorbell


@transaction.atomic
def make_paper(version: Version, *, by: Member) -> Paper:
    """Have the PDF of a version made, again if it failed. What is made already stays as it is.

    A worker makes it: the page tells how far it has come.
    """
    paper, _created = Paper.objects.without_content().select_for_update().get_or_create(version=version)
    if paper.state == PaperState.FAILED:
        Paper.objects.filter(pk=paper.pk).update(state=PaperState.WAITING, attempts=0)
        paper.state, paper.attempts = PaperState.WAITING, 0
        audit.record(
            "agreements.paper_retried", version.agreement, by=audit.PERSON, version=version.number, member=by.pk
        )
    if paper.state == PaperState.WAITING:
        transaction.on_commit(partial(doorbell.ring, version.pk, make_pdf.name), robust=True)
    return paper
