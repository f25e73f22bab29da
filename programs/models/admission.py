"""How a cohort takes people in: when its rounds open and close, how places are given, and what mix is wished for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Promotion(models.TextChoices):
    """Who decides when a place falls free."""

    BY_ITSELF = "by_itself", _("Första reserv som passar erbjuds platsen direkt")
    BY_STAFF = "by_staff", _("Handläggaren väljer")


class Admission(models.Model):
    """The part of a cohort that says how it fills. Times are Swedish; beat acts on them within a minute."""

    interest_opens_at = models.DateTimeField(_("intresseanmälan öppnar"), null=True, blank=True)
    application_opens_at = models.DateTimeField(_("ansökan öppnar"), null=True, blank=True)
    application_closes_at = models.DateTimeField(_("ansökan stänger"), null=True, blank=True)
    application_is_public = models.BooleanField(
        _("öppen ansökan"), default=False, help_text=_("Annars kan bara de som har fått en inbjudan söka.")
    )
    answer_days = models.PositiveSmallIntegerField(
        _("dagar att svara på ett erbjudande"), default=10, help_text=_("Sista dagen räknas hela, till midnatt.")
    )
    promotion = models.CharField(
        _("när en plats blir ledig"), max_length=12, choices=Promotion, default=Promotion.BY_STAFF
    )
    max_per_organisation = models.PositiveSmallIntegerField(
        _("högst från samma kommun eller region"),
        null=True,
        blank=True,
        help_text=_("Reserver därutöver hoppas över när en plats blir ledig. Tomt betyder ingen gräns."),
    )

    class Meta:
        abstract = True

    @classmethod
    def admission_constraints(cls) -> list[models.BaseConstraint]:
        known = Q(application_opens_at__isnull=False, application_closes_at__isnull=False)
        return [
            models.CheckConstraint(
                condition=~known | Q(application_closes_at__gt=F("application_opens_at")),
                name="cohort_application_closes_after_it_opens",
                violation_error_message=_("Ansökan kan inte stänga innan den öppnar."),
            ),
            models.CheckConstraint(
                condition=Q(answer_days__gt=0),
                name="cohort_gives_days_to_answer",
                violation_error_message=_("Dagar att svara på ett erbjudande ska vara minst 1."),
            ),
            models.CheckConstraint(condition=Q(promotion__in=Promotion.values), name="cohort_promotion_is_known"),
        ]
