"""A pair and its room, for tests of agreements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.test import Client

from agreements.actions.starting import start_agreement
from agreements.actions.templates import load_templates
from agreements.collaboration.content import Paragraph, Run, Section
from agreements.collaboration.document import replace_section
from agreements.collaboration.writing import Frozen, append
from agreements.forms import Person, StartOrder
from agreements.models import Agreement, AgreementStart, Document, Member, MemberRole
from agreements.queries.documents import current_content, read_log
from portal.accounts.models import User
from portal.core import audit
from portal.core.captcha import CaptchaResult
from portal.core.forms import Submitted
from portal.core.models import CaptchaOutcome
from portal.core.normalisation import clean_address
from portal.organisations.actions import listed_organisations, load_organisations
from portal.organisations.models import Organisation

AGREEMENT = "gemensam-overenskommelse"


@dataclass
class Pair:
    """A room with the two who write in it."""

    agreement: Agreement
    chair: Member
    chief: Member

    @property
    def document(self) -> Document:
        return Document.objects.get(agreement=self.agreement, owner__isnull=True)

    def write(self, member: Member, key: str, text: str) -> int | Frozen:
        """Let the section say just this, as the editor would have it."""
        content, _seq = current_content(self.document)
        paragraph = Paragraph((Run(text),)) if text else Paragraph()
        section = Section(key, content.section(key).heading, (paragraph,), content.section(key).meetings)
        return append(self.document.pk, member.pk, [replace_section(read_log(self.document.pk).updates, section)])


def load_rows() -> None:
    load_organisations([row for row in listed_organisations() if row.code in {"0180", "0980"}])
    load_templates()


def submitted() -> Submitted:
    return Submitted(uuid.uuid4(), "0" * 64, CaptchaResult(CaptchaOutcome.NO_SCRIPT), ())


def make_order(prefix: str = "", template: str = AGREEMENT) -> StartOrder:
    chair = Person(MemberRole.CHAIR, "Åsa Lind", "", clean_address(f"{prefix}asa@kommun.example"))
    chief = Person(MemberRole.CHIEF, "Björn Ek", "Kommundirektör", clean_address(f"{prefix}bjorn@kommun.example"))
    return StartOrder(Organisation.objects.get(code="0180"), template, (chair, chief), MemberRole.CHAIR, None)


def make_pair(prefix: str = "") -> Pair:
    """A room that was begun by the form. `prefix` tells the addresses of one pair from another's."""
    load_rows()
    return begin(prefix)


def begin(prefix: str) -> Pair:
    """One room more."""
    receipt = start_agreement(make_order(prefix), submitted(), by=audit.PERSON)
    agreement = AgreementStart.objects.get(pk=receipt.id).agreement
    members = {member.role: member for member in agreement.members.select_related("user")}
    return Pair(agreement, members[MemberRole.CHAIR], members[MemberRole.CHIEF])


def logged_in(who: Member | User) -> Client:
    client = Client()
    client.force_login(who.user if isinstance(who, Member) else who)
    return client
