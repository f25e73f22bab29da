"""The addresses of orders. They come before those of the catalogue, whose pages have any slug."""

from django.urls import path

from media_catalog.views import help as help_pages
from media_catalog.views import ordered, orders

urlpatterns = [
    path("film-och-podd/bestall/", orders.order_films, name="order_films"),
    path("film-och-podd/bestall/kvitto/<uuid:receipt>/", orders.film_order_receipt, name="film_order_receipt"),
    path("film-och-podd/bestallning/<str:token>/", ordered.ordered_films, name="ordered_films"),
    path("film-och-podd/bestallning/<str:token>/fornya/", ordered.renew_order_link, name="renew_order_link"),
    path("film-och-podd/bestallning/<str:token>/film/<uuid:guid>/", ordered.ordered_film, name="ordered_film"),
    path(
        "film-och-podd/bestallning/<str:token>/film/<uuid:guid>/undertexter.vtt",
        ordered.ordered_captions,
        name="ordered_captions",
    ),
    path("processledning/", help_pages.request_process_leading, name="request_process_leading"),
    path("processledning/kvitto/<uuid:receipt>/", help_pages.process_leading_receipt, name="process_leading_receipt"),
    path("mentorprogram/", help_pages.request_mentor, name="request_mentor"),
    path("mentorprogram/kvitto/<uuid:receipt>/", help_pages.mentor_receipt, name="mentor_receipt"),
]
