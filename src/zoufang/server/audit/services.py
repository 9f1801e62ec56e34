"""Write, close and verify the audit chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from zoufang.core.errors import Conflict
from zoufang.core.evidence import Anchor, ChainDay, ChainLine, line_hash, root_of, verify_chain
from zoufang.core.values import BANK_ZONE, Message
from zoufang.server.audit.models import AuditDay, AuditLine


@transaction.atomic
def record(
    *,
    at: datetime,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: object,
    branch_code: str,
    details: dict[str, Any] | None = None,
) -> AuditLine:
    """Append one line to its branch's chain of the day on which the server heard of it."""
    day = _open_day(branch_code, at.astimezone(BANK_ZONE).date())
    line = AuditLine(
        day=day,
        number=day.lines + 1,
        at=at,
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        details=details or {},
        previous_hash=day.head or day.previous_root,
    )
    line.hash = line_hash(chain_line(line))
    line.save()
    day.lines, day.head = line.number, line.hash
    day.save(update_fields=["lines", "head"])
    return line


def _open_day(branch_code: str, on: date) -> AuditDay:
    """The day that takes the next line: `on`, or the chain's last day where a clock stands behind it."""
    _take_turn(branch_code)
    last = AuditDay.objects.select_for_update().filter(branch_code=branch_code).order_by("-day").first()
    if last is None or last.day < on:
        root = close_day(branch_code=branch_code, on=last.day) if last is not None else ""
        return AuditDay.objects.create(branch_code=branch_code, day=on, previous_root=root)
    if last.root:
        raise Conflict(
            f"The audit day {last.day} of {branch_code} is closed. Record the event on the day it is received."
        )
    return last


def _take_turn(branch_code: str) -> None:
    """Until this transaction ends no other adds to the branch's chain. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit {branch_code}"])


@transaction.atomic
def close_day(*, branch_code: str, on: date) -> str:
    """Seal a day: its root covers the day before and every line. Closing twice answers the same."""
    day = AuditDay.objects.select_for_update().get(branch_code=branch_code, day=on)
    if not day.root:
        day.root = root_of(chain_day(day))
        day.save(update_fields=["root"])
    return day.root


def verify(anchors: Iterable[Anchor] = ()) -> list[Message]:
    """Walk every chain; each fault names branch, day and line. An empty list is a whole chain.

    `anchors`: what was written down elsewhere; without them a chain whose end was cut off together with its head
    looks whole.
    """
    days = ((chain_day(day), map(chain_line, lines)) for day, lines in days_with_lines())
    return [fault.message for fault in verify_chain(days, anchors)]


def days_with_lines() -> Iterator[tuple[AuditDay, Iterable[AuditLine]]]:
    """Each chain's days in order with their lines in order: two queries, however long the chains are."""
    in_order = AuditLine.objects.order_by("day__branch_code", "day__day", "number")
    grouped = groupby(in_order.iterator(), key=attrgetter("day_id"))
    waiting = next(grouped, None)
    for day in AuditDay.objects.order_by("branch_code", "day"):
        if waiting is None or waiting[0] != day.pk:
            yield day, ()
            continue
        yield day, waiting[1]
        waiting = next(grouped, None)


def chain_day(row: AuditDay) -> ChainDay:
    return ChainDay(row.branch_code, row.day, row.previous_root, row.lines, row.head, row.root)


def chain_line(row: AuditLine) -> ChainLine:
    return ChainLine(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        details=row.details,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
