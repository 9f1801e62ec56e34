"""What `zoufang plan` gives: stops by crew, who was refused by which rule, who was left out and why."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zoufang.core.planning import (
    BudgetUse,
    Candidate,
    CrewDay,
    Mode,
    Plan,
    PlannedVisit,
    Resource,
    Unplanned,
    Why,
)
from zoufang.core.values import AddressKind, Decision, Finding, Purpose, hhmm


@dataclass(frozen=True, slots=True)
class StopForm:
    """One visit; clock times are local. `records` are duties, `stop_if` ends the visit."""

    crew_id: str
    day: date
    order: int
    customer_id: str
    address_id: str
    address_kind: AddressKind
    lat: float
    lon: float
    purpose: Purpose
    arrive: str
    start: str
    end: str
    window: str
    required: bool
    p_met: float
    gross_value_fen: int
    gives_back_fen: int
    gives_back_minutes: int
    net_value_fen: int
    why: str
    records: tuple[str, ...]
    stop_if: tuple[str, ...]
    overridden_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrewDayForm:
    """One crew's day; its overtime is part of its cost."""

    crew_id: str
    day: date
    leave: str
    back: str
    stops: int
    travel_minutes: int
    metres: int
    cost_fen: int
    mode: Mode
    overtime_minutes: int
    overtime_fen: int


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """What the plan uses of a budget, in its units, and about what one unit more would bring."""

    name: str
    counts: Resource
    limit: int
    used: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class RuleForm:
    """One rule that said no, or asks for a supervisor (`warn`)."""

    rule_id: str
    decision: Decision
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class RefusedForm:
    customer_id: str
    awaits_override: bool
    reasons: tuple[RuleForm, ...]


@dataclass(frozen=True, slots=True)
class RefusedCrewForm:
    crew_id: str
    reasons: tuple[RuleForm, ...]


@dataclass(frozen=True, slots=True)
class WhyForm:
    why: Why
    message: str


@dataclass(frozen=True, slots=True)
class UnplannedForm:
    customer_id: str
    required: bool
    reasons: tuple[WhyForm, ...]


@dataclass(frozen=True, slots=True)
class PlanOutput:
    """Every candidate stands in exactly one of `visits`, `refused` and `unplanned`."""

    days: tuple[date, ...]
    objective_fen: int
    engine: str
    visits: tuple[StopForm, ...]
    crews: tuple[CrewDayForm, ...]
    refused: tuple[RefusedForm, ...]
    refused_crews: tuple[RefusedCrewForm, ...]
    unplanned: tuple[UnplannedForm, ...]
    notes: tuple[str, ...]
    plan_versions: dict[str, str]
    budgets: tuple[BudgetForm, ...] = ()


def output_of(
    plan: Plan, candidates: tuple[Candidate, ...], crew_findings: dict[str, tuple[Finding, ...]]
) -> PlanOutput:
    """The plan in plain words and numbers."""
    by_id = {c.customer_id: c for c in candidates}
    return PlanOutput(
        days=plan.days,
        objective_fen=plan.objective_fen,
        engine=plan.engine,
        visits=tuple(_stop(visit, by_id[visit.customer_id]) for visit in plan.visits),
        crews=tuple(_crew_day(trip) for trip in plan.crew_days),
        refused=tuple(_refused(by_id[u.customer_id]) for u in plan.unplanned if by_id[u.customer_id].blocked_by),
        refused_crews=tuple(RefusedCrewForm(crew, _rules(said)) for crew, said in sorted(crew_findings.items())),
        unplanned=tuple(_unplanned(u) for u in plan.unplanned if not by_id[u.customer_id].blocked_by),
        notes=tuple(str(note) for note in plan.notes),
        plan_versions=plan.versions,
        budgets=tuple(_budget(use) for use in plan.budgets),
    )


def write_csv(output: PlanOutput, path: Path) -> None:
    """The stops as a table, with a byte-order mark so that spreadsheets read it as UTF-8."""
    columns = [name for name in StopForm.__slots__ if name not in ("records", "stop_if", "overridden_rules")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows([getattr(stop, name) for name in columns] for stop in output.visits)


def _stop(visit: PlannedVisit, candidate: Candidate) -> StopForm:
    door = candidate.address(visit.address_id)
    assert door.point is not None  # noqa: S101 - the checker lets no unplaced door into a plan
    return StopForm(
        crew_id=visit.crew_id,
        day=visit.day,
        order=visit.order,
        customer_id=visit.customer_id,
        address_id=visit.address_id,
        address_kind=door.kind,
        lat=door.point.lat,
        lon=door.point.lon,
        purpose=visit.purpose,
        arrive=hhmm(visit.arrive_s // 60),
        start=visit.start_hhmm,
        end=hhmm(visit.end_s // 60),
        window=str(visit.window),
        required=visit.required,
        p_met=round(visit.p_met, 4),
        gross_value_fen=visit.gross_value_fen,
        gives_back_fen=visit.gives_back_fen,
        gives_back_minutes=visit.gives_back_minutes,
        net_value_fen=visit.net_value_fen,
        why=str(visit.why),
        records=tuple(o.code for o in visit.cleared.obligations),
        stop_if=tuple(s.code for s in visit.cleared.stops),
        overridden_rules=tuple(f.rule_id for f in visit.cleared.warnings),
    )


def _crew_day(trip: CrewDay) -> CrewDayForm:
    return CrewDayForm(
        crew_id=trip.crew_id,
        day=trip.day,
        leave=hhmm(trip.leave_s // 60),
        back=hhmm(-(-trip.back_s // 60)),
        stops=trip.stops,
        travel_minutes=-(-trip.travel_s // 60),
        metres=trip.metres,
        cost_fen=trip.cost_fen,
        mode=trip.mode,
        overtime_minutes=-(-trip.over_s // 60),
        overtime_fen=trip.overtime_fen,
    )


def _budget(use: BudgetUse) -> BudgetForm:
    budget = use.budget
    return BudgetForm(budget.name, budget.resource, budget.limit, use.used, round(use.price_fen))


def _refused(candidate: Candidate) -> RefusedForm:
    waits = all(f.decision is Decision.WARN for f in candidate.blocked_by)
    return RefusedForm(candidate.customer_id, waits, _rules(candidate.blocked_by))


def _rules(findings: tuple[Finding, ...]) -> tuple[RuleForm, ...]:
    return tuple(RuleForm(f.rule_id, f.decision, str(f.message), f.source) for f in findings)


def _unplanned(left_out: Unplanned) -> UnplannedForm:
    reasons = tuple(WhyForm(r.why, str(r.message)) for r in left_out.reasons)
    return UnplannedForm(left_out.customer_id, left_out.required, reasons)
