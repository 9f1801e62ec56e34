"""Put an agency on the white list and keep it there: two people, contracts, evaluations, suspension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.agencies import EvaluationResult, Scheme, Scores, evaluate_agency
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.portfolio import Bucket
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agencies.models import Agency, AgencyComplaint, Contract, Evaluation
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

UPHELD = ("upheld", "partly_upheld")
SECOND = gettext_noop("The second signature must be another person's. Ask a colleague.")


@dataclass(frozen=True, slots=True)
class AboutAgency:
    """Who it is; `credit_code` is the unified social credit code (统一社会信用代码)."""

    code: str
    name: str
    credit_code: str
    hotline: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a contract. `rates_bp`: commission in basis points by bucket at placing."""

    number: str
    purpose: str
    since: date
    until: date
    rates_bp: Mapping[Bucket, int]
    grace_days: int = 0
    may_visit: bool = False

    def __post_init__(self) -> None:
        if self.until <= self.since:
            raise BadInput(Message(gettext_noop("A contract ends after it begins. Correct the days.")))
        if not self.purpose.strip():
            raise BadInput(Message(gettext_noop("Entrusted processing needs its purpose in the contract.")))
        Scheme(self.rates_bp, self.grace_days)


@transaction.atomic
def propose_agency(
    *,
    id: UUID,  # noqa: A002 - made where the form is shown
    about: AboutAgency,
    branch: Branch,
    by: User,
    at: datetime,
) -> Agency:
    """It is given no case before a second person has approved it."""
    require(by, "propose_agency", branch)
    known = Agency.objects.filter(pk=id).first()
    if known is not None:
        return known
    taken = Agency.objects.filter(code=about.code) | Agency.objects.filter(credit_code=about.credit_code)
    if taken.exists():
        raise Conflict(
            Message(gettext_noop("An agency with this code or credit code is in the register already."))
        )
    made = Agency.objects.create(
        id=id,
        code=about.code,
        name=about.name,
        credit_code=about.credit_code,
        hotline=about.hotline,
        branch=branch,
        proposed_by=by,
        proposed_at=at,
    )
    keep(made, "propose_agency", by, at, {"code": about.code})
    return made


@transaction.atomic
def approve_agency(*, agency: Agency, listed_on: date, by: User, at: datetime) -> Agency:
    """Onto the white list, published since `listed_on`. Conflict: approved already, or by who proposed it."""
    require(by, "approve_agency", agency)
    found = Agency.objects.select_for_update().get(pk=agency.pk)
    if found.approved:
        raise Conflict(Message(gettext_noop("This agency stands on the white list already.")))
    if found.proposed_by_id == by.pk:
        raise Conflict(Message(SECOND))
    found.approved_by, found.approved_at, found.listed_on = by, at, listed_on
    found.save(update_fields=["approved_by", "approved_at", "listed_on"])
    keep(found, "approve_agency", by, at, {"listed_on": listed_on.isoformat()})
    return found


@transaction.atomic
def suspend_agency(*, agency: Agency, why: str, by: User, at: datetime) -> Agency:
    """At once: its users see no case from now on, and it is given none. The cases stay on record with it."""
    require(by, "suspend_agency", agency)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why the agency is suspended.")))
    found = Agency.objects.select_for_update().get(pk=agency.pk)
    if found.suspended:
        raise Conflict(Message(gettext_noop("This agency is suspended already.")))
    found.suspended_by, found.suspended_at, found.suspended_why = by, at, why.strip()
    found.save(update_fields=["suspended_by", "suspended_at", "suspended_why"])
    keep(found, "suspend_agency", by, at, {"why": why.strip()})
    return found


@transaction.atomic
def resume_agency(*, agency: Agency, by: User, at: datetime) -> Agency:
    """By somebody else than who suspended it."""
    require(by, "approve_agency", agency)
    found = Agency.objects.select_for_update().get(pk=agency.pk)
    if not found.suspended:
        raise Conflict(Message(gettext_noop("This agency is not suspended.")))
    if found.suspended_by_id == by.pk:
        raise Conflict(Message(SECOND))
    found.suspended_by, found.suspended_at, found.suspended_why = None, None, ""
    found.save(update_fields=["suspended_by", "suspended_at", "suspended_why"])
    keep(found, "resume_agency", by, at, {})
    return found


@transaction.atomic
def propose_contract(
    *,
    id: UUID,  # noqa: A002
    agency: Agency,
    terms: Terms,
    by: User,
    at: datetime,
) -> Contract:
    """Counts once a second person has approved it; no two contracts of an agency share a day."""
    require(by, "propose_agency", agency)
    known = Contract.objects.filter(pk=id).first()
    if known is not None:
        return known
    if Contract.objects.filter(number=terms.number).exists():
        raise Conflict(Message(gettext_noop("A contract with this number is in the register already.")))
    if agency.contracts.filter(since__lte=terms.until, until__gte=terms.since).exists():
        raise Conflict(Message(gettext_noop("Another contract of this agency runs in these days.")))
    made = Contract.objects.create(
        id=id,
        agency=agency,
        number=terms.number,
        purpose=terms.purpose.strip(),
        since=terms.since,
        until=terms.until,
        may_visit=terms.may_visit,
        rates_bp={str(bucket): rate for bucket, rate in terms.rates_bp.items()},
        grace_days=terms.grace_days,
        proposed_by=by,
        proposed_at=at,
    )
    keep(agency, "propose_agency_contract", by, at, {"contract": str(id)})
    return made


@transaction.atomic
def approve_contract(*, contract: Contract, by: User, at: datetime) -> Contract:
    require(by, "approve_agency", contract.agency)
    found = Contract.objects.select_for_update().select_related("agency__branch").get(pk=contract.pk)
    if found.approved_by_id is not None:
        raise Conflict(Message(gettext_noop("This contract is approved already.")))
    if found.proposed_by_id == by.pk:
        raise Conflict(Message(SECOND))
    found.approved_by, found.approved_at = by, at
    found.save(update_fields=["approved_by", "approved_at"])
    keep(found.agency, "approve_agency_contract", by, at, {"contract": str(found.pk)})
    return found


@transaction.atomic
def evaluate(
    *,
    id: UUID,  # noqa: A002
    agency: Agency,
    scores: Scores,
    on: date,
    by: User,
    at: datetime,
    note: str = "",
) -> Evaluation:
    """The yearly evaluation; complaints upheld since the last one are counted by us, not typed in."""
    require(by, "evaluate_agency", agency)
    known = Evaluation.objects.filter(pk=id).first()
    if known is not None:
        return known
    upheld = upheld_complaints(agency)
    result = evaluate_agency(scores, upheld, on, contract_until(agency, on))
    made = _evaluation(id, agency, scores, upheld, result, on, note, by, at)
    keep(agency, "evaluate_agency", by, at, {"score": result.score, "passed": result.passed})
    return made


def _evaluation(
    id: UUID,  # noqa: A002
    agency: Agency,
    scores: Scores,
    upheld: int,
    result: EvaluationResult,
    on: date,
    note: str,
    by: User,
    at: datetime,
) -> Evaluation:
    return Evaluation.objects.create(
        id=id,
        agency=agency,
        on=on,
        conduct=scores.conduct,
        results=scores.results,
        security=scores.security,
        upheld=upheld,
        score=result.score,
        passed=result.passed,
        due=result.due,
        note=note.strip(),
        by=by,
        at=at,
    )


def upheld_complaints(agency: Agency) -> int:
    """About this agency, upheld since its last evaluation (all where there was none)."""
    last = agency.evaluations.order_by("-on", "-at").first()
    rows = AgencyComplaint.objects.filter(
        placement__agency=agency, about_agency=True, complaint__finding__in=UPHELD
    )
    return (rows.filter(complaint__closed_on__gt=last.on) if last else rows).count()


def contract_until(agency: Agency, day: date) -> date | None:
    """The end of the approved contract that runs on `day`."""
    rows = agency.contracts.filter(approved_by__isnull=False, since__lte=day, until__gte=day)
    found = rows.first()
    return found.until if found else None


def keep(agency: Agency, action: str, by: User | None, at: datetime, details: dict[str, Any]) -> None:
    """The audit line of what was done to an agency; by nobody where a rule did it."""
    audit.record(
        at=at,
        actor=by.employee_no if by else "system",
        action=action,
        subject_kind="agency",
        subject_id=agency.pk,
        branch_code=agency.branch.code,
        details=details,
    )
