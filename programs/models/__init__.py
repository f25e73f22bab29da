"""The programmes' facts.

`catalogue`: programmes, themes, cohorts, occasions. `admission`: how a cohort fills. `registrations`: who is
interested. `places`: who has come how far with a cohort. `applications`: what they told, and who pays. `meetings`: what
belongs to an occasion. `letters`: what staff writes to a cohort. `learning`: a participant's challenge.
"""

from programs.models.admission import Promotion
from programs.models.applications import Application, Extent, InvoiceBy, Invoicing
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
from programs.models.learning import ChallengeNote, Step
from programs.models.letters import CohortLetter, LetterKind, LetterRecipient, LetterTemplate
from programs.models.meetings import (
    Attendance,
    Evaluation,
    EvaluationReceipt,
    Material,
    OccasionAnswer,
    OccasionNeeds,
)
from programs.models.places import CompositionWish, Dimension, Place, PlaceQuerySet, Side
from programs.models.registrations import FLAG_LABELS, InterestRegistration, InterestRepeat, Role

__all__ = [
    "FLAG_LABELS",
    "Application",
    "Attendance",
    "ChallengeNote",
    "Cohort",
    "CohortLetter",
    "CohortQuerySet",
    "CompositionWish",
    "Dimension",
    "Evaluation",
    "EvaluationReceipt",
    "Extent",
    "InterestRegistration",
    "InterestRepeat",
    "InterestRound",
    "InvoiceBy",
    "Invoicing",
    "LetterKind",
    "LetterRecipient",
    "LetterTemplate",
    "Material",
    "Occasion",
    "OccasionAnswer",
    "OccasionNeeds",
    "Place",
    "PlaceQuerySet",
    "Programme",
    "ProgrammeKind",
    "ProgrammeQuerySet",
    "Promotion",
    "Role",
    "Side",
    "Step",
    "Theme",
]
