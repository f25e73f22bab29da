"""Addresses of the demo (DEBUG only)."""

from django.urls import URLPattern, path

from portal.demo import gallery, views

urlpatterns: list[URLPattern] = [
    path("", views.demo_index, name="demo_index"),
    path("brevlada/", views.demo_mailbox, name="demo_mailbox"),
    path("brevlada/<slug:name>/", views.demo_message, name="demo_message"),
    path("brevlada/<slug:name>/html/", views.demo_message_html, name="demo_message_html"),
    path("komponenter/", gallery.gallery, name="gallery"),
]
