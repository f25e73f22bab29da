"""What stands on paper, and whether a fingerprint is one of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from agreements.collaboration.content import Content, content_hash
from agreements.models import PAIR, Agreement, Approval, Document, Member, MemberRole, Paper, Version
from agreements.queries.documents import current_content
from agreements.states import PaperState

# One sweep carries at most this many; the next one takes the rest.
SWEEP_BATCH = 50
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Signatory:
    """One of the two, as the paper names them."""

    name: str
    title: str
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything that a paper or an export says. `number` is None for a draft; a sample's people are made up."""

    name: str
    organisation: str
    pair: tuple[Signatory, ...]
    content: Content
    dated: datetime
    number: int | None = None
    is_sample: bool = False

    @property
    def is_draft(self) -> bool:
        return self.number is None

    @property
    def fingerprint(self) -> str:
        return content_hash(self.content)


@dataclass(frozen=True)
class CheckAnswer:
    """What anybody may know of a fingerprint: that it belongs to something approved, and since when."""

    approved_at: datetime | None
    is_file: bool = False

    @property
    def is_known(self) -> bool:
        return self.approved_at is not None


def _signatory(member: Member, approved_at: datetime | None = None) -> Signatory:
    return Signatory(member.name, member.title or str(MemberRole(member.role).label), approved_at)


def _in_order(members: list[Member]) -> list[Member]:
    return sorted(members, key=lambda member: PAIR.index(MemberRole(member.role)))


def sheet_of_version(version: Version) -> Sheet:
    """The paper of an approved version: those who approved it, though they may have left since."""
    approvals = {
        approval.member: approval.at for approval in Approval.objects.filter(version=version).select_related("member")
    }
    pair = tuple(_signatory(member, approvals[member]) for member in _in_order(list(approvals)))
    agreement = version.agreement
    return Sheet(
        name=agreement.template_version.template.name,
        organisation=str(agreement.organisation),
        pair=pair,
        content=Content.from_json(version.content),
        dated=version.frozen_at,
        number=version.number,
    )


def sheet_of_draft(agreement: Agreement) -> Sheet:
    """The paper of what is written at this moment."""
    document = Document.objects.get(agreement=agreement, owner__isnull=True)
    content, _seq = current_content(document)
    pair = _in_order(list(agreement.members.inside().pair()))
    return Sheet(
        name=agreement.template_version.template.name,
        organisation=str(agreement.organisation),
        pair=tuple(_signatory(member) for member in pair),
        content=content,
        dated=timezone.now(),
    )


def normalised_fingerprint(text: str) -> str:
    """64 hexadecimal digits out of what somebody pasted, however it was spaced; "" when it is none."""
    digits = "".join(text.split()).replace("-", "").lower()
    return digits if FINGERPRINT.fullmatch(digits) else ""


def check_fingerprint(fingerprint: str) -> CheckAnswer:
    """Whether it is the fingerprint of an approved version: of its file, or of the content as printed on each page."""
    papers = Paper.objects.filter(state=PaperState.DONE, sha256=fingerprint)
    if approved_at := papers.values_list("version__frozen_at", flat=True).first():
        return CheckAnswer(approved_at, is_file=True)
    versions = Version.objects.filter(content_hash=fingerprint).order_by("frozen_at")
    return CheckAnswer(versions.values_list("frozen_at", flat=True).first())


def paper_of(version: Version) -> Paper:
    """The paper of a version without its bytes; a new, unsaved one when nobody has begun."""
    return Paper.objects.without_content().filter(version=version).first() or Paper(version=version)


def file_of(version: Version) -> bytes | None:
    """The stored PDF, when it is made."""
    done = Paper.objects.filter(version=version, state=PaperState.DONE)
    content = done.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def versions_to_print(now: datetime) -> list[int]:
    """Versions that have no paper yet and whose paper nobody is making."""
    none = Version.objects.filter(paper__isnull=True).values_list("pk", flat=True)
    waiting = Paper.objects.claimable(now).values_list("version_id", flat=True)
    return sorted({*none[:SWEEP_BATCH], *waiting[:SWEEP_BATCH]})
