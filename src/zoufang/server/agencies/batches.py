"""Place cases with an agency, keep them longer, take them back: one case, a batch, or all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.agencies import check_extension, check_term
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agencies.models import Agency, Batch, PlacedLoan, Placement, PlacementStep
from zoufang.server.agencies.queries import contract_on, standing_of
from zoufang.server.agencies.register import keep
from zoufang.server.book.models import LoanState, Party
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

Kind = PlacementStep.Kind
PLACED = Message(gettext_noop("Placed with the agency"))
OVER = Message(gettext_noop("The day due back has passed"))


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is asked for: where, what for, and until when."""

    id: UUID
    agency: Agency
    branch: Branch
    purpose: Batch.Purpose
    placed_on: date
    due_back: date


@dataclass(frozen=True, slots=True)
class ClearedCase:
    """A customer whom the gate lets go to an agency, with the verdict that said so."""

    party: Party
    verdict_id: UUID | None = None


@transaction.atomic
def place_batch(*, order: Order, cases: Sequence[ClearedCase], by: User, at: datetime) -> Batch:
    """委案. Asked twice it is placed once. Conflict: the agency may have no cases, or a case is with one already.

    Whoever calls it has asked the gate about each case (daily.placing does).
    """
    require(by, "place_cases", order.branch)
    known = Batch.objects.filter(pk=order.id).first()
    if known is not None:
        return known
    _refuse(order, cases)
    contract = contract_on(order.agency, order.placed_on)
    assert contract is not None  # noqa: S101 - _refuse has asked for it
    if order.purpose == Batch.Purpose.VISITS and not contract.may_visit:
        raise BadInput(Message(gettext_noop("The contract does not let this agency make visits.")))
    batch = Batch.objects.create(
        id=order.id,
        number=_number(order),
        agency=order.agency,
        contract=contract,
        branch=order.branch,
        purpose=order.purpose,
        placed_on=order.placed_on,
        due_back=order.due_back,
        by=by,
        at=at,
    )
    _place(batch, cases, by, at)
    keep(order.agency, "place_batch", by, at, {"batch": batch.number, "cases": len(cases)})
    return batch


def _refuse(order: Order, cases: Sequence[ClearedCase]) -> None:
    if not cases:
        raise BadInput(Message(gettext_noop("No case is left to place. Choose another segment.")))
    check_term(order.placed_on, order.due_back)
    Agency.objects.select_for_update().get(pk=order.agency.pk)
    findings = standing_of(order.agency, order.placed_on, order.due_back).findings
    if findings:
        raise Conflict(Message.joined(finding.message for finding in findings))
    ids = [one.party.pk for one in cases]
    if Placement.objects.filter(party__in=ids, ended_at__isnull=True).exists():
        raise Conflict(Message(gettext_noop("A case is with an agency already. Choose the segment again.")))


def _number(order: Order) -> str:
    """Agency, month and a number without gaps within both."""
    start = f"{order.agency.code}-{order.placed_on:%Y%m}-"
    return f"{start}{Batch.objects.filter(number__startswith=start).count() + 1:02}"


def _place(batch: Batch, cases: Sequence[ClearedCase], by: User, at: datetime) -> None:
    states = _states(one.party.pk for one in cases)
    placements, loans, steps = [], [], []
    for number, one in enumerate(cases, start=1):
        owed = states[one.party.pk]
        placement = Placement(
            id=new_id(),
            batch=batch,
            agency=batch.agency,
            party=one.party,
            branch=one.party.branch,
            case_no=f"{batch.number}-{number:04}",
            placed_on=batch.placed_on,
            due_back=batch.due_back,
            bucket=max(owed, key=lambda state: state.dpd).bucket,
            arrears_fen=sum(state.arrears_fen for state in owed),
            verdict_id=one.verdict_id,
        )
        placements.append(placement)
        loans += [_placed(placement, state) for state in owed]
        steps.append(_step(placement, Kind.PLACED, PLACED, by, batch.placed_on, at))
    Placement.objects.bulk_create(placements, batch_size=500)
    PlacedLoan.objects.bulk_create(loans, batch_size=500)
    PlacementStep.objects.bulk_create(steps, batch_size=500)


def _states(party_ids: Iterable[UUID]) -> dict[UUID, list[LoanState]]:
    found: dict[UUID, list[LoanState]] = defaultdict(list)
    rows = LoanState.objects.filter(loan__debtor__in=list(party_ids), open=True, dpd__gt=0)
    for state in rows.select_related("loan").order_by("loan__source_key"):
        found[state.loan.debtor_id].append(state)
    return found


def _placed(placement: Placement, state: LoanState) -> PlacedLoan:
    return PlacedLoan(
        placement=placement,
        loan=state.loan,
        bucket=state.bucket,
        dpd=state.dpd,
        arrears_fen=state.arrears_fen,
    )


def _step(
    placement: Placement, kind: PlacementStep.Kind, reason: Message, by: User | None, on: date, at: datetime
) -> PlacementStep:
    return PlacementStep(
        placement=placement,
        kind=kind,
        reason=reason.as_json(),
        due_back=placement.due_back,
        by=by,
        on=on,
        at=at,
    )


@transaction.atomic
def keep_longer(
    *, placements: Iterable[Placement], due_back: date, reason: str, by: User, on: date, at: datetime
) -> int:
    """留案, by decision: within the longest term, the contract, and only so often. All of them or none."""
    if not reason.strip():
        raise BadInput(Message(gettext_noop("Say why the case stays longer.")))
    rows = _locked(placements)
    for one in rows:
        require(by, "place_cases", one)
        if not one.open:
            raise Conflict(Message(gettext_noop("Case %(case)s has ended already."), {"case": one.case_no}))
        check_extension(one.placed_on, one.due_back, due_back, one.kept)
        findings = standing_of(one.agency, on, due_back).findings
        if findings:
            raise Conflict(Message.joined(finding.message for finding in findings))
        one.due_back, one.kept = due_back, one.kept + 1
    Placement.objects.bulk_update(rows, ["due_back", "kept"], batch_size=500)
    said = Message(reason.strip())
    PlacementStep.objects.bulk_create([_step(one, Kind.KEPT, said, by, on, at) for one in rows], batch_size=500)
    _told(rows, "keep_cases", by, at, {"due_back": due_back.isoformat(), "why": reason.strip()})
    return len(rows)


@transaction.atomic
def take_back(
    *, placements: Iterable[Placement], reason: str, by: User, on: date, at: datetime, recalled: bool
) -> int:
    """退案 or recall, effective at once. A recall is ours before the time; what has ended already stays ended."""
    if not reason.strip():
        raise BadInput(Message(gettext_noop("Say why the case is taken back.")))
    rows = [one for one in _locked(placements) if one.open]
    for one in rows:
        require(by, "recall_cases", one)
    ending = Placement.Ending.RECALLED if recalled else Placement.Ending.RETURNED
    end(rows, ending, {one.pk: Message(reason.strip()) for one in rows}, by=by, on=on, at=at)
    return len(rows)


def end(
    rows: Sequence[Placement],
    ending: Placement.Ending,
    reasons: dict[UUID, Message],
    *,
    by: User | None,
    on: date,
    at: datetime,
) -> None:
    """The end itself; whoever calls it has checked who may, or acts by rule (`by` None)."""
    for one in rows:
        one.ending, one.ended_on, one.ended_at = ending, on, at
        one.reason = reasons[one.pk].as_json()
    Placement.objects.bulk_update(rows, ["ending", "ended_on", "ended_at", "reason"], batch_size=500)
    kind = Kind.RECALLED if ending == Placement.Ending.RECALLED else Kind.RETURNED
    PlacementStep.objects.bulk_create(
        [_step(one, kind, reasons[one.pk], by, on, at) for one in rows], batch_size=500
    )
    _told(rows, "recall_cases" if kind == Kind.RECALLED else "return_cases", by, at, {})


@transaction.atomic
def return_those_due(*, today: date, at: datetime) -> int:
    """Cases past the day due back end by themselves."""
    rows = list(_rows().filter(ended_at__isnull=True, due_back__lt=today).select_for_update(of=("self",)))
    end(rows, Placement.Ending.RETURNED, {one.pk: OVER for one in rows}, by=None, on=today, at=at)
    return len(rows)


def _rows() -> QuerySet[Placement]:
    return Placement.objects.select_related("agency__branch", "branch", "batch").order_by("case_no")


def _locked(placements: Iterable[Placement]) -> list[Placement]:
    return list(_rows().filter(pk__in=[one.pk for one in placements]).select_for_update(of=("self",)))


def _told(rows: Sequence[Placement], action: str, by: User | None, at: datetime, details: dict[str, str]) -> None:
    """One audit line an agency, naming the cases."""
    by_agency: dict[UUID, list[Placement]] = defaultdict(list)
    for one in rows:
        by_agency[one.agency_id].append(one)
    for cases in by_agency.values():
        keep(cases[0].agency, action, by, at, {**details, "cases": [one.case_no for one in cases]})
