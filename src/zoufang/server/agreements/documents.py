"""The agreement of an accepted offer, ready to be printed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext, override

from zoufang.core.errors import Conflict
from zoufang.core.repayment import Agreement, draft_agreement, what_it_rests_on
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agreements.means import tables
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.agreements.offers import OFFER, case_then
from zoufang.server.agreements.signatories import signatories_of
from zoufang.server.audit import services as audit
from zoufang.server.book.models import RevealPurpose
from zoufang.server.book.reveals import note_reveal
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

NOT_TO_BE_SIGNED = (RepaymentPlan.Status.REJECTED, RepaymentPlan.Status.WITHDRAWN)


@transaction.atomic
def agreement_to_print(
    *, plan: RepaymentPlan, by: User, at: datetime, language: Literal["zh", "en"] = "zh"
) -> Agreement:
    """Names the debtor in full, so each printing is audited. Conflict for a rejected plan."""
    require(by, "see_agreement", plan)
    if plan.status in NOT_TO_BE_SIGNED:
        raise Conflict(Message(gettext_noop("A rejected or withdrawn plan has no agreement. Make a new one.")))
    audit.record(
        at=at,
        actor=by.employee_no,
        action="print_agreement",
        subject_kind="repayment_plan",
        subject_id=plan.id,
        branch_code=plan.branch.code,
        details={"party": str(plan.party_id)},
    )
    note_reveal(
        party=plan.party,
        what="agreement",
        purpose=RevealPurpose.REPAYMENT,
        by=by,
        at=at,
        subject=plan.number,
        branch=plan.branch,
    )
    offer, case = OFFER.validate_python(plan.offer), case_then(plan.proposal)
    with override("en" if language == "en" else "zh-hans"):
        rests_on = tuple(message.text(gettext) for message in what_it_rests_on(offer, case))
    return draft_agreement(
        offer,
        case,
        tables().policy,
        signatories_of(plan.loan),
        number=plan.number,
        other_matters=rests_on,
    )
