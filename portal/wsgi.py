"""HTTP in production (gunicorn): the portal, and in front of it the static files."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver
from servestatic import ServeStatic

from portal.core.normalisation import e164
from portal.garbage import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# A name with a hash of the content in it, as the manifest storage makes them, never changes what it holds.
HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"
# What everybody needs at once when a round opens.
BUSY_TEMPLATES = (
    "programs/register_interest.html",
    "programs/interest_receipt.html",
    "mail/programs/interest_registered.subject.txt",
    "mail/programs/interest_registered.txt",
    "mail/programs/interest_registered.html",
)


def _warm_up() -> None:
    """Load before the first visitor, and before gunicorn forks, what is otherwise loaded by them."""
    get_resolver().reverse_dict.keys()
    for name in BUSY_TEMPLATES:
        get_template(name)
    e164("08-123 456 78")


def _with_static_files() -> ServeStatic:
    portal = get_wsgi_application()
    _warm_up()
    return ServeStatic(
        portal, root=str(settings.STATIC_ROOT), prefix=settings.STATIC_URL, immutable_file_test=HASHED_NAME
    )


application = get_wsgi_application() if settings.DEBUG else _with_static_files()
settle()
