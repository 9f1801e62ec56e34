"""Open a stage: one proposes, a manager may let a check pass where the data allow it, another person approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.disposal import (
    CaseFacts,
    Check,
    Checked,
    ContactEffect,
    StageKind,
    StageRule,
    Stated,
    review_entry,
    standing_in_the_way,
)
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book import vault
from zoufang.server.book.marks import mark_transferred
from zoufang.server.book.models import Loan
from zoufang.server.disposal.history import append, dates_after, locked, record
from zoufang.server.disposal.models import DisposalStage, StageOverride, StageStep
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

KIND, STATE = StageStep.Kind, DisposalStage.State


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks for; `id` is made with the form, so that one form opens one stage."""

    id: UUID
    loan: Loan
    kind: StageKind
    stated: Stated
    reason: str
    owner: User
    claim_fen: int
    effective_on: date
    body_name: str = ""


def rule_of(stage: DisposalStage, day: date) -> StageRule:
    return shipped_stages().stage(StageKind(stage.kind), day)


@transaction.atomic
def propose(*, asked: Proposal, facts: CaseFacts, by: User, at: datetime) -> DisposalStage:
    """Kept with the word of each check, also where some do not pass: approving is what they stand against."""
    require(by, "propose_stage", asked.loan)
    if (kept := DisposalStage.objects.filter(pk=asked.id).first()) is not None:
        return kept
    policy = shipped_stages()
    rule = policy.stage(asked.kind, facts.today)
    _sensible(asked, facts.today)
    checked = review_entry(rule, facts)
    stage = DisposalStage.objects.create(
        id=asked.id,
        loan=asked.loan,
        debtor=asked.loan.debtor,
        branch=asked.loan.branch,
        kind=asked.kind,
        policy_version=policy.version,
        owner=asked.owner,
        body_name=asked.body_name.strip(),
        claim_fen=asked.claim_fen,
        stated=asked.stated.as_json(),
        checked=[one.as_json() for one in checked],
        sealed_reason=vault.seal(asked.loan.debtor.key, asked.reason.strip(), "stage_reason"),
        proposed_by=by,
        proposed_at=at,
        effective_on=asked.effective_on,
    )
    append(stage, KIND.PROPOSED, facts.today, by, at, body={"claim_fen": asked.claim_fen})
    return stage


def _sensible(asked: Proposal, today: date) -> None:
    if not asked.reason.strip():
        raise BadInput(Message(gettext_noop("Say why this stage is right for this debt.")))
    if asked.claim_fen <= 0:
        raise BadInput(Message(gettext_noop("A claim is more than nothing. Give the amount.")))
    if asked.effective_on < today:
        raise BadInput(Message(gettext_noop("A stage does not begin in the past. Correct the day.")))
    if not may(asked.owner, "see_disposal", asked.loan):
        raise BadInput(Message(gettext_noop("The owner must be able to see this case. Choose another person.")))
    open_ones = DisposalStage.objects.filter(loan=asked.loan, kind=asked.kind)
    if open_ones.filter(state__in=(STATE.PROPOSED, STATE.RUNNING)).exists():
        raise Conflict(Message(gettext_noop("This stage is proposed or running for this loan already.")))


@transaction.atomic
def override_check(
    *, stage: DisposalStage, check: Check, reason: str, facts: CaseFacts, by: User, at: datetime
) -> DisposalStage:
    """A named manager takes one check upon themselves. Conflict where the data don't allow it, or it passes."""
    require(by, "override_stage_check", stage)
    held = _proposed(stage)
    if not reason.strip():
        raise BadInput(Message(gettext_noop("Say why the stage is right although this check did not pass.")))
    said = {one.check: one for one in review_entry(rule_of(held, facts.today), facts)}
    found = said.get(check)
    if found is None or not found.override or not standing_in_the_way([found]):
        raise Conflict(Message(gettext_noop("This check cannot be overridden.")))
    _kept, made = StageOverride.objects.get_or_create(
        stage=held,
        check_code=check,
        defaults={
            "sealed_reason": vault.seal(held.debtor.key, reason.strip(), "stage_reason"),
            "by": by,
            "at": at,
        },
    )
    if made:
        append(held, KIND.OVERRIDDEN, facts.today, by, at, body={"check": check}, note=reason)
    return held


@transaction.atomic
def approve(*, stage: DisposalStage, facts: CaseFacts, by: User, at: datetime) -> DisposalStage:
    """By a second person, who has overridden nothing either. All checks are asked again on today's facts.

    Conflict names every check that stands in the way.
    """
    require(by, "approve_stage", stage)
    held = _proposed(stage)
    overridden = {Check(one.check_code): one.by_id for one in held.overrides.all()}
    if by.pk in {held.proposed_by_id, *overridden.values()}:
        text = gettext_noop("Whoever proposed the stage or overrode a check does not approve it. Ask a colleague.")
        raise Conflict(Message(text))
    rule = rule_of(held, facts.today)
    checked = review_entry(rule, facts)
    if against := standing_in_the_way(checked, overridden.keys()):
        raise Conflict(_shut(against))
    held.state, held.decided_by, held.decided_at = STATE.RUNNING, by, at
    held.checked = [one.as_json() for one in checked]
    held.effective_on = max(held.effective_on, facts.today)
    held.save(update_fields=["state", "decided_by", "decided_at", "checked", "effective_on"])
    append(held, KIND.APPROVED, facts.today, by, at, body={"effective_on": held.effective_on.isoformat()})
    dates_after(held, rule, KIND.APPROVED, facts.today)
    if rule.effect is ContactEffect.STOPS:
        mark_transferred(loan=held.loan, on=held.effective_on, by=by, at=at)
    return held


def _shut(against: tuple[Checked, ...]) -> Message:
    why = Message.joined(one.used for one in against)
    return Message(gettext_noop("The stage may not be entered: %(why)s"), {"why": why})


@transaction.atomic
def refuse(*, stage: DisposalStage, why: str, on: date, by: User, at: datetime) -> DisposalStage:
    """The second person says no; whoever proposed it may take it back in the same way."""
    require(by, "propose_stage" if by.pk == stage.proposed_by_id else "approve_stage", stage)
    held = _proposed(stage)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why the stage is refused.")))
    held.state, held.decided_by, held.decided_at, held.refused_why = STATE.REFUSED, by, at, why.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "refused_why"])
    append(held, KIND.REFUSED, on, by, at)
    return held


def _proposed(stage: DisposalStage) -> DisposalStage:
    held = locked(stage)
    if held.state != STATE.PROPOSED:
        raise Conflict(Message(gettext_noop("This stage has been decided already.")))
    return held


__all__ = ["Proposal", "approve", "override_check", "propose", "record", "refuse", "rule_of"]
