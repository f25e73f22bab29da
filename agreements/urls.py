"""The addresses under /overenskommelser/ (the room of a pair) and /overenskommelse/ (what anybody may read)."""

from django.urls import include, path

from agreements.views import agreeing, comments, members, rooms, starting

room_urls = [
    path("", rooms.agreement, name="agreement"),
    path("markera/<slug:key>/", agreeing.agreement_mark, name="agreement_mark"),
    path("godkann/", agreeing.agreement_approve, name="agreement_approve"),
    path("andra/", agreeing.agreement_revise, name="agreement_revise"),
    path("version/<int:number>/", agreeing.agreement_version, name="agreement_version"),
    path("kommentarer/<slug:key>/", comments.agreement_comment, name="agreement_comment"),
    path("kommentarer/trad/<int:thread>/svar/", comments.agreement_answer, name="agreement_answer"),
    path("kommentarer/trad/<int:thread>/klar/", comments.agreement_resolve, name="agreement_resolve"),
    path("deltagare/", members.agreement_members, name="agreement_members"),
    path("deltagare/<int:member>/ta-bort/", members.agreement_remove_reader, name="agreement_remove_reader"),
    path("deltagare/<int:member>/lamna-over/", members.agreement_hand_over, name="agreement_hand_over"),
    path("avsluta/", members.agreement_end, name="agreement_end"),
]

urlpatterns = [
    path("overenskommelser/", rooms.agreement_list, name="agreement_list"),
    path("overenskommelser/ny/", starting.agreement_start, name="agreement_start"),
    path("overenskommelser/ny/kvitto/<uuid:receipt>/", starting.agreement_started, name="agreement_started"),
    path("overenskommelser/<uuid:pk>/", include(room_urls)),
]
