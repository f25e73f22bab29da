from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaCatalogConfig(AppConfig):
    name = "media_catalog"
    label = "media_catalog"
    verbose_name = _("Film, podd och publikationer")

    def ready(self) -> None:
        from media_catalog import personal  # noqa: PLC0415 - imports models, which are ready only now

        personal.register()
