from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Konton")

    def ready(self) -> None:
        from portal.accounts import personal  # noqa: PLC0415 - imports models, which are ready only now

        personal.register()
