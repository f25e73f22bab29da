"""The answers to "Hjälpte informationen på sidan dig?"."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.pages.models.content import PageKey

# Pages that are no content page but carry the question too.
OTHER_PAGES = {"programme_list": _("Programlistan"), "programme": _("Program")}


def page_name(page_key: str) -> str:
    """What staff calls the page: "Uppdraget", "Program: toppolitikerprogrammet"."""
    name, _colon, slug = page_key.partition(":")
    labels = {**dict(PageKey.choices), **OTHER_PAGES}
    label = str(labels.get(name, name))
    return f"{label}: {slug}" if slug else label


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
        return f"{self.page_name}: {'ja' if self.helpful else 'nej'}"

    @property
    def page_name(self) -> str:
        return page_name(self.page_key)
