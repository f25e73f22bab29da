"""What staff writes to a cohort: templates, and letters that go out one by one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.models import OutgoingMail
from programs.models.catalogue import Cohort, Occasion
from programs.models.places import Place


class LetterKind(models.TextChoices):
    """What a letter is for. Offers and places on the waiting list are told by the verbs; these are what staff words."""

    INVITATION = "invitation", _("Inbjudan att söka")
    OFFER = "offer", _("Erbjudande om plats")
    WAITING_LIST = "waiting_list", _("Reservplats")
    WELCOME = "welcome", _("Välkomstbrev med praktiska uppgifter")
    REMINDER = "reminder", _("Påminnelse")
    THANKS = "thanks", _("Tack")
    DIPLOMA = "diploma", _("Diplom")
    OTHER = "other", _("Annat brev")


class LetterTemplate(models.Model):
    """Words that staff starts from. Fields in double braces are filled in for each recipient: {{ namn }}."""

    kind = models.CharField(_("slag"), max_length=14, choices=LetterKind, unique=True)
    subject = models.CharField(_("ämne"), max_length=160)
    body = models.TextField(_("text"), max_length=10000)
    updated_at = models.DateTimeField(_("ändrad"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("brevmall")
        verbose_name_plural = _("brevmallar")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()


class CohortLetter(models.Model):
    """One letter to several people of a cohort. A draft until `sent_at`; after that its text never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="letters", verbose_name=_("kull"))
    occasion = models.ForeignKey(
        Occasion, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("tillfälle")
    )
    kind = models.CharField(_("slag"), max_length=14, choices=LetterKind, default=LetterKind.OTHER)
    subject = models.CharField(_("ämne"), max_length=160)
    body = models.TextField(_("text"), max_length=10000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("skapat"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("skickat"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("brev till kullen")
        verbose_name_plural = _("brev till kullen")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.subject


class LetterRecipient(models.Model):
    """One person whom a letter is for, with the mail that carries it once it was sent."""

    letter = models.ForeignKey(CohortLetter, models.CASCADE, related_name="recipients", verbose_name=_("brev"))
    place = models.ForeignKey(Place, models.CASCADE, related_name="letters", verbose_name=_("mottagare"))
    mail = models.ForeignKey(
        OutgoingMail, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("mejl")
    )

    class Meta:
        verbose_name = _("mottagare")
        verbose_name_plural = _("mottagare")
        constraints = [models.UniqueConstraint(fields=["letter", "place"], name="one_letter_per_recipient")]

    def __str__(self) -> str:
        return f"{self.letter} {self.place}"
