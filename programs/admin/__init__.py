"""The programmes in admin; importing a module registers it. `catalogue`: programmes, cohorts, occasions, rounds.
`registrations`: who is interested."""

from programs.admin import catalogue, registrations

__all__ = ["catalogue", "registrations"]
