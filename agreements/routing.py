"""The addresses of the sockets."""

from django.urls import URLPattern, path, re_path

from agreements.collaboration.sockets import nowhere, shared_text, silent_text

websocket_urlpatterns: list[URLPattern] = [
    path("ws/overenskommelser/<uuid:pk>/", shared_text),  # type: ignore[arg-type]  # ASGI applications, not views
    path("ws/overenskommelser/<uuid:pk>/tyst/", silent_text),  # type: ignore[arg-type]  # likewise
    re_path("", nowhere),  # type: ignore[arg-type]  # likewise
]
