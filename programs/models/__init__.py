"""`catalogue`: programmes, themes, cohorts and occasions. `registrations`: who is interested in them."""

from programs.models.catalogue import (
    Cohort,
    CohortQuerySet,
    InterestRound,
    Occasion,
    Programme,
    ProgrammeKind,
    ProgrammeQuerySet,
    Theme,
)
from programs.models.registrations import FLAG_LABELS, InterestRegistration, InterestRepeat, Role

__all__ = [
    "FLAG_LABELS",
    "Cohort",
    "CohortQuerySet",
    "InterestRegistration",
    "InterestRepeat",
    "InterestRound",
    "Occasion",
    "Programme",
    "ProgrammeKind",
    "ProgrammeQuerySet",
    "Role",
    "Theme",
]
