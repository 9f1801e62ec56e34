"""Limitation and guarantee periods that end within 90, 30 or 7 days, and what was done to keep the right."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zoufang.core.values import GuaranteeKind
from zoufang.server.daily.time_limits import STEPS, TimeLimit, time_limits
from zoufang.server.pages.listing import page_of
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date

PAGE = 25
OVER = "over"


@login_required
@require_GET
def time_limit_list(request: HttpRequest) -> HttpResponse:
    """The soonest first; `step` shows those of 7, 30 or 90 days, or those that are over."""
    today = business_date()
    limits = time_limits(reader(request), today)
    step = request.GET.get("step", "")
    shown = [one for one in limits if step in ("", _step(one))]
    counts = Counter(_step(one) for one in limits)
    nothing_done = Counter(_step(one) for one in limits if not one.deeds and not one.kept)
    context = {
        "page": page_of(shown, PAGE, request.GET.get("page")),
        "step": step,
        "tabs": [(key, _label(key), counts[key], nothing_done[key]) for key in (OVER, *map(str, STEPS))],
        "all": len(limits),
        "today": today,
        "joint": GuaranteeKind.JOINT,
    }
    return render(request, "oversight/time_limits.html", context)


def _step(one: TimeLimit) -> str:
    return str(one.step) if one.step else OVER


def _label(key: str) -> str:
    return _("Over") if key == OVER else _("Within %(days)s days") % {"days": key}
