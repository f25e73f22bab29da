from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    label = "programs"
    verbose_name = _("Program")

    def ready(self) -> None:
        from programs import personal  # noqa: PLC0415 - imports models, which are ready only now

        personal.register()
