"""What somebody in a room writes for themselves alone."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement, Member


class PrivateNote(models.Model):
    """A person's own note beside a section: for nobody else, inherited by nobody, in no export but their own."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notes", verbose_name=_("överenskommelse"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="notes", verbose_name=_("deltagare"))
    section_key = models.SlugField(_("rubrik"), max_length=40)
    text = models.TextField(_("anteckning"))
    at = models.DateTimeField(_("när"), default=timezone.now)

    class Meta:
        verbose_name = _("egen anteckning")
        verbose_name_plural = _("egna anteckningar")
        constraints = [
            models.UniqueConstraint(fields=["member", "section_key"], name="one_note_per_person_and_section")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.section_key}"
