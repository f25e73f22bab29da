"""The addresses under /overenskommelser/ (the room of a pair) and /overenskommelse/ (what anybody may read)."""

from django.urls import URLPattern, URLResolver, include, path

from agreements.views import (
    about,
    agreeing,
    comments,
    history,
    members,
    notes,
    papers,
    reviews,
    rooms,
    silence,
    starting,
    synk,
)

room_urls = [
    path("", rooms.agreement, name="agreement"),
    path("markera/<slug:key>/", agreeing.agreement_mark, name="agreement_mark"),
    path("godkann/", agreeing.agreement_approve, name="agreement_approve"),
    path("andra/", agreeing.agreement_revise, name="agreement_revise"),
    path("version/<int:number>/", agreeing.agreement_version, name="agreement_version"),
    path("version/<int:number>/dokument/", papers.agreement_paper, name="agreement_paper"),
    path("version/<int:number>/pdf/", papers.agreement_pdf, name="agreement_pdf"),
    path("export/<slug:fmt>/", papers.agreement_export, name="agreement_export"),
    path("moten.ics", papers.agreement_meetings_ics, name="agreement_meetings_ics"),
    path("kommentarer/<slug:key>/", comments.agreement_comment, name="agreement_comment"),
    path("kommentarer/trad/<int:thread>/svar/", comments.agreement_answer, name="agreement_answer"),
    path("kommentarer/trad/<int:thread>/klar/", comments.agreement_resolve, name="agreement_resolve"),
    path("anteckning/<slug:key>/", notes.agreement_note, name="agreement_note"),
    path("mina-uppgifter.json", notes.agreement_own_data, name="agreement_own_data"),
    path("synk/", synk.agreement_sync, name="agreement_sync"),
    path("historik/", history.agreement_history, name="agreement_history"),
    path("historik/skillnad/", history.agreement_difference, name="agreement_difference"),
    path("historik/aterstall/<slug:key>/", history.agreement_restore, name="agreement_restore"),
    path("tyst/", silence.agreement_silent, name="agreement_silent"),
    path("omprova/", reviews.agreement_review, name="agreement_review"),
    path("omprova/datum/", reviews.agreement_review_plan, name="agreement_review_plan"),
    path("puls/", reviews.agreement_pulse, name="agreement_pulse"),
    path("deltagare/", members.agreement_members, name="agreement_members"),
    path("deltagare/<int:member>/ta-bort/", members.agreement_remove_reader, name="agreement_remove_reader"),
    path("deltagare/<int:member>/lamna-over/", members.agreement_hand_over, name="agreement_hand_over"),
    path("avsluta/", members.agreement_end, name="agreement_end"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("overenskommelse/exempel.pdf", about.agreement_sample, name="agreement_sample"),
    path("overenskommelse/kontroll/", about.agreement_check, name="agreement_check"),
    path("overenskommelser/", rooms.agreement_list, name="agreement_list"),
    path("overenskommelser/ny/", starting.agreement_start, name="agreement_start"),
    path("overenskommelser/ny/kvitto/<uuid:receipt>/", starting.agreement_started, name="agreement_started"),
    path("overenskommelser/<uuid:pk>/", include(room_urls)),
]
