"""The answers to "Hjälpte informationen på sidan dig?"."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FeedbackAnswer(models.Model):
    """One anonymous answer about one page. Nothing tells who gave it: no address, no session, no personal number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page_key = models.CharField(_("sida"), max_length=160, db_index=True)
    helpful = models.BooleanField(_("hjälpte"))
    comment = models.TextField(_("kommentar"), blank=True)
    created_at = models.DateTimeField(_("inkom"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("svar på sidfrågan")
        verbose_name_plural = _("svar på sidfrågan")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.page_key}: {'ja' if self.helpful else 'nej'}"
