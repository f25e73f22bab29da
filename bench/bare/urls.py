from django.urls import path

from bench.bare import views
from bench.bare.forms import ShortForm

urlpatterns = [
    path("form/", views.register),
    path("short/", views.register, {"form_class": ShortForm}),
    path("receipt/<int:pk>/", views.receipt, name="receipt"),
    path("page/", views.page),
]
