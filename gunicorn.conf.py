"""How gunicorn serves pages in production; gunicorn reads this file by itself. Threads: docs/adr/0003."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
# Heartbeat files belong in memory: on a slow disk a write can hold a worker long enough for it to be killed.
worker_tmp_dir = "/dev/shm"  # noqa: S108 gunicorn makes unlinked files in it
