"""Write, close and verify the audit chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from zoufang.core.errors import Conflict
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
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
    line.hash = line_hash(line)
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
        day.root = root_of(day)
        day.save(update_fields=["root"])
    return day.root


def root_of(day: AuditDay) -> str:
    return _digest({"branch": day.branch_code, "day": day.day, "before": day.previous_root, "head": day.head})


def line_hash(line: AuditLine) -> str:
    fields = ("number", "actor", "action", "subject_kind", "subject_id", "details", "previous_hash")
    return _digest({name: getattr(line, name) for name in fields} | {"at": line.at.astimezone(BANK_ZONE)})


def _digest(value: dict[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=lambda v: v.isoformat())
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> list[Message]:
    """Walk every chain; each fault names branch, day and line. An empty list is a whole chain."""
    faults: list[Message] = []
    roots: dict[str, str] = {}
    for day, lines in _days_with_lines():
        if day.previous_root != roots.get(day.branch_code, ""):
            faults.append(_fault(day, gettext_noop("%(branch)s %(day)s: does not follow the day before")))
        faults += _faults_of(day, lines)
        if day.root and day.root != root_of(day):
            faults.append(_fault(day, gettext_noop("%(branch)s %(day)s: the closing root does not match")))
        roots[day.branch_code] = day.root
    return faults


def _days_with_lines() -> Iterator[tuple[AuditDay, Iterable[AuditLine]]]:
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


def _faults_of(day: AuditDay, lines: Iterable[AuditLine]) -> list[Message]:
    faults, previous, number = [], day.previous_root, 0
    for line in lines:
        number += 1
        for missing in range(number, line.number):
            faults.append(_fault(day, gettext_noop("%(branch)s %(day)s: line %(line)s is missing"), missing))
        number = line.number
        if line.previous_hash != previous:
            template = gettext_noop("%(branch)s %(day)s: line %(line)s does not follow the line before")
            faults.append(_fault(day, template, number))
        if line.hash != line_hash(line):
            faults.append(_fault(day, gettext_noop("%(branch)s %(day)s: line %(line)s was changed"), number))
        previous = line.hash
    if number != day.lines or previous != (day.head or day.previous_root):
        template = gettext_noop("%(branch)s %(day)s: the end of the day, line %(line)s, is missing")
        faults.append(_fault(day, template, day.lines))
    return faults


def _fault(day: AuditDay, template: str, line: int = 0) -> Message:
    return Message(template, {"branch": day.branch_code, "day": day.day, "line": line})
