"""Content pages: their texts are data that staff edits in admin; their addresses are code."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from portal.core.search import SearchText
from portal.pages import rich_text


class Responsible(models.Model):
    """Somebody at SKR who answers for what pages say ("informationsansvarig")."""

    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("titel"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("informationsansvarig")
        verbose_name_plural = _("informationsansvariga")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "title"], name="responsible_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}" if self.title else self.name


class PageKey(models.TextChoices):
    """Which page it is. The key is also the name of its address.

    The lists of programmes and of films belong to other apps, which show this page's texts by `content_page`.
    """

    START = "start", _("Startsidan")
    MISSION = "mission", _("Uppdraget")
    PROGRAMMES = "programme_list", _("Programlistan")
    AGREEMENT = "agreement_about", _("Överenskommelse")
    MEDIA = "media_list", _("Film och podd")
    CONTACT = "contact", _("Kontakt")
    ACCESSIBILITY = "accessibility", _("Tillgänglighet")
    PRIVACY = "privacy", _("Personuppgifter")


# The way in, what the navigation always leads to, the two statements that must be there, and the way to reach us: they
# are never taken down. Only "Uppdraget" may be.
ALWAYS_PUBLISHED = (
    PageKey.START,
    PageKey.PROGRAMMES,
    PageKey.AGREEMENT,
    PageKey.MEDIA,
    PageKey.CONTACT,
    PageKey.ACCESSIBILITY,
    PageKey.PRIVACY,
)


class PageQuerySet(models.QuerySet["Page"]):
    def published(self) -> PageQuerySet:
        """Those that visitors may see, with the one who answers for each."""
        return self.filter(published=True).select_related("responsible")


class Page(SearchText):
    """The text of one page. Exactly one person is responsible; `body` is Markdown, rendered once when it is saved."""

    key = models.CharField(_("sida"), max_length=40, choices=PageKey, unique=True)
    title = models.CharField(_("rubrik"), max_length=120)
    lead = models.TextField(_("ingress"), blank=True)
    body = models.TextField(
        _("text"),
        blank=True,
        help_text=_(
            "Skriv ## före en rubrik, ### före en underrubrik, - före varje punkt i en lista, **så här** för fet stil"
            " och [länktext](/adress/) för en länk. En tom rad ger ett nytt stycke."
        ),
    )
    body_html = models.TextField(editable=False, default="")
    contact_text = models.TextField(
        _("kontakttext"), blank=True, help_text=_("Visas ovanför länken till kontaktformuläret, längst ner på sidan.")
    )
    published = models.BooleanField(_("publicerad"), default=False)
    published_on = models.DateField(_("publicerad den"), null=True, blank=True)
    updated_on = models.DateField(_("uppdaterad den"), help_text=_("Sätts till dagens datum när du ändrar texten."))
    responsible = models.ForeignKey(
        Responsible, models.PROTECT, related_name="pages", verbose_name=_("informationsansvarig")
    )

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("sida")
        verbose_name_plural = _("sidor")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(key__in=PageKey.values), name="page_key_is_known"),
            models.CheckConstraint(
                condition=Q(published=True) | ~Q(key__in=[str(key) for key in ALWAYS_PUBLISHED]),
                name="page_is_always_published",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(published_on__isnull=False),
                name="page_published_has_a_day",
                violation_error_message=_("En publicerad sida behöver ett publiceringsdatum."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(self.key)

    def search_fields(self) -> list[str]:
        return [self.title, self.lead, self.body, self.contact_text]

    def clean(self) -> None:
        """A link to a page that does not exist is stopped here, not found by a visitor.

        That a page must stay is said here too: admin shows the key and takes none, and Django holds no form to a rule
        about a field that is not in it.
        """
        if not self.published and self.key in ALWAYS_PUBLISHED:
            raise ValidationError({"published": _("Den här sidan kan inte avpubliceras: den måste alltid gå att nå.")})
        lost = [path for path in rich_text.internal_links(rich_text.to_html(self.body)) if not _leads_somewhere(path)]
        if lost:
            raise ValidationError({"body": _("Länken %(path)s leder ingenstans.") % {"path": lost[0]}})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body_html = rich_text.to_html(self.body)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "body_html"}
        super().save(*args, **kwargs)


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


class AccessibilityStatement(models.Model):
    """What the statement says beside its text (lagen 2018:1937, 13 §): how far we are, and when that was tried."""

    class Compliance(models.TextChoices):
        FULL = "full", _("helt förenlig med lagen")
        PARTIAL = "partial", _("delvis förenlig med lagen")
        NONE = "none", _("inte förenlig med lagen")

    page = models.OneToOneField(
        Page, models.CASCADE, primary_key=True, related_name="statement", verbose_name=_("sida")
    )
    compliance = models.CharField(_("bedömning"), max_length=10, choices=Compliance)
    assessed_on = models.DateField(_("senast bedömd"))

    class Meta:
        verbose_name = _("tillgänglighetsredogörelse")
        verbose_name_plural = _("tillgänglighetsredogörelse")
        constraints = [
            models.CheckConstraint(
                condition=Q(compliance__in=["full", "partial", "none"]), name="statement_compliance_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_compliance_display())
