"""A debtor whose paper file is in order, and stages on the way: what tests of disposal start from."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.disposal import StageKind, Stated
from zoufang.core.values import Channel
from zoufang.server.daily import disposing
from zoufang.server.disposal import leave, opening, running
from zoufang.server.disposal.models import CounselLeave, DisposalStage, StageStep
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Role, User

IN_ORDER = Stated(
    contract_at_hand=True,
    arbitration_clause=False,
    notarised=False,
    no_counter_debt=True,
    assets_found=True,
    transfer_permitted=True,
    service_address_agreed=True,
)


def another(role: Role, number: int = 2) -> User:
    """A second person of a role."""
    found = User.objects.filter(username=f"{role.value}{number}").first()
    return found or staff.add_user(
        username=f"{role.value}{number}",
        full_name="乙",
        employee_no=f"{role.value[0].upper()}9{number}",
        role=role,
        branch=a_bank(),
        password="a-long-password",
        at=NOW,
    )


def proposed(
    party, kind=StageKind.MEDIATION, *, stated=IN_ORDER, effective_on=TODAY, by=None, claim_fen=3_000_000
):
    asked = opening.Proposal(
        id=uuid4(),
        loan=party.loans.select_related("state", "debtor", "branch").get(),
        kind=kind,
        stated=stated,
        reason="多次联系无果，材料齐全",
        owner=a_member("manager"),
        claim_fen=claim_fen,
        effective_on=effective_on,
        body_name="平原县人民法院",
    )
    return disposing.propose_stage(asked=asked, today=TODAY, by=by or a_member("manager"), at=NOW)


def approved(stage: DisposalStage, by: User | None = None) -> DisposalStage:
    """By the approver; whatever may be overridden is, by a manager."""
    for one in stage.checks:
        if one.override and one.answer != "pass":
            disposing.override_stage_check(
                stage=stage, check=one.check, reason="经核对属实", today=TODAY, by=a_member("manager"), at=NOW
            )
    held, _withdrawn = disposing.approve_stage(stage=stage, today=TODAY, by=by or a_member("approver"), at=NOW)
    return held


def a_running(party, kind=StageKind.MEDIATION, **more) -> DisposalStage:
    return approved(proposed(party, kind, **more))


def step(stage, kind: StageStep.Kind, on=TODAY, **more):
    return running.take_step(
        stage=stage, step=running.Step(uuid4(), kind, on, **more), by=a_member("manager"), at=NOW
    )


def given_leave(
    party, *, whom="debtor", person=None, channels=tuple(Channel), since=TODAY, days=30, confirmed=True
) -> CounselLeave:
    row = leave.enter_leave(
        leave=leave.Leave(
            id=uuid4(),
            debtor=party,
            whom=CounselLeave.Whom(whom),
            channels=channels,
            since=since,
            until=since + timedelta(days=days),
            counsel="行内法律顾问 周律",
            reference="法函〔2026〕12号",
            person=person,
        ),
        by=a_member("compliance"),
        at=NOW,
    )
    return leave.confirm_leave(leave=row, by=a_member("manager"), at=NOW) if confirmed else row
