"""What is stored about a film, an episode or a book itself: the file, and the words that are said in it."""

from __future__ import annotations

import re
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_catalog.captions import Cue
from portal.core.search import SearchText

WORD = re.compile(r"[^\W_]+")


class FileKind(models.TextChoices):
    VIDEO = "video", _("film")
    AUDIO = "audio", _("ljud")
    PUBLICATION = "publication", _("publikation")
    IMAGE = "image", _("bild")


class MediaFile(models.Model):
    """One file in the private storage, as it was measured when it came. A new upload makes a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("slag"), max_length=12, choices=FileKind)
    storage_name = models.CharField(max_length=200, unique=True, editable=False)
    filename = models.CharField(_("filnamn"), max_length=120)
    content_type = models.CharField(_("filtyp"), max_length=100)
    size = models.PositiveBigIntegerField(_("storlek"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    duration = models.FloatField(_("längd i sekunder"), null=True, blank=True)
    width = models.PositiveIntegerField(_("bredd"), null=True, blank=True)
    height = models.PositiveIntegerField(_("höjd"), null=True, blank=True)
    demo = models.BooleanField(
        _("demofil"), default=False, help_text=_("Gjord av portalen själv för att visa hur det ser ut.")
    )
    created_at = models.DateTimeField(_("uppladdad"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("fil")
        verbose_name_plural = _("filer")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="media_file_kind_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="media_file_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="media_file_has_a_checksum"),
            models.CheckConstraint(
                condition=Q(duration__isnull=True) | Q(duration__gt=0), name="media_file_duration_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class Transcript(SearchText):
    """What is said in a film or an episode, line by line. The captions (WebVTT) are made from the same lines."""

    LANGUAGE: ClassVar[str] = "sv"

    cues = models.JSONField(_("rader"))
    source_name = models.CharField(_("filen som den kom ur"), max_length=120, blank=True)
    updated_at = models.DateTimeField(_("ändrad"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("utskrift")
        verbose_name_plural = _("utskrifter")
        constraints = [models.CheckConstraint(condition=~Q(cues=[]), name="transcript_says_something")]

    def __str__(self) -> str:
        return str(_("Utskrift med %(count)s rader") % {"count": len(self.cues)})

    @property
    def lines(self) -> list[Cue]:
        """The rows of the column, in the order they are said."""
        return [Cue(**cue) for cue in self.cues]

    def search_fields(self) -> list[str]:
        """Words only: the index of each database would have its own mind about strokes and hyphens."""
        return WORD.findall(" ".join(f"{cue.speaker} {cue.text}" for cue in self.lines))
