"""The programmes in admin; importing a module registers it. `catalogue`: programmes, cohorts, occasions, rounds.
`registrations`: who is interested. `places`: who is in a cohort, what they told and whom to invoice. `events`: what the
trail calls what happened to a place, `trail` to a letter. `occasions`, `occasion_pages`, `attendance`: the meetings and
their material. `workspace`, with `workspace_*`: the page on which a cohort's work is done."""

from programs.admin import catalogue, events, occasions, places, registrations, trail

__all__ = ["catalogue", "events", "occasions", "places", "registrations", "trail"]
