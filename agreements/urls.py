"""The addresses under /overenskommelser/ (the room of a pair) and /overenskommelse/ (what anybody may read)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
