"""An agreement and the people in its room. Nobody else sees what is in it, SKR's staff and superusers included."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.templates import TemplateVersion
from agreements.states import AgreementState
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.organisations.models import Organisation


class MemberRole(models.TextChoices):
    """What somebody is in the room."""

    CHAIR = "chair", _("Ordförande")
    CHIEF = "chief", _("Direktör")
    READER = "reader", _("Läsare")


PAIR = (MemberRole.CHAIR, MemberRole.CHIEF)


def _still_inside(today: date, prefix: str = "") -> Q:
    has_time = Q(**{f"{prefix}access_until__isnull": True}) | Q(**{f"{prefix}access_until__gte": today})
    return Q(**{f"{prefix}left_at__isnull": True}) & has_time


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Those whose room the person is in at this moment. Being staff opens no room."""
        if user.pk is None:
            return self.none()
        members = Member.objects.inside().filter(user_id=user.pk)
        return self.filter(pk__in=members.values("agreement_id"))


AGREEMENT_RECORD = PersonalRecord(
    title=_("Överenskommelse mellan ordförande och direktör"),
    purpose=_("Ni två skriver, godkänner och omprövar er överenskommelse här. Bara ni, och dem ni bjuder in, ser den."),
    basis=_("Berättigat intresse: ni har själva börjat överenskommelsen (artikel 6.1 f i dataskyddsförordningen)."),
    kept=_("Så länge överenskommelsen används. När ni avslutar den raderas allt efter 90 dagar."),
    days=90,
    fields=(
        PersonalField("members", _("Namn, titel och roll, och konto med e-postadress"), _("Släppa in rätt personer.")),
        PersonalField("documents", _("Texten ni skriver, och vem som skrev vad när"), _("Kunna skriva tillsammans.")),
        PersonalField("versions", _("Godkända versioner"), _("Visa vad ni är överens om.")),
        PersonalField("threads", _("Kommentarer"), _("Kunna prata om texten.")),
        PersonalField("notes", _("Dina egna anteckningar"), _("Minnas det du vill, utan att någon annan ser det.")),
        PersonalField("pulse_answers", _("Svar på frågorna varje kvartal"), _("Låta er jämföra era bilder.")),
    ),
)


class Agreement(HoldsPersonalData):
    """What a chair and a chief executive write down of how they lead together (Swedish: överenskommelse)."""

    personal_record: ClassVar[PersonalRecord] = AGREEMENT_RECORD

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements", verbose_name=_("kommun eller region")
    )
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="agreements", verbose_name=_("mall")
    )
    state = models.CharField(_("läge"), max_length=10, choices=AgreementState, default=AgreementState.WRITING)
    created_at = models.DateTimeField(_("påbörjad"), default=timezone.now, editable=False)
    approved_at = models.DateTimeField(_("senast godkänd"), null=True, editable=False)
    ended_at = models.DateTimeField(_("avslutad"), null=True, editable=False)
    term_ends_on = models.DateField(_("mandatperioden slutar"), null=True, blank=True)
    review_on = models.DateField(_("omprövas"), null=True, blank=True)
    # The sections in which each writes alone first, until both are ready.
    silent_keys: models.JSONField[list[str], list[str]] = models.JSONField(
        _("skriver var för sig först"), default=list, blank=True
    )
    # The day after which an ended agreement is deleted with all that belongs to it; empty while it is used.
    delete_after: models.DateField[date | None, date | None] = models.DateField(
        _("raderas efter"), null=True, blank=True, db_index=True
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("överenskommelse")
        verbose_name_plural = _("överenskommelser")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="agreement_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.template_version.template.name}, {self.organisation}"

    @property
    def writes_silently(self) -> bool:
        """Whether the two write something alone first."""
        return bool(self.silent_keys)


class MemberQuerySet(models.QuerySet["Member"]):
    def inside(self, today: date | None = None) -> Self:
        """Those who may enter the room: they have not left, and a reader's time is not over."""
        return self.filter(_still_inside(today or timezone.localdate()))

    def pair(self) -> Self:
        """The two who write and approve."""
        return self.filter(role__in=PAIR)


class Member(models.Model):
    """Somebody in an agreement's room, in one role and for a time. A successor gets a membership of their own."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="members", verbose_name=_("överenskommelse"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("konto")
    )
    role = models.CharField(_("roll"), max_length=10, choices=MemberRole)
    name = models.CharField(_("namn"), max_length=200)
    title = models.CharField(_("titel"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("inbjuden"), default=timezone.now, editable=False)
    joined_at = models.DateTimeField(_("kom in"), null=True, editable=False)
    access_until = models.DateField(_("får läsa till och med"), null=True, blank=True)
    left_at = models.DateTimeField(_("lämnade"), null=True, editable=False)
    # The newest update of the shared text that the person has had in front of them.
    seen_seq = models.PositiveBigIntegerField(default=0, editable=False)
    silent_ready_at = models.DateTimeField(_("klar med sitt eget utkast"), null=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("deltagare")
        verbose_name_plural = _("deltagare")
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "role"],
                condition=Q(left_at__isnull=True, role__in=PAIR),
                name="one_chair_and_one_chief_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["agreement", "user"], condition=Q(left_at__isnull=True), name="one_membership_at_a_time"
            ),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="member_role_is_known"),
            models.CheckConstraint(
                condition=~Q(role=MemberRole.READER) | Q(access_until__isnull=False), name="member_reader_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_write(self) -> bool:
        return self.role in PAIR
