"""Figures of worth and harm: compliance proposes, a second person approves, plans of later days use them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.planning import Figures, VisitValues, figure_changes, repriced
from zoufang.core.values import Message, gettext_noop
from zoufang.files.visit_values import values_as_json, values_from_json
from zoufang.server.audit import services as audit
from zoufang.server.oversight.models import ValuesVersion
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, require_above_sub_branch

State = ValuesVersion.State


@transaction.atomic
def propose_values(
    *,
    id: UUID,  # noqa: A002
    base: VisitValues,
    figures: Figures,
    valid_from: date,
    reason: str,
    by: User,
    today: date,
    at: datetime,
) -> ValuesVersion:
    """`base` is in force on `valid_from`; only days after `today`, so that no plan of today changes its prices.

    Conflict while another proposal waits; the same id again changes nothing.
    """
    require(by, "propose_values")
    require_above_sub_branch(by)
    kept = ValuesVersion.objects.filter(pk=id).first()
    if kept is not None:
        return kept
    _require_later(valid_from, today)
    if not reason.strip():
        raise BadInput(Message(gettext_noop("New figures need their reason. Name the decision they rest on.")))
    if ValuesVersion.objects.filter(state=State.PROPOSED).exists():
        raise Conflict(Message(gettext_noop("Other figures wait already. Have them approved or refused first.")))
    made = repriced(base, figures, version=_name(valid_from), valid_from=valid_from, source=reason.strip())
    row = ValuesVersion.objects.create(
        id=id,
        version=made.version,
        valid_from=valid_from,
        reason=made.source,
        body=values_as_json(made),
        replaces=values_as_json(base),
        proposed_by=by,
        proposed_at=at,
    )
    _audit(at, by, "propose_values", row, {"valid_from": valid_from.isoformat(), "figures": _changed(base, made)})
    return row


@transaction.atomic
def approve_values(*, row: ValuesVersion, by: User, today: date, at: datetime) -> ValuesVersion:
    """The second person; never the proposer. Conflict: decided already, or the first day has come meanwhile."""
    require(by, "approve_values")
    require_above_sub_branch(by)
    row = _waiting(row)
    if by.pk == row.proposed_by_id:
        raise NotPermitted(Message(gettext_noop("Nobody approves what they proposed. Ask a colleague.")))
    _require_later(row.valid_from, today)
    return _decide(row, State.APPROVED, by, at, "approve_values")


@transaction.atomic
def refuse_values(*, row: ValuesVersion, why: str, by: User, at: datetime) -> ValuesVersion:
    """The second person says no, or the proposer takes it back; with the reason."""
    if by.pk != row.proposed_by_id:
        require(by, "approve_values")
        require_above_sub_branch(by)
    if not why.strip():
        raise BadInput(Message(gettext_noop("A refusal needs its reason. Say what should be changed.")))
    row = _waiting(row)
    row.refused_why = why.strip()[:200]
    return _decide(row, State.REFUSED, by, at, "refuse_values")


def approved_values() -> tuple[VisitValues, ...]:
    """Oldest first; of two that begin on one day the one approved last counts."""
    rows = ValuesVersion.objects.filter(state=State.APPROVED).order_by("valid_from", "decided_at", "pk")
    return tuple({row.valid_from: values_from_json(row.body) for row in rows}.values())


def versions() -> QuerySet[ValuesVersion]:
    """All that was ever proposed, the waiting and the newest first."""
    rows = ValuesVersion.objects.select_related("proposed_by", "decided_by")
    return rows.order_by("-valid_from", "-proposed_at", "pk")


def version_row(version_id: UUID) -> ValuesVersion:
    found = versions().filter(pk=version_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such version of the figures.")))
    return found


def _require_later(valid_from: date, today: date) -> None:
    if valid_from <= today:
        text = gettext_noop(
            "The first day is %(day)s, which has begun: its plans stand. Choose a day after today."
        )
        raise Conflict(Message(text, {"day": valid_from}))


def _name(valid_from: date) -> str:
    """visit-values-2026-06-01, and -2, -3 … for further proposals of one day."""
    stem = f"visit-values-{valid_from.isoformat()}"
    before = ValuesVersion.objects.filter(version__startswith=stem).count()
    return f"{stem}-{before + 1}" if before else stem


def _waiting(row: ValuesVersion) -> ValuesVersion:
    found = ValuesVersion.objects.select_for_update().get(pk=row.pk)
    if found.state != State.PROPOSED:
        raise Conflict(Message(gettext_noop("Somebody has decided on this proposal meanwhile. Look at it again.")))
    return found


def _decide(row: ValuesVersion, state: State, by: User, at: datetime, action: str) -> ValuesVersion:
    row.state, row.decided_by, row.decided_at = state, by, at
    row.save(update_fields=["state", "decided_by", "decided_at", "refused_why"])
    _audit(at, by, action, row, {"version": row.version})
    return row


def _changed(base: VisitValues, made: VisitValues) -> dict[str, list[int | None]]:
    return {
        f"{one.figure}.{one.of}": [one.before_fen, one.fen] for one in figure_changes(base, made) if one.changed
    }


def _audit(at: datetime, by: User, action: str, row: ValuesVersion, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit_values",
        subject_id=row.pk,
        branch_code=by.branch.code if by.branch else "",
        details=details,
    )
