"""What the letters of a cohort, and the events about them, are called in lists."""

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
site.register_letters(
    {
        "programs/application_changed": gettext_lazy("bekräftelse på ändrad ansökan"),
        "programs/application_reminded": gettext_lazy("påminnelse om att söka"),
        "programs/application_repeated": gettext_lazy("svar på upprepad ansökan"),
        "programs/evaluation_asked": gettext_lazy("fråga efter ett tillfälle"),
        "programs/letter": gettext_lazy("brev till kullen"),
        "programs/occasion_asked": gettext_lazy("fråga inför ett tillfälle"),
        "programs/occasion_cancelled": gettext_lazy("besked om inställt tillfälle"),
        "programs/occasion_moved": gettext_lazy("besked om ändrat tillfälle"),
        "programs/occasion_reminded": gettext_lazy("påminnelse inför ett tillfälle"),
        "programs/place_accepted": gettext_lazy("bekräftelse på ja till en plats"),
        "programs/place_admitted": gettext_lazy("besked om att vara deltagare"),
        "programs/place_applied": gettext_lazy("bekräftelse på ansökan"),
        "programs/place_completed": gettext_lazy("tack efter programmet"),
        "programs/place_declined": gettext_lazy("bekräftelse på nej till en plats"),
        "programs/place_interrupted": gettext_lazy("bekräftelse på avbrott"),
        "programs/place_invited": gettext_lazy("inbjudan att söka"),
        "programs/place_lapsed": gettext_lazy("besked om att svarstiden är slut"),
        "programs/place_not_admitted": gettext_lazy("besked om att det inte blev en plats"),
        "programs/place_offered": gettext_lazy("erbjudande om plats"),
        "programs/place_put_on_waiting_list": gettext_lazy("besked om reservplats"),
        "programs/place_reminded": gettext_lazy("påminnelse om att svara"),
        "programs/place_resumed": gettext_lazy("besked om att vara med igen"),
        "programs/place_started": gettext_lazy("länk till påbörjad ansökan"),
        "programs/place_withdrawn": gettext_lazy("bekräftelse på att ha dragit sig ur"),
    }
)
