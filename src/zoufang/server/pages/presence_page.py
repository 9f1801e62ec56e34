"""Whether the chance to meet comes true, for whoever sees evaluations."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zoufang.core.planning import Calibration, calibration, out_of_sample
from zoufang.server.daily.candidates import presence_results
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit


@login_required
@require_GET
def presence_check(request: HttpRequest) -> HttpResponse:
    require(reader(request), "see_evaluation")
    ended = Visit.objects.filter(ended_at__isnull=False).count()
    return render(request, "evaluation/presence.html", {"found": _checked(business_date(), ended)})


@lru_cache(maxsize=2)
def _checked(day: date, ended: int) -> Calibration | None:
    """Of all visits before `day`; reckoned anew when one more has `ended`."""
    return calibration(out_of_sample(presence_results(day)))
