"""The public form that began an agreement: it makes every repeat of the same form lead to the same receipt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from portal.core.models import Submission
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord


class AgreementStart(Submission, HoldsPersonalData):
    """One sent form. The names and addresses in it became the two members; only the reference is kept here."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Formulär som började en överenskommelse"),
        purpose=_("Samma formulär som skickas två gånger ska inte bli två överenskommelser."),
        basis=_("Berättigat intresse: att tjänsten fungerar och inte missbrukas (artikel 6.1 f)."),
        kept=_("90 dagar."),
        days=90,
        fields=(PersonalField("reference", _("Referens"), _("Kunna svara på frågor om formuläret.")),),
    )

    reference = models.CharField(_("referens"), max_length=16, unique=True, editable=False)
    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="start", verbose_name=_("överenskommelse"))

    class Meta:
        verbose_name = _("påbörjad överenskommelse")
        verbose_name_plural = _("påbörjade överenskommelser")

    def __str__(self) -> str:
        return self.reference
