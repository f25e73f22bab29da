"""The addresses of films, episodes and publications, and of the podcast's feed."""

from django.urls import path

from media_catalog import order_urls
from media_catalog.views import catalogue, files, podcast

urlpatterns = [
    path("podd.xml", podcast.podcast_feed, name="podcast_feed"),
    path("film-och-podd/", catalogue.media_list, name="media_list"),
    path("film-och-podd/prenumerera/", podcast.podcast_subscribe, name="podcast_subscribe"),
    # Before the pages of the items, whose slug can be anything.
    *order_urls.urlpatterns,
    path("film-och-podd/fil/<uuid:pk>/<str:name>", files.media_file, name="media_file"),
    path("film-och-podd/<slug:slug>/", catalogue.media_item, name="media_item"),
    path("film-och-podd/<slug:slug>/undertexter.vtt", files.media_captions, name="media_captions"),
    path("film-och-podd/<slug:slug>/kapitel.json", files.media_chapters, name="media_chapters"),
]
