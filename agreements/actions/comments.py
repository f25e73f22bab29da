"""The talk beside the text."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agreements.actions.agreeing import NotAllowed
from agreements.collaboration import hints
from agreements.models import Agreement, Comment, CommentThread, Member
from agreements.queries.templates import section_keys
from agreements.states import AgreementState
from portal.core import audit


def _may_comment(agreement: Agreement, by: Member) -> None:
    """Asked under the lock: who is let go, or an agreement that is ended, in this moment is seen."""
    row = Agreement.objects.select_for_update().get(pk=agreement.pk)
    me = Member.objects.inside().select_for_update().filter(pk=by.pk, agreement=row).first()
    if me is None or row.state == AgreementState.ENDED:
        raise NotAllowed


@transaction.atomic
def add_comment(
    agreement: Agreement, key: str, text: str, *, by: Member, quote: str = "", anchor: str = ""
) -> CommentThread:
    """Begin a talk about a section, or about the quoted passage of it."""
    _may_comment(agreement, by)
    if key not in section_keys(agreement.template_version):
        raise NotAllowed
    thread = CommentThread.objects.create(agreement=agreement, section_key=key, quote=quote, anchor=anchor)
    _say(thread, text, by)
    return thread


@transaction.atomic
def answer_comment(thread: CommentThread, text: str, *, by: Member) -> None:
    """Say something more in a talk. One that was settled is open again."""
    _may_comment(thread.agreement, by)
    CommentThread.objects.filter(pk=thread.pk).update(resolved_at=None, resolved_by=None)
    _say(thread, text, by)


def _say(thread: CommentThread, text: str, by: Member) -> None:
    Comment.objects.create(thread=thread, member=by, text=text)
    audit.record("agreements.comment_added", thread.agreement, by=audit.PERSON, member=by.pk, thread=thread.pk)
    hints.changed(thread.agreement_id, "comments")


@transaction.atomic
def resolve_thread(thread: CommentThread, *, by: Member) -> None:
    """Settle a talk. Twice is as once."""
    _may_comment(thread.agreement, by)
    open_one = CommentThread.objects.open().filter(pk=thread.pk)
    if open_one.update(resolved_at=timezone.now(), resolved_by=by):
        audit.record("agreements.thread_resolved", thread.agreement, by=audit.PERSON, member=by.pk, thread=thread.pk)
        hints.changed(thread.agreement_id, "comments")
