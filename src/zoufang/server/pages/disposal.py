"""Disposal: the board of stages, the dates ahead, and who is due for which stage."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zoufang.core.disposal import Checked, Costs, Due, StageRule, due_stages, review_entry
from zoufang.core.errors import NotFound
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book.models import Loan
from zoufang.server.daily.disposal_due import DueLoan, counted, due_loans
from zoufang.server.daily.disposing import facts_for
from zoufang.server.disposal import queries
from zoufang.server.disposal.models import CaseExport, DisposalStage, KeptClaim, StageDate
from zoufang.server.pages.listing import page_of, showing
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.permissions import may, require, scope

PAGE = 25
AHEAD = 60
SHOWN = 8


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage as the board shows it."""

    row: DisposalStage
    name: str
    next: StageDate | None
    costs: Costs


def named(rule: StageRule) -> str:
    return rule.en if get_language() == "en" else rule.zh


def name_of(kind: str) -> str:
    """In the reader's language, whatever version of the data names it last."""
    return next((named(one) for one in reversed(shipped_stages().stages) if one.kind == kind), kind)


@login_required
@require_GET
def disposal_board(request: HttpRequest) -> HttpResponse:
    """Stages that wait or run, by stage; `state=closed` shows those that are over."""
    user, today = reader(request), business_date()
    over = request.GET.get("state") == "closed"
    states = ("closed", "refused") if over else ("proposed", "running")
    kind = request.GET.get("kind", "")
    rows = queries.stages(user).filter(state__in=states).prefetch_related("money", "dates")
    chosen = rows.filter(kind=kind) if kind else rows
    page = page_of(chosen.order_by("-state", "effective_on", "pk"), PAGE, request.GET.get("page"))
    context = {
        "page": showing(page, [_line(row) for row in page.object_list]),
        "kind": kind,
        "over": over,
        "tabs": [
            (one.kind.value, named(one), rows.filter(kind=one.kind).count()) for one in shipped_stages().on(today)
        ],
        "dates": _named_dates(queries.dates_ahead(user, today, AHEAD)[:SHOWN]),
        "today": today,
    }
    return render(request, "disposal/board.html", context)


def _line(row: DisposalStage) -> StageLine:
    ahead = [one for one in row.dates.all() if one.done_on is None]
    return StageLine(row, name_of(row.kind), ahead[0] if ahead else None, queries.costs(row))


def _named_dates(rows) -> list[tuple[StageDate, str]]:
    return [(row, name_of(row.stage.kind)) for row in rows]


@login_required
@require_GET
def disposal_dates(request: HttpRequest) -> HttpResponse:
    """The calendar of court dates and time limits, those that are over first."""
    user, today = reader(request), business_date()
    page = page_of(queries.dates_ahead(user, today), PAGE, request.GET.get("page"))
    context = {"page": showing(page, _named_dates(page.object_list)), "today": today}
    return render(request, "disposal/dates.html", context)


@dataclass(frozen=True, slots=True)
class DueLine:
    """A loan with the stages for which it is due."""

    row: DueLoan
    stages: tuple[tuple[str, str, Due], ...]


@login_required
@require_GET
def disposal_due(request: HttpRequest) -> HttpResponse:
    """`kind` shows those of one stage."""
    user, today = reader(request), business_date()
    rows = due_loans(user, today)
    counts, kind = counted(rows), request.GET.get("kind", "")
    shown = [row for row in rows if not kind or any(one.kind == kind for one in row.due)]
    page = page_of(shown, PAGE, request.GET.get("page"))
    lines = [
        DueLine(row, tuple((one.kind.value, name_of(one.kind), one) for one in row.due if kind in ("", one.kind)))
        for row in page.object_list
    ]
    context = {
        "page": showing(page, lines),
        "kind": kind,
        "tabs": [(one.kind.value, named(one), counts[one.kind]) for one in shipped_stages().on(today)],
        "all": len(rows),
        "may_propose": may(user, "propose_stage"),
    }
    return render(request, "disposal/due.html", context)


@dataclass(frozen=True, slots=True)
class Choice:
    """A stage that could be proposed for a loan: what it says today, and whether it is due."""

    rule: StageRule
    name: str
    what: str
    checked: tuple[Checked, ...]
    due: Due | None

    @property
    def against(self) -> int:
        return sum(one.answer != "pass" for one in self.checked)


def loan_of(loan_id: UUID, request: HttpRequest) -> Loan:
    """NotFound also where the reader may not look."""
    user = reader(request)
    require(user, "see_disposal")
    rows = Loan.objects.filter(scope(user), pk=loan_id, state__isnull=False)
    if (found := rows.select_related("state", "debtor__branch", "branch").first()) is None:
        raise NotFound(queries.NOT_HERE)
    return found


@login_required
@require_GET
def disposal_loan(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """One loan: its stages so far, what could come next, its files and its kept claim."""
    loan, user, today = loan_of(loan_id, request), reader(request), business_date()
    facts = facts_for(loan, today)
    due = {one.kind: one for one in due_stages(facts, shipped_stages())}
    stages = queries.stages(user).filter(loan=loan).prefetch_related("money", "dates")
    busy = {row.kind for row in stages if row.state in ("proposed", "running")}
    zh = get_language() != "en"
    context = {
        "loan": loan,
        "stages": [_line(row) for row in stages],
        "choices": [
            Choice(
                rule, named(rule), rule.what_zh if zh else rule.what_en, review_entry(rule, facts),
                due.get(rule.kind),
            )
            for rule in shipped_stages().on(today)
            if rule.kind not in busy
        ],
        "kept": KeptClaim.objects.filter(loan=loan).first(),
        "exports": CaseExport.objects.filter(loan=loan).select_related("by"),
        "may_propose": may(user, "propose_stage", loan),
        "may_leave": may(user, "enter_leave", loan),
    }  # fmt: skip
    return render(request, "disposal/loan.html", context)
