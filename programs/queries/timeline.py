"""What happened to a cohort and everybody in it, newest first, from the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from portal.core.models import AuditEvent
from programs.models import Application, Cohort, CohortLetter, Material, Occasion, Place

NEWEST = 15
PER_PAGE = 100


@dataclass(frozen=True)
class TimelineRow:
    """One event, with the name of the person or thing that it is about."""

    event: AuditEvent
    subject: str
    # The place's id when it is about a person, so that the page can link there.
    place_id: str = ""


def events_of(cohort: Cohort, places: Iterable[Place]) -> QuerySet[AuditEvent]:
    """The lines about the cohort, its people, its occasions and its letters."""
    about = Q(subject_type=Cohort._meta.label_lower, subject_id=str(cohort.pk))
    ids = [str(place.pk) for place in places]
    about |= Q(subject_type=Place._meta.label_lower, subject_id__in=ids)
    for model in (Occasion, CohortLetter, Material):
        keys = [str(pk) for pk in model._default_manager.filter(cohort=cohort).values_list("pk", flat=True)]
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=keys)
    applications = Application.objects.filter(place__cohort=cohort).values_list("pk", flat=True)
    about |= Q(subject_type=Application._meta.label_lower, subject_id__in=[str(pk) for pk in applications])
    return AuditEvent.objects.filter(about).select_related("actor")


def newest(cohort: Cohort, places: Mapping[str, Place], things: Mapping[tuple[str, str], str]) -> list[TimelineRow]:
    return [timeline_row(event, places, things) for event in events_of(cohort, places.values())[:NEWEST]]


def page_of(
    cohort: Cohort, places: Mapping[str, Place], things: Mapping[tuple[str, str], str], number: str
) -> tuple[Page[AuditEvent], list[TimelineRow]]:
    page = Paginator(events_of(cohort, places.values()), PER_PAGE).get_page(number)
    return page, [timeline_row(event, places, things) for event in page]


def timeline_row(event: AuditEvent, places: Mapping[str, Place], things: Mapping[tuple[str, str], str]) -> TimelineRow:
    if event.subject_type == Place._meta.label_lower and (place := places.get(event.subject_id)):
        return TimelineRow(event, place.name_for_lists, event.subject_id)
    return TimelineRow(event, things.get((event.subject_type, event.subject_id), ""))


def things_of(cohort: Cohort) -> dict[tuple[str, str], str]:
    """What the cohort's occasions and letters are called, by what the trail names them."""
    occasions = Occasion.objects.filter(cohort=cohort).select_related("theme")
    letters = CohortLetter.objects.filter(cohort=cohort).only("subject")
    return {
        **{(Occasion._meta.label_lower, str(row.pk)): row.title for row in occasions},
        **{(CohortLetter._meta.label_lower, str(row.pk)): row.subject for row in letters},
    }
