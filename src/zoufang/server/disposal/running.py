"""Work on a running stage: steps of the body, dates, money, another owner, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.disposal import ContactEffect, CostLine, DateKind, FeeKind, MoneyStep, Outcome, StageKind
from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.book.marks import mark_transferred, mark_written_off
from zoufang.server.disposal.history import append, dates_after, running
from zoufang.server.disposal.models import DisposalStage, KeptClaim, StageDate, StageMoney, StageStep
from zoufang.server.disposal.opening import rule_of
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

KIND, STATE = StageStep.Kind, DisposalStage.State
BY_HAND = (KIND.FILED, KIND.ACCEPTED, KIND.SERVED, KIND.ORDERED, KIND.SECURED, KIND.NOTE)
DATE_WARNED = 14


@dataclass(frozen=True, slots=True)
class Step:
    """What happened; `id` is made with the form. `case_number` and `body_name` replace those known before."""

    id: UUID
    kind: StageStep.Kind
    on: date
    note: str = ""
    case_number: str = ""
    body_name: str = ""


@transaction.atomic
def take_step(*, stage: DisposalStage, step: Step, by: User, at: datetime) -> DisposalStage:
    """A step of the body or a note; days that follow from it by the data are set at once."""
    require(by, "work_stage", stage)
    held = running(stage)
    if StageStep.objects.filter(pk=step.id).exists():
        return held
    if step.kind not in BY_HAND:
        raise BadInput(Message(gettext_noop("This step is not recorded by hand.")))
    if step.on > at.astimezone(BANK_ZONE).date():
        raise BadInput(Message(gettext_noop("A step does not lie in the future. Set a date instead.")))
    if step.kind == KIND.NOTE and not step.note.strip():
        raise BadInput(Message(gettext_noop("A note says something. Write it.")))
    held.case_number = step.case_number.strip() or held.case_number
    held.body_name = step.body_name.strip() or held.body_name
    held.save(update_fields=["case_number", "body_name"])
    append(held, step.kind, step.on, by, at, id=step.id, note=step.note, body=_named(step))
    dates_after(held, rule_of(held, step.on), step.kind, step.on)
    return held


def _named(step: Step) -> dict[str, str]:
    named = {"case_number": step.case_number.strip(), "body": step.body_name.strip()}
    return {name: value for name, value in named.items() if value}


@transaction.atomic
def hand_over(*, stage: DisposalStage, owner: User, on: date, by: User, at: datetime) -> DisposalStage:
    require(by, "work_stage", stage)
    held = running(stage)
    if not may(owner, "see_disposal", held):
        raise BadInput(Message(gettext_noop("The owner must be able to see this case. Choose another person.")))
    if owner.pk != held.owner_id:
        held.owner = owner
        held.save(update_fields=["owner"])
        append(held, KIND.OWNER, on, by, at, body={"owner": owner.employee_no})
    return held


@transaction.atomic
def set_date(
    *,
    id: UUID,  # noqa: A002
    stage: DisposalStage,
    kind: DateKind,
    on: date,
    today: date,
    by: User,
    at: datetime,
    minute: int | None = None,
    place: str = "",
    warn_days: int = DATE_WARNED,
) -> StageDate:
    """From a summons or notice; the day that the data had expected of this kind gives way to it."""
    require(by, "work_stage", stage)
    held = running(stage)
    if (kept := StageDate.objects.filter(pk=id).first()) is not None:
        return kept
    if on < today:
        raise BadInput(Message(gettext_noop("This day is over. Give a day to come.")))
    held.dates.filter(kind=kind, by_rule=True, done_on=None).update(done_on=today, done_by=by)
    made = StageDate.objects.create(
        id=id, stage=held, kind=kind, on=on, minute=minute, place=place.strip(), warn_days=warn_days
    )
    append(held, KIND.DATE, today, by, at, body={"date": kind, "day": on.isoformat()})
    return made


@transaction.atomic
def finish_date(*, date_row: StageDate, on: date, by: User, at: datetime) -> StageDate:
    """It was kept, or is not needed any more."""
    require(by, "work_stage", date_row.stage)
    held = running(date_row.stage)
    row = StageDate.objects.select_for_update().get(pk=date_row.pk)
    if row.done_on is None:
        row.done_on, row.done_by = on, by
        row.save(update_fields=["done_on", "done_by"])
        append(held, KIND.DATE_DONE, on, by, at, body={"date": row.kind, "day": row.on.isoformat()})
    return row


@transaction.atomic
def book_money(
    *,
    id: UUID,  # noqa: A002
    stage: DisposalStage,
    line: CostLine,
    on: date,
    by: User,
    at: datetime,
    reference: str = "",
) -> StageMoney:
    """Paid in advance, or come back. Money also moves after the end: the loser pays late."""
    require(by, "work_stage", stage)
    if (kept := StageMoney.objects.filter(pk=id).first()) is not None:
        return kept
    if on > at.astimezone(BANK_ZONE).date():
        raise BadInput(Message(gettext_noop("Money that has not moved yet is not booked. Correct the day.")))
    made = StageMoney.objects.create(
        id=id,
        stage=stage,
        kind=line.kind,
        step=line.step,
        amount_fen=line.amount_fen,
        on=on,
        reference=reference.strip(),
        by=by,
        at=at,
    )
    body = {"fee": FeeKind(line.kind), "step": MoneyStep(line.step), "amount_fen": line.amount_fen}
    append(stage, KIND.MONEY, on, by, at, body=body)
    return made


@transaction.atomic
def close(
    *, stage: DisposalStage, outcome: Outcome, on: date, by: User, at: datetime, note: str = ""
) -> DisposalStage:
    """The end with its outcome. A write-off keeps the claim; a sale that failed gives the loan back."""
    require(by, "work_stage", stage)
    held = running(stage)
    rule = rule_of(held, on)
    if outcome not in rule.outcomes:
        raise BadInput(Message(gettext_noop("This stage does not end in this way. Choose another outcome.")))
    held.state, held.outcome, held.closed_on, held.closed_by = STATE.CLOSED, outcome, on, by
    held.save(update_fields=["state", "outcome", "closed_on", "closed_by"])
    held.dates.filter(done_on=None).update(done_on=on, done_by=by)
    append(held, KIND.CLOSED, on, by, at, body={"outcome": outcome}, note=note)
    if held.kind == StageKind.WRITE_OFF and outcome is Outcome.DONE:
        _keep_claim(held, on, by, at)
    if rule.effect is ContactEffect.STOPS and outcome is not Outcome.DONE:
        mark_transferred(loan=held.loan, on=None, by=by, at=at)
    return held


def _keep_claim(stage: DisposalStage, on: date, by: User, at: datetime) -> None:
    state = stage.loan.state
    KeptClaim.objects.create(
        stage=stage,
        loan=stage.loan,
        on=on,
        principal_fen=state.balance_fen,
        interest_fen=state.interest_fen,
        fees_fen=state.fees_fen,
    )
    mark_written_off(loan=stage.loan, on=on, by=by, at=at)
