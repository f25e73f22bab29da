"""Our admin site: Django's own, in our colours and words."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class SamspelAdminConfig(AdminConfig):
    default_site = "portal.core.admin_site.SamspelAdminSite"


class SamspelAdminSite(AdminSite):
    site_header = _("Samspel – administration")
    site_title = _("Samspel")
    index_title = _("Översikt")
