"""What visits really recovered: the studies, their answers, and the proof of each number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zoufang.core.evaluation import Evaluation, Verdict
from zoufang.server.book import exports
from zoufang.server.daily import study as daily
from zoufang.server.daily.work import start_evaluation
from zoufang.server.jobs.views import answer_to
from zoufang.server.pages import study_files
from zoufang.server.pages.charts import Chart, Series, intervals
from zoufang.server.pages.queries_evaluation import work_of
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import may, require
from zoufang.server.studies import queries
from zoufang.server.studies.models import Study

STUDIES_A_PAGE, PROPOSALS_SHOWN = 20, 10
# Verdict → tone of its badge, its icon and its word.
VERDICTS: dict[str, tuple[str, str, Any]] = {
    Verdict.RECOVERS_MORE: ("green", "circle-check", gettext_lazy("Visits recover more")),
    Verdict.RECOVERS_LESS: ("red", "alert-triangle", gettext_lazy("Visits recover less")),
    Verdict.CANNOT_TELL: ("yellow", "help", gettext_lazy("The data cannot tell")),
    Verdict.TOO_SMALL: ("yellow", "help", gettext_lazy("Too small to tell")),
}
TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
def study_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.studies(reader(request)), STUDIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_headline(one) for one in page],
        "opens": may(request.user, "open_study"),
        "waiting": queries.proposals(reader(request)).filter(study__isnull=True)[:PROPOSALS_SHOWN],
    }
    return render(request, "evaluation/list.html", context)


def _headline(one: Study) -> dict[str, Any]:
    report = daily.report_of(one)
    return {"study": one, "report": report, "verdict": VERDICTS[report.verdict] if report else None}


@login_required
def study(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Before the window has closed: who is in it and what was done; the effect is not looked at."""
    one = queries.study(study_id, reader(request))
    context = {"study": one, "work": work_of(one), "arms": _arms(one)}
    report = daily.report_of(one)
    if report is None:
        return render(request, "evaluation/running.html", context)
    return render(request, "evaluation/study.html", context | _told(one, report))


def _arms(one: Any) -> list[tuple[str, int]]:
    return [(arm, getattr(one, f"n_{arm}")) for arm in ("free", "must_visit", "hold_out", "set_aside")]


def _told(one: Study, report: Evaluation) -> dict[str, Any]:
    rows = study_files.effect_rows(report)
    return {
        "report": report,
        "verdict": VERDICTS[report.verdict],
        "effects": rows,
        "chart": effects_chart(report),
        "feedback": (one.report or {}).get("feedback"),
    }


def effects_chart(report: Evaluation) -> Chart:
    """Under short names; the table beside it says them in full."""
    short = (_("Assigned"), _("Capped"), _("Visited"), _("Met"))
    rows = zip(short, study_files.effect_rows(report), strict=True)
    known = [(name, found) for name, (_full, found) in rows if found is not None]
    return intervals(
        "effect",
        _("Effect per customer with its interval"),
        [name for name, _found in known],
        [
            Series(_("Lower end"), tuple(found.low_fen for _name, found in known)),
            Series(_("Effect"), tuple(found.effect_fen for _name, found in known)),
            Series(_("Upper end"), tuple(found.high_fen for _name, found in known)),
        ],
        unit="money",
        first_column=_("What is compared"),
        reference=0,
    )


@login_required
@require_POST
def evaluate_again(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """Evaluate the frozen snapshot once more and say whether every number came out the same."""
    return answer_to(request, start_evaluation(study_id=study_id, by=reader(request)))


@login_required
def study_file(request: HttpRequest, study_id: UUID, form: str) -> HttpResponse:
    one = queries.study(study_id, reader(request))
    report = daily.report_of(one)
    if report is None or form not in TYPES:
        raise Http404
    require(reader(request), "export_figures")
    mark = exports.stamp(reader(request), now())
    body = study_files.as_json(one) if form == "json" else study_files.as_xlsx(one, report, mark.line)
    exports.keep_export(mark=mark, kind="study", content=body, subject=str(one.pk), branch=one.branch)
    answer = HttpResponse(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="evaluation-{one.opened_on}.{form}"'
    return answer
