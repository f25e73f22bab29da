"""What staff types and uploads about an item of the catalogue. What is wrong is said before anything is kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from media_catalog.captions import MOST_BYTES, Cue, read_captions
from media_catalog.models import Kind, MediaItem
from portal.core.uploads import Facts, inspect_upload, upload_attrs
from portal.core.uploads import Kind as UploadKind

UPLOADS = {Kind.FILM: UploadKind.FILM, Kind.EPISODE: UploadKind.SOUND, Kind.PUBLICATION: UploadKind.PUBLICATION}


class MediaItemForm(ModelForm[MediaItem]):
    """Texts and facts, and three uploads; `facts` and `cues` hold what was read from them."""

    KIND: ClassVar[Kind]
    facts: Facts | None = None
    cues: list[Cue] | None = None

    new_file = forms.FileField(label=_("Ladda upp filen"), required=False)
    new_poster = forms.FileField(
        label=_("Ladda upp en bild"), required=False, help_text=_("Visas innan filmen börjar och där någon länkar hit.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self.KIND
        self.fields["new_file"].widget.attrs |= upload_attrs(UPLOADS[self.KIND])
        self.fields["new_poster"].widget.attrs |= upload_attrs(UploadKind.PICTURE)
        if "title" in self.fields:
            self.fields["title"].widget.attrs["class"] = "vLargeTextField"

    def clean_new_file(self) -> UploadedFile[Any] | None:
        upload: UploadedFile[Any] | None = self.cleaned_data["new_file"]
        if upload:
            self.facts = inspect_upload(upload, UPLOADS[self.KIND])
        return upload

    def clean_new_poster(self) -> UploadedFile[Any] | None:
        upload: UploadedFile[Any] | None = self.cleaned_data["new_poster"]
        if upload:
            inspect_upload(upload, UploadKind.PICTURE)
        return upload


class SpokenForm(MediaItemForm):
    """A film or an episode has captions and a transcript, from one file."""

    new_transcript = forms.FileField(
        label=_("Ladda upp utskrift och undertexter"),
        required=False,
        help_text=_("En fil i formatet VTT eller SRT, sparad som UTF-8. Den ersätter de rader som finns."),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt"}),
    )

    def clean_new_transcript(self) -> UploadedFile[Any] | None:
        upload: UploadedFile[Any] | None = self.cleaned_data["new_transcript"]
        if upload:
            self.cues = read_captions(upload.name or "", upload.read(MOST_BYTES + 1))
        return upload


class FilmForm(SpokenForm):
    KIND = Kind.FILM


class EpisodeForm(SpokenForm):
    KIND = Kind.EPISODE


class PublicationForm(MediaItemForm):
    KIND = Kind.PUBLICATION
