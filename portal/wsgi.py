"""HTTP in production (gunicorn): the portal, and in front of it the static files."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# A name with a hash of the content in it, as the manifest storage makes them, never changes what it holds.
HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"


def _with_static_files() -> ServeStatic:
    portal = get_wsgi_application()
    return ServeStatic(
        portal, root=str(settings.STATIC_ROOT), prefix=settings.STATIC_URL, immutable_file_test=HASHED_NAME
    )


application = get_wsgi_application() if settings.DEBUG else _with_static_files()
