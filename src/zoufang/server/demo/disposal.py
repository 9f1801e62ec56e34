"""A few cases at law in the demo, opened on the last morning: one runs with counsel's leave, one waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from zoufang.core.disposal import CostLine, DateKind, FeeKind, MoneyStep, StageKind, Stated, expected_fees
from zoufang.core.errors import ZoufangError
from zoufang.core.simulation import SimulatedBank
from zoufang.core.values import Channel
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book.models import Loan
from zoufang.server.daily import disposing
from zoufang.server.daily.disposal_due import DueLoan, due_loans
from zoufang.server.demo.found import Staff, ids
from zoufang.server.disposal import leave, opening, running
from zoufang.server.disposal.models import CounselLeave, DisposalStage, StageStep
from zoufang.server.visiting.models import Visit

COURT = "德州市德城区人民法院"
FILE = Stated(contract_at_hand=True, arbitration_clause=False, service_address_agreed=True)
CASES = 2


def open_cases(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """Of those due for a suit with nothing to be done first, whom no plan has on its way: no visit falls."""
    going = set(Visit.objects.filter(day__gte=day).values_list("party_id", flat=True))
    ready = [row for row in due_loans(team.manager, day) if _ready(row) and row.loan.debtor_id not in going]
    found = ready[:CASES]
    for number, row in enumerate(found):
        try:
            stage = _proposed(bank, team, row.loan, number, day, at)
            if number == 0:
                _run(bank, team, stage, day, at)
        except ZoufangError:
            continue  # the rules say no: the demo shows one case less


def _ready(row: DueLoan) -> bool:
    due = row.of(StageKind.LITIGATION)
    return due is not None and not due.first


def _proposed(bank: SimulatedBank, team: Staff, loan: Loan, number: int, day: date, at: datetime) -> DisposalStage:
    asked = opening.Proposal(
        id=_id(bank, "stage", str(number)),
        loan=loan,
        kind=StageKind.LITIGATION,
        stated=FILE,
        reason="多次催收无果，材料齐备，建议起诉（模拟）",
        owner=team.manager,
        claim_fen=loan.state.arrears_fen,
        effective_on=day,
        body_name=COURT,
    )
    return disposing.propose_stage(asked=asked, today=day, by=team.manager, at=at)


def _run(bank: SimulatedBank, team: Staff, stage: DisposalStage, day: date, at: datetime) -> None:
    """Approved, filed and accepted; the fee paid, the hearing set, and letters let through by counsel."""
    for one in stage.checks:
        if one.override and one.answer != "pass":
            disposing.override_stage_check(
                stage=stage, check=one.check, reason="邮寄送达回执在途（模拟）", today=day, by=team.manager, at=at
            )
    held, _withdrawn = disposing.approve_stage(stage=stage, today=day, by=team.approver, at=at)
    for kind, number in (
        (StageStep.Kind.FILED, ""),
        (StageStep.Kind.ACCEPTED, f"（{day.year}）鲁1402民初模拟001号"),
    ):
        step = running.Step(_id(bank, "step", kind), kind, day, case_number=number)
        held = running.take_step(stage=held, step=step, by=team.manager, at=at)
    _fee_and_hearing(bank, team, held, day, at)
    row = leave.enter_leave(
        leave=leave.Leave(
            id=_id(bank, "leave", "1"),
            debtor=held.debtor,
            whom=CounselLeave.Whom.DEBTOR,
            channels=(Channel.LETTER,),
            since=day,
            until=day + timedelta(days=30),
            counsel="法律事务部 高律（模拟）",
            reference=f"法函〔{day.year}〕1号（模拟）",
            limits="仅限寄送诉讼材料与和解方案",
        ),
        by=team.compliance,
        at=at,
    )
    leave.confirm_leave(leave=row, by=team.manager, at=at)


def _fee_and_hearing(bank: SimulatedBank, team: Staff, stage: DisposalStage, day: date, at: datetime) -> None:
    fees = expected_fees(shipped_stages().stage(StageKind.LITIGATION, day), stage.claim_fen)
    if fen := next((fee.expected_fen for fee in fees if fee.kind is FeeKind.COURT), None):
        line = CostLine(FeeKind.COURT, MoneyStep.ADVANCED, fen)
        running.book_money(id=_id(bank, "fee", "1"), stage=stage, line=line, on=day, by=team.manager, at=at)
    running.set_date(
        id=_id(bank, "hearing", "1"),
        stage=stage,
        kind=DateKind.HEARING,
        on=day + timedelta(days=35),
        today=day,
        by=team.manager,
        at=at,
        minute=9 * 60 + 30,
        place="第三审判庭",
    )


def _id(bank: SimulatedBank, kind: str, key: str) -> UUID:
    return next(ids(bank, f"disposal {kind}", key))
