"""Two made-up pairs: one that is writing, and one that has approved its agreement and holds the PDF."""

from __future__ import annotations

import hashlib
import tomllib
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from agreements.actions import agreeing, comments
from agreements.actions.starting import start_agreement
from agreements.actions.visits import enter_room
from agreements.collaboration.content import section_hash
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import append
from agreements.forms import Person, StartOrder
from agreements.models import Agreement, AgreementStart, Document, Member, MemberRole
from agreements.queries.agreeing import agreeing_state
from agreements.queries.documents import current_content, read_log
from agreements.queries.terms import term_end
from agreements.sample import sections_of
from agreements.tasks import make_pdf
from portal.core import audit
from portal.core.captcha import CaptchaResult
from portal.core.forms import Submitted
from portal.core.models import CaptchaOutcome
from portal.core.normalisation import clean_address
from portal.organisations.models import Organisation

DATA = Path(__file__).parent / "data" / "agreements.toml"
NAMESPACE = uuid.UUID("b8d7f0f6-51c1-4a39-9f0c-5b1f6a6e2c77")
TEMPLATE = "gemensam-overenskommelse"
ROLES = (MemberRole.CHAIR, MemberRole.CHIEF)


def known_agreements() -> list[dict[str, Any]]:
    agreements: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["agreements"]
    return agreements


def addresses() -> list[str]:
    """Who can log in to an agreement of the demo."""
    return [facts[role]["email"] for facts in known_agreements() for role in ROLES]


def ensure_agreements() -> int:
    """Make those of the demo's agreements that are missing; returns how many that were."""
    known = set(Member.objects.filter(user__email__in=addresses()).values_list("user__email", flat=True))
    missing = [facts for facts in known_agreements() if facts["chair"]["email"] not in known]
    for facts in missing:
        _make(facts)
    return len(missing)


def _make(facts: dict[str, Any]) -> None:
    with transaction.atomic():
        agreement = _started(facts)
        people = {MemberRole(member.role): member for member in agreement.members.select_related("user")}
        _write(agreement, facts, people)
        if facts["state"] == "approved":
            version_id = _approve(agreement, people)
        else:
            version_id = None
            _talk(agreement, facts, people)
            _mark(agreement, people[MemberRole.CHAIR], [*facts["marked_by_both"], *facts["marked_by_chair"]])
            _mark(agreement, people[MemberRole.CHIEF], facts["marked_by_both"])
    if version_id is not None:
        # No worker runs yet. Nothing is rendered inside a transaction.
        make_pdf(version_id)


def _started(facts: dict[str, Any]) -> Agreement:
    chair, chief = (_person(role, facts[role]) for role in ROLES)
    order = StartOrder(
        organisation=Organisation.objects.get(code=facts["organisation"]),
        template=TEMPLATE,
        people=(chair, chief),
        started_by=MemberRole.CHAIR,
        term_ends_on=term_end(timezone.localdate()),
    )
    email = facts["chair"]["email"]
    proof = hashlib.sha256(email.encode()).hexdigest()
    submitted = Submitted(uuid.uuid5(NAMESPACE, email), proof, CaptchaResult(CaptchaOutcome.SOLVED, proof), ())
    receipt = start_agreement(order, submitted, by=audit.PERSON)
    return AgreementStart.objects.get(pk=receipt.id).agreement


def _person(role: MemberRole, facts: dict[str, str]) -> Person:
    return Person(role, facts["name"], facts["title"], clean_address(facts["email"]))


def _document(agreement: Agreement) -> Document:
    return Document.objects.get(agreement=agreement, owner__isnull=True)


def _write(agreement: Agreement, facts: dict[str, Any], people: dict[MemberRole, Member]) -> None:
    """Each section as its author's change; the other comes in between, so that there is something new to see."""
    document = _document(agreement)
    for section, data in zip(sections_of(facts), facts["sections"], strict=True):
        update = replace_section(read_log(document.pk).updates, section)
        append(document.pk, people[MemberRole(data["by"])].pk, [update])
        if data is facts["sections"][0]:
            _come_in(agreement, people)


def _come_in(agreement: Agreement, people: dict[MemberRole, Member]) -> None:
    document = _document(agreement)
    content, seq = current_content(document)
    for member in people.values():
        enter_room(member, document, content, seq)


def _talk(agreement: Agreement, facts: dict[str, Any], people: dict[MemberRole, Member]) -> None:
    for remark in facts["comments"]:
        by = people[MemberRole(remark["by"])]
        thread = comments.add_comment(agreement, remark["section"], remark["text"], by=by)
        for answer in remark.get("answers", ()):
            comments.answer_comment(thread, answer["text"], by=people[MemberRole(answer["by"])])


def _mark(agreement: Agreement, member: Member, keys: list[str]) -> None:
    content, _seq = current_content(_document(agreement))
    for key in keys:
        agreeing.mark_section(agreement, key, section_hash(content.section(key)), by=member)


def _approve(agreement: Agreement, people: dict[MemberRole, Member]) -> int:
    content, _seq = current_content(_document(agreement))
    for member in people.values():
        _mark(agreement, member, [section.key for section in content.sections])
    shown = agreeing_state(agreement, content).hash
    versions = [agreeing.approve(agreement, shown, by=member) for member in people.values()]
    return next(version.pk for version in versions if version is not None)
