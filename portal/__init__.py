"""Samspel: SKR's portal for leading politicians and for the people who work with them."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
