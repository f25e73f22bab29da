"""The addresses under /program/."""

from django.urls import path

from programs.views import catalogue, registrations

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
    path("<slug:slug>/", catalogue.programme, name="programme"),
]
