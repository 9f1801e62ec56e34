"""Stages as the gate, the clocks and the lists read them. Lists hold to the reader's branch and below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from zoufang.core.compliance import LegalStage
from zoufang.core.disposal import CostLine, Costs, FeeKind, MoneyStep, StageKind, costs_of, expected_fees, furthest
from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.disposal.models import DisposalStage, StageDate, StageStep
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

STATE = DisposalStage.State
NOT_HERE = Message(gettext_noop("No such case in your branch."))


def legal_stages(debtor_ids: Iterable[UUID], day: date) -> dict[UUID, LegalStage]:
    """By debtor the furthest legal stage that runs on the day; one query."""
    known = {one.kind: one.legal_stage for one in shipped_stages().stages if one.legal_stage is not None}
    rows = DisposalStage.objects.filter(
        Q(state=STATE.RUNNING) | Q(state=STATE.CLOSED, closed_on__gt=day),
        debtor__in=list(debtor_ids),
        effective_on__lte=day,
        kind__in=[kind.value for kind in known],
    )
    found: dict[UUID, list[LegalStage]] = defaultdict(list)
    for debtor_id, kind in rows.values_list("debtor_id", "kind"):
        found[debtor_id].append(known[StageKind(kind)])
    return {debtor: furthest(tuple(stages)) for debtor, stages in found.items()}


def claimed_on(debtor_ids: Iterable[UUID]) -> dict[UUID, list[date]]:
    """By loan: when a suit or an equal act was filed, and when it ended: each interrupts (民法典 195)."""
    kinds = [stage.kind.value for stage in shipped_stages().stages if stage.interrupts_limitation]
    steps = StageStep.objects.filter(stage__debtor__in=list(debtor_ids), stage__kind__in=kinds)
    wanted = steps.filter(kind__in=(StageStep.Kind.FILED, StageStep.Kind.CLOSED)).order_by("on", "number")
    found: dict[UUID, list[date]] = defaultdict(list)
    filed: set[UUID] = set()
    for loan_id, stage_id, kind, on in wanted.values_list("stage__loan_id", "stage_id", "kind", "on"):
        if kind == StageStep.Kind.FILED:
            filed.add(stage_id)
        if stage_id in filed:
            found[loan_id].append(on)
    return found


def sued_on(debtor_ids: Iterable[UUID]) -> dict[UUID, date]:
    """By loan: when the debtor was first sued or taken to arbitration (民法典 693)."""
    rows = StageStep.objects.filter(
        stage__debtor__in=list(debtor_ids),
        stage__kind__in=(StageKind.LITIGATION, StageKind.ARBITRATION),
        kind=StageStep.Kind.FILED,
    )
    return dict(rows.order_by("-on").values_list("stage__loan_id", "on"))


def stages(user: User) -> QuerySet[DisposalStage]:
    require(user, "see_disposal")
    rows = DisposalStage.objects.filter(scope(user))
    return rows.select_related("loan__state", "debtor", "branch", "owner", "proposed_by", "decided_by")


def stage(stage_id: UUID, user: User) -> DisposalStage:
    if (found := stages(user).filter(pk=stage_id).first()) is None:
        raise NotFound(NOT_HERE)
    return found


def dates_ahead(user: User, today: date, within: int | None = None) -> QuerySet[StageDate]:
    """Open days of running cases, those that are over first; `within` days from today."""
    require(user, "see_disposal")
    rows = StageDate.objects.filter(scope(user, "stage__branch"), done_on=None, stage__state=STATE.RUNNING)
    if within is not None:
        rows = rows.filter(on__lte=today + timedelta(days=within))
    return rows.select_related("stage__debtor", "stage__owner", "stage__branch", "stage__loan")


def called_out(user: User, today: date) -> list[StageDate]:
    """Those whose warning time has come."""
    return [row for row in dates_ahead(user, today) if (row.on - today).days <= row.warn_days]


def costs(row: DisposalStage) -> Costs:
    """Of one stage, against the published scale of its claim."""
    lines = [CostLine(FeeKind(one.kind), MoneyStep(one.step), one.amount_fen) for one in row.money.all()]
    rule = shipped_stages().stage(StageKind(row.kind), row.effective_on)
    running = row.state in (STATE.PROPOSED, STATE.RUNNING)
    return costs_of(lines, expected_fees(rule, row.claim_fen) if running else ())
