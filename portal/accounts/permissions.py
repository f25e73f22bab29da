"""What the staff roles may do, as names of Django's permissions. The superuser may do everything and is no role."""

from __future__ import annotations

HANDLER = "Programhandläggare"

# By app: which verbs on which models. A model that is not built yet is left out when the groups are made.
HANDLER_MAY: dict[str, dict[str, tuple[str, ...]]] = {
    "organisations": {"organisation": ("view", "change"), "keyfigurefetch": ("view",)},
    "programs": {
        "programme": ("view", "change"),
        "theme": ("view", "add", "change", "delete"),
        # A cohort chooses its round, and a registration leads to the one it is of.
        "interestround": ("view",),
        "cohort": ("view", "add", "change"),
        "occasion": ("view", "add", "change", "delete"),
        "interestregistration": ("view", "change"),
        "place": ("view", "change"),
        "application": ("view", "change"),
        "invoicing": ("view", "change"),
        "compositionwish": ("view", "change"),
        "lettertemplate": ("view", "change"),
        "cohortletter": ("view", "add", "change"),
        "material": ("view", "add", "change", "delete"),
    },
    "agreements": {
        "template": ("view", "change"),
        "templateversion": ("view", "change"),
        "templatesection": ("view", "add", "change", "delete"),
        "agreement": ("view",),
    },
    "media_catalog": {
        "film": ("view", "add", "change"),
        "episode": ("view", "add", "change"),
        "publication": ("view", "add", "change"),
        "mediatheme": ("view", "add", "change"),
        "credit": ("view", "add", "change", "delete"),
        "chapter": ("view", "add", "change", "delete"),
        "order": ("view", "change"),
    },
    "pages": {
        "page": ("view", "change"),
        "accessibilitystatement": ("view", "change"),
        "responsible": ("view", "add", "change"),
        "contactmessage": ("view", "change"),
        "accessibilityreport": ("view", "change"),
        "feedbackanswer": ("view",),
    },
    "core": {"outgoingmail": ("view",), "auditevent": ("view",), "disposal": ("view", "add")},
}


def codenames(app: str) -> set[str]:
    """The codenames that the role has in one app: {"view_cohort", ...}."""
    return {f"{verb}_{model}" for model, verbs in HANDLER_MAY[app].items() for verb in verbs}
