"""What the events about letters and reminders are called in the trail."""

from django.utils.translation import gettext_lazy

from portal.core.admin_site import site

site.register_events(
    {
        "programs.application_reminded": gettext_lazy("påmindes om att söka"),
        "programs.letter_drafted": gettext_lazy("brev till kullen skrevs"),
        "programs.letter_changed": gettext_lazy("brevet till kullen ändrades"),
        "programs.letter_discarded": gettext_lazy("brevutkastet kastades"),
        "programs.letter_tested": gettext_lazy("brevet provskickades"),
        "programs.letter_sent": gettext_lazy("brevet skickades till kullen"),
        "programs.letter_template_changed": gettext_lazy("brevmallen ändrades"),
    }
)
