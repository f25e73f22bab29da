"""The log of what was written: the only truth about a draft (docs/adr/0010). No Yjs document lives in the memory."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement, Member
from agreements.models.versions import Version


class Document(models.Model):
    """One text that is written together, or alone while somebody writes silently (`owner`)."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="documents", verbose_name=_("överenskommelse")
    )
    owner = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="silent_documents", verbose_name=_("skrivs av")
    )
    # Browsers drop what they kept for a document of another epoch.
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    # The number of the newest update. Raised by one UPDATE in the same transaction as the rows: the row lock makes the
    # numbers gap-free in commit order and fences the freezing.
    head_seq = models.PositiveBigIntegerField(default=0)
    snapshot_seq = models.PositiveBigIntegerField(default=0)
    # Up to here the log holds one row a session: what was typed in between is gone.
    purged_seq = models.PositiveBigIntegerField(default=0)
    frozen_version = models.ForeignKey(Version, models.RESTRICT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(owner__isnull=True), name="one_shared_document_per_agreement"
            ),
            models.UniqueConstraint(fields=["agreement", "owner"], name="one_silent_document_per_person"),
            models.CheckConstraint(condition=Q(snapshot_seq__lte=models.F("head_seq")), name="snapshot_not_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Update(models.Model):
    """One committed Yjs update (v1 encoding), or several of one person merged. Append-only."""

    # The constraint below serves every question, and each index more is another page to write for each keystroke
    # (docs/adr/0010).
    document = models.ForeignKey(Document, models.CASCADE, related_name="updates", db_index=False)
    seq = models.PositiveBigIntegerField()
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    data = models.BinaryField()

    class Meta:
        ordering = ["document", "seq"]
        constraints = [models.UniqueConstraint(fields=["document", "seq"], name="update_number_once")]

    def __str__(self) -> str:
        return f"{self.document_id}:{self.seq}"


class Snapshot(models.Model):
    """The whole state of a document up to a number, so that opening it does not replay everything."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="snapshots")
    upto_seq = models.PositiveBigIntegerField()
    state = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["document", "-upto_seq"]
        constraints = [models.UniqueConstraint(fields=["document", "upto_seq"], name="snapshot_once")]

    def __str__(self) -> str:
        return f"{self.document_id} up to {self.upto_seq}"
