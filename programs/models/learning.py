"""The participant's own red thread: the challenge and its four steps, with notes of their own."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from programs.models.places import PLACE_RECORD, Place


class Step(models.IntegerChoices):
    """The four steps of the programme's way of working, in their order."""

    PLATFORM = 1, _("Plattform")
    INSPIRATION = 2, _("Inspiration")
    PRACTICE = 3, _("Omsätta")
    KNOWLEDGE = 4, _("Ny kunskap")


_OWN_NOTES = _("Du för dem för din egen skull. Ingen annan läser dem.")


class ChallengeNote(HoldsPersonalData):
    """What a participant writes at one step: for themselves, and, apart from that, what they share with the cohort."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Anteckningar om din utmaning"),
        purpose=_("Du kan följa din utmaning genom programmet och dela det du vill med de andra."),
        basis=PLACE_RECORD.basis,
        kept=PLACE_RECORD.kept,
        days=PLACE_RECORD.days,
        fields=(
            PersonalField("private_text", _("Dina egna anteckningar"), _OWN_NOTES, is_own=True),
            PersonalField("shared_text", _("Det som du delar med kullen"), _("De andra deltagarna kan läsa det.")),
        ),
    )

    place = models.ForeignKey(Place, models.CASCADE, related_name="challenge_notes", verbose_name=_("deltagare"))
    step = models.PositiveSmallIntegerField(_("steg"), choices=Step)
    private_text = models.TextField(_("egna anteckningar"), max_length=10000, blank=True)
    shared_text = models.TextField(_("delas med kullen"), max_length=5000, blank=True)
    updated_at = models.DateTimeField(_("ändrad"), default=timezone.now, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("anteckning om utmaningen")
        verbose_name_plural = _("anteckningar om utmaningen")
        ordering = ["place", "step"]
        constraints = [
            models.UniqueConstraint(fields=["place", "step"], name="one_challenge_note_per_step"),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="challenge_step_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.get_step_display()}"
