"""A study is proposed by one, signed by a manager and a compliance officer, or refused. Only then chance draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.permissions import require
from zoufang.server.studies.models import Measure, Proposal, Study

State = Proposal.State
OPEN = (State.PROPOSED, State.SIGNED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for; shares in percent."""

    capacity: int
    window_days: int
    hold_out_percent: int
    must_visit_percent: int
    measure: Measure = Measure.RECEIVED

    def __post_init__(self) -> None:
        if self.capacity < 1 or self.window_days < 1 or not 0 < self.hold_out_percent < 100:
            raise BadInput(
                Message(gettext_noop("A study needs visits, a window and a hold-out. Correct the numbers."))
            )
        if self.hold_out_percent + self.must_visit_percent >= 100:
            raise BadInput(Message(gettext_noop("The shares leave nobody to choose from. Lower one of them.")))


@transaction.atomic
def propose(
    *,
    id: UUID,  # noqa: A002
    branch: Branch,
    terms: Terms,
    by: User,
    on: date,
    at: datetime,
) -> Proposal:
    """Ask for a study of a branch; the same id again changes nothing. Conflict while another proposal waits."""
    require(by, "open_study", branch)
    kept = Proposal.objects.filter(pk=id).first()
    if kept is not None:
        return kept
    if Proposal.objects.filter(branch=branch, state__in=OPEN).exists():
        raise Conflict(
            Message(gettext_noop("A proposal of this branch waits already. Have it signed or refused first."))
        )
    fields = {name: getattr(terms, name) for name in Terms.__slots__}
    made = Proposal.objects.create(id=id, branch=branch, proposed_by=by, proposed_on=on, proposed_at=at, **fields)
    _audit(at, by, "propose_study", made, fields)
    return made


@transaction.atomic
def sign(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """One signature of a manager, one of compliance, by two who did not propose it. Conflict: signed already."""
    require(by, "sign_study", proposal)
    proposal = _locked(proposal, State.PROPOSED)
    if by.pk == proposal.proposed_by_id:
        raise NotPermitted(Message(gettext_noop("Nobody signs what they proposed. Ask a colleague.")))
    slot = "manager" if by.role == Role.MANAGER else "compliance"
    if getattr(proposal, f"{slot}_by_id") is not None:
        raise Conflict(
            Message(gettext_noop("This signature is there already; the other office still has to sign."))
        )
    setattr(proposal, f"{slot}_by", by)
    setattr(proposal, f"{slot}_at", at)
    if proposal.manager_by_id and proposal.compliance_by_id:
        proposal.state = State.SIGNED
    proposal.save()
    _audit(at, by, "approve_study", proposal, {"as": slot})
    return proposal


@transaction.atomic
def refuse(*, proposal: Proposal, why: str, by: User, at: datetime) -> Proposal:
    """Either office says no, or the proposer takes it back; with a reason, and before it is drawn."""
    if by.pk != proposal.proposed_by_id:
        require(by, "sign_study", proposal)
    if not why.strip():
        raise BadInput(Message(gettext_noop("A refusal needs its reason. Say what should be changed.")))
    proposal = _locked(proposal, *OPEN)
    proposal.state, proposal.refused_by, proposal.refused_why = State.REFUSED, by, why.strip()[:200]
    proposal.save()
    _audit(at, by, "refuse_study", proposal, {})
    return proposal


@transaction.atomic
def keep_draw(*, proposal: Proposal, study: Study) -> Proposal:
    """The study that came of it; what was signed is tied to what was drawn."""
    proposal = _locked(proposal, State.SIGNED)
    proposal.state, proposal.study = State.DRAWN, study
    proposal.save(update_fields=["state", "study"])
    return proposal


def _locked(proposal: Proposal, *states: Proposal.State) -> Proposal:
    found = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if found.state not in states:
        raise Conflict(Message(gettext_noop("Somebody has decided on this proposal meanwhile. Look at it again.")))
    return found


def _audit(at: datetime, by: User, action: str, proposal: Proposal, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="study",
        subject_id=proposal.pk,
        branch_code=proposal.branch.code,
        details=details,
    )
