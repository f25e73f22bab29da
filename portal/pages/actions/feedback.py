"""The verbs of the feedback question. Nothing is audited: an anonymous answer has no history to keep."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.pages.forms import FeedbackContent
from portal.pages.models import FeedbackAnswer

# How long the page that asks what was missing may stand open.
COMMENT_WINDOW = timedelta(hours=24)


@transaction.atomic
def answer_feedback(content: FeedbackContent) -> FeedbackAnswer:
    """Keep a yes or a no about a page."""
    return FeedbackAnswer.objects.create(page_key=content.page_key, helpful=content.helpful)


@transaction.atomic
def comment_feedback(answer: FeedbackAnswer, comment: str) -> bool:
    """Add what was missing to a no, once. False when there is a comment already or the page stood open too long."""
    open_answers = FeedbackAnswer.objects.filter(
        pk=answer.pk, helpful=False, comment="", created_at__gt=timezone.now() - COMMENT_WINDOW
    )
    return open_answers.update(comment=comment) == 1
