"""What the two agreed on: marks on a section, approvals of the whole, and the versions that never change."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement, Member


class ImmutableError(Exception):
    """Somebody tried to change or remove a version."""


class Version(models.Model):
    """The content that both approved, for ever. `content` is canonical JSON, `content_hash` its SHA-256 in hex."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="versions", verbose_name=_("överenskommelse"))
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("innehåll"))
    content_hash = models.CharField(_("fingeravtryck"), max_length=64)
    upto_seq = models.PositiveBigIntegerField()
    frozen_at = models.DateTimeField(_("godkänd"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versioner")
        ordering = ["agreement", "-number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableError("A version never changes.")
        super().save(*args, **kwargs)


class SectionMark(models.Model):
    """ "Jag är överens" on one section: it stands for the content with this hash and for no other."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="section_marks", verbose_name=_("deltagare"))
    section_key = models.SlugField(_("rubrik"), max_length=40)
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField(_("när"), default=timezone.now)

    class Meta:
        verbose_name = _("överens om en rubrik")
        verbose_name_plural = _("överens om rubriker")
        constraints = [
            models.UniqueConstraint(fields=["member", "section_key"], name="one_mark_per_person_and_section")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.section_key}"


class Approval(models.Model):
    """One person's approval of the whole, bound to the hash of exactly what was approved."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="approvals", verbose_name=_("deltagare"))
    content_hash = models.CharField(_("fingeravtryck"), max_length=64)
    at = models.DateTimeField(_("när"), default=timezone.now)
    version = models.ForeignKey(Version, models.CASCADE, null=True, related_name="approvals", verbose_name=_("version"))

    class Meta:
        verbose_name = _("godkännande")
        verbose_name_plural = _("godkännanden")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(version__isnull=True), name="one_pending_approval_per_person"
            ),
            models.UniqueConstraint(fields=["member", "version"], name="one_approval_per_person_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.content_hash[:8]}"
