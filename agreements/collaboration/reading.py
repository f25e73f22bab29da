"""What somebody has had in front of them, as their open page tells it: "läst av" also without a page being fetched."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.utils import timezone

from agreements.collaboration import hints
from agreements.collaboration.content import section_hash
from agreements.models import Document, Member, SectionRead
from agreements.queries.documents import LogGapError, current_content

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A section of a text that was in view for some seconds."""

    document_id: int
    member_id: int
    section: str


def keep(readings: Iterable[Reading]) -> None:
    """Note them as read, as the text stands now: an open page shows every change at once, and tells of it anew."""
    of_document = attrgetter("document_id")
    for document_id, group in groupby(sorted(readings, key=of_document), of_document):
        try:
            _keep(document_id, list(group))
        except (ValueError, LogGapError):
            logger.exception("co-editing: nobody can be noted as a reader of document %s", document_id)


@transaction.atomic
def _keep(document_id: int, readings: list[Reading]) -> None:
    document = Document.objects.select_related("agreement__template_version").filter(pk=document_id, owner=None).first()
    if document is None:
        return
    content, _seq = current_content(document)
    hashes = {section.key: section_hash(section) for section in content.sections}
    members = set(Member.objects.inside().filter(agreement=document.agreement_id).values_list("pk", flat=True))
    wanted = {
        (one.member_id, one.section): hashes[one.section]
        for one in readings
        if one.section in hashes and one.member_id in members
    }
    known = SectionRead.objects.filter(member__in=members).values_list("member_id", "section_key", "content_hash")
    news = wanted.items() - {((member, key), content) for member, key, content in known}
    if news:
        _store(dict(news))
        hints.changed(document.agreement_id, "read")


def _store(news: dict[tuple[int, str], str]) -> None:
    """In one statement, which also stands beside a page that is fetched at the same moment."""
    now = timezone.now()
    rows = [
        SectionRead(member_id=member, section_key=key, content_hash=content, before_hash=content, at=now)
        for (member, key), content in sorted(news.items())
    ]
    SectionRead.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["member", "section_key"], update_fields=["content_hash", "at"]
    )
