"""Films, podcast episodes and publications. Whatever is unknown is empty, and no page then says anything of it."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import isbn

from media_catalog.models.files import FileKind, MediaFile, Transcript
from portal.core.search import SearchText


class Kind(models.TextChoices):
    FILM = "film", _("Film")
    EPISODE = "episode", _("Poddavsnitt")
    PUBLICATION = "publication", _("Publikation")


# Which file belongs to which kind of item.
FILE_KINDS = {Kind.FILM: FileKind.VIDEO, Kind.EPISODE: FileKind.AUDIO, Kind.PUBLICATION: FileKind.PUBLICATION}
# Pages of our own that stand beside those of the items.
RESERVED_SLUGS = {"bestall", "bestallning", "fil", "prenumerera"}
SPOKEN = (Kind.FILM, Kind.EPISODE)


def validate_isbn(value: str) -> None:
    if not isbn.is_valid(value):
        raise ValidationError(_("Numret är inget riktigt ISBN. Kontrollera siffrorna."))


class MediaTheme(models.Model):
    """What films, episodes and publications are about; one filter of the list."""

    slug = models.SlugField(_("adress"), max_length=60, unique=True)
    name = models.CharField(_("namn"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    class Meta:
        verbose_name = _("tema")
        verbose_name_plural = _("teman")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class MediaItemQuerySet(models.QuerySet["MediaItem"]):
    def published(self) -> Self:
        """What visitors may know of."""
        return self.filter(published=True)

    def listed(self) -> Self:
        """What has a page of its own: a long version is told of on the page of its short one."""
        return self.published().filter(short_version__isnull=True)

    def open(self) -> Self:
        """What anybody may play or download at once."""
        return self.published().filter(on_order=False, file__isnull=False)

    def orderable(self) -> Self:
        """Long films that are sent to whoever asks for them."""
        return self.published().filter(on_order=True, file__isnull=False)

    def of_kind(self, kind: Kind) -> Self:
        return self.filter(kind=kind)


class MediaItemManager(models.Manager.from_queryset(MediaItemQuerySet)):  # type: ignore[misc]  # made at run time
    """All items, or those of one kind."""

    def __init__(self, kind: Kind | None = None) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> MediaItemQuerySet:
        items = MediaItemQuerySet(self.model, using=self._db)
        return items.of_kind(self.kind) if self.kind else items


class MediaItem(SearchText):
    """A film, an episode of the podcast or a publication, as the catalogue tells of it.

    It is made public by `media_catalog.actions.publishing.publish` and by nothing else: saving an existing row writes
    every column but those, so that a form opened before cannot undo it.
    """

    kind = models.CharField(_("slag"), max_length=12, choices=Kind)
    guid = models.UUIDField(_("fast id"), default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("adress"), max_length=100, unique=True)
    title = models.CharField(_("titel"), max_length=200, blank=True)
    lead = models.TextField(_("ingress"), blank=True)
    text = models.TextField(_("beskrivning"), blank=True)
    theme = models.ForeignKey(
        MediaTheme, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("tema")
    )
    discussion_questions = models.TextField(_("frågor att prata om"), blank=True, help_text=_("En fråga per rad."))
    visual_description = models.TextField(
        _("det som bara syns"),
        blank=True,
        help_text=_("Det som bilden berättar och ingen säger, för den som inte ser den."),
    )
    programme_slug = models.SlugField(
        _("programmets adress"),
        max_length=80,
        blank=True,
        help_text=_("Sista delen av adressen till programmets sida."),
    )

    released_on = models.DateField(_("utgiven"), null=True, blank=True)
    released_text = models.CharField(
        _("utgiven, i ord"), max_length=60, blank=True, help_text=_("När dagen inte är känd: ”september 2022”.")
    )
    year = models.PositiveSmallIntegerField(_("år"), null=True, blank=True)
    duration = models.PositiveIntegerField(_("längd i sekunder"), null=True, blank=True)
    duration_is_approximate = models.BooleanField(_("längden är ungefärlig"), default=False)

    file = models.OneToOneField(
        MediaFile, models.PROTECT, null=True, blank=True, related_name="item", verbose_name=_("fil"), editable=False
    )
    poster = models.OneToOneField(
        MediaFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="poster_of",
        verbose_name=_("bild"),
        editable=False,
    )
    transcript = models.OneToOneField(
        Transcript,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="item",
        verbose_name=_("utskrift"),
        editable=False,
    )

    short_version = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="long_version", verbose_name=_("lång version av")
    )
    on_order = models.BooleanField(
        _("lämnas ut på beställning"), default=False, help_text=_("Filmen spelas bara av den som har beställt den.")
    )
    episode_number = models.PositiveSmallIntegerField(_("avsnitt"), null=True, blank=True)
    isbn = models.CharField("ISBN", max_length=17, blank=True, validators=[validate_isbn])
    publisher = models.CharField(_("utgivare"), max_length=120, blank=True)
    pages = models.PositiveSmallIntegerField(_("antal sidor"), null=True, blank=True)
    link = models.URLField(_("länk"), blank=True)

    published = models.BooleanField(_("publicerad"), default=False, editable=False)
    published_at = models.DateTimeField(_("publicerad här"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("ändrad"), default=timezone.now, editable=False)
    updated_on = models.DateField(_("uppdaterad"), null=True, blank=True)
    responsible_name = models.CharField(_("informationsansvarig"), max_length=120, blank=True)
    responsible_title = models.CharField(_("informationsansvarigs titel"), max_length=120, blank=True)
    source = models.CharField(_("källa"), max_length=200, blank=True)
    editors_note = models.TextField(_("redaktionell not"), blank=True)

    objects: ClassVar[MediaItemManager] = MediaItemManager()

    class Meta:
        verbose_name = _("film, avsnitt eller publikation")
        verbose_name_plural = _("filmer, avsnitt och publikationer")
        ordering = ["-released_on", "-year", "-episode_number", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="media_item_kind_is_known"),
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(title="") & Q(published_at__isnull=False),
                name="media_item_published_has_title_and_time",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(kind__in=SPOKEN) | Q(transcript__isnull=False, file__isnull=False),
                name="media_item_published_has_file_and_transcript",
            ),
            models.CheckConstraint(
                condition=Q(on_order=False, short_version__isnull=True) | Q(kind=Kind.FILM),
                name="media_item_only_films_are_long",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.EPISODE, episode_number__gt=0)
                | ~Q(kind=Kind.EPISODE) & Q(episode_number__isnull=True),
                name="media_item_episode_has_a_number",
            ),
            models.UniqueConstraint(fields=["episode_number"], name="media_item_episode_number_once"),
            models.CheckConstraint(
                condition=Q(duration__isnull=True) | Q(duration__gt=0), name="media_item_duration_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Avsnitt %(number)s") % {"number": self.episode_number})

    def get_absolute_url(self) -> str:
        """Where it is told of; a long version on the page of its short one."""
        shown = self.short_version or self
        return reverse("media_item", args=[shown.slug])

    def clean(self) -> None:
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("Den adressen används till en annan sida. Välj en annan.")})
        if self.isbn:
            self.isbn = isbn.format(isbn.to_isbn13(self.isbn))
        if self.published and (missing := self.missing_to_publish()):
            raise ValidationError(missing)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None:
            moved = {"id", "published", "published_at", "file", "poster", "transcript"}
            kwargs["update_fields"] = [field.name for field in self._meta.concrete_fields if field.name not in moved]
        self.changed_at = timezone.now()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "changed_at"}
        super().save(*args, **kwargs)

    def search_fields(self) -> list[str]:
        people = [f"{credit.name} {credit.role_then}" for credit in self.credits.all()] if self.pk else []
        theme = self.theme.name if self.theme else ""
        return [self.title, self.lead, self.text, theme, self.isbn, *people]

    def missing_to_publish(self) -> list[ValidationError]:
        """What must be there before visitors may see it."""
        missing = []
        if not self.title:
            missing.append(ValidationError(_("Titeln saknas."), code="title"))
        if self.kind in SPOKEN and not self.file_id:
            missing.append(ValidationError(_("Filen saknas: ladda upp filmen eller ljudet."), code="file"))
        if self.kind in SPOKEN and not self.transcript_id:
            text = _("Utskrift och undertexter saknas: ladda upp en VTT- eller SRT-fil.")
            missing.append(ValidationError(text, code="transcript"))
        return missing

    @property
    def file_url(self) -> str:
        """Where an open item's file is; the name is for people who save it."""
        return _file_url(self.file, self.slug)

    @property
    def poster_url(self) -> str:
        return _file_url(self.poster, self.slug)

    @property
    def captions_url(self) -> str:
        return reverse("media_captions", args=[self.slug]) if self.transcript_id and not self.on_order else ""

    @property
    def shown_length(self) -> float | None:
        """Its known length, else that of the file."""
        return self.duration or (self.file.duration if self.file else None)

    @property
    def demo(self) -> bool:
        """Whether what is played was made by the portal for show."""
        return bool(self.file and self.file.demo)

    @property
    def question_lines(self) -> list[str]:
        return [line.strip() for line in self.discussion_questions.splitlines() if line.strip()]


def _file_url(file: MediaFile | None, slug: str) -> str:
    return reverse("media_file", args=[file.pk, f"{slug}{PurePath(file.storage_name).suffix}"]) if file else ""


class Film(MediaItem):
    """A film: a short one that anybody may see, or a long one that is sent on order."""

    objects: ClassVar[MediaItemManager] = MediaItemManager(Kind.FILM)

    class Meta:
        proxy = True
        verbose_name = _("film")
        verbose_name_plural = _("filmer")


class Episode(MediaItem):
    """An episode of the podcast."""

    objects: ClassVar[MediaItemManager] = MediaItemManager(Kind.EPISODE)

    class Meta:
        proxy = True
        verbose_name = _("poddavsnitt")
        verbose_name_plural = _("poddavsnitt")


class Publication(MediaItem):
    """A book, a report or a paper."""

    objects: ClassVar[MediaItemManager] = MediaItemManager(Kind.PUBLICATION)

    class Meta:
        proxy = True
        verbose_name = _("publikation")
        verbose_name_plural = _("publikationer")


OF_KIND: dict[Kind, type[MediaItem]] = {Kind.FILM: Film, Kind.EPISODE: Episode, Kind.PUBLICATION: Publication}


class Part(models.TextChoices):
    APPEARS = "appears", _("medverkar")
    HOST = "host", _("programledare")
    GUEST = "guest", _("gäst")
    AUTHOR = "author", _("författare")


class Credit(models.Model):
    """Somebody who made it or is heard in it, with the commission as it was then; kept as published."""

    item = models.ForeignKey(MediaItem, models.CASCADE, related_name="credits", verbose_name=_("gäller"))
    position = models.PositiveSmallIntegerField(_("ordning"), default=1)
    part = models.CharField(_("på vilket sätt"), max_length=10, choices=Part)
    name = models.CharField(_("namn"), max_length=120)
    role_then = models.CharField(_("uppdrag då"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("medverkande")
        verbose_name_plural = _("medverkande")
        ordering = ["item", "position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(part__in=Part.values), name="credit_part_is_known")]

    def __str__(self) -> str:
        return f"{self.name}, {self.role_then}" if self.role_then else self.name


class Chapter(models.Model):
    """A part of a film or an episode that one can go straight to."""

    item = models.ForeignKey(MediaItem, models.CASCADE, related_name="chapters", verbose_name=_("gäller"))
    starts_at = models.PositiveIntegerField(_("börjar efter sekunder"))
    title = models.CharField(_("rubrik"), max_length=120)

    class Meta:
        verbose_name = _("kapitel")
        verbose_name_plural = _("kapitel")
        ordering = ["item", "starts_at"]
        constraints = [models.UniqueConstraint(fields=["item", "starts_at"], name="chapter_starts_once")]

    def __str__(self) -> str:
        return self.title
