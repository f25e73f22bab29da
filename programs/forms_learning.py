"""The forms of a participant's own page."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from django.utils.translation import gettext_lazy as _

from portal.core.forms import TextField
from portal.core.windows import SeenForm


class ChallengeNoteForm(SeenForm):
    """What a participant writes at one step of the challenge: for themselves, and for the others."""

    submit_label = _("Spara")

    private_text = TextField(
        label=_("Egna anteckningar"),
        longest=10_000,
        rows=8,
        required=False,
        help_text=_("Bara du kan läsa dem. Inte heller vi på SKR ser dem."),
    )
    shared_text = TextField(
        label=_("Det jag vill dela med kullen"),
        longest=5_000,
        rows=5,
        required=False,
        help_text=_("De andra deltagarna kan läsa det. Ditt namn står bredvid om du visas för de andra."),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        return helper
