"""What holds everywhere."""

from __future__ import annotations

import os
from pathlib import Path

from zoufang.server.settings.database import postgres
from zoufang.server.settings.zones import ZONES, zone_named

SERVER = Path(__file__).resolve().parent.parent
# Everything that an installation owns: database, files, keys. Back it up whole.
HOME = Path(os.environ.get("ZOUFANG_HOME", ".zoufang")).resolve()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "zoufang.server.audit",
    "zoufang.server.staff",
    "zoufang.server.jobs",
    "zoufang.server.book",
    "zoufang.server.places",
    "zoufang.server.oversight",
    "zoufang.server.training",
    "zoufang.server.studies",
    "zoufang.server.outreach",
    "zoufang.server.agencies",
    "zoufang.server.visiting",
    "zoufang.server.safety",
    "zoufang.server.borrower",
    "zoufang.server.review",
    "zoufang.server.papers",
    "zoufang.server.agreements",
    "zoufang.server.disposal",
    "zoufang.server.evidence",
    "zoufang.server.field",
    "zoufang.server.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zoufang.server.pages.middleware.chosen_language",
    "zoufang.server.pages.middleware.content_policy",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "zoufang.server.pages.middleware.ReadableErrors",
]
ROOT_URLCONF = "zoufang.server.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zoufang.server.pages.context.surroundings",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "zoufang.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    },
}
# Embedded unless the bank names its PostgreSQL; psycopg comes with the extra `postgres`.
DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": postgres(DATABASE_URL) if DATABASE_URL else SQLITE}

LANGUAGE_CODE = "zh-hans"
# Each language names itself.
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [SERVER.parent / "locale"]
USE_I18N = True
USE_TZ = True
# Whose rules judge contact: CN, US, UK or IN. Without a pack of that name nothing is planned (XX-1).
ZOUFANG_JURISDICTION = os.environ.get("ZOUFANG_JURISDICTION", "CN")
# In whose zone days begin and contact hours are judged where a place names none of its own.
ZOUFANG_ZONE = os.environ.get("ZOUFANG_ZONE", ZONES.get(ZOUFANG_JURISDICTION, ZONES["CN"]))
TIME_ZONE = zone_named(ZOUFANG_ZONE)

# Work that takes longer than a page may is done by the worker (`zoufang worker`, or beside `zoufang serve`).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
ZOUFANG_JOBS_APART = True
# A worker that was silent for so long is taken for dead. An import may hold the embedded database for minutes.
ZOUFANG_JOB_LEASE_S = float(os.environ.get("ZOUFANG_JOB_LEASE_S", "300"))
ZOUFANG_WORKER_INTERVAL_S = 0.5
ZOUFANG_TICK_S = 5.0

STATIC_URL = "static/"
STATICFILES_DIRS = [SERVER / "static"]
STATIC_ROOT = HOME / "static"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"

# The installation key that wraps every person's data key: a file outside the database.
ZOUFANG_KEY_FILE = Path(os.environ.get("ZOUFANG_KEY_FILE", HOME / "installation.key"))
# What seals personal data from now on: AES-256-GCM, or SM4-GCM (GB/T 32907). What is sealed names its own cipher.
ZOUFANG_CIPHER = os.environ.get("ZOUFANG_CIPHER", "AES-256-GCM")
ZOUFANG_FILES = HOME / "files"
# Heads of the audit chains, written down each hour. Best where the database's administrator cannot write.
ZOUFANG_AUDIT_ANCHORS: Path | None = Path(os.environ.get("ZOUFANG_AUDIT_ANCHORS", HOME / "audit-anchors.jsonl"))
# Files of evidence are hashed by this at capture: SHA-256, or SM3 (GB/T 32905) where the bank asks for it.
ZOUFANG_EVIDENCE_HASH = os.environ.get("ZOUFANG_EVIDENCE_HASH", "SHA-256")
# Code of the gazetteer's place that an address without province and city means; empty: what is around all of it.
ZOUFANG_HOME_PLACE = os.environ.get("ZOUFANG_HOME_PLACE", "")
# No visit in a village before sunrise or after sunset.
ZOUFANG_RURAL_DAYLIGHT_ONLY = os.environ.get("ZOUFANG_RURAL_DAYLIGHT_ONLY", "") == "1"
# A road engine of the bank's own: osrm or valhalla, and where it listens. None: straight lines times a factor.
ZOUFANG_ROADS = os.environ.get("ZOUFANG_ROADS", "osrm")
ZOUFANG_ROADS_URL = os.environ.get("ZOUFANG_ROADS_URL", "")
# How long a visitor's phone may hold the day without contact; it never lasts into the next day.
ZOUFANG_FIELD_LEASE_HOURS = float(os.environ.get("ZOUFANG_FIELD_LEASE_HOURS", "12"))
# Off unless named. {address} stands for the text that leaves the bank; ANSWER: paths of latitude and longitude in
# the JSON that comes back (one path alone: a text "longitude,latitude"); DATUM: of that answer.
ZOUFANG_GEOCODER_URL = os.environ.get("ZOUFANG_GEOCODER_URL", "")
ZOUFANG_GEOCODER_ANSWER = os.environ.get("ZOUFANG_GEOCODER_ANSWER", "geocodes.0.location")
ZOUFANG_GEOCODER_DATUM = os.environ.get("ZOUFANG_GEOCODER_DATUM", "GCJ-02")
ZOUFANG_BANK = os.environ.get("ZOUFANG_BANK", "德州银行")
# Where customers ask and complain: the financial regulator's line until the bank names its own.
ZOUFANG_HOTLINE = os.environ.get("ZOUFANG_HOTLINE", "12378")
# Whom a crew in danger rings besides the police; "" where the bank has no duty phone.
ZOUFANG_DUTY_PHONE = os.environ.get("ZOUFANG_DUTY_PHONE", "")
# Escalations of safety go to this address of the bank's own SMS gate, signed with the secret. Off unless set.
ZOUFANG_SAFETY_WEBHOOK_URL = os.environ.get("ZOUFANG_SAFETY_WEBHOOK_URL", "")
ZOUFANG_SAFETY_WEBHOOK_SECRET = os.environ.get("ZOUFANG_SAFETY_WEBHOOK_SECRET", "")
# Codes and appointment messages to borrowers go to this address of the bank's SMS gate, signed with the secret.
# Off unless set: Zoufang sends no SMS itself, the messages stay in their table.
ZOUFANG_SMS_WEBHOOK_URL = os.environ.get("ZOUFANG_SMS_WEBHOOK_URL", "")
ZOUFANG_SMS_WEBHOOK_SECRET = os.environ.get("ZOUFANG_SMS_WEBHOOK_SECRET", "")
# "1": before a visit an appointment may be offered by message, if the gate clears the message.
ZOUFANG_APPOINTMENTS = os.environ.get("ZOUFANG_APPOINTMENTS", "") == "1"
# The share of finished visits about which compliance calls back, drawn by chance (回访).
ZOUFANG_CALL_BACK_SHARE = float(os.environ.get("ZOUFANG_CALL_BACK_SHARE", "0.1"))
# More people than this looked at in the clear by one reader on one day are marked for the compliance officer.
ZOUFANG_REVEALS_A_DAY = int(os.environ.get("ZOUFANG_REVEALS_A_DAY", "40"))
# A tile server of the bank's own, as a template (".../{z}/{x}/{y}.png"). None: maps on a plain ground.
ZOUFANG_TILES = os.environ.get("ZOUFANG_TILES", "")
# A demo bank prints its ready log-ins on the login page; never a real one (the page asks BankState.simulated too).
ZOUFANG_SHOW_DEMO_LOGINS = os.environ.get("ZOUFANG_SHOW_DEMO_LOGINS") == "1"
ZOUFANG_DEMO_PASSWORD = os.environ.get("ZOUFANG_DEMO_PASSWORD", "zoufang-demo-2026")
ZOUFANG_POLICIES = SERVER.parent / "policies"
