"""What stands open on the account."""

from __future__ import annotations

from collections.abc import Iterator

from zoufang.core.compliance.case import Case, rule
from zoufang.core.compliance.facts import Guarantee, LegalStage, PlanState
from zoufang.core.compliance.unknown import known
from zoufang.core.values import Channel, Finding, GuaranteeKind, PartyRole, Purpose, gettext_noop

NOT_COLLECTING = (Purpose.CARE_VISIT, Purpose.COLLATERAL_CHECK)
KEEPS_RIGHTS = (Purpose.SERVE_DEMAND, Purpose.GUARANTOR_DEMAND)


@rule("CN-K3", needs=("plan_state",))
def not_while_a_plan_is_performed(case: Case) -> Iterator[Finding]:
    """While a repayment plan is kept, all collection stops (信用卡办法 70); care and collateral checks go on."""
    if known(case.facts.plan_state) is PlanState.PERFORMING and case.request.purpose not in NOT_COLLECTING:
        yield case.breach(gettext_noop("A repayment plan is being performed: all collection stops"))


@rule("CN-O5", needs=("complaint_open",))
def not_during_open_complaint(case: Case) -> Iterator[Finding]:
    """Visits and calls pause while a conduct complaint is open (投诉处理管理办法; pause by bank policy)."""
    if known(case.facts.complaint_open):
        yield case.breach(gettext_noop("A conduct complaint is open. Wait for its answer."))


@rule("CN-O6", needs=("dispute_open",))
def not_during_open_dispute(case: Case) -> Iterator[Finding]:
    """A disputed debt is verified and answered before anyone visits or calls again; letters may answer it."""
    if known(case.facts.dispute_open):
        yield case.breach(gettext_noop("The customer disputes the debt. Verify and answer first."))


@rule("CN-X5", needs=("hardship_review",))
def not_during_hardship_review(case: Case) -> Iterator[Finding]:
    """While hardship is under review nobody presses for payment; a care visit may go (bank policy)."""
    if known(case.facts.hardship_review) and case.request.purpose is not Purpose.CARE_VISIT:
        yield case.breach(gettext_noop("A hardship review is open. Wait for its result."))


@rule("CN-X6", needs=("legal_stage",))
def by_counsels_leave_at_law(case: Case) -> Iterator[Finding]:
    """Once the debt is before a court, arbitrator or mediator, contact goes by counsel's leave (bank policy)."""
    stage = known(case.facts.legal_stage)
    if stage is not LegalStage.NONE and not case.facts.counsel_leave:
        yield case.breach(
            gettext_noop("The debt is at law (%(stage)s). Ask counsel for leave."), stage=stage.value
        )


@rule("CN-X7", needs=("transferred",))
def not_after_transfer(case: Case) -> Iterator[Finding]:
    """A debt that was transferred is no longer the bank's to collect (民法典 545, 546)."""
    if known(case.facts.transferred):
        yield case.block(gettext_noop("The debt was transferred. The bank may not collect it."))


@rule("CN-S1", needs=("limitation_ends",), numbers=("first", "second", "last"))
def limitation_is_watched(case: Case) -> Iterator[Finding]:
    """Three years from the last instalment's due date (民法典 188, 189): warn at 180/90/30 days.

    A contact that serves a demand is the remedy, so it gets a notice and no warning.
    """
    ends = known(case.facts.limitation_ends)
    left = (ends - case.today).days if ends else None
    if left is None or left < 0 or left > case.number("first"):
        return
    step = next(case.number(n) for n in ("last", "second", "first") if left <= case.number(n))
    say = case.notice if case.request.purpose in KEEPS_RIGHTS else case.breach
    yield say(
        gettext_noop("Limitation ends on %(ends)s, within %(step)s days. Serve a demand that leaves proof."),
        ends=ends,
        step=step,
    )


@rule("CN-S4", needs=("limitation_ends",))
def expired_debt_by_counsel(case: Case) -> Iterator[Finding]:
    """After limitation the debtor may refuse and may not be misled (民法典 192): counsel decides the words."""
    ends = known(case.facts.limitation_ends)
    if ends and ends < case.today and case.request.purpose is not Purpose.CARE_VISIT:
        yield case.breach(gettext_noop("Limitation ended on %(ends)s. Counsel decides the wording."), ends=ends)


@rule("CN-P6", needs=("guarantees",), numbers=("first", "second", "last"))
def guarantee_period_is_watched(case: Case) -> Iterator[Finding]:
    """A guarantee period is never interrupted (民法典 692, 693): warn at 90/30/7 days, and release after it."""
    for guarantee in known(case.facts.guarantees):
        left = (guarantee.period_ends - case.today).days
        if guarantee.kept or not 0 <= left <= case.number("first"):
            continue
        step = next(case.number(n) for n in ("last", "second", "first") if left <= case.number(n))
        on_time = case.request.channel is not Channel.VISIT or _is_the_remedy(case, guarantee)
        say = case.notice if on_time else case.breach
        yield say(GUARANTEE_TEXTS[guarantee.kind], ends=guarantee.period_ends, step=step)


def _is_the_remedy(case: Case, guarantee: Guarantee) -> bool:
    """A demand on a joint guarantor keeps the right; that another's period ends is no reason to put it off."""
    if case.request.purpose is not Purpose.GUARANTOR_DEMAND:
        return False
    return guarantee.kind is GuaranteeKind.JOINT or guarantee.party_id != case.request.target_id


@rule("CN-P6", needs=("guarantees",))
def only_a_bound_guarantor(case: Case) -> Iterator[Finding]:
    """A guarantor answers while a guarantee binds, an ordinary one after the debtor (民法典 687, 688, 693)."""
    if case.request.target_role is not PartyRole.GUARANTOR:
        return
    mine = [g for g in known(case.facts.guarantees) if g.party_id == case.request.target_id]
    bound = [g for g in mine if g.kept or g.period_ends >= case.today]
    if not mine:
        yield case.block(gettext_noop("Nobody knows kind and period of this guarantee. Enter them first."))
    elif not bound:
        yield case.block(
            gettext_noop("The guarantee period ended on %(ends)s without a claim: released"),
            ends=max(g.period_ends for g in mine),
        )
    elif any(g.kind is GuaranteeKind.JOINT for g in bound):
        yield case.notice(
            gettext_noop("A joint guarantor answers beside the borrower, for the guaranteed debt (Civil Code 688)")
        )
    elif case.facts.legal_stage is not LegalStage.ENFORCEMENT:
        yield case.breach(
            gettext_noop(
                "An ordinary guarantor may refuse until the borrower was sued and enforcement brought nothing"
                " (Civil Code 687). Inform only; do not ask for payment."
            )
        )


GUARANTEE_TEXTS = {
    GuaranteeKind.JOINT: gettext_noop(
        "A joint guarantee ends on %(ends)s, within %(step)s days. Demand from the guarantor."
    ),
    GuaranteeKind.ORDINARY: gettext_noop(
        "An ordinary guarantee ends on %(ends)s, within %(step)s days. Only suit or arbitration keeps it."
    ),
}
