"""`catalogue`: films, episodes, publications, themes."""

from media_catalog.admin import catalogue

__all__ = ["catalogue"]
