"""What the demo came to, counted from the database."""

from __future__ import annotations

from typing import Any

from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.book.models import Loan, LoanEntry
from zoufang.server.studies.models import Assignment, Study
from zoufang.server.visiting.models import PlannedStop, Visit


def counts() -> dict[str, Any]:
    """The totals that `zoufang demo --json` prints; `held_out` and `evaluation` are of the finished study."""
    study = Study.objects.filter(frozen_on__isnull=False).order_by("-frozen_on").first()
    held_out = Assignment.objects.filter(study=study, arm="hold_out").count() if study else 0
    return {
        "customers": Loan.objects.values("debtor").distinct().count(),
        "loans": Loan.objects.count(),
        "held_out": held_out,
        "planned_visits": PlannedStop.objects.filter(plan__status="published").count(),
        "visits": Visit.objects.filter(started_at__isnull=False).count(),
        "repayment_plans": RepaymentPlan.objects.count(),
        "payments": LoanEntry.objects.filter(kind=LoanEntry.Kind.PAYMENT, batch__isnull=False).count(),
        "evaluation": evaluation_of(study),
    }


def evaluation_of(study: Study | None) -> dict[str, Any] | None:
    """The report's headline in flat keys; None while no study has been closed."""
    report = study.report if study else None
    if not report:
        return None
    itt, sizes = report["effects"]["itt"], report["sizes"]
    flat = {
        "effect_fen": itt["effect_fen"],
        "low_fen": itt["low_fen"],
        "high_fen": itt["high_fen"],
        "n_assigned": sizes["n_assigned"],
        "n_held_out": sizes["n_held_out"],
    }
    return flat | {key: report[key] for key in ("method", "verdict", "simulated")}
