"""Films, episodes, publications and themes in admin: texts are typed, files are uploaded, buttons publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from media_catalog.actions.files import attach_file, attach_poster, attach_transcript
from media_catalog.actions.publishing import edit_item, publish, unpublish
from media_catalog.forms.catalogue import EpisodeForm, FilmForm, MediaItemForm, PublicationForm
from media_catalog.models import Chapter, Credit, Episode, Film, Kind, MediaItem, MediaTheme, Publication
from media_catalog.queries.search import found
from portal.core import audit, formats
from portal.core.admin import AuditedAdmin
from portal.core.admin_site import Panel, Row, site
from portal.core.admin_trail import status_tag
from portal.core.admin_windows import SeenAdmin

NOTHING: Final = "–"
SHORT_TEXTS: Final[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = {
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
}
ABOUT_PAGE: Final[tuple[Any, Any]] = (
    gettext_lazy("Om sidan"),
    {"fields": ("updated_on", "responsible_name", "responsible_title", "source", "editors_note", "programme_slug")},
)
UPLOADS: Final = gettext_lazy("Filer")


@admin.register(MediaTheme)
class MediaThemeAdmin(SeenAdmin[MediaTheme]):
    list_display = ("name", "position")
    prepopulated_fields = {"slug": ("name",)}


class CreditInline(admin.StackedInline[Credit, MediaItem]):
    model = Credit
    extra = 0
    fields = ("part", "name", "role_then", "position")


class ChapterInline(admin.StackedInline[Chapter, MediaItem]):
    model = Chapter
    extra = 0


def _action(verb: Callable[..., MediaItem], label: Any, name: str) -> Callable[..., None]:
    """The list's action that publishes or unpublishes what is chosen, one by one."""

    @admin.action(description=label, permissions=["change"])
    def act(_admin: MediaItemAdmin, request: HttpRequest, items: QuerySet[MediaItem]) -> None:
        done = sum(_done(request, verb, item) for item in items.order_by("pk"))
        if done:
            text = ngettext("%(count)d är ändrad.", "%(count)d är ändrade.", done)
            messages.success(request, text % {"count": done})

    act.__name__ = name
    return act


def _done(request: HttpRequest, verb: Callable[..., MediaItem], item: MediaItem) -> bool:
    """Do it, or tell the member of staff what is missing."""
    try:
        verb(item, by=audit.staff(request.user))
    except ValidationError as refused:
        text = _("”%(item)s” kan inte publiceras. %(reasons)s")
        messages.error(request, text % {"item": item, "reasons": " ".join(refused.messages)})
        return False
    return True


class MediaItemAdmin(AuditedAdmin[MediaItem]):
    """What the three kinds share. Nothing is deleted: a podcast app or an order may know it; it is unpublished."""

    has_mails = False
    list_display: tuple[str, ...] = ("name", "state_tag", "missing", "theme", "released_on")
    list_filter = ("published", "theme")
    list_select_related = ("theme",)
    search_fields = ("search_text",)
    search_help_text = gettext_lazy("Sök på ord i titel, namn och det som sägs.")
    formfield_overrides = {**SHORT_TEXTS, models.URLField: {"assume_scheme": "https"}}
    prepopulated_fields = {"slug": ("title",)}
    change_form_template = "admin/media_catalog/item_change_form.html"
    readonly_fields = ("file_shown", "poster_shown", "transcript_shown", "state_tag")
    actions = (
        _action(publish, gettext_lazy("Publicera"), "publish_chosen"),
        _action(unpublish, gettext_lazy("Avpublicera"), "unpublish_chosen"),
    )

    def get_inlines(self, request: HttpRequest, obj: MediaItem | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        return [CreditInline, ChapterInline]

    def has_delete_permission(self, request: HttpRequest, obj: MediaItem | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MediaItem], search_term: str
    ) -> tuple[QuerySet[MediaItem], bool]:
        return found(queryset, search_term), False  # type: ignore[arg-type]  # the manager's own kind of queryset

    # --- How an item is shown ----------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("titel"), ordering="title")
    def name(self, item: MediaItem) -> str:
        return str(item)

    @admin.display(description=gettext_lazy("läge"), ordering="published")
    def state_tag(self, item: MediaItem) -> str:
        label, kind = (_("Publicerad"), "positive") if item.published else (_("Utkast"), "waiting")
        return status_tag(label, kind)

    @admin.display(description=gettext_lazy("saknas"))
    def missing(self, item: MediaItem) -> str:
        names = {"title": _("titel"), "file": _("fil"), "transcript": _("utskrift")}
        return ", ".join(names[str(error.code)] for error in item.missing_to_publish()) or NOTHING

    @admin.display(description=gettext_lazy("fil"))
    def file_shown(self, item: MediaItem) -> str:
        file = item.file
        if file is None:
            return NOTHING
        megabytes = f"{file.size / 1_000_000:.1f}".replace(".", ",")
        length = f", {formats.duration(file.duration)}" if file.duration else ""
        demo = f" ({_('demo')})" if file.demo else ""
        return f"{file.filename}, {megabytes} MB{length}{demo}. SHA-256 {file.sha256[:12]}…"

    @admin.display(description=gettext_lazy("bild"))
    def poster_shown(self, item: MediaItem) -> str:
        return f"{item.poster.filename}, {item.poster.width} × {item.poster.height}" if item.poster else NOTHING

    @admin.display(description=gettext_lazy("utskrift och undertexter"))
    def transcript_shown(self, item: MediaItem) -> str:
        if item.transcript is None:
            return NOTHING
        lines = item.transcript.lines
        text = _("%(count)d rader ur %(name)s: ”%(first)s”")
        return text % {"count": len(lines), "name": item.transcript.source_name, "first": lines[0].text}

    # --- What is kept ------------------------------------------------------------------------------------------------
    def save_model(self, request: HttpRequest, obj: MediaItem, form: ModelForm[MediaItem], change: bool) -> None:
        by = audit.staff(request.user)
        typed = [name for name in form.changed_data if not name.startswith("new_")]
        edit_item(obj, typed, by=by)
        if isinstance(form, MediaItemForm):
            self._attach(obj, form, by)

    def _attach(self, item: MediaItem, form: MediaItemForm, by: audit.Actor) -> None:
        uploads = form.cleaned_data
        if upload := uploads.get("new_file"):
            attach_file(item, upload, by=by, facts=form.facts)
        if upload := uploads.get("new_poster"):
            attach_poster(item, upload, by=by)
        if form.cues:
            attach_transcript(item, form.cues, source_name=uploads["new_transcript"].name, by=by)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The names are part of what one searches in: the item is kept once more after them."""
        super().save_related(request, form, formsets, change)
        form.instance.save()

    # --- Buttons -----------------------------------------------------------------------------------------------------
    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: MediaItem | None = None,
    ) -> HttpResponse:
        """Offer to publish what is a draft, and to unpublish what is published."""
        if obj and self.has_change_permission(request, obj):
            publish, unpublish = ("_publish", _("Spara och publicera")), ("_unpublish", _("Spara och avpublicera"))
            context["publishing"] = unpublish if obj.published else publish
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def response_change(self, request: HttpRequest, obj: MediaItem) -> HttpResponse:
        """The form is saved by now; a pressed button then publishes or unpublishes, and stays on the page."""
        pressed = {
            "_publish": (publish, _("”%(item)s” är publicerad.")),
            "_unpublish": (unpublish, _("”%(item)s” är avpublicerad.")),
        }
        for name, (verb, text) in pressed.items():
            if name in request.POST:
                if _done(request, verb, obj):
                    messages.success(request, text % {"item": obj})
                return redirect(request.get_full_path())
        return super().response_change(request, obj)

    def view_on_site(self, obj: MediaItem) -> str | None:
        """No way to a page that visitors do not find."""
        return obj.get_absolute_url() if obj.published else None


@admin.register(Film)
class FilmAdmin(MediaItemAdmin):
    form = FilmForm
    fieldsets = (
        (None, {"fields": ("state_tag", "title", "slug", "lead", "text", "theme")}),
        (
            UPLOADS,
            {
                "fields": (
                    "file_shown",
                    "new_file",
                    "poster_shown",
                    "new_poster",
                    "transcript_shown",
                    "new_transcript",
                    "visual_description",
                )
            },
        ),
        (
            gettext_lazy("Längd och dag"),
            {"fields": ("duration", "duration_is_approximate", "released_on", "released_text")},
        ),
        (gettext_lazy("Lång version"), {"fields": ("short_version", "on_order")}),
        (gettext_lazy("Att prata om"), {"fields": ("discussion_questions",)}),
        ABOUT_PAGE,
    )

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "short_version":
            kwargs["queryset"] = MediaItem.objects.of_kind(Kind.FILM).filter(short_version__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Episode)
class EpisodeAdmin(MediaItemAdmin):
    form = EpisodeForm
    ordering = ("-episode_number",)
    list_display = ("name", "episode_number", "state_tag", "missing", "theme", "released_on")
    fieldsets = (
        (None, {"fields": ("state_tag", "episode_number", "title", "slug", "lead", "text", "theme")}),
        (
            UPLOADS,
            {"fields": ("file_shown", "new_file", "poster_shown", "new_poster", "transcript_shown", "new_transcript")},
        ),
        (gettext_lazy("Längd och dag"), {"fields": ("duration", "released_on", "released_text")}),
        (gettext_lazy("Att prata om"), {"fields": ("discussion_questions",)}),
        ABOUT_PAGE,
    )


@admin.register(Publication)
class PublicationAdmin(MediaItemAdmin):
    form = PublicationForm
    list_display = ("name", "state_tag", "theme", "year", "publisher")
    fieldsets = (
        (None, {"fields": ("state_tag", "title", "slug", "lead", "text", "theme")}),
        (UPLOADS, {"fields": ("file_shown", "new_file", "poster_shown", "new_poster", "link")}),
        (gettext_lazy("Utgivning"), {"fields": ("year", "released_on", "released_text", "publisher", "pages", "isbn")}),
        ABOUT_PAGE,
    )

    def get_inlines(self, request: HttpRequest, obj: MediaItem | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        return [CreditInline]


def media_panel(request: HttpRequest) -> Panel | None:
    """What waits for a file or a transcript."""
    if not request.user.has_perm("media_catalog.view_film"):
        return None
    drafts = [
        (Film, "film", gettext_lazy("Filmer som utkast")),
        (Episode, "episode", gettext_lazy("Poddavsnitt som utkast")),
    ]
    rows = [
        Row(label, model.objects.filter(published=False).count(), f"/admin/media_catalog/{name}/?published__exact=0")
        for model, name, label in drafts
    ]
    return Panel(gettext_lazy("Film och podd"), rows)


site.register_panel(media_panel)
site.register_events(
    {
        "media_catalog.edited": gettext_lazy("uppgifterna ändrades"),
        "media_catalog.published": gettext_lazy("publicerades"),
        "media_catalog.unpublished": gettext_lazy("avpublicerades"),
        "media_catalog.file_attached": gettext_lazy("en ny fil laddades upp"),
        "media_catalog.poster_attached": gettext_lazy("en ny bild laddades upp"),
        "media_catalog.transcript_attached": gettext_lazy("utskrift och undertexter laddades upp"),
    }
)
