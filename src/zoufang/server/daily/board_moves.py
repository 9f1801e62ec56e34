"""A planner asks what a move would do, and makes it: core's answer, the gate asked again, the next version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from zoufang.core.compliance import Refusal
from zoufang.core.errors import Conflict
from zoufang.core.planning import (
    Move,
    Plan,
    PlannedVisit,
    Put,
    Swap,
    TakeOut,
    WhatIf,
    in_sight,
    unmet_deadlines,
    what_if,
    who_pays,
)
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.asking import ask_gate
from zoufang.server.daily.board import Board, board_of, kept
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.pins import kept_in, pin_of
from zoufang.server.daily.reckoning import bands_of, keep_shares
from zoufang.server.daily.sight_notes import MORE, NEAR, sight_note, sight_notes
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting import draft_moves
from zoufang.server.visiting.draft_moves import ANOTHER, HandMove, Word
from zoufang.server.visiting.models import DayPlan, DraftMove, PlannerOrder
from zoufang.server.visiting.plans import AboutPlan

NOW_REFUSED = gettext_noop("The gate was asked again and refuses the visit to %(customer)s: %(why)s")
HOURS_CHANGED = Message(gettext_noop("door or hours are no longer cleared"))
KINDS = {Put: DraftMove.Kind.PUT, TakeOut: DraftMove.Kind.OUT, Swap: DraftMove.Kind.SWAP}


def ask(plan: DayPlan, move: Move, by: User, at: datetime) -> tuple[WhatIf, Board]:
    """What the move would do; nothing is written. Conflict where this draft can't be moved by hand."""
    require(by, "make_plan", plan)
    board = board_of(plan, at)
    return what_if(board.plan, move, board.frame), board


def sight_warnings(said: WhatIf, board: Board) -> list[Message]:
    """Debtors who would be called on in sight of each other, and are not yet."""
    if said.after is None:
        return []
    old = {
        frozenset((p.one.customer_id, p.other.customer_id)) for p in in_sight(board.plan, board.frame.candidates)
    }
    new = in_sight(said.after, board.frame.candidates)
    return [
        sight_note(p, board.names) for p in new if frozenset((p.one.customer_id, p.other.customer_id)) not in old
    ]


def told(message: Message, board: Board) -> Message:
    """In the names that a planner may read."""
    named = dict(message.params)
    if "customer" in named:
        named["customer"] = board.names.get(str(named["customer"]), named["customer"])
    if "crew" in named:
        named["crew"] = board.crew_names.get(str(named["crew"]), named["crew"])
    return Message(message.template, named)


def make_move(*, plan: DayPlan, base: int, move: Move, hold: bool, by: User, at: datetime) -> DayPlan:
    """The draft's next version, pinned for the next run; `hold`: with the hour, not only with the crew.

    Conflict with the exact reason: not feasible, the gate refuses now, or somebody else was faster.
    """
    if plan.version != base:
        raise Conflict(ANOTHER)
    said, board = ask(plan, move, by, at)
    if said.after is None:
        raise Conflict(Message.joined(told(one.message, board) for one in said.hindrances))
    moved = [UUID(name) for name in _moved(move)]
    answers = _asked_again(plan, board, [UUID(v.customer_id) for v in _visits(said.after, moved)], at)
    _still_cleared(said.after, board, plan, moved, answers)
    done = _hand_move(plan, board, said.after, move, hold, answers)
    made = draft_moves.keep_move(plan=plan, base=base, move=done, by=by, at=at)
    frame, wanted = board.frame, list(board.wanted.values())
    keep_shares(made, who_pays(said.after, frame.candidates, frame.policy, bands_of(wanted, plan.day)))
    kept.put(made, _next(board, made, said.after, moved))
    return made


def _hand_move(
    plan: DayPlan, board: Board, after: Plan, move: Move, hold: bool, answers: list[Answer]
) -> HandMove:
    moved = [UUID(name) for name in _moved(move)]
    return HandMove(
        kind=KINDS[type(move)],
        party_id=moved[0],
        crews=_crews(board.plan, after, move),
        open_ids={UUID(visit.customer_id) for visit in board.plan.visits},
        after=after,
        value_fen=after.objective_fen - board.plan.objective_fen,
        words=dict(_words(after, move, moved, hold)),
        verdict_ids={(a.door.party.id, a.door.address.id): a.verdict_id for a in answers},
        about=_about(plan, board, after),
    )


def take_back(*, plan: DayPlan, base: int, by: User, at: datetime) -> DayPlan:
    """Undo the last move that stands."""
    return draft_moves.take_back(plan=plan, base=base, by=by, at=at)


def _moved(move: Move) -> tuple[str, ...]:
    return (move.customer_id, move.other_id) if isinstance(move, Swap) else (move.customer_id,)


def _crews(before: Plan, after: Plan, move: Move) -> set[str]:
    """Whose day the move changes."""
    names = _moved(move)
    return {v.crew_id for v in (*before.visits, *after.visits) if v.customer_id in names}


def _asked_again(plan: DayPlan, board: Board, moved: Iterable[UUID], at: datetime) -> list[Answer]:
    """The gate's word of now about the doors of those who are moved, kept as every verdict is."""
    wanted = [board.wanted[party_id] for party_id in moved]
    others = [one.target.party for one in wanted if one.target is not None]
    registers = read_registers([one.party for one in wanted], plan.day, others)
    return ask_gate(wanted, registers, plan.day, at)


def _still_cleared(after: Plan, board: Board, plan: DayPlan, moved: Iterable[UUID], answers: list[Answer]) -> None:
    said = {(str(a.door.party.id), str(a.door.address.id)): a.said for a in answers}
    for visit in _visits(after, moved):
        now = said.get((visit.customer_id, visit.address_id))
        if now is not None and not isinstance(now, Refusal) and _covered(visit, now.windows_on(visit.day)):
            continue
        kept.forget(plan)
        why = Message.joined(f.message for f in now.reasons) if isinstance(now, Refusal) else HOURS_CHANGED
        raise Conflict(told(Message(NOW_REFUSED, {"customer": visit.customer_id, "why": why}), board))


def _covered(visit: PlannedVisit, windows: Iterable[Any]) -> bool:
    return any(window.covers(visit.window) for window in windows)


def _visits(after: Plan, moved: Iterable[UUID]) -> list[PlannedVisit]:
    names = {str(party_id) for party_id in moved}
    return [visit for visit in after.visits if visit.customer_id in names]


def _words(after: Plan, move: Move, moved: list[UUID], hold: bool) -> Iterator[tuple[UUID, Word]]:
    """The hour that was asked for, else the one that came about."""
    asked = move.arrive_min if isinstance(move, Put) else None
    planned = {UUID(visit.customer_id): visit for visit in _visits(after, moved)}
    for party_id in moved:
        visit = planned.get(party_id)
        if visit is None:
            yield party_id, Word(PlannerOrder.Kind.DROP)
        else:
            arrive = visit.start_s // 60 if asked is None else asked
            yield party_id, Word(PlannerOrder.Kind.PIN, visit.crew_id, arrive if hold else None)


def _about(plan: DayPlan, board: Board, after: Plan) -> AboutPlan:
    """Notes that depend on who is visited when are told anew, the others stay."""
    frame = board.frame
    old, new = (
        [*unmet_deadlines(one, frame.candidates, frame.policy), *sight_notes(one, frame.candidates, board.names)]
        for one in (board.plan, after)
    )
    anew = {NEAR, MORE} | {note.template for note in (*old, *new)}
    stay = [note for note in map(Message.from_json, plan.notes) if note.template not in anew]
    turns = {party_id: one.reason for party_id, one in board.wanted.items() if one.reason is not None}
    return AboutPlan(board.risks, notes=(*stay, *new), turns=turns)


def _next(board: Board, made: DayPlan, after: Plan, moved: list[UUID]) -> Board:
    """The board of the new version without asking anybody again."""
    names, frame = {str(party_id) for party_id in moved}, board.frame
    begins = {visit.customer_id: (visit.crew_id, visit.start_s, visit.end_s) for visit in after.visits}
    rows = PlannerOrder.objects.filter(day=made.day, party__in=moved, crew__isnull=False).select_related("crew")
    new = [pin_of(row, row.crew.code, frame.by_id[str(row.party_id)], frame.policy) for row in rows if row.crew]
    pins = [pin for pin in frame.pins if pin.customer_id not in names]
    return replace(
        board, version=made.version, plan=after, frame=replace(frame, pins=(*pins, *kept_in(new, begins)))
    )
