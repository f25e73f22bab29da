"""`templates`: headings and questions. `agreements`: the room and its people; `starts`: the form that began it.
`versions`: what was agreed; `reviews`: looking at it again. `comments`: the talk beside the text; `notes`: what each
writes for themselves.
`collaboration`: the log of what was written."""

from agreements.models.agreements import AGREEMENT_RECORD, PAIR, Agreement, Member, MemberRole
from agreements.models.collaboration import Document, Snapshot, Update
from agreements.models.comments import Comment, CommentThread, SectionRead
from agreements.models.notes import PrivateNote
from agreements.models.papers import Paper
from agreements.models.reviews import PulseAnswer, ReviewAnswer, Verdict
from agreements.models.starts import AgreementStart
from agreements.models.templates import (
    PublishedError,
    SectionKind,
    Template,
    TemplateKind,
    TemplateSection,
    TemplateVersion,
)
from agreements.models.versions import Approval, ImmutableError, SectionMark, Version

__all__ = [
    "AGREEMENT_RECORD",
    "PAIR",
    "Agreement",
    "AgreementStart",
    "Approval",
    "Comment",
    "CommentThread",
    "Document",
    "ImmutableError",
    "Member",
    "MemberRole",
    "Paper",
    "PrivateNote",
    "PublishedError",
    "PulseAnswer",
    "ReviewAnswer",
    "SectionKind",
    "SectionMark",
    "SectionRead",
    "Snapshot",
    "Template",
    "TemplateKind",
    "TemplateSection",
    "TemplateVersion",
    "Update",
    "Verdict",
    "Version",
]
