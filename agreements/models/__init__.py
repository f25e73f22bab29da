"""`templates`: headings and questions. `agreements`: the room and its people. `versions`: what was agreed.
`collaboration`: the log of what was written."""

from agreements.models.agreements import PAIR, Agreement, Member, MemberRole
from agreements.models.collaboration import Document, Snapshot, Update
from agreements.models.templates import SectionKind, Template, TemplateKind, TemplateSection, TemplateVersion
from agreements.models.versions import Approval, ImmutableError, SectionMark, Version

__all__ = [
    "PAIR",
    "Agreement",
    "Approval",
    "Document",
    "ImmutableError",
    "Member",
    "MemberRole",
    "SectionKind",
    "SectionMark",
    "Snapshot",
    "Template",
    "TemplateKind",
    "TemplateSection",
    "TemplateVersion",
    "Update",
    "Version",
]
