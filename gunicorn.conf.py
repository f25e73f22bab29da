"""How gunicorn serves pages in production; gunicorn reads this file by itself. Threads: docs/adr/0003."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "portal.gunicorn_worker.FairWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Few: on two cores each further thread is one more that waits for the interpreter, and one more connection to the
# database. Of 200 posts at once two to four are alike, and eight are no faster.
threads = int(os.environ.get("WEB_THREADS", "3"))
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
# Heartbeat files belong in memory: on a slow disk a write can hold a worker long enough for it to be killed.
worker_tmp_dir = "/dev/shm"  # noqa: S108 gunicorn makes unlinked files in it
