"""The pair looks at its agreement again: a review of every section, and a short pulse each quarter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement, Member
from agreements.models.versions import Version


class Verdict(models.TextChoices):
    """What somebody wants to do with a section."""

    KEEP = "keep", _("Behålla")
    CHANGE = "change", _("Ändra")
    DROP = "drop", _("Ta bort")


class ReviewAnswer(models.Model):
    """One person's view of one section of a version."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="review_answers", verbose_name=_("version"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="review_answers", verbose_name=_("deltagare"))
    section_key = models.SlugField(_("rubrik"), max_length=40)
    verdict = models.CharField(_("svar"), max_length=6, choices=Verdict)
    note = models.TextField(_("kommentar"), blank=True)
    at = models.DateTimeField(_("när"), default=timezone.now)

    class Meta:
        verbose_name = _("svar i omprövningen")
        verbose_name_plural = _("svar i omprövningen")
        constraints = [
            models.UniqueConstraint(fields=["version", "member", "section_key"], name="one_verdict_per_section"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.member_id} {self.section_key}"


class PulseAnswer(models.Model):
    """One person's three answers for a quarter, 1 to 5. Shown to both only when both have answered."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="pulse_answers", verbose_name=_("överenskommelse")
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="pulse_answers", verbose_name=_("deltagare"))
    quarter = models.DateField(_("kvartalets första dag"))
    direction = models.PositiveSmallIntegerField(_("riktningen"))
    cooperation = models.PositiveSmallIntegerField(_("samarbetet"))
    support = models.PositiveSmallIntegerField(_("stödet"))
    at = models.DateTimeField(_("när"), default=timezone.now)

    class Meta:
        verbose_name = _("pulssvar")
        verbose_name_plural = _("pulssvar")
        ordering = ["agreement", "-quarter", "member"]
        constraints = [
            models.UniqueConstraint(fields=["member", "quarter"], name="one_pulse_per_person_and_quarter"),
            models.CheckConstraint(
                condition=Q(direction__range=(1, 5), cooperation__range=(1, 5), support__range=(1, 5)),
                name="pulse_is_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.quarter}"
