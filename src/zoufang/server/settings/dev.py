"""Embedded on one machine: SQLite, no other server."""

from zoufang.server.settings.base import *  # noqa: F403
from zoufang.server.settings.base import HOME
from zoufang.server.settings.secret import installation_secret

DEBUG = False
SECRET_KEY = installation_secret(HOME)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WHITENOISE_USE_FINDERS = True
