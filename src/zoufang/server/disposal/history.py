"""The history of a stage: each step appended in its order, with its line on the audit chain."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from zoufang.core.disposal import DateRule, StageRule
from zoufang.core.errors import Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.disposal.models import DisposalStage, StageDate, StageStep
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User

NOT_RUNNING = gettext_noop("This stage is not running: nothing more can be recorded in it.")
ANCHORS = {
    StageStep.Kind.APPROVED: "opened",
    StageStep.Kind.FILED: "filed",
    StageStep.Kind.ACCEPTED: "accepted",
    StageStep.Kind.SERVED: "served",
    StageStep.Kind.ORDERED: "ordered",
    StageStep.Kind.SECURED: "secured",
}


def locked(stage: DisposalStage) -> DisposalStage:
    rows = DisposalStage.objects.select_for_update(of=("self",))
    return rows.select_related("loan__branch", "loan__state", "debtor", "branch", "owner").get(pk=stage.pk)


def running(stage: DisposalStage) -> DisposalStage:
    """Locked; Conflict where it does not run."""
    held = locked(stage)
    if held.state != DisposalStage.State.RUNNING:
        raise Conflict(Message(NOT_RUNNING))
    return held


def append(
    stage: DisposalStage,
    kind: StageStep.Kind,
    on: date,
    by: User,
    at: datetime,
    *,
    id: UUID | None = None,  # noqa: A002 - made where the fact is made
    body: dict[str, Any] | None = None,
    note: str = "",
) -> StageStep:
    step = StageStep(
        id=id or new_id(),
        stage=stage,
        number=stage.steps.count() + 1,
        kind=kind,
        on=on,
        body=body or {},
        sealed_note=vault.seal(stage.debtor.key, note.strip(), "stage_note") if note.strip() else None,
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            step.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            Message(gettext_noop("Somebody else has just recorded a step. Send yours again."))
        ) from None
    record(stage, f"stage_{kind}", by, at, {"on": on.isoformat(), **(body or {})})
    return step


def record(stage: DisposalStage, action: str, by: User, at: datetime, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="disposal",
        subject_id=stage.pk,
        branch_code=stage.branch.code,
        details={"kind": stage.kind, "loan": str(stage.loan_id), **details},
    )


def dates_after(stage: DisposalStage, rule: StageRule, kind: StageStep.Kind, on: date) -> list[StageDate]:
    """Days that follow from this step by the data."""
    anchor = ANCHORS.get(kind)
    follows = [one for one in rule.dates if one.after == anchor]
    return StageDate.objects.bulk_create([_date(stage, one, on) for one in follows])


def _date(stage: DisposalStage, rule: DateRule, on: date) -> StageDate:
    return StageDate(
        id=new_id(),
        stage=stage,
        kind=rule.kind,
        on=on + timedelta(days=rule.days),
        warn_days=rule.warn_days,
        by_rule=True,
    )
