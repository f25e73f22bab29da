"""The addresses of the start page and the pages around the programmes."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from portal.pages.sitemaps import SITEMAPS
from portal.pages.views import content, enquiries, feedback, robots

urlpatterns = [
    path("", content.start, name="start"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots.robots, name="robots"),
    path("uppdraget/", content.mission, name="mission"),
    path("overenskommelse/", content.agreement_about, name="agreement_about"),
    path("kontakt/", enquiries.contact, name="contact"),
    path("kontakt/tack/<uuid:receipt>/", enquiries.contact_receipt, name="contact_receipt"),
    path("tillganglighet/", content.accessibility, name="accessibility"),
    path("tillganglighet/rapportera/", enquiries.accessibility_report, name="accessibility_report"),
    path("tillganglighet/rapportera/tack/", enquiries.accessibility_report_sent, name="accessibility_report_sent"),
    path("personuppgifter/", content.privacy, name="privacy"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/tack/<uuid:answer>/", feedback.feedback_thanks, name="feedback_thanks"),
]
