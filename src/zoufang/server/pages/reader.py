"""Who is looking at the page."""

from __future__ import annotations

from django.http import HttpRequest

from zoufang.core.errors import NotPermitted
from zoufang.server.staff.models import User


def reader(request: HttpRequest) -> User:
    """The signed-in member of staff. NotPermitted for anybody else."""
    if not isinstance(request.user, User):
        raise NotPermitted("Nobody is signed in. Sign in first.")
    return request.user
