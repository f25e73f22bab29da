"""HTTP and WebSocket in one process (`make run`), and the socket process of production (uvicorn)."""

import os
import sys

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from portal.garbage import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# A thread that comes back from the database waits so long for Python's lock while the event loop is busy. With Python's
# own 5 ms a batch of edits, which comes back several times, is acknowledged half as fast (docs/adr/0010).
sys.setswitchinterval(0.001)
# Before the routes: they import models.
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 - the apps must be loaded first

from agreements.routing import websocket_urlpatterns  # noqa: E402 - likewise


def _with_static_files() -> ServeStaticASGI:
    """While developing: each file as it is now, from where it lies. In production the HTTP process has them."""
    portal = ServeStaticASGI(pages, autorefresh=True)
    for finder in get_finders():
        for storage in getattr(finder, "storages", {}).values():
            portal.add_files(storage.location, prefix=settings.STATIC_URL)
    return portal


application = ProtocolTypeRouter(
    {
        "http": _with_static_files() if settings.DEBUG else pages,
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
settle()
