from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = _("Mejl och händelser")

    def ready(self) -> None:
        from portal.core import checks  # noqa: F401, PLC0415 - importing registers them, and needs the settings
        from portal.core.people import register_mails  # noqa: PLC0415 - imports models, which are ready only now

        register_mails()


class SamspelAdminConfig(AdminConfig):
    """Django's admin with our site. It stands here since app configurations are read before models can be."""

    default_site = "portal.core.admin_site.SamspelAdminSite"

    def ready(self) -> None:
        from portal.core.admin_refusals import use_admin_form  # noqa: PLC0415 - as the next one
        from portal.core.admin_widgets import use_plain_fields  # noqa: PLC0415 - imports models, which are ready only now

        use_plain_fields()
        use_admin_form()
        super().ready()


class StaticConfig(StaticFilesConfig):
    """Django's static files. The build's compressed copies serve development; production makes its own."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "*.br", "*.gz"]
