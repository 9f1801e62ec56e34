"""For tests: everything in a temporary home, cheap password hashes."""

import tempfile
from pathlib import Path

from zoufang.server.settings.base import *  # noqa: F403
from zoufang.server.settings.base import DATABASE_URL, SQLITE

HOME = Path(tempfile.mkdtemp(prefix="zoufang-test-"))
DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
if not DATABASE_URL:
    DATABASES = {"default": SQLITE | {"NAME": HOME / "zoufang.sqlite3"}}
# Work is done within the request that asks for it.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ZOUFANG_JOBS_APART = False
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir()
ZOUFANG_KEY_FILE = HOME / "installation.key"
ZOUFANG_FILES = HOME / "files"
ZOUFANG_AUDIT_ANCHORS = None  # each test's chain begins anew, a file would remember the one before
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
AXES_ENABLED = False
