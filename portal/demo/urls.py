"""Addresses of the demo (DEBUG only)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
