"""Who pays for a plan's gain, and what its constraints cost, in words for its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zoufang.core.planning import CONSTRAINT_NAMES, Constraint, Figure
from zoufang.server.daily.work import start_prices
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages.reader import reader
from zoufang.server.pages.visit_values import name_of
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.models import DayPlan

GROUPS = {
    "income": gettext_lazy("Income of the household"),
    "age": gettext_lazy("Age"),
    "place": gettext_lazy("Country or town"),
}
BANDS = {
    "unknown": gettext_lazy("Unknown"),
    "income_low": gettext_lazy("below 3,000 yuan a month"),
    "income_middle": gettext_lazy("3,000 to 6,000 yuan a month"),
    "income_high": gettext_lazy("6,000 yuan a month and more"),
    "age_18_29": gettext_lazy("up to 29"),
    "age_30_44": gettext_lazy("30 to 44"),
    "age_45_59": gettext_lazy("45 to 59"),
    "age_60_up": gettext_lazy("60 and over"),
    "rural": gettext_lazy("Country"),
    "urban": gettext_lazy("Town"),
}


def report_of(plan: DayPlan) -> dict[str, Any]:
    """Empty lists for a plan of before there was a report."""
    shares = plan.report.get("who_pays", [])
    rows = [share | {"group": GROUPS[share["group"]], "band": BANDS[share["band"]]} for share in shares]
    prices = [
        price | {"name": _(CONSTRAINT_NAMES[Constraint(price["constraint"])])}
        for price in plan.report.get("prices", [])
    ]
    harm = [(name_of(Figure.HARM, kind), fen) for kind, fen in plan.policy.get("harm_price_fen", {}).items()]
    return {"who_pays": rows, "prices": prices, "harm": harm}


@login_required
@require_POST
def plan_prices(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    found = queries.plan_of(plan_id, reader(request))
    return answer_to(request, start_prices(plan=found, by=reader(request)))
