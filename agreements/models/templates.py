"""What a pair writes under: headings with questions, in versions. An agreement keeps the version it began with."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PublishedError(Exception):
    """Somebody tried to change a published version."""


class TemplateKind(models.TextChoices):
    AGREEMENT = "agreement", _("Gemensam överenskommelse")
    INSTRUCTION = "instruction", _("Instruktion för direktören")


class SectionKind(models.TextChoices):
    TEXT = "text", _("Text")
    MEETINGS = "meetings", _("Text och lista över möten")


class Template(models.Model):
    """A kind of document that a pair can write."""

    slug = models.SlugField(_("adress"), max_length=60, unique=True)
    name = models.CharField(_("namn"), max_length=120)
    kind = models.CharField(_("slag"), max_length=12, choices=TemplateKind)
    lead = models.TextField(_("ingress"), blank=True)

    class Meta:
        verbose_name = _("mall")
        verbose_name_plural = _("mallar")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One edition of a template. Once published it never changes."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions", verbose_name=_("mall"))
    number = models.PositiveSmallIntegerField(_("version"))
    published_at = models.DateTimeField(_("publicerad"), null=True, blank=True)

    class Meta:
        verbose_name = _("mallversion")
        verbose_name_plural = _("mallversioner")
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"


class TemplateSection(models.Model):
    """A heading with guiding questions of ours."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="sections", verbose_name=_("version"))
    key = models.SlugField(_("nyckel"), max_length=40)
    position = models.PositiveSmallIntegerField(_("ordning"))
    heading = models.CharField(_("rubrik"), max_length=160)
    questions = models.TextField(_("frågor att tänka på"), blank=True, help_text=_("En fråga per rad."))
    kind = models.CharField(_("slag"), max_length=10, choices=SectionKind, default=SectionKind.TEXT)

    class Meta:
        verbose_name = _("rubrik")
        verbose_name_plural = _("rubriker")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="template_section_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="template_section_position_once"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="template_section_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.heading

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A heading of a published version stays as it is, whoever asks."""
        if self.version.published_at is not None:
            raise PublishedError("A published version never changes.")
        super().save(*args, **kwargs)

    @property
    def question_lines(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]
