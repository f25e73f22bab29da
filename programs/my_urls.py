"""The addresses under /mina-sidor/."""

from django.urls import path

from programs.views import my_data, my_pages

urlpatterns = [
    path("", my_pages.my_pages_list, name="my_pages"),
    path("uppgifter/", my_data.my_data, name="my_data"),
    path("uppgifter.json", my_data.my_data_json, name="my_data_json"),
    path("radera/", my_data.erase_me, name="erase_me"),
    path("radera/nu/", my_data.erase_me_now, name="erase_me_now"),
    path("<uuid:pk>/", my_pages.my_place, name="my_place"),
    path("<uuid:pk>/utmaning/", my_pages.my_challenge, name="my_challenge"),
    path("<uuid:pk>/utmaning/<int:step>/", my_pages.my_challenge_step, name="my_challenge_step"),
    path("<uuid:pk>/kullen/", my_pages.my_cohort, name="my_cohort"),
    path("<uuid:pk>/nyckeltal/", my_pages.my_key_figures, name="my_key_figures"),
    path("<uuid:pk>/diplom.pdf", my_pages.my_diploma, name="my_diploma"),
    path("<uuid:pk>/kalender/", my_pages.renew_my_calendar, name="renew_my_calendar"),
]
