"""The answers to "Hjälpte informationen på sidan dig?"."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import PersonalField, PersonalRecord
from portal.pages.models.content import PageKey

# Pages that are no content page but carry the question too.
OTHER_PAGES = {"programme": _("Program"), "media_item": _("Film och podd")}


def page_name(page_key: str) -> str:
    """What staff calls the page: "Uppdraget", "Program: toppolitikerprogrammet"."""
    name, _colon, slug = page_key.partition(":")
    labels = {**dict(PageKey.choices), **OTHER_PAGES}
    label = str(labels.get(name, name))
    return f"{label}: {slug}" if slug else label


FEEDBACK_RECORD = PersonalRecord(
    title=_("Svar på frågan om en sida hjälpte"),
    purpose=_("Vi gör sidorna bättre. Svaret är anonymt, men det du själv skriver kan säga något om dig."),
    basis=_("Berättigat intresse: att kunna förbättra sidorna (artikel 6.1 f)."),
    kept=_("12 månader."),
    days=365,
    fields=(PersonalField("comment", _("Kommentar, om du har skrivit någon"), _("Förstå vad som saknas på sidan.")),),
)


def feedback_deletion_day() -> date:
    return FEEDBACK_RECORD.delete_after()


class FeedbackAnswer(models.Model):
    """One anonymous answer about one page. Nothing tells who gave it: no address, no session, no personal number."""

    personal_record: ClassVar[PersonalRecord] = FEEDBACK_RECORD

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page_key = models.CharField(_("sida"), max_length=160, db_index=True)
    helpful = models.BooleanField(_("hjälpte"))
    comment = models.TextField(_("kommentar"), blank=True)
    created_at = models.DateTimeField(_("inkom"), default=timezone.now, editable=False)
    delete_after = models.DateField(_("raderas efter"), db_index=True, default=feedback_deletion_day, editable=False)

    class Meta:
        verbose_name = _("svar på sidfrågan")
        verbose_name_plural = _("svar på sidfrågan")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.page_name}: {'ja' if self.helpful else 'nej'}"

    @property
    def page_name(self) -> str:
        return page_name(self.page_key)
