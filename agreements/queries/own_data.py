"""Everything that a room keeps about one person, for that person alone."""

from __future__ import annotations

from typing import Any

from agreements.models import (
    Agreement,
    Approval,
    Comment,
    Member,
    PrivateNote,
    PulseAnswer,
    ReviewAnswer,
    SectionMark,
    SectionRead,
    Update,
)


def own_data(agreement: Agreement, member: Member) -> dict[str, Any]:
    """What was told of the person, what they did and said, and their notes. The shared text is another export."""
    return {
        "agreement": {"id": str(agreement.pk), "organisation": str(agreement.organisation)},
        "member": {
            "name": member.name,
            "title": member.title,
            "role": member.role,
            "email": member.user.email,
            "invited_at": member.invited_at,
            "joined_at": member.joined_at,
            "access_until": member.access_until,
        },
        "notes": list(PrivateNote.objects.filter(member=member).values("section_key", "text", "at")),
        "comments": list(Comment.objects.filter(member=member).values("thread__section_key", "text", "at")),
        "marks": list(SectionMark.objects.filter(member=member).values("section_key", "content_hash", "at")),
        "approvals": list(Approval.objects.filter(member=member).values("version__number", "content_hash", "at")),
        "reads": list(SectionRead.objects.filter(member=member).values("section_key", "at")),
        "reviews": list(
            ReviewAnswer.objects.filter(member=member).values("version__number", "section_key", "verdict", "note", "at")
        ),
        "pulse": list(
            PulseAnswer.objects.filter(member=member).values("quarter", "direction", "cooperation", "support", "at")
        ),
        "wrote_at": list(Update.objects.filter(member=member).order_by("pk").values_list("created_at", flat=True)),
    }
