"""The Celery application: which process does what is in Procfile and docker-compose.yml."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("samspel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
