"""What the programmes are. `catalogue`: programmes, themes, cohorts and occasions."""

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

__all__ = [
    "Cohort",
    "CohortQuerySet",
    "InterestRound",
    "Occasion",
    "Programme",
    "ProgrammeKind",
    "ProgrammeQuerySet",
    "Theme",
]
