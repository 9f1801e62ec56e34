"""What reviews came to: how far reviewers agree, what was found, whether conduct improved after a course."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zoufang.server.pages.charts import Chart, Series, intervals
from zoufang.server.pages.reader import reader
from zoufang.server.pages.safety_rates import PeriodForm
from zoufang.server.review import queries
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import scope

DECIMALS = 2


@login_required
@require_GET
def review_results(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    form = PeriodForm(request.GET)
    since, until = form.period(business_date())
    found = queries.results(user, since, until)
    lessons = queries.lessons(list(User.objects.filter(scope(user), role=Role.VISITOR)))
    context = {
        "form": form,
        "since": since,
        "until": until,
        "found": found,
        "chart": _chart(found),
        "strata": queries.strata(user, since, until),
        "lessons": lessons,
        "courses": queries.by_course(lessons),
    }
    return render(request, "review/results.html", context)


def _chart(found: queries.Results) -> Chart | None:
    """Items of which kappa has an interval."""
    shown = [one for one in found.items if one.agreement.low is not None]
    if not shown:
        return None
    language = get_language() or "zh"
    names = [one.item.text.in_language(language) for one in shown]
    parts = (("low", _("Low")), ("kappa", _("Kappa")), ("high", _("High")))
    series = [
        Series(label, tuple(round(getattr(one.agreement, name), DECIMALS) for one in shown))
        for name, label in parts
    ]
    title = _("Agreement of two reviewers beyond chance (Cohen's kappa)")
    return intervals("kappa", title, names, series, unit="count", first_column=_("Item"), reference=0)
