"""`catalogue`: films, episodes, publications, themes; `orders`: what visitors ordered, and how often."""

from media_catalog.admin import catalogue, orders

__all__ = ["catalogue", "orders"]
