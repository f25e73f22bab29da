"""The states of a cohort and the ways between them. Pure: the action `move_cohort` is the only one who walks them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CohortState(models.TextChoices):
    """How far a cohort has come, from a thought to a diploma."""

    PLANNED = "planned", _("Planerad")
    INTEREST_OPEN = "interest_open", _("Öppen för intresseanmälan")
    APPLICATION_OPEN = "application_open", _("Öppen för anmälan")
    CLOSED = "closed", _("Anmälan stängd")
    STARTED = "started", _("Startad")
    COMPLETED = "completed", _("Genomförd")
    CANCELLED = "cancelled", _("Inställd")
