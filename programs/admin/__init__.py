"""The programmes in admin. Importing the modules registers them. `catalogue`: programmes, cohorts, occasions, rounds."""

from programs.admin import catalogue

__all__ = ["catalogue"]
