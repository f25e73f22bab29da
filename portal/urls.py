"""The addresses of the whole portal. People see Swedish paths; names are English."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal.core import crossings, views
from programs.queries.links import programme_link

# Apps are strangers to each other; here each learns who answers for what.
crossings.register("programme", programme_link)

handler500 = "portal.core.views.server_error"
# What allauth answers whoever comes too often; Django itself does not know this name.
handler429 = "portal.core.views.too_many_requests"

urlpatterns: list[URLPattern | URLResolver] = [
    path("halsa/live", views.health_live, name="health_live"),
    path("halsa/redo", views.health_ready, name="health_ready"),
    path("kontroll/<slug:form>/", views.captcha_challenge, name="captcha_challenge"),
    path("csp/", views.csp_report, name="csp_report"),
    path("konto/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
    path("program/", include("programs.urls")),
    path("mina-sidor/", include("programs.my_urls")),
    path("", include("agreements.urls")),
    path("", include("media_catalog.urls")),
    path("", include("portal.pages.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))
