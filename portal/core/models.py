"""Facts that every app shares: who did what, which mail went out, and what a public form sends."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import PersonalField, PersonalRecord
from portal.core.states import MailState


def label_of(subject: models.Model) -> tuple[str, str]:
    """How a row is named in the trail and at its mails: ("programs.interestregistration", "<primary key>")."""
    return subject._meta.label_lower, str(subject.pk)


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a line of the audit trail."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, subject: models.Model) -> AuditQuerySet:
        subject_type, subject_id = label_of(subject)
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The audit trail is append-only.")


class AuditEvent(models.Model):
    """One line of the trail: who did what to which thing, and when. Never names, addresses or free text of people."""

    class ActorKind(models.TextChoices):
        SYSTEM = "system", _("systemet")
        PERSON = "person", _("personen själv")
        STAFF = "staff", _("SKR")

    # Filled in by admin: whether the reader may open the page of what the line is about.
    may_open: bool = False

    at = models.DateTimeField(_("tid"), default=timezone.now, editable=False)
    event = models.CharField(_("händelse"), max_length=80)
    subject_type = models.CharField(_("gäller"), max_length=60)
    subject_id = models.CharField(max_length=40)
    actor_kind = models.CharField(_("av"), max_length=10, choices=ActorKind)
    # The trail outlives the account: no constraint, and nothing happens here when the account goes.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("vem"),
    )
    data = models.JSONField(_("uppgifter"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_type}:{self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The audit trail is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The audit trail is append-only.")


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def about(self, subject: models.Model) -> MailQuerySet:
        about_type, about_id = label_of(subject)
        return self.filter(about_type=about_type, about_id=about_id)

    def due(self, now: datetime) -> MailQuerySet:
        """What a worker may take now."""
        return self.filter(state__in=[MailState.QUEUED, MailState.UNCERTAIN], not_before__lte=now)

    def under_way(self) -> MailQuerySet:
        """What may still be sent, by a worker or by itself once more."""
        return self.filter(state__in=[MailState.QUEUED, MailState.SENDING, MailState.UNCERTAIN])


_SAME_MAIL = _("Kunna visa vad vi har skickat, och skicka det igen om det inte kom fram.")


class OutgoingMail(models.Model):
    """One mail to one person, exactly as it goes out. The row is the truth; the queue only carries its number."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Mejl som vi har skickat"),
        purpose=_("Vi sparar varje mejl som det gick ut, så att vi vet vad du har fått."),
        basis=_("Berättigat intresse: att kunna svara på frågor om det vi har skickat (artikel 6.1 f)."),
        kept=_("Lika länge som det som mejlet gäller, annars 12 månader."),
        days=365,
        fields=(
            PersonalField("to_email", _("E-postadress"), _("Skicka mejlet till dig.")),
            PersonalField("subject", _("Ämne"), _SAME_MAIL),
            PersonalField("text_body", _("Mejlets text"), _SAME_MAIL),
            PersonalField("html_body", _("Mejlets text, formaterad"), _SAME_MAIL),
            PersonalField("server_reply", _("E-postserverns svar"), _("Se om mejlet kom fram.")),
        ),
    )

    # Filled in by admin: whether the reader may open the page of what the mail is about.
    may_open: bool = False

    key = models.CharField(_("nyckel"), max_length=200, unique=True, help_text=_("Samma händelse ger aldrig två mejl."))
    message_id = models.CharField("Message-ID", max_length=200, editable=False)
    letter = models.CharField(_("brev"), max_length=80)
    to_email = models.CharField(_("till"), max_length=254)
    from_email = models.CharField(_("från"), max_length=254)
    reply_to = models.CharField(_("svar till"), max_length=254, blank=True)
    subject = models.CharField(_("ämne"), max_length=250)
    text_body = models.TextField(_("text"))
    html_body = models.TextField("HTML")
    # A calendar file (RFC 5545) that goes with the mail; empty for most.
    calendar = models.TextField(_("kalenderfil"), blank=True, editable=False)
    secret = models.BooleanField(
        _("hemligt innehåll"), default=False, help_text=_("Texten töms när mejlet inte skickas mer.")
    )
    about_type = models.CharField(_("gäller"), max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    resend_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="resends", verbose_name=_("skickat igen från")
    )
    state = models.CharField(_("läge"), max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("försök"), default=0)
    doubts = models.PositiveSmallIntegerField(_("osäkra försök"), default=0)
    # NULL: not tried again by itself.
    not_before = models.DateTimeField(_("nästa försök"), default=timezone.now, null=True)
    claimed_until = models.DateTimeField(null=True, editable=False)
    handed_over_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("mottaget"), null=True)
    server_reply = models.CharField(_("e-postserverns svar"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("skapat"), default=timezone.now, editable=False)
    delete_after = models.DateField(_("raderas efter"), db_index=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mejl")
        verbose_name_plural = _("mejl")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="mail_by_subject"),
            # Small whatever the table's size: only what is still to be sent.
            models.Index(
                fields=["not_before"], name="mail_to_send", condition=Q(state__in=["queued", "sending", "uncertain"])
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mail_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENDING) | Q(claimed_until__isnull=False), name="mail_sending_has_a_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False), name="mail_sent_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(subject__contains="\n") & ~Q(subject__contains="\r"), name="mail_subject_is_one_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"


class RateCounter(models.Model):
    """How often something happened within a window of time. The key is a keyed hash: no address is stored."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.count}"


class Disposal(models.Model):
    """One time that personal data went: by its last day, or because a person asked. Numbers only (gallring)."""

    class Kind(models.TextChoices):
        RETENTION = "retention", _("Sista dagen har passerat")
        PERSON = "person", _("En person har raderats")

    at = models.DateTimeField(_("tid"), default=timezone.now, editable=False)
    kind = models.CharField(_("varför"), max_length=10, choices=Kind, editable=False)
    # How many rows of each model: {"programs.place": 3}.
    counts = models.JSONField(_("antal"), default=dict, editable=False)

    class Meta:
        verbose_name = _("radering")
        verbose_name_plural = _("raderingar")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["retention", "person"]), name="disposal_kind_is_known")
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H.%M}"

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class CaptchaOutcome(models.TextChoices):
    """How we know, or do not know, that a person and no robot filled in a form."""

    SOLVED = "solved", _("klarad")
    NO_SCRIPT = "no_script", _("utan JavaScript")
    UNAVAILABLE = "unavailable", _("kontrollen svarade inte")


class Submission(models.Model):
    """What a public form makes. The token in the form makes every repeat of it lead to the same row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission_token = models.UUIDField(unique=True, editable=False)
    submission_digest = models.CharField(max_length=64, editable=False)
    captcha_outcome = models.CharField(_("robotkontroll"), max_length=12, choices=CaptchaOutcome, editable=False)
    captcha_proof = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs differ
    flags = models.JSONField(_("att titta på"), default=list, blank=True)
    created_at = models.DateTimeField(_("inkom"), default=timezone.now, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        abstract = True
