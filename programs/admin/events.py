"""What the events of a cohort are called: as labels in the trail, and as whole sentences in the cohort's timeline."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import formats
from portal.core.admin_site import site
from programs.queries.timeline import TimelineRow
from programs.states import CohortState

site.register_events(
    {
        "programs.place_started": gettext_lazy("en ansökan påbörjades"),
        "programs.place_set_aside": gettext_lazy("ansökan ställdes vid sidan av en annan från samma adress"),
        "programs.place_invited": gettext_lazy("inbjudan att söka skickades"),
        "programs.place_applied": gettext_lazy("ansökan kom in"),
        "programs.place_put_on_waiting_list": gettext_lazy("sattes på reservlistan"),
        "programs.place_moved_in_line": gettext_lazy("flyttades på reservlistan"),
        "programs.place_offered": gettext_lazy("plats erbjöds"),
        "programs.place_reminded": gettext_lazy("påminnelse om erbjudandet skickades"),
        "programs.place_accepted": gettext_lazy("tackade ja"),
        "programs.place_declined": gettext_lazy("tackade nej"),
        "programs.place_lapsed": gettext_lazy("svarade inte i tid"),
        "programs.place_not_admitted": gettext_lazy("fick besked om nej"),
        "programs.place_admitted": gettext_lazy("blev deltagare"),
        "programs.place_completed": gettext_lazy("gick klart programmet"),
        "programs.place_interrupted": gettext_lazy("avbröt programmet"),
        "programs.place_resumed": gettext_lazy("fortsatte programmet"),
        "programs.place_withdrawn": gettext_lazy("drog sig ur"),
        "programs.place_corrected": gettext_lazy("uppgifter rättades"),
        "programs.application_corrected": gettext_lazy("ansökan rättades"),
        "programs.invoicing_corrected": gettext_lazy("fakturauppgifter rättades"),
        "programs.wishes_set": gettext_lazy("önskemål om sammansättningen ändrades"),
    }
)

# A person's name comes first, so that the eye finds it; the actor stands behind each line.
SENTENCES: Final = {
    "programs.place_invited": gettext_lazy("%(name)s bjöds in att söka"),
    "programs.place_applied": gettext_lazy("%(name)s skickade sin ansökan"),
    "programs.place_put_on_waiting_list": gettext_lazy("%(name)s sattes på reservlistan"),
    "programs.place_moved_in_line": gettext_lazy("%(name)s flyttades från nummer %(from_rank)s till %(to_rank)s"),
    "programs.place_offered": gettext_lazy("%(name)s erbjöds en plats, svar senast %(answer_by)s"),
    "programs.place_reminded": gettext_lazy("%(name)s påmindes om sitt erbjudande"),
    "programs.place_accepted": gettext_lazy("%(name)s tackade ja"),
    "programs.place_declined": gettext_lazy("%(name)s tackade nej"),
    "programs.place_lapsed": gettext_lazy("%(name)s svarade inte i tid"),
    "programs.place_not_admitted": gettext_lazy("%(name)s fick besked att det inte blev någon plats"),
    "programs.place_admitted": gettext_lazy("%(name)s blev deltagare"),
    "programs.place_completed": gettext_lazy("%(name)s har gått klart"),
    "programs.place_interrupted": gettext_lazy("%(name)s avbröt programmet"),
    "programs.place_resumed": gettext_lazy("%(name)s fortsätter programmet"),
    "programs.place_withdrawn": gettext_lazy("%(name)s drog sig ur"),
    "programs.cohort_moved": gettext_lazy("Kullen fick läget ”%(state)s”"),
    "programs.wishes_set": gettext_lazy("Önskemålen om sammansättningen ändrades"),
}


def sentence(row: TimelineRow) -> str:
    """One line of the timeline in plain Swedish; an event without a sentence of its own is told by its label."""
    event = row.event
    words = SENTENCES.get(event.event)
    if words is None or (not row.subject and "%(name)s" in str(words)):
        label = site.event_label(event.event)
        return f"{row.subject}: {label}" if row.subject else label[:1].upper() + label[1:]
    again = event.event == "programs.place_applied" and event.data.get("from_state") in AGAIN
    text = _("%(name)s är med i urvalet igen") if again else str(words)
    return text % _facts(row)


# An application that counts anew after a no was taken up again, not sent in.
AGAIN: Final = ("declined", "lapsed", "not_admitted")


def _facts(row: TimelineRow) -> dict[str, str]:
    data = row.event.data
    state = data.get("to_state", "")
    return {
        "name": row.subject,
        "from_rank": str(data.get("from_rank", "")),
        "to_rank": str(data.get("to_rank", "")),
        "answer_by": _day(data.get("answer_by", "")),
        "state": str(CohortState(state).label) if state in CohortState.values else "",
    }


def _day(iso: str) -> str:
    return formats.date(date.fromisoformat(iso)) if iso else ""
