"""Confirm a rule or change its figures: compliance proposes, a second person approves, the packs stay as they are.

What was approved is never edited: a change is a new dated row. `standing(day, known_at)` is what counted on a day
as it was known at a moment, so that a decision can be judged again under the rules of its own day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, QuerySet, When

from zoufang.core.compliance import (
    BankFigures,
    Pack,
    PolicyRule,
    bank_figures,
    figures_stated,
    with_confirmed,
    with_figures,
)
from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.files.policy_packs import shipped_packs
from zoufang.server.audit import services as audit
from zoufang.server.oversight.models import RuleFigure
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, require_above_sub_branch

# 银行保险机构消费投诉处理管理办法: where no pack states it.
COMPLAINT_DAYS = 15

State, Kind = RuleFigure.State, RuleFigure.Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """What two people approved, as it counts on a day: the bank's figures, and the rules that were confirmed."""

    jurisdiction: str
    day: date
    figures: tuple[BankFigures, ...] = ()
    version: str = ""
    confirmed: frozenset[tuple[str, str]] = frozenset()

    def packs(self) -> tuple[Pack, ...]:
        packs = with_confirmed(own_packs(self.jurisdiction), self.confirmed)
        return with_figures(
            packs, self.figures, version=self.version, jurisdiction=self.jurisdiction, day=self.day
        )


def own_packs(jurisdiction: str) -> tuple[Pack, ...]:
    return tuple(pack for pack in shipped_packs() if pack.binds_in(jurisdiction))


def standing(day: date, known_at: datetime | None = None) -> Standing:
    """One query. Of several changes of one rule the one that begins last counts."""
    jurisdiction = settings.ZOUFANG_JURISDICTION
    rows = RuleFigure.objects.filter(state=State.APPROVED, jurisdiction=jurisdiction, valid_from__lte=day)
    if known_at is not None:
        rows = rows.filter(decided_at__lte=known_at)
    approved = list(rows.order_by("valid_from", "decided_at", "pk"))
    changes = [row for row in approved if row.kind == Kind.CHANGE]
    newest = {row.rule_id: row for row in changes}
    return Standing(
        jurisdiction,
        day,
        tuple(_figures(row) for row in newest.values()),
        f"{changes[-1].valid_from.isoformat()}.{len(changes)}" if changes else "",
        frozenset((row.pack, row.rule_id) for row in approved if row.kind == Kind.CONFIRM),
    )


def _figures(row: RuleFigure) -> BankFigures:
    return BankFigures(row.rule_id, tuple(sorted(row.values.items())), row.valid_from, row.reason)


def rule_of(pack_name: str, rule_id: str) -> tuple[Pack, PolicyRule]:
    """One rule of one pack of the installation's jurisdiction."""
    packs = own_packs(settings.ZOUFANG_JURISDICTION)
    found = next(((p, r) for p in packs for r in p.rules if (p.name, r.id) == (pack_name, rule_id)), None)
    if found is None:
        raise NotFound(Message(gettext_noop("No such rule in the packs of this installation.")))
    return found


@transaction.atomic
def propose_change(
    *,
    id: UUID,  # noqa: A002
    rule_id: str,
    values: Mapping[str, int],
    valid_from: date,
    reason: str,
    by: User,
    today: date,
    at: datetime,
) -> RuleFigure:
    """Figures of the rule as they shall be; others stay. BadInput: looser than the law, or in force already."""
    kept = _may_propose(id, by)
    if kept is not None:
        return kept
    _require_later(valid_from, today)
    if not reason.strip():
        raise BadInput(Message(gettext_noop("New figures need their reason. Name the decision they rest on.")))
    _require_none_waiting(Kind.CHANGE, "", rule_id)
    before = figures_in_force(rule_id, valid_from)
    made = _checked(rule_id, before | dict(values), valid_from, reason)
    if before == before | dict(values):
        raise BadInput(Message(gettext_noop("Nothing changes: these figures are in force already.")))
    row = RuleFigure.objects.create(
        id=id,
        kind=Kind.CHANGE,
        jurisdiction=settings.ZOUFANG_JURISDICTION,
        rule_id=rule_id,
        values=dict(made.values),
        before=before,
        valid_from=valid_from,
        reason=made.source,
        proposed_by=by,
        proposed_at=at,
    )
    _audit(at, by, "propose_rule_figures", row)
    return row


@transaction.atomic
def propose_confirmation(
    *,
    id: UUID,  # noqa: A002
    pack: str,
    rule_id: str,
    source_text: str,
    read_on: date,
    where: str,
    by: User,
    today: date,
    at: datetime,
) -> RuleFigure:
    """The source was read on `read_on` at `where`, in these words, and the rule stands as the pack says."""
    kept = _may_propose(id, by)
    if kept is not None:
        return kept
    rule_of(pack, rule_id)
    if not (source_text.strip() and where.strip()) or read_on > today:
        text = gettext_noop(
            "A confirmation needs the words of the source, where they stand, and the day of reading."
        )
        raise BadInput(Message(text))
    _require_none_waiting(Kind.CONFIRM, pack, rule_id)
    row = RuleFigure.objects.create(
        id=id,
        kind=Kind.CONFIRM,
        jurisdiction=settings.ZOUFANG_JURISDICTION,
        pack=pack,
        rule_id=rule_id,
        valid_from=today,
        reason=where.strip(),
        source_text=source_text.strip(),
        read_on=read_on,
        proposed_by=by,
        proposed_at=at,
    )
    _audit(at, by, "propose_rule_figures", row)
    return row


@transaction.atomic
def approve(*, row: RuleFigure, by: User, today: date, at: datetime) -> RuleFigure:
    """The second person; never the proposer. Figures are held against the packs once more."""
    require(by, "approve_rule_figures")
    require_above_sub_branch(by)
    row = _waiting(row)
    if by.pk == row.proposed_by_id:
        raise NotPermitted(Message(gettext_noop("Nobody approves what they proposed. Ask a colleague.")))
    if row.kind == Kind.CHANGE:
        _require_later(row.valid_from, today)
        _checked(row.rule_id, row.values, row.valid_from, row.reason)
    return _decide(row, State.APPROVED, by, at, "approve_rule_figures")


@transaction.atomic
def refuse(*, row: RuleFigure, why: str, by: User, at: datetime) -> RuleFigure:
    """The second person says no, or the proposer takes it back; with the reason."""
    if by.pk != row.proposed_by_id:
        require(by, "approve_rule_figures")
        require_above_sub_branch(by)
    if not why.strip():
        raise BadInput(Message(gettext_noop("A refusal needs its reason. Say what should be changed.")))
    row = _waiting(row)
    row.refused_why = why.strip()[:200]
    return _decide(row, State.REFUSED, by, at, "refuse_rule_figures")


def figures_in_force(rule_id: str, day: date) -> dict[str, int]:
    """Name → what counts on `day`, the bank's own figures among it."""
    stated = figures_stated(standing(day).packs(), rule_id, day)
    return {name: number.value for name, number in stated.items()}


def complaint_days(day: date) -> tuple[int, int]:
    """Days to answer a complaint that came in on `day`, and days where it is complex (CN-O5)."""
    figures = figures_in_force("CN-O5", day)
    return figures.get("days_to_decide", COMPLAINT_DAYS), figures.get("days_if_complex", 2 * COMPLAINT_DAYS)


def proposals() -> QuerySet[RuleFigure]:
    """All that was ever proposed here, the waiting and the newest first."""
    rows = RuleFigure.objects.filter(jurisdiction=settings.ZOUFANG_JURISDICTION)
    waiting_first = Case(When(state=State.PROPOSED, then=0), default=1)
    return rows.select_related("proposed_by", "decided_by").order_by(waiting_first, "-proposed_at", "pk")


def proposal(row_id: UUID) -> RuleFigure:
    found = proposals().filter(pk=row_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such proposal.")))
    return found


def _may_propose(row_id: UUID, by: User) -> RuleFigure | None:
    require(by, "propose_rule_figures")
    require_above_sub_branch(by)
    return RuleFigure.objects.filter(pk=row_id).first()


def _checked(rule_id: str, values: Mapping[str, int], valid_from: date, reason: str) -> BankFigures:
    packs = own_packs(settings.ZOUFANG_JURISDICTION)
    return bank_figures(packs, rule_id, values, valid_from=valid_from, source=reason.strip())


def _require_none_waiting(kind: str, pack: str, rule_id: str) -> None:
    waiting = RuleFigure.objects.filter(state=State.PROPOSED, jurisdiction=settings.ZOUFANG_JURISDICTION)
    if waiting.filter(kind=kind, pack=pack, rule_id=rule_id).exists():
        text = gettext_noop("A proposal on rule %(rule)s waits already. Have it approved or refused first.")
        raise Conflict(Message(text, {"rule": rule_id}))


def _require_later(valid_from: date, today: date) -> None:
    if valid_from <= today:
        text = gettext_noop(
            "The first day is %(day)s, which has begun: its decisions stand. Choose a day after today."
        )
        raise Conflict(Message(text, {"day": valid_from}))


def _waiting(row: RuleFigure) -> RuleFigure:
    found = RuleFigure.objects.select_for_update().get(pk=row.pk)
    if found.state != State.PROPOSED:
        raise Conflict(Message(gettext_noop("Somebody has decided on this proposal meanwhile. Look at it again.")))
    return found


def _decide(row: RuleFigure, state: RuleFigure.State, by: User, at: datetime, action: str) -> RuleFigure:
    row.state, row.decided_by, row.decided_at = state, by, at
    row.save(update_fields=["state", "decided_by", "decided_at", "refused_why"])
    _audit(at, by, action, row)
    return row


def _audit(at: datetime, by: User, action: str, row: RuleFigure) -> None:
    details: dict[str, Any] = {"rule": row.rule_id, "kind": row.kind, "valid_from": row.valid_from.isoformat()}
    if row.kind == Kind.CHANGE:
        details |= {"before": row.before, "values": row.values}
    else:
        details |= {"pack": row.pack}
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="rule_figures",
        subject_id=row.pk,
        branch_code=by.branch.code if by.branch else "",
        details=details,
    )
