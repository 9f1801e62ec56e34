"""What stands beside a study's effect: visits so far, promises kept, complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from zoufang.core.evaluation import Arm
from zoufang.core.values import PartyRole
from zoufang.server.agreements.models import Promise
from zoufang.server.oversight.models import Complaint
from zoufang.server.studies.models import Study
from zoufang.server.visiting.models import Visit

MET = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in a study's window so far: no money, so that nobody peeks at the effect."""

    visits: int
    customers_visited: int
    customers_met: int
    held_out_visited: int
    promises: int
    promises_judged: int
    promises_kept: int
    complaints: int

    @property
    def kept_rate(self) -> float | None:
        return self.promises_kept / self.promises_judged if self.promises_judged else None

    @property
    def complaints_per_1000(self) -> float | None:
        return round(1_000 * self.complaints / self.visits, 1) if self.visits else None


def work_of(study: Study) -> Work:
    """Visits begun, promises made at the door and complaints after a visit, within the window; four queries."""
    window = (study.opened_on, study.window_end)
    visits = Visit.objects.filter(party__assignments__study=study, day__range=window, started_at__isnull=False)
    made = visits.aggregate(
        n=Count("pk", distinct=True),
        visited=Count("party", distinct=True),
        met=Count("party", distinct=True, filter=Q(met_role__in=MET)),
    )
    held_out = study.assignments.filter(arm=Arm.HOLD_OUT).values("party")
    promises = Promise.objects.filter(visit__in=visits).aggregate(**_judged())
    complaints = Complaint.objects.filter(
        opened_on__range=window,
        party__visits__in=visits,
        opened_on__gte=F("party__visits__day"),
    )
    return Work(
        visits=made["n"],
        customers_visited=made["visited"],
        customers_met=made["met"],
        held_out_visited=visits.filter(party__in=held_out).values("party").distinct().count(),
        promises=promises["n"],
        promises_judged=promises["judged"],
        promises_kept=promises["kept"],
        complaints=complaints.values("pk").distinct().count(),
    )


def _judged() -> dict[str, Any]:
    return {
        "n": Count("pk"),
        "judged": Count("pk", filter=~Q(status=Promise.Status.OPEN)),
        "kept": Count("pk", filter=Q(status=Promise.Status.KEPT)),
    }
