"""Officers who may not call on a customer (回避): kin, of the same village, or they granted the loan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require
from zoufang.server.visiting.models import Recusal


@transaction.atomic
def recuse(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    officer: User,
    party: Party,
    ground: Recusal.Ground,
    since: date,
    by: User,
    at: datetime,
    note: str = "",
) -> Recusal:
    """From now on this officer is not planned for the customer and may not check in there; repeatable.

    Visitors say it of themselves; planners, managers and compliance of anybody.
    """
    if officer.pk == by.pk:
        require(by, "conduct_visit", party)
    else:
        require(by, "recuse_officer", party)
    row, made = Recusal.objects.get_or_create(
        id=id,
        defaults={
            "officer": officer,
            "party": party,
            "branch": party.branch,
            "ground": ground,
            "sealed_note": vault.seal(party.key, note, "note") if note else None,
            "since": since,
            "by": by,
        },
    )
    if made:
        _audit(at, by, "recuse_officer", row)
    return row


@transaction.atomic
def end_recusal(*, recusal: Recusal, why: str, by: User, at: datetime) -> Recusal:
    """Never by the officer whom it keeps away."""
    require(by, "recuse_officer", recusal)
    if recusal.officer_id == by.pk:
        raise BadInput(Message(gettext_noop("Nobody ends a recusal of their own. Ask another person.")))
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why the ground no longer stands.")))
    if recusal.ended_at is None:
        recusal.ended_at, recusal.ended_by, recusal.ended_why = at, by, why.strip()
        recusal.save(update_fields=["ended_at", "ended_by", "ended_why"])
        _audit(at, by, "end_recusal", recusal)
    return recusal


def recused_from(party_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    """By customer, the officers who may not go there, as planning names them."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Recusal.objects.filter(party__in=set(party_ids), ended_at=None)
    for party, officer in rows.values_list("party_id", "officer_id"):
        found[party].add(str(officer))
    return {party: frozenset(officers) for party, officers in found.items()}


def may_recuse(user: User, party: Party) -> bool:
    return may(user, "recuse_officer", party) or may(user, "conduct_visit", party)


def _audit(at: datetime, by: User, action: str, row: Recusal) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=row.party_id,
        branch_code=row.branch.code,
        details={"officer": row.officer.employee_no, "ground": row.ground, "recusal": str(row.pk)},
    )
