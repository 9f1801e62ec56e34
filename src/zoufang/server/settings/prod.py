"""Behind a reverse proxy with TLS."""

import os

from zoufang.server.settings.base import *  # noqa: F403
from zoufang.server.settings.base import HOME
from zoufang.server.settings.secret import installation_secret

DEBUG = False
SECRET_KEY = os.environ.get("ZOUFANG_SECRET") or installation_secret(HOME)
ALLOWED_HOSTS = os.environ.get("ZOUFANG_HOSTS", "localhost").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31_536_000
