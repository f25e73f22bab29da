"""The addresses under /program/."""

from django.urls import path

from programs.views import (
    applications,
    calendars,
    catalogue,
    evaluations,
    materials,
    occasion_answers,
    offers,
    registrations,
)

urlpatterns = [
    path("", catalogue.programme_list, name="programme_list"),
    path("intresse/", registrations.register_interest, name="register_interest"),
    path("intresse/kvitto/<uuid:receipt>/", registrations.interest_receipt, name="interest_receipt"),
    path("intresse/min/<str:token>/", registrations.manage_interest, name="manage_interest"),
    path("intresse/min/<str:token>/andra/", registrations.change_interest, name="change_interest"),
    path("intresse/min/<str:token>/ta-tillbaka/", registrations.withdraw_interest, name="withdraw_interest"),
    path(
        "intresse/min/<str:token>/byt/<uuid:repeat>/", registrations.adopt_interest_repeat, name="adopt_interest_repeat"
    ),
    path("plats/<str:token>/", offers.manage_place, name="manage_place"),
    path("plats/<str:token>/ja/", offers.accept_offer, name="accept_offer"),
    path("plats/<str:token>/nej/", offers.decline_offer, name="decline_offer"),
    path("plats/<str:token>/dra-dig-ur/", offers.withdraw_place, name="withdraw_place"),
    path("ansokan/kvitto/<uuid:receipt>/", applications.application_receipt, name="application_receipt"),
    path("ansokan/<str:token>/", applications.application, name="application"),
    path("tillfalle/<str:token>/", occasion_answers.answer_occasion, name="answer_occasion"),
    path("tillfalle/<str:token>/utvardering/", evaluations.evaluate_occasion, name="evaluate_occasion"),
    path("kalender/<uuid:key>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("material/<str:token>/", materials.material, name="material"),
    path("<slug:slug>/ansokan/", applications.open_application, name="open_application"),
    path("<slug:slug>/", catalogue.programme, name="programme"),
]
