"""The portal's addresses with those of the demo: pytest-django runs with DEBUG off, where they are missing."""

from django.urls import include, path

from portal.urls import urlpatterns as portal_addresses

urlpatterns = [*portal_addresses, path("demo/", include("portal.demo.urls"))]
