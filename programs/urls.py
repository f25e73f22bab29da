"""The addresses under /program/."""

from django.urls import path

from programs.views import catalogue

urlpatterns = [
    path("", catalogue.programme_list, name="programme_list"),
    path("<slug:slug>/", catalogue.programme, name="programme"),
]
