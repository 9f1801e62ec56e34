"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zoufang.core.errors import NotFound
from zoufang.core.values import Message
from zoufang.server.jobs.kinds import kind_of
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.queries import my_running
from zoufang.server.oversight.models import ComplaintNotice
from zoufang.server.oversight.superiors import notices_for
from zoufang.server.pages import navigation, units
from zoufang.server.safety.models import Escalation
from zoufang.server.safety.queries import notices
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import BankState, User


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Bank, date, whether it is simulated, the menu and the unit of amounts."""
    state = _state()
    unit = units.unit_of(request)
    return {
        "bank_name": settings.ZOUFANG_BANK,
        "business_date": state and state.business_date,
        "simulated": bool(state and state.simulated),
        "menu": navigation.menu(getattr(request, "user", None), request.path),
        "languages": settings.LANGUAGES,
        "unit": unit,
        "unit_label": units.label_of(unit),
        "unit_choices": [(choice, units.label_of(choice)) for choice in units.UNITS],
        "my_work": _my_work(request),
        "safety_notices": _safety_notices(request),
        "complaint_notices": _complaint_notices(request),
        "page_texts": _texts_for_scripts(unit),
    }


@dataclass(frozen=True, slots=True)
class RunningWork:
    job: Job
    label: Message

    @property
    def percent(self) -> int:
        return 100 * self.job.done // max(self.job.total, 1)


def _my_work(request: HttpRequest) -> list[RunningWork]:
    """What runs for this reader, besides what the page itself is about."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    mine = [job for job in my_running(user) if request.path != reverse("job", args=[job.pk])]
    return [RunningWork(job, kind_of(job.kind).label) for job in mine]


def _safety_notices(request: HttpRequest) -> list[Escalation]:
    """What of safety waits for this reader's answer."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or _state() is None:
        return []
    return list(notices(user))


def _complaint_notices(request: HttpRequest) -> list[ComplaintNotice]:
    """Complaints of which this reader is told as a named superior."""
    user = getattr(request, "user", None)
    return list(notices_for(user)) if isinstance(user, User) else []


def _texts_for_scripts(unit: str) -> dict[str, str]:
    """What charts and maps need: scripts hold no texts of their own."""
    return {
        "unit": unit,
        "unitLabel": units.label_of(unit),
        "tiles": settings.ZOUFANG_TILES,
        "open": _("Open"),
        "depotSign": pgettext("one sign on a map for where crews set out", "D"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "crews": _("Crews"),
    }


def _state() -> BankState | None:
    try:
        return bank_state()
    except NotFound:
        return None


def is_simulated() -> bool:
    state = _state()
    return bool(state and state.simulated)
