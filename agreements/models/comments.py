"""What the people of a room say about the text beside it. Comments never become part of the document."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement, Member


class ThreadQuerySet(models.QuerySet["CommentThread"]):
    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)


class CommentThread(models.Model):
    """A talk about one passage, or about a whole section when nothing is quoted."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="threads", verbose_name=_("överenskommelse"))
    section_key = models.SlugField(_("rubrik"), max_length=40)
    quote = models.TextField(_("citat"), blank=True)
    # Where the passage begins and ends, as the editor wrote it (relative positions). Only the editor reads it.
    anchor = models.TextField(blank=True)
    created_at = models.DateTimeField(_("påbörjad"), default=timezone.now, editable=False)
    resolved_at = models.DateTimeField(_("klar"), null=True, editable=False)
    resolved_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", verbose_name=_("klar enligt"))

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentarstråd")
        verbose_name_plural = _("kommentarstrådar")
        ordering = ["agreement", "pk"]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.section_key} {self.pk}"

    @property
    def place(self) -> str:
        """What the controls of the talk are called on a page."""
        return f"thread-{self.pk}"


class Comment(models.Model):
    """One contribution to such a talk. What was said stays as it was said."""

    thread = models.ForeignKey(CommentThread, models.CASCADE, related_name="comments", verbose_name=_("tråd"))
    member = models.ForeignKey(Member, models.RESTRICT, related_name="+", verbose_name=_("av"))
    text = models.TextField(_("kommentar"))
    at = models.DateTimeField(_("när"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("kommentar")
        verbose_name_plural = _("kommentarer")
        ordering = ["thread", "pk"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.pk}"


class SectionRead(models.Model):
    """The content of a section that somebody has had in front of them: "läst av", and what is new since then."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="reads", verbose_name=_("deltagare"))
    section_key = models.SlugField(_("rubrik"), max_length=40)
    content_hash = models.CharField(max_length=64)
    # What it said when this visit began, with what the person has written since.
    before_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("när"), default=timezone.now)

    class Meta:
        verbose_name = _("läst rubrik")
        verbose_name_plural = _("lästa rubriker")
        constraints = [
            models.UniqueConstraint(fields=["member", "section_key"], name="one_read_per_person_and_section")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.section_key}"
