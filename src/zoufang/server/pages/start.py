"""Each role's start page. A role without one of its own gets the cards of its menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from zoufang.server.pages.starts import agency, field, guarding, leading
from zoufang.server.staff.models import Role

StartPage = Callable[[HttpRequest], tuple[str, dict[str, Any]]]


def cards(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Greeting and menu; for a role whose day has no work list of its own."""
    return "start/cards.html", {}


# role -> function(request) giving (template, context). The template extends "start/base.html".
START_PAGES: dict[Role, StartPage] = {
    Role.MANAGER: leading.manager,
    Role.PLANNER: field.planner,
    Role.VISITOR: field.visitor,
    Role.TRAINER: guarding.trainer,
    Role.APPROVER: guarding.approver,
    Role.COMPLIANCE: guarding.compliance,
    Role.ANALYST: leading.analyst,
    Role.ADMINISTRATOR: guarding.administrator,
    Role.AGENCY: agency.agency,
}


def start_page(role: str) -> StartPage:
    return START_PAGES.get(Role(role), cards) if role in Role.values else cards
