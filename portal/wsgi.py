"""HTTP in production (gunicorn): the portal, and in front of it the static files."""

import os
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import get_template
from django.urls import reverse
from servestatic import ServeStatic

from portal.core import doorbell
from portal.core.normalisation import e164
from portal.core.receipts import decoy_id
from portal.garbage import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# A name with a hash of the content in it, as the manifest storage makes them, never changes what it holds.
HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"
# What everybody needs at once when a round opens, and no page shows before that.
BUSY_TEMPLATES = (
    "programs/register_interest.html",
    "mail/programs/interest_registered.subject.txt",
    "mail/programs/interest_registered.txt",
    "mail/programs/interest_registered.html",
)


def _warm_up(portal: WSGIHandler) -> None:
    """Load before the first visitor, and before gunicorn forks, what is otherwise loaded by them."""
    for name in BUSY_TEMPLATES:
        get_template(name)
    e164("08-123 456 78")
    doorbell.load()
    paths = reverse("start"), reverse("register_interest"), reverse("interest_receipt", args=[decoy_id()])
    for path in paths:
        if not _answers(portal, path):
            # The log says why; without a database the others would only wait for it too.
            break
    # A connection is of one process.
    connections.close_all()


def _answers(portal: WSGIHandler, path: str) -> bool:
    """Whether the portal could answer; makes the page as for a visitor, and so loads what it takes."""
    site = urlsplit(settings.SITE_URL)
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": site.netloc, "wsgi.url_scheme": site.scheme}
    if settings.SECURE_PROXY_SSL_HEADER:
        header, value = settings.SECURE_PROXY_SSL_HEADER
        environ[header] = value
    setup_testing_defaults(environ)
    response = portal.get_response(WSGIRequest(environ))
    response.close()
    return response.status_code < 500


def _with_static_files() -> ServeStatic:
    portal = get_wsgi_application()
    _warm_up(portal)
    return ServeStatic(
        portal, root=str(settings.STATIC_ROOT), prefix=settings.STATIC_URL, immutable_file_test=HASHED_NAME
    )


application = get_wsgi_application() if settings.DEBUG else _with_static_files()
settle()
