"""The programmes in admin; importing a module registers it. `catalogue`: programmes, cohorts, occasions, rounds."""

from programs.admin import catalogue

__all__ = ["catalogue"]
