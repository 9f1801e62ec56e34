"""One cycle of the comparison: shortlist and draw, and at its end the frozen snapshot and the report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Sum
from pydantic import TypeAdapter

from zoufang.core.compliance import UNKNOWN
from zoufang.core.errors import Conflict
from zoufang.core.evaluation import (
    Design,
    Evaluation,
    Received,
    Study,
    StudyUnit,
    Visited,
    evaluate,
    freeze,
    measured_uplift,
)
from zoufang.core.planning import documented_prior, level_after
from zoufang.core.values import Message, PartyRole, SourceKey, gettext_noop
from zoufang.server.book.models import LoanEntry, LoanState
from zoufang.server.daily.costs import visit_costs
from zoufang.server.daily.shortlist import Shortlisted, shortlist
from zoufang.server.staff.clock import is_simulated
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.studies import queries as studies
from zoufang.server.studies import services
from zoufang.server.studies.models import Study as StudyRow
from zoufang.server.visiting.models import Visit

# Somewhat longer than what the crews can do, so that the planner has a choice after the hold-out.
SHORTLIST_PER_VISIT = 1.25
EVALUATION = TypeAdapter(Evaluation)
SNAPSHOT = TypeAdapter(Study)


def open_cycle(
    *,
    branch: Branch,
    day: date,
    capacity: int,
    seed: int,
    by: User | None,
    at: datetime,
    window_days: int = 28,
    hold_out_share: float = 0.20,
    must_visit_share: float = 0.05,
) -> StudyRow:
    """Shortlist about 1.25 x `capacity` (visits in the window) and let chance draw the arms, before any plan."""
    running = studies.overlapping_study(day, branch)
    if running is not None:
        text = gettext_noop("Study %(study)s runs until %(day)s. Open the next one after it.")
        raise Conflict(Message(text, {"study": running.name, "day": running.window_end}))
    listed = shortlist(branch, day, round(capacity * SHORTLIST_PER_VISIT))
    study_id = new_id()
    design = Design(
        study_id=f"{branch.code}-{day:%Y%m%d}",
        drawn_on=day,
        window_days=window_days,
        hold_out_share=hold_out_share,
        must_visit_share=must_visit_share,
        stratified=True,
    )
    return services.open_study(
        id=study_id,
        name=design.study_id,
        units=tuple(_unit(one, day) for one in listed),
        parties={_key(one): one.party.id for one in listed},
        design=design,
        seed=seed,
        branch=branch,
        by=by,
        at=at,
    )


def _key(one: Shortlisted) -> SourceKey:
    return SourceKey(one.party.source_system, one.party.source_key)


def _unit(one: Shortlisted, day: date) -> StudyUnit:
    ends = one.facts.limitation_ends
    guarantees = () if one.facts.guarantees is UNKNOWN else one.facts.guarantees
    running = [g.period_ends for g in guarantees if g.period_ends >= day and g.demanded_on is None]
    return StudyUnit(
        key=_key(one),
        limitation_ends=ends if isinstance(ends, date) else None,
        guarantee_ends=min(running, default=None),
        stratum=one.snapshot.bucket,
        links=one.links,
    )


def snapshot_of(study: StudyRow, as_of: date) -> Study:
    """Who was drawn into which arm and what each paid up to `as_of`, as a frozen value."""
    draws = studies.draws_of(study)
    party_ids = list(study.assignments.values_list("party_id", flat=True))
    return freeze(
        study.name,
        draws,
        _received(party_ids, study.opened_on, as_of),
        _visited(party_ids, study.opened_on, as_of),
        as_of=as_of,
        window_days=study.design["window_days"],
        simulated=is_simulated(),
    )


def _received(party_ids: list[Any], start: date, end: date) -> list[Received]:
    money = (LoanEntry.Kind.PAYMENT, LoanEntry.Kind.REVERSAL)
    rows = LoanEntry.objects.filter(loan__debtor__in=party_ids, kind__in=money, on__range=(start, end))
    return [
        Received(
            SourceKey(row.loan.debtor.source_system, row.loan.debtor.source_key),
            row.on,
            row.amount_fen if row.kind == LoanEntry.Kind.PAYMENT else -abs(row.amount_fen),
        )
        for row in rows.select_related("loan__debtor").order_by("on", "reference")
    ]


def _visited(party_ids: list[Any], start: date, end: date) -> list[Visited]:
    rows = Visit.objects.filter(party__in=party_ids, day__range=(start, end), started_at__isnull=False)
    visits = list(rows.select_related("party", "stop", "crew").order_by("day", "id"))
    costs = visit_costs(visits)
    met = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
    return [
        Visited(
            SourceKey(visit.party.source_system, visit.party.source_key),
            visit.day,
            visit.met_role in met,
            costs[visit.id],
        )
        for visit in visits
    ]


def close_cycle(*, study: StudyRow, on: date, at: datetime) -> Evaluation:
    """Freeze the study as of the last day of its window, evaluate it, and keep what planning may learn from it."""
    if on <= study.window_end:
        raise Conflict(f"Study {study.name} runs until {study.window_end}. Close it on a later day.")
    snapshot = snapshot_of(study, study.window_end)
    found = evaluate(snapshot)
    average = average_prior(study)
    services.freeze_study(
        study=study,
        snapshot=SNAPSHOT.dump_python(snapshot, mode="json"),
        snapshot_id=snapshot.snapshot_id,
        report=EVALUATION.dump_python(found, mode="json") | {"feedback": _feedback(found, average)},
        on=on,
        at=at,
    )
    return found


@dataclass(frozen=True, slots=True)
class Recheck:
    """The stored snapshot evaluated once more. `same` when id and every number agree with the stored report."""

    found: Evaluation
    snapshot_id: str
    same: bool


def evaluate_again(study: StudyRow) -> Recheck:
    """Prove a stored report from its frozen snapshot; nothing is changed. Conflict: the study is not closed."""
    if study.snapshot is None or study.report is None:
        raise Conflict(f"Study {study.name} runs until {study.window_end}. Nothing is evaluated before.")
    snapshot = SNAPSHOT.validate_python(study.snapshot)
    found = evaluate(snapshot)
    told = EVALUATION.dump_python(found, mode="json")
    kept = {name: value for name, value in study.report.items() if name != "feedback"}
    same = snapshot.snapshot_id == study.snapshot_hash and told == kept
    return Recheck(found, snapshot.snapshot_id, same)


def report_of(study: StudyRow) -> Evaluation | None:
    """The stored report as a value; None while the window is open."""
    if study.report is None:
        return None
    return EVALUATION.validate_python({k: v for k, v in study.report.items() if k != "feedback"})


def average_prior(study: StudyRow) -> int:
    """What planning expected on average of this study's customers, in fen; all loans of one count together."""
    party_ids = study.assignments.values_list("party_id", flat=True)
    owing = LoanState.objects.filter(loan__debtor__in=party_ids, open=True, arrears_fen__gt=0)
    rows = owing.values("loan__debtor").annotate(owed=Sum("arrears_fen"), oldest=Max("dpd"))
    expected = [documented_prior(row["owed"], row["oldest"]).effect_fen for row in rows]
    return sum(expected) // len(expected) if expected else 0


def _feedback(found: Evaluation, average_prior_fen: int) -> dict[str, Any]:
    """What planning weighs (`measured`), and the level that follows for the reader (`uplift`); empty: nothing."""
    measured = measured_uplift(found)
    if measured is None or average_prior_fen <= 0:
        return {}
    level = level_after(average_prior_fen, measured)
    return {
        "prior_fen": average_prior_fen,
        "measured": asdict(measured),
        "uplift": {
            "effect_fen": level.effect_fen,
            "low_fen": level.low_fen,
            "high_fen": level.high_fen,
            "method": f"{found.study_id} ({found.snapshot_id[:12]}), w = {level.weight:.2f}",
        },
        "weight": level.weight,
    }
