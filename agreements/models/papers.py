"""The paper of a version: the PDF as it was made once, stored with its fingerprint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.versions import Version
from agreements.states import PaperState

# Longer than the longest document takes; a worker that died gives the work back after this.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5


class PaperQuerySet(models.QuerySet["Paper"]):
    def without_content(self) -> Self:
        """For everything but the download: the bytes stay in the database."""
        return self.defer("content")

    def claimable(self, now: datetime) -> Self:
        """Those that a worker may take: not begun, or begun by somebody who never came back."""
        return self.filter(Q(state=PaperState.WAITING) | Q(state=PaperState.MAKING, claimed_until__lt=now))

    def claim(self, paper_id: int, now: datetime) -> bool:
        """Take it, by one conditional UPDATE: of two workers one wins (docs/adr/0004)."""
        claim = {"state": PaperState.MAKING, "claimed_until": now + LEASE, "attempts": F("attempts") + 1}
        return bool(self.filter(pk=paper_id).claimable(now).update(**claim))

    def keep(self, paper_id: int, content: bytes, sha256: str, now: datetime) -> bool:
        """Store the file, once: what is done is never replaced."""
        done = {"state": PaperState.DONE, "content": content, "sha256": sha256, "made_at": now, "claimed_until": None}
        return bool(self.filter(pk=paper_id).exclude(state=PaperState.DONE).update(**done))

    def give_up(self, now: datetime) -> None:
        """Those that took every worker who tried with them."""
        self.filter(state=PaperState.MAKING, claimed_until__lt=now, attempts__gte=MOST_ATTEMPTS).update(
            state=PaperState.FAILED, claimed_until=None
        )

    def give_back(self, paper_id: int) -> None:
        """It could not be made this time: the next sweep tries again, and after the last attempt it has failed."""
        mine = self.filter(pk=paper_id, state=PaperState.MAKING)
        mine.filter(attempts__gte=MOST_ATTEMPTS).update(state=PaperState.FAILED, claimed_until=None)
        mine.update(state=PaperState.WAITING, claimed_until=None)


class Paper(models.Model):
    """The PDF of an approved version. It is made once and never again, so its fingerprint holds for ever.

    The bytes are a column and no file beside the database: they come and go in the same transaction and backup as the
    version, are erased with the agreement, and any machine can hand them out. One is about 60 kB.
    """

    version = models.OneToOneField(Version, models.CASCADE, related_name="paper", verbose_name=_("version"))
    state = models.CharField(_("läge"), max_length=10, choices=PaperState, default=PaperState.WAITING)
    content = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(_("filens fingeravtryck"), max_length=64, blank=True, db_index=True)
    made_at = models.DateTimeField(_("gjord"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("PDF-fil")
        verbose_name_plural = _("PDF-filer")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PaperState.values), name="paper_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=PaperState.DONE, content__isnull=False, made_at__isnull=False) & ~Q(sha256="")
                | ~Q(state=PaperState.DONE) & Q(content__isnull=True, made_at__isnull=True, sha256=""),
                name="paper_is_whole_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}"
