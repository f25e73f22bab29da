from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaCatalogConfig(AppConfig):
    name = "media_catalog"
    label = "media_catalog"
    verbose_name = _("Film, podd och publikationer")
