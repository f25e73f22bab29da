"""What belongs to one occasion: who comes and sleeps over, needs, attendance, material, and what was thought of it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from programs.models.catalogue import Cohort, Occasion
from programs.models.places import PLACE_RECORD, Place

# Needs go this many days after the occasion that they were told for.
DAYS_OF_NEEDS = 30


class OccasionAnswer(HoldsPersonalData):
    """Whether one participant comes to one occasion, and sleeps over. Asked before each occasion."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Svar inför ett tillfälle"),
        purpose=_("Vi beställer rum och måltider efter svaren."),
        basis=PLACE_RECORD.basis,
        kept=PLACE_RECORD.kept,
        days=PLACE_RECORD.days,
        fields=(
            PersonalField("comes", _("Om du kommer"), _("Veta hur många vi blir.")),
            PersonalField("sleeps_over", _("Om du sover över"), _("Beställa rum.")),
        ),
    )

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="answers", verbose_name=_("tillfälle"))
    place = models.ForeignKey(Place, models.CASCADE, related_name="answers", verbose_name=_("deltagare"))
    comes = models.BooleanField(_("kommer"))
    sleeps_over = models.BooleanField(_("sover över"), default=False)
    answered_at = models.DateTimeField(_("svarade"), default=timezone.now, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("svar inför ett tillfälle")
        verbose_name_plural = _("svar inför tillfällen")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "place"], name="one_answer_per_participant_and_occasion"),
            models.CheckConstraint(condition=Q(comes=True) | Q(sleeps_over=False), name="only_who_comes_sleeps_over"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.place}"


class OccasionNeeds(HoldsPersonalData):
    """Food and access needs for one occasion. A row of its own because it is deleted much sooner than the rest."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Mat och tillgänglighet vid ett tillfälle"),
        purpose=_("Anläggningen får veta vad du behöver, och ingenting annat om dig."),
        basis=_("Ditt uttryckliga samtycke, som du ger genom att fylla i fälten (artikel 9.2 a)."),
        kept=_("30 dagar efter tillfället."),
        days=DAYS_OF_NEEDS,
        fields=(
            PersonalField("food", _("Mat, om du har skrivit något"), _("Beställa rätt mat.")),
            PersonalField("access", _("Tillgänglighet, om du har skrivit något"), _("Ordna det du behöver.")),
        ),
    )

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="needs", verbose_name=_("tillfälle"))
    place = models.ForeignKey(Place, models.CASCADE, related_name="needs", verbose_name=_("deltagare"))
    food = models.TextField(_("mat"), max_length=500, blank=True)
    access = models.TextField(_("tillgänglighet"), max_length=500, blank=True)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("behov vid ett tillfälle")
        verbose_name_plural = _("behov vid tillfällen")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "place"], name="one_needs_per_participant_and_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.place}"


class Attendance(HoldsPersonalData):
    """That somebody was there, or was not, on one day of an occasion. Taken on a phone at the door."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Närvaro"),
        purpose=_("Vi ser vem som har varit med, för diplomet och om något händer på plats."),
        basis=PLACE_RECORD.basis,
        kept=PLACE_RECORD.kept,
        days=PLACE_RECORD.days,
        fields=(PersonalField("present", _("Om du var på plats en viss dag"), _("Kunna utfärda diplom.")),),
    )

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="attendance", verbose_name=_("tillfälle"))
    place = models.ForeignKey(Place, models.CASCADE, related_name="attendance", verbose_name=_("deltagare"))
    day = models.DateField(_("dag"))
    present = models.BooleanField(_("på plats"))
    taken_at = models.DateTimeField(_("noterad"), default=timezone.now, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("närvaro")
        verbose_name_plural = _("närvaro")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "place", "day"], name="one_attendance_per_person_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.day:%Y-%m-%d}"


class Evaluation(models.Model):
    """One anonymous answer about one occasion: nothing leads from it to a person, not even the minute it came in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="evaluations", verbose_name=_("tillfälle"))
    usefulness = models.PositiveSmallIntegerField(_("nytta i uppdraget, 1 till 5"))
    challenge = models.PositiveSmallIntegerField(_("steg framåt med utmaningen, 1 till 5"))
    setting = models.PositiveSmallIntegerField(_("plats och praktiskt, 1 till 5"))
    best = models.TextField(_("det bästa"), max_length=2000, blank=True)
    change = models.TextField(_("det att ändra"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("utvärdering")
        verbose_name_plural = _("utvärderingar")
        # By a random key: the order in which they came would tell who wrote them.
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(usefulness__range=(1, 5), challenge__range=(1, 5), setting__range=(1, 5)),
                name="evaluation_marks_are_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return str(self.occasion)


class EvaluationReceipt(models.Model):
    """That a participant has evaluated an occasion, so that nobody is asked twice. Not what they said, nor when."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="evaluation_receipts")
    place = models.ForeignKey(Place, models.CASCADE, related_name="evaluation_receipts")

    class Meta:
        verbose_name = _("kvittens på utvärdering")
        verbose_name_plural = _("kvittenser på utvärderingar")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "place"], name="one_evaluation_per_participant_and_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.place}"


class Material(models.Model):
    """A file for the participants of a cohort, for one occasion or for all. Kept in private storage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="materials", verbose_name=_("kull"))
    occasion = models.ForeignKey(
        Occasion, models.CASCADE, related_name="materials", null=True, blank=True, verbose_name=_("tillfälle")
    )
    title = models.CharField(_("titel"), max_length=160)
    file_name = models.CharField(_("filens namn"), max_length=160, editable=False)
    # Where it lies in private storage: nothing in it comes from whoever uploaded it.
    storage_name = models.CharField(max_length=200, unique=True, editable=False)
    content_type = models.CharField(_("slag"), max_length=120, editable=False)
    size = models.PositiveBigIntegerField(_("storlek, byte"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    visible_from = models.DateField(_("visas från"), null=True, blank=True)
    created_at = models.DateTimeField(_("tillagd"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("material")
        ordering = ["cohort", F("occasion__number").asc(nulls_first=True), "title"]

    def __str__(self) -> str:
        return self.title
