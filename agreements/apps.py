from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    label = "agreements"
    verbose_name = _("Överenskommelser")

    def ready(self) -> None:
        from agreements import personal  # noqa: PLC0415 - imports models, which are ready only now

        personal.register()
