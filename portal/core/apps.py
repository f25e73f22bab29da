from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = _("Mejl och händelser")


class SamspelAdminConfig(AdminConfig):
    """Django's admin with our site. It stands here since app configurations are read before models can be."""

    default_site = "portal.core.admin_site.SamspelAdminSite"
