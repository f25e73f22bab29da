"""What somebody tells when they apply, and who pays. A draft until the place's state says that it was sent."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.models import CaptchaOutcome
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.organisations.models import Organisation
from programs.models.catalogue import Cohort
from programs.models.places import PLACE_RECORD, Place


class Extent(models.TextChoices):
    """How much of a full commission somebody has."""

    FULL_TIME = "full_time", _("Heltid")
    PART_TIME = "part_time", _("Deltid")


_RIGHT_GROUP = _("Sätta samman gruppen och planera innehållet.")
_ASSISTANT = _("Kunna nå den som sköter din kalender.")


class Application(HoldsPersonalData):
    """The application itself. Saved as often as its writer likes; it counts when the place is `applied`."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Uppgifter i ansökan"),
        purpose=_("Vi använder uppgifterna för att sätta samman gruppen och för att utgå från deltagarnas vardag."),
        basis=PLACE_RECORD.basis,
        kept=PLACE_RECORD.kept,
        days=PLACE_RECORD.days,
        fields=(
            PersonalField("in_office_since", _("Sedan vilket år du har uppdraget"), _RIGHT_GROUP),
            PersonalField("extent", _("Heltid eller deltid"), _RIGHT_GROUP),
            PersonalField("challenge", _("Utmaningen som du vill arbeta med"), _("Ha din utmaning som röd tråd.")),
            PersonalField("message", _("Meddelande, om du har skrivit något"), _("Kunna svara dig.")),
            PersonalField("assistant_name", _("Namn på den som hjälper dig med kalendern"), _ASSISTANT),
            PersonalField("assistant_email", _("Den personens e-postadress"), _ASSISTANT),
            PersonalField("assistant_phone", _("Den personens telefonnummer"), _ASSISTANT),
        ),
    )

    place = models.OneToOneField(Place, models.CASCADE, related_name="application", verbose_name=_("plats"))
    in_office_since = models.PositiveSmallIntegerField(_("i uppdraget sedan"), null=True, blank=True)
    extent = models.CharField(_("omfattning"), max_length=10, choices=Extent, blank=True)
    challenge = models.TextField(_("utmaning"), max_length=5000, blank=True)
    message = models.TextField(_("meddelande"), max_length=5000, blank=True)
    assistant_name = models.CharField(_("assistent"), max_length=200, blank=True)
    assistant_email = models.CharField(_("assistentens e-postadress"), max_length=254, blank=True)
    assistant_phone = models.CharField(_("assistentens telefonnummer"), max_length=40, blank=True)
    # How the open form came in. One by a personal link has proved whose it is.
    captcha_outcome = models.CharField(
        _("robotkontroll"), max_length=12, choices=CaptchaOutcome, blank=True, editable=False
    )
    captcha_proof = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs differ
    flags = models.JSONField(_("att titta på"), default=list, blank=True, editable=False)
    # What the open form last left here, as `portal.core.windows.stamp` tells it: whether somebody has gone on since.
    open_form_stamp = models.CharField(max_length=64, blank=True, editable=False)
    saved_at = models.DateTimeField(_("sparad"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("skickad"), null=True, blank=True, editable=False)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("ansökan")
        verbose_name_plural = _("ansökningar")
        constraints = [
            models.CheckConstraint(
                condition=Q(in_office_since__isnull=True) | Q(in_office_since__gte=1950, in_office_since__lte=2100),
                name="application_year_is_sane",
                violation_error_message=_("Året för ”i uppdraget sedan” ska vara mellan 1950 och 2100."),
            ),
        ]

    def __str__(self) -> str:
        return self.place.reference


class InvoiceBy(models.TextChoices):
    """How the payer wants the invoice."""

    PEPPOL = "peppol", _("E-faktura till Peppol-id")
    GLN = "gln", _("E-faktura till GLN")
    POST = "post", _("Pappersfaktura till adress")


class Invoicing(HoldsPersonalData):
    """Whom to invoice for one place. Outlives the place: seven years, as bookkeeping must (bokföringslagen 7:2)."""

    personal_record: ClassVar[PersonalRecord] = PersonalRecord(
        title=_("Underlag för faktura"),
        purpose=_("Vi använder uppgifterna för att fakturera din kommun eller region."),
        basis=_("Rättslig förpliktelse enligt bokföringslagen och avtalet med din kommun eller region (6.1 c och b)."),
        kept=_("Sju år efter det kalenderår då programmet avslutades."),
        days=8 * 366,
        fields=(
            PersonalField("participant", _("Namn på deltagaren"), _("Visa vad fakturan gäller.")),
            PersonalField("reference", _("Er referens"), _("Styra fakturan rätt hos er.")),
            PersonalField("organisation_number", _("Betalarens organisationsnummer"), _("Ställa fakturan rätt.")),
            PersonalField("peppol_id", _("Betalarens Peppol-id"), _("Skicka e-fakturan rätt.")),
            PersonalField("gln", _("Betalarens GLN"), _("Skicka e-fakturan rätt.")),
            PersonalField("address", _("Fakturaadress"), _("Skicka fakturan rätt.")),
        ),
    )

    place = models.OneToOneField(
        Place, models.SET_NULL, related_name="invoicing", null=True, blank=True, verbose_name=_("plats")
    )
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="invoicing", verbose_name=_("kull"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("betalare"))
    participant = models.CharField(_("deltagare"), max_length=200, blank=True)
    organisation_number = models.CharField(_("organisationsnummer"), max_length=11, blank=True)
    reference = models.CharField(_("er referens"), max_length=120, blank=True)
    by = models.CharField(_("fakturan skickas"), max_length=8, choices=InvoiceBy, blank=True)
    peppol_id = models.CharField(_("Peppol-id"), max_length=60, blank=True)
    gln = models.CharField(_("GLN"), max_length=13, blank=True)
    address = models.TextField(_("fakturaadress"), max_length=500, blank=True)
    delete_after: models.DateField[date, date] = models.DateField(_("raderas efter"), db_index=True)

    class Meta:
        verbose_name = _("fakturauppgifter")
        verbose_name_plural = _("fakturauppgifter")

    def __str__(self) -> str:
        return f"{self.organisation} {self.reference}".strip()
