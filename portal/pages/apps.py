from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"
    verbose_name = _("Sidor")

    def ready(self) -> None:
        from portal.pages import personal  # noqa: PLC0415 - imports models, which are ready only now

        personal.register()
