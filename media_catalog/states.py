"""The states of an order, and the ways between them. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.states import TransitionTable


class OrderState(models.TextChoices):
    """What has become of an order."""

    ACTIVE = "active", _("Gäller")
    HANDLED = "handled", _("Hanterad")
    WITHDRAWN = "withdrawn", _("Återkallad")


# Staff withdraws what should not have been sent; a withdrawn order stays so, whoever still has its link.
ORDER_TRANSITIONS: TransitionTable[OrderState] = TransitionTable(
    {
        OrderState.ACTIVE: (OrderState.HANDLED, OrderState.WITHDRAWN),
        OrderState.HANDLED: (OrderState.ACTIVE, OrderState.WITHDRAWN),
        OrderState.WITHDRAWN: (),
    }
)
