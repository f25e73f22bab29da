"""Samspel's only settings file. Everything that differs between machines is read from the environment.

`docs/operations.md` lists the variables. Nothing here has a password or key as its default.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

# Lets admin classes name their model (`ModelAdmin[Organisation]`) at run time, as the type checker wants.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- The machine -----------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
# Addresses of the proxies whose X-Forwarded-For is believed; everybody else's is ignored.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# --- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.core.apps.CoreConfig",
    "portal.accounts.apps.AccountsConfig",
    "portal.organisations.apps.OrganisationsConfig",
    "programs.apps.ProgramsConfig",
    "agreements.apps.AgreementsConfig",
    "media_catalog.apps.MediaCatalogConfig",
    "portal.pages.apps.PagesConfig",
    "portal.core.apps.SamspelAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "portal.core.apps.StaticConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.forms",
    "crispy_forms",
    "django_altcha",
    "django_recaptcha",
    "csp",
]
if DEBUG:
    INSTALLED_APPS.append("portal.demo.apps.DemoConfig")

MIDDLEWARE = [
    "portal.core.middleware.RefuseOddRequests",
    "django.middleware.security.SecurityMiddleware",
    "portal.core.middleware.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.core.middleware.SayWhenDown",
    "portal.accounts.middleware.PagesOfLogIn",
    "allauth.account.middleware.AccountMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("portal.demo.middleware.OwnNotFound")

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["portal.core.templatetags.translations", "portal.core.templatetags.ui"],
        },
    },
]

# --- Database --------------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'samspel.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE and WAL: without them concurrent writers answer "database is locked" (docs/adr/0003).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=0)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# The first code and two new ones, each for as long as its mail says.
ACCOUNT_LOGIN_TIMEOUT = 3 * ACCOUNT_LOGIN_BY_CODE_TIMEOUT
# An address that nobody has added gets the same page and no mail: the page is no way to send mail to strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# The code that opens the account proves the address; there is no other way to an account that has no passkey yet.
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "portal.accounts.adapter.MFAAdapter"
# Those of the pages of log-in itself are named where `portal.accounts.views` has its own views.
MFA_FORMS = {
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
    "activate_totp": "portal.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "portal.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "portal.accounts.forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samspel"
# The code before and the one after count too: telephones' clocks differ, and people are slow.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Only allauth's rate limits and used codes live here. Every process must see them and nobody logs in without the
# database anyway, so they do not depend on Redis. A full table forgets entries, hence the high ceiling.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
FORMAT_MODULE_PATH = "portal.formats"
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

# --- Private files ---------------------------------------------------------------------------------------------------
# What only a view hands out, after a look at who asks (docs/adr/0012): a folder, or a bucket of S3's kind.
FILES_S3_BUCKET = env.str("FILES_S3_BUCKET", default="")
FILES_S3_ENDPOINT = env.str("FILES_S3_ENDPOINT", default="")
# Where the proxy has the folder as an internal location ("/privat/"); empty: the portal hands the files out itself.
FILES_ACCEL = env.str("FILES_ACCEL", default="")


def _private_folder() -> dict[str, Any]:
    options = {"location": env.str("FILES_FOLDER", default=str(VAR_DIR / "private"))}
    return {"BACKEND": "portal.core.private_files.PrivateFolder", "OPTIONS": options}


def _private_s3() -> dict[str, Any]:
    """Needs the package django-storages[s3]."""
    options = {
        "bucket_name": FILES_S3_BUCKET,
        "endpoint_url": FILES_S3_ENDPOINT,
        "region_name": env.str("FILES_S3_REGION", default="eu-north-1"),
        "access_key": env.str("FILES_S3_ACCESS_KEY", default=""),
        "secret_key": env.str("FILES_S3_SECRET_KEY", default=""),
        "querystring_expire": env.int("FILES_S3_SECONDS", default=3600),
        # One host for all buckets: the content security policy names it.
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


# The largest file that staff may upload, in MiB, by kind (portal.core.uploads).
UPLOAD_MEBIBYTES = {
    "film": env.int("FILES_FILM_MEBIBYTES", default=2048),
    "sound": 300,
    "captions": 1,
    "publication": 50,
    "material": 100,
    "picture": 5,
}
# Where staff uploads: only there may a post be larger than a form.
UPLOAD_PATHS = [r"^/admin/(media_catalog|programs)/"]
FILE_UPLOAD_TEMP_DIR = env.str("FILES_TEMP", default=None)

# --- The podcast -----------------------------------------------------------------------------------------------------
# Its fixed id, when it has one from an earlier address of its feed; else it is made from this address.
PODCAST_GUID = env.str("PODCAST_GUID", default="")

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": _private_s3() if FILES_S3_BUCKET else _private_folder(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage",
    },
}

# How long each process keeps a rendered public page (docs/adr/0008). Nothing is kept while developing.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=0 if DEBUG else 5)

# --- Queue -----------------------------------------------------------------------------------------------------------
# Measured reasons for each line: docs/adr/0004. A hung or missing Redis must never hold a visitor.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long Redis is away: a worker that gives up would have to be started by hand.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TIMEZONE = TIME_ZONE

# --- Outgoing mail ---------------------------------------------------------------------------------------------------
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Samspel <samspel@localhost.localdomain>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where staff gets its daily summary; empty means that nobody gets one.
STAFF_EMAILS = env.list("STAFF_EMAILS", default=[])
# Seconds until the next try after the 1st, 2nd, ... failure; after the last one the mail is marked failed.
MAIL_RETRY_LADDER = env.list("MAIL_RETRY_LADDER", cast=int, default=[60, 300, 900, 3600, 14400, 43200, 86400])
# How long a worker may hold a mail before somebody else takes it over (longer than any SMTP dialogue).
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=120)
MAIL_SWEEP_SECONDS = env.int("MAIL_SWEEP_SECONDS", default=60)

# --- Key figures -----------------------------------------------------------------------------------------------------
KOLADA_URL = env.str("KOLADA_URL", default="https://api.kolada.se/v3")

# What beat starts when, in Swedish time. A sweep that found no worker before the next one is due is dropped.
CELERY_BEAT_SCHEDULE = {
    "sweep_mail": {
        "task": "portal.core.schedules.sweep_mail",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    "sweep_papers": {
        "task": "agreements.schedules.sweep_papers",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    "fold_long_texts": {
        "task": "agreements.schedules.fold_long_texts",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    "act_on_deadlines": {
        "task": "programs.schedules.act_on_deadlines",
        "schedule": MAIL_SWEEP_SECONDS,
        "options": {"expires": MAIL_SWEEP_SECONDS},
    },
    "review_accounts": {"task": "portal.accounts.schedules.review_accounts", "schedule": crontab(hour=3, minute=10)},
    "purge": {"task": "portal.core.schedules.purge", "schedule": crontab(hour=3, minute=20)},
    "fetch_key_figures": {
        "task": "portal.organisations.schedules.fetch_key_figures_monthly",
        "schedule": crontab(day_of_month=5, hour=4, minute=40),
    },
    "purge_keystrokes": {"task": "agreements.schedules.purge_keystrokes", "schedule": crontab(minute=40)},
    "remind_pairs": {"task": "agreements.schedules.remind_pairs", "schedule": crontab(hour=7, minute=10)},
    "ask_about_occasions": {
        "task": "programs.schedules.ask_about_occasions",
        "schedule": crontab(hour=8, minute=5),
    },
    "send_daily_summary": {"task": "programs.schedules.send_daily_summary", "schedule": crontab(hour=7, minute=30)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Forms and captcha -----------------------------------------------------------------------------------------------
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "portal"
CRISPY_TEMPLATE_PACK = "portal"
RECAPTCHA_PUBLIC_KEY = env.str("RECAPTCHA_PUBLIC_KEY", default="")
RECAPTCHA_PRIVATE_KEY = env.str("RECAPTCHA_PRIVATE_KEY", default="")
RECAPTCHA_DOMAIN = env.str("RECAPTCHA_DOMAIN", default="www.google.com")
RECAPTCHA_VERIFY_REQUEST_TIMEOUT = 3
CAPTCHA_PROVIDER = env.str("CAPTCHA_PROVIDER", default="recaptcha" if RECAPTCHA_PRIVATE_KEY else "altcha")
ALTCHA_HMAC_KEY = env.str("ALTCHA_HMAC_KEY", default=SECRET_KEY)
ALTCHA_INCLUDE_TRANSLATIONS = False
# Posts of a public form from one address, right or wrong: (how many, in how many seconds). A town hall may share one.
FORM_RATE_LIMITS = [(25, 60), (100, 3600)]

# --- Security --------------------------------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^halsa/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.core.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CSP_REPORT_PATH = "/csp/"
# Addresses whose posts are JSON, sent by scripts of ours; everywhere else a post is a form.
JSON_PATHS = [r"^/overenskommelser/[0-9a-f-]{36}/synk/$"]
_GOOGLE = [f"https://{RECAPTCHA_DOMAIN}/recaptcha/", "https://www.gstatic.com/recaptcha/"]
_CAPTCHA_HOSTS = _GOOGLE if CAPTCHA_PROVIDER == "recaptcha" else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, *_CAPTCHA_HOSTS],
        "frame-src": _CAPTCHA_HOSTS or [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, *([FILES_S3_ENDPOINT] if FILES_S3_BUCKET else [])],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "report-uri": CSP_REPORT_PATH,
    },
}

# --- Log -------------------------------------------------------------------------------------------------------------
# Never personal data, addresses or tokens: portal.core.redaction masks what libraries would print.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "redacted": {
            "()": "portal.core.redaction.RedactingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"without_sockets": {"()": "portal.core.redaction.WithoutSockets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "redacted"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers would print a second time, unmasked.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        # Through the masks: it quotes requests that it cannot read.
        "gunicorn.error": {"handlers": [], "propagate": True, "level": "INFO"},
        "uvicorn.error": {"level": "INFO", "filters": ["without_sockets"]},
        # What they complain of quotes addresses and text of the document.
        **{name: {"level": "CRITICAL"} for name in ("fontTools", "weasyprint", "weasyprint.progress")},
    },
}
# The worker logs as everybody else does.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
