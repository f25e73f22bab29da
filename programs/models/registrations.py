"""Who is interested in which programme. An interest registration is not binding; an application comes later."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Func, Q, UUIDField, Value, When
from django.db.models.functions import NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.models import OutgoingMail, Submission
from portal.core.normalisation import mask_personal_numbers
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.core.search import SearchText
from portal.organisations.models import Organisation
from programs.models.catalogue import InterestRound, Programme
from programs.states import InterestState


class Role(models.TextChoices):
    """The commission that somebody holds (kommunallagen 4:2 and 6:21 name them)."""

    KSO = "kso", _("Kommunstyrelsens ordförande")
    RSO = "rso", _("Regionstyrelsens ordförande")
    OPPOSITION = "oppositionsrad", _("Oppositionsråd")
    FULL_TIME = "heltidsarvoderad", _("Heltidsarvoderat råd")
    OTHER = "annat", _("Annat uppdrag")


# Titles for the codes in `Submission.flags`: what staff should look at before they answer.
FLAG_LABELS = {
    "captcha_no_script": _("Skickad utan JavaScript"),
    "captcha_unavailable": _("Robotkontrollen svarade inte"),
    "haste": _("Ifylld på några sekunder"),
    "personal_number": _("Kan innehålla ett personnummer"),
    "likely_misspelt": _("Adressen kan vara felskriven"),
    "role_address": _("Adressen går till en funktion"),
}

_SAME_PURPOSE = _("Veta vem som är intresserad och kunna svara.")
INTEREST_FIELDS = (
    PersonalField("name", _("Namn"), _SAME_PURPOSE),
    PersonalField("email", _("E-postadress"), _("Skicka bekräftelsen och svara dig.")),
    PersonalField("phone", _("Telefonnummer, om du har lämnat det"), _("Kunna ringa dig om din anmälan.")),
    PersonalField("organisation", _("Kommun eller region"), _("Sätta samman en bred grupp.")),
    PersonalField("role", _("Uppdrag"), _("Se att programmet passar ditt uppdrag.")),
    PersonalField("programmes", _("Program som du är intresserad av"), _("Bjuda in dig till rätt program.")),
    PersonalField("message", _("Meddelande, om du har skrivit något"), _("Kunna svara på det du undrar över.")),
)
INTEREST_RECORD = PersonalRecord(
    title=_("Intresseanmälan till ett program"),
    purpose=_("Vi använder uppgifterna för att kontakta dig om programmen och för att planera dem."),
    basis=_("Berättigat intresse: du har själv bett oss att höra av oss (artikel 6.1 f i dataskyddsförordningen)."),
    kept=_("24 månader efter anmälan. Tar du tillbaka anmälan raderas den inom 30 dagar."),
    days=730,
    fields=INTEREST_FIELDS,
)
# Somebody who withdrew can still be answered, and a mistake undone, for a month.
DAYS_AFTER_WITHDRAWAL = 30


def interest_deletion_day(start: date | None = None) -> date:
    return INTEREST_RECORD.delete_after(start)


class InterestDetails(models.Model):
    """What somebody fills in, shared by the registration and by a later form from the same address."""

    reference = models.CharField(_("referens"), max_length=16, unique=True, editable=False)
    name = models.CharField(_("namn"), max_length=200)
    phone = models.CharField(_("telefonnummer"), max_length=40, blank=True)
    phone_e164 = models.CharField(_("telefonnummer, internationellt"), max_length=17, blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("kommun eller region")
    )
    role = models.CharField(_("uppdrag"), max_length=20, choices=Role)
    programmes = models.ManyToManyField(Programme, related_name="+", blank=True, verbose_name=_("program"))
    wants_information = models.BooleanField(_("vill ha mer information"), default=False)
    message = models.TextField(_("meddelande"), max_length=5000, blank=True)
    # When the morning's mail to staff told of it as a registration of its own. It goes along when the row moves.
    told_at = models.DateTimeField(_("berättad för SKR"), null=True, editable=False)

    class Meta:
        abstract = True


class InterestQuerySet(models.QuerySet["InterestRegistration"]):
    def active(self) -> Self:
        """Those that are not withdrawn."""
        return self.filter(state=InterestState.REGISTERED)

    def untold(self) -> Self:
        """Those that no morning's mail to staff has told of: a mark, since a time says nothing of what commits late."""
        return self.active().filter(told_at=None)

    def flagged(self) -> Self:
        """Those that somebody should look at."""
        # For `=True` Django writes the bare column, for which SQLite looks into no index.
        return self.filter(is_flagged__in=[True])


class InterestRegistration(InterestDetails, Submission, SearchText, HoldsPersonalData):
    """One person's wish to take part or to know more, for one round."""

    personal_record: ClassVar[PersonalRecord] = INTEREST_RECORD
    # Filled in by lists that show what became of the mail.
    confirmation: OutgoingMail | None = None

    interest_round = models.ForeignKey(
        InterestRound, models.PROTECT, related_name="registrations", verbose_name=_("årgång")
    )
    email = models.CharField(_("e-postadress"), max_length=254)
    # The address as two of them are compared: small letters, the domain in ASCII.
    email_key = models.CharField(max_length=254, editable=False)
    state = models.CharField(_("läge"), max_length=12, choices=InterestState, default=InterestState.REGISTERED)
    updated_at = models.DateTimeField(_("ändrad"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("tillbakatagen"), null=True, blank=True, editable=False)

    # Whether somebody should look at it. The database keeps it, from `flags`.
    is_flagged = models.GeneratedField(
        expression=Case(When(flags=[], then=False), default=True, output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("intresseanmälan")
        verbose_name_plural = _("intresseanmälningar")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="interest_newest_first"),
            models.Index(fields=["name", "-id"], name="interest_by_name"),
            # To look for words in the middle means to read every row: in this index a row is a fifth as large.
            models.Index(fields=["search_text", "id"], name="interest_search"),
            # Each choice beside the list: how many there are is counted, and the newest of them are shown.
            models.Index(fields=["state", "-created_at", "-id"], name="interest_by_state"),
            models.Index(fields=["role", "-created_at", "-id"], name="interest_by_role"),
            models.Index(fields=["is_flagged", "-created_at", "-id"], name="interest_by_flag"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["interest_round", "email_key"],
                condition=Q(state=InterestState.REGISTERED),
                name="one_interest_per_person_and_round",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="interest_role_is_known"),
            models.CheckConstraint(condition=Q(state__in=InterestState.values), name="interest_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=InterestState.WITHDRAWN) ^ Q(withdrawn_at__isnull=True),
                name="interest_withdrawn_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name_for_lists(self) -> str:
        """The name, with anything that looks like a personal identity number hidden."""
        return mask_personal_numbers(self.name)

    def search_fields(self) -> list[str]:
        return [self.name, self.email, self.phone, self.reference, self.organisation.name, self.organisation.short_name]


class InterestRepeat(InterestDetails, Submission, HoldsPersonalData):
    """A later form from an address that is registered already.

    It changes nothing by itself: whoever owns the mailbox decides, by the link in the mail that it causes. So nobody
    can change, or find out, somebody else's registration by typing their address.
    """

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Nya uppgifter till en intresseanmälan"),
        purpose=_("Vi sparar det du skickade så att du själv kan välja om din tidigare anmälan ska ändras."),
        basis=INTEREST_RECORD.basis,
        kept=_("Lika länge som anmälan som den hör till."),
        days=INTEREST_RECORD.days,
        fields=tuple(field for field in INTEREST_FIELDS if field.name != "email"),
    )

    registration = models.ForeignKey(
        InterestRegistration, models.CASCADE, related_name="repeats", verbose_name=_("intresseanmälan")
    )
    adopted_at = models.DateTimeField(_("använd"), null=True, editable=False)

    class Meta:
        verbose_name = _("upprepad intresseanmälan")
        verbose_name_plural = _("upprepade intresseanmälningar")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference


class _OfRepeat(Func):
    """The token itself when a repeat holds it, else NULL. Written here, since Django would write it anew each time."""

    # Only names of our own; the token goes as a parameter.
    template = (
        f"(SELECT submission_token FROM {InterestRepeat._meta.db_table} WHERE submission_token = %(expressions)s)"  # noqa: S608
    )


def unless_kept_as_repeat(token: uuid.UUID) -> NullIf:
    """What the INSERT of a registration says as its form's token: nothing, which is refused, when a repeat holds it.

    So no form has a row in both tables, in the same statement and without a question beforehand.
    """
    value = Value(token, output_field=UUIDField())
    return NullIf(value, _OfRepeat(value, output_field=UUIDField()))
