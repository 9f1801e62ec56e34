"""The dispatcher's board: crews along the clock, visits to drag or to choose, what a move does, and the move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop, mask_name
from zoufang.server.daily.board import Board, board_of
from zoufang.server.daily.board_moves import ask, make_move, take_back
from zoufang.server.pages import units
from zoufang.server.pages.board_answer import Answer, answer_of, refused
from zoufang.server.pages.board_form import MoveForm, left_name, left_out
from zoufang.server.pages.board_lines import drawing
from zoufang.server.pages.plan_sheet import plan_sheet
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.staff.clock import now
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.draft_moves import ANOTHER, last_move
from zoufang.server.visiting.models import DayPlan, DraftMove

MOVES_SHOWN = 8
NOT_UNDERSTOOD = Message(gettext_noop("Choose the visit, and where it is to go."))


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One move of the draft's history."""

    move: DraftMove
    name: str


@login_required
@require_GET
def plan_board(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A draft that can't be moved by hand is looked at on its own page, which says why."""
    found = queries.draft_of(plan_id, reader(request))
    try:
        board = board_of(found, now())
    except Conflict as error:
        messages.warning(request, said(error))
        return redirect("plan", found.pk)
    return _page(request, found, board, MoveForm(None, board, found.day))


def _page(
    request: HttpRequest,
    plan: DayPlan,
    board: Board,
    form: MoveForm,
    answer: Answer | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = plan_sheet(plan, reader(request))
    drawn = drawing(board, {part.crew.code: part.tone for part in sheet.crews}, sheet.stops)
    context = {
        "plan": plan,
        "plan_id": plan.pk,
        "sheet": sheet,
        "form": form,
        "answer": answer,
        "drawn": drawn,
        "board_json": drawn.as_json(),
        "left": [(one.customer_id, left_name(board, one), one.required) for one in left_out(board)],
        "moves": _history(plan),
        "last": last_move(plan),
    }
    return render(request, "board/board.html", context, status=status)


def _history(plan: DayPlan) -> list[MoveLine]:
    rows = plan.moves.select_related("party", "crew", "by").order_by("-version")[:MOVES_SHOWN]
    return [MoveLine(row, mask_name(row.party.identity["name"])) for row in rows]


@login_required
@require_POST
def plan_what_if(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Nothing is written. A script gets numbers and the panel as JSON, everybody else the page with the answer."""
    found = queries.draft_of(plan_id, reader(request))
    by_script = not request.accepts("text/html")
    try:
        board = board_of(found, now())
    except Conflict as error:
        if by_script:
            return _as_json(request, found, refused(error))
        raise
    form = MoveForm(request.POST, board, found.day)
    answer = _answer(request, found, board, form)
    return _as_json(request, found, answer) if by_script else _page(request, found, board, form, answer)


def _answer(request: HttpRequest, plan: DayPlan, board: Board, form: MoveForm) -> Answer:
    if not form.is_valid():
        return Answer(False, (NOT_UNDERSTOOD,))
    if form.cleaned_data["version"] != plan.version:
        return Answer(False, (ANOTHER,))
    try:
        return answer_of(ask(plan, form.move, reader(request), now())[0], board)
    except (Conflict, BadInput) as error:
        return refused(error)


def _as_json(request: HttpRequest, plan: DayPlan, answer: Answer) -> JsonResponse:
    panel = render_to_string("board/answer.html", {"answer": answer, "plan_id": plan.pk}, request)
    body: dict[str, Any] = {
        "feasible": answer.feasible,
        "brief": answer.brief(units.unit_of(request), said),
        "days": answer.drawn(),
        "panel": panel,
    }
    return JsonResponse(body)


@login_required
@require_POST
def plan_move(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A move that can't be made any more is answered with the board as it is now, and the reason."""
    found = queries.draft_of(plan_id, reader(request))
    board = board_of(found, now())
    form = MoveForm(request.POST, board, found.day)
    if not form.is_valid():
        return _page(request, found, board, form, Answer(False, (NOT_UNDERSTOOD,)), status=422)
    given = form.cleaned_data
    try:
        make_move(
            plan=found, base=given["version"], move=form.move, hold=given["hold"], by=reader(request), at=now()
        )
    except Conflict as error:
        return _as_it_is(request, plan_id, error)
    messages.success(
        request, _("Done. The draft has a new version, and the next run of the planner keeps the move.")
    )
    return redirect("plan_board", found.pk)


def _as_it_is(request: HttpRequest, plan_id: UUID, error: Conflict) -> HttpResponse:
    found = queries.draft_of(plan_id, reader(request))
    try:
        board = board_of(found, now())
    except Conflict:
        raise error from None
    return _page(request, found, board, MoveForm(None, board, found.day), refused(error), status=409)


@login_required
@require_POST
def plan_move_undo(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    found = queries.draft_of(plan_id, reader(request))
    version = request.POST.get("version", "")
    try:
        take_back(plan=found, base=int(version) if version.isdecimal() else 0, by=reader(request), at=now())
    except Conflict as error:
        return _as_it_is(request, plan_id, error)
    messages.success(request, _("Taken back. The draft is as it was before the last move."))
    return redirect("plan_board", found.pk)
