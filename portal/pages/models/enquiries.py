"""What visitors write to us: messages from the contact form, and reports of barriers on the site."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import Submission
from portal.core.normalisation import mask_personal_numbers
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord
from portal.core.references import new_reference
from portal.core.search import SearchText
from portal.pages.states import EnquiryState


class Enquiry(Submission, SearchText, HoldsPersonalData):
    """Something that a visitor wrote and that staff deals with."""

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    message = models.TextField(_("meddelande"))
    state = models.CharField(_("läge"), max_length=10, choices=EnquiryState, default=EnquiryState.NEW)
    handled_at = models.DateTimeField(_("hanterad"), null=True, blank=True)
    # How often the sender went back and sent the same form with other content.
    corrections = models.PositiveSmallIntegerField(_("ändringar"), default=0)

    class Meta:
        abstract = True
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EnquiryState.values), name="%(class)s_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=EnquiryState.HANDLED, handled_at__isnull=False)
                | Q(state=EnquiryState.NEW, handled_at__isnull=True),
                name="%(class)s_handled_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def masked_message(self) -> str:
        """The message for lists and exports, where a personal identity number has nothing to do."""
        return mask_personal_numbers(self.message)


class ContactMessage(Enquiry):
    """A message from the contact form."""

    name = models.CharField(_("namn"), max_length=200)
    email = models.CharField(_("e-postadress"), max_length=254)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)

    personal_record = PersonalRecord(
        title=_("När du skriver till oss"),
        purpose=_("Vi behöver uppgifterna för att kunna läsa och besvara ditt meddelande."),
        basis=_("Berättigat intresse: du har skrivit till oss och väntar dig ett svar."),
        kept=_("12 månader från den dag då meddelandet kom in. Sedan raderas det av sig självt."),
        days=365,
        fields=(
            PersonalField("name", _("Namn"), _("För att veta vem vi svarar.")),
            PersonalField("email", _("E-postadress"), _("För att skicka en bekräftelse och ett svar.")),
            PersonalField(
                "organisation",
                _("Kommun, region eller annan organisation, om du skriver den"),
                _("För att svara utifrån hur det ser ut hos dig."),
            ),
            PersonalField("message", _("Ditt meddelande"), _("För att förstå och besvara din fråga.")),
        ),
    )

    class Meta(Enquiry.Meta):
        verbose_name = _("meddelande")
        verbose_name_plural = _("meddelanden")

    def search_fields(self) -> list[str]:
        return [self.reference, self.name, self.email, self.organisation, self.message]


class AccessibilityReport(Enquiry):
    """A barrier on the site, or content that somebody needs in another form. Anonymous unless an address was left."""

    where = models.CharField(_("var på webbplatsen"), max_length=200, blank=True)
    email = models.CharField(_("e-postadress"), max_length=254, blank=True)

    personal_record = PersonalRecord(
        title=_("När du rapporterar en brist i tillgängligheten"),
        purpose=_("Vi behöver din beskrivning för att rätta bristen, och en adress bara om du vill ha svar."),
        basis=_("Berättigat intresse: att göra webbplatsen möjlig att använda för alla. Du kan vara anonym."),
        kept=_("12 månader från den dag då rapporten kom in. Sedan raderas den av sig själv."),
        days=365,
        fields=(
            PersonalField("message", _("Din beskrivning"), _("För att hitta och rätta bristen.")),
            PersonalField("where", _("Var på webbplatsen, om du skriver det"), _("För att hitta bristen snabbare.")),
            PersonalField("email", _("E-postadress, om du lämnar en"), _("För att kunna svara dig.")),
        ),
    )

    class Meta(Enquiry.Meta):
        verbose_name = _("tillgänglighetsrapport")
        verbose_name_plural = _("tillgänglighetsrapporter")

    def search_fields(self) -> list[str]:
        return [self.reference, self.where, self.email, self.message]
