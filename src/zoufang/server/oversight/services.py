"""Set and lift stops, take complaints, attest facts, keep verdicts and overrides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.compliance import ATTESTABLE
from zoufang.core.compliance import Verdict as Said
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Loan, Party
from zoufang.server.oversight.complaints import WITHDRAWN, findings_open
from zoufang.server.oversight.models import Attestation, Complaint, FactSheet, Override, Stop, Verdict
from zoufang.server.oversight.rule_figures import complaint_days
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require


@dataclass(frozen=True, slots=True)
class SaidOfParty:
    """A verdict of the gate with the rows that it is about."""

    party_id: UUID
    address_id: UUID | None
    branch_id: int
    verdict: Said


@transaction.atomic
def set_stop(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    kind: Stop.Kind,
    since: date,
    by: User | None,
    at: datetime,
    loan: Loan | None = None,
    until: date | None = None,
    note: str = "",
) -> Stop:
    """Nobody goes from now on. A stop of the bank's own feed has no `by`."""
    if by is not None:
        require(by, "set_stop", party)
    if until is not None and until < since:
        raise BadInput(f"The stop ends {until} before it starts {since}. Correct the dates.")
    stop, made = Stop.objects.get_or_create(
        id=id,
        defaults={
            "party": party,
            "loan": loan,
            "branch": party.branch,
            "kind": kind,
            "since": since,
            "until": until,
            "sealed_note": vault.seal(party.key, note, "note") if note else None,
            "by": by,
        },
    )
    if made:
        _audit(at, by, "set_stop", "party", party.id, party.branch.code, {"kind": kind, "stop": str(id)})
    return stop


@transaction.atomic
def lift_stop(*, stop: Stop, by: User, at: datetime) -> Stop:
    """Only compliance lifts a stop; the hold after a sign of self-harm is released by two people (CN-X12)."""
    require(by, "lift_stop", stop)
    if stop.kind == Stop.Kind.SELF_HARM:
        text = gettext_noop("The hold after a sign of self-harm is released by two people, on its own page.")
        raise Conflict(Message(text))
    return lift_held_stop(stop=stop, by=by, at=at)


@transaction.atomic
def lift_held_stop(*, stop: Stop, by: User, at: datetime) -> Stop:
    """The lifting itself; whoever calls it has checked who may."""
    if stop.lifted_at is not None:
        raise Conflict("This stop has been lifted already.")
    stop.lifted_by, stop.lifted_at = by, at
    stop.save(update_fields=["lifted_by", "lifted_at"])
    _audit(at, by, "lift_stop", "party", stop.party_id, stop.branch.code, {"stop": str(stop.id)})
    return stop


@transaction.atomic
def open_complaint(
    *,
    id: UUID,  # noqa: A002
    party: Party,
    about: str,
    text: str,
    opened_on: date,
    by: User | None,
    at: datetime,
    visit_id: UUID | None = None,
    channel: str = "",
) -> Complaint:
    """Take a complaint from any channel; visits pause while it is open."""
    if by is not None:
        require(by, "record_complaint", party)
    complaint, made = Complaint.objects.get_or_create(
        id=id,
        defaults={
            "party": party,
            "branch": party.branch,
            "visit_id": visit_id,
            "about": about,
            "channel": channel,
            "sealed_text": vault.seal(party.key, text, "complaint"),
            "opened_on": opened_on,
            "due_on": opened_on + timedelta(days=complaint_days(opened_on)[0]),
            "by": by,
        },
    )
    if made:
        _audit(at, by, "open_complaint", "party", party.id, party.branch.code, {"complaint": str(id)})
    return complaint


@transaction.atomic
def close_complaint(*, complaint: Complaint, finding: str, on: date, by: User, at: datetime) -> Complaint:
    """Only after an answer that went out, or the customer's own word that it is withdrawn."""
    require(by, "close_complaint", complaint)
    if complaint.closed_on is not None:
        raise Conflict("This complaint has been closed already.")
    if finding not in findings_open(complaint):
        if finding == WITHDRAWN:
            text = gettext_noop("Keep the customer's own word first: what was said, how and when it came.")
        else:
            text = gettext_noop("Keep the answer first: its words, how and on which day it went to the customer.")
        raise Conflict(Message(text))
    complaint.closed_on, complaint.finding = on, finding
    complaint.save(update_fields=["closed_on", "finding"])
    details = {"complaint": str(complaint.id), "finding": finding}
    _audit(at, by, "close_complaint", "party", complaint.party_id, complaint.branch.code, details)
    return complaint


@transaction.atomic
def attest(
    *,
    id: UUID,  # noqa: A002
    fact: str,
    source_system: str,
    basis: str,
    expires: date,
    by: User,
    at: datetime,
) -> Attestation:
    """First signature under a fact that a source lacks; it counts once a second person has signed."""
    require(by, "attest_fact")
    if fact not in ATTESTABLE:
        raise BadInput(f"{fact!r} cannot be attested. Choose one of: {', '.join(sorted(ATTESTABLE))}.")
    if not basis.strip():
        raise BadInput("An attestation needs its basis. Say where the fact was looked up.")
    statement, made = Attestation.objects.get_or_create(
        id=id,
        defaults={
            "fact": fact,
            "source_system": source_system,
            "basis": basis,
            "expires": expires,
            "first_by": by,
            "first_at": at,
        },
    )
    if made:
        _audit(at, by, "attest", "attestation", id, _branch(by), {"fact": fact, "source": source_system})
    return statement


@transaction.atomic
def countersign(*, statement: Attestation, by: User, at: datetime) -> Attestation:
    require(by, "attest_fact")
    if statement.second_by_id is not None:
        raise Conflict("This attestation has both signatures already.")
    if statement.first_by_id == by.pk:
        raise Conflict("The second signature must be another person's. Ask a colleague.")
    statement.second_by, statement.second_at = by, at
    statement.save(update_fields=["second_by", "second_at"])
    _audit(at, by, "countersign", "attestation", statement.id, _branch(by), {"fact": statement.fact})
    return statement


@transaction.atomic
def keep_verdicts(said: list[SaidOfParty], *, day: date, at: datetime) -> list[Verdict]:
    """Store what the gate said, all of one run together; a verdict is never changed afterwards."""
    rows, sheets = [], {}
    for one in said:
        body = one.verdict.as_json()
        facts = body.pop("facts")
        digest = sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        sheets[digest] = FactSheet(digest=digest, body=facts)
        rows.append(_verdict(one, body, digest, day, at))
    FactSheet.objects.bulk_create(sheets.values(), batch_size=500, ignore_conflicts=True)
    return Verdict.objects.bulk_create(rows, batch_size=500)


def _verdict(one: SaidOfParty, body: dict[str, Any], digest: str, day: date, at: datetime) -> Verdict:
    request = one.verdict.request
    return Verdict(
        id=new_id(),
        party_id=one.party_id,
        address_id=one.address_id,
        branch_id=one.branch_id,
        channel=request.channel,
        purpose=request.purpose,
        day=day,
        decision=one.verdict.decision,
        cleared=one.verdict.cleared,
        facts_id=digest,
        body=body,
        at=at,
    )


@transaction.atomic
def override_warning(*, verdict: Verdict, rule_ids: list[str], reason: str, by: User, at: datetime) -> Override:
    """A supervisor takes a warning upon himself. A block stands."""
    require(by, "override_warning", verdict)
    if verdict.decision != "warn":
        raise Conflict("Only a warning can be overridden. A block stands until its cause is gone.")
    if not reason.strip():
        raise BadInput("An override needs a reason. Say why the visit is right all the same.")
    override = Override.objects.create(verdict=verdict, by=by, rule_ids=rule_ids, reason=reason, at=at)
    _audit(at, by, "override", "party", verdict.party_id, verdict.branch.code, {"rules": rule_ids})
    return override


def _branch(user: User) -> str:
    return user.branch.code if user.branch else ""


def _audit(
    at: datetime,
    by: User | None,
    action: str,
    kind: str,
    subject_id: object,
    branch_code: str,
    details: dict[str, Any],
) -> None:
    audit.record(
        at=at,
        actor=by.employee_no if by else "feed",
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        branch_code=branch_code,
        details=details,
    )
