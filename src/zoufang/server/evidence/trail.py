"""The audit records of one visit and its papers, with the links that prove them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from zoufang.core.evidence import DayExtract, verify_extract
from zoufang.core.visits import VisitRecord
from zoufang.server.audit.models import AuditDay, AuditLine
from zoufang.server.audit.services import chain_day, chain_line
from zoufang.server.papers.models import Paper
from zoufang.server.visiting.events import event_hash
from zoufang.server.visiting.models import Visit, VisitEvent

CARRY_EVENTS = ("visit_events", "paper_visit_events")


def lines_of(visit: Visit, papers: Iterable[Paper]) -> tuple[AuditLine, ...]:
    """In the order of their chains."""
    asked = Q(subject_kind="visit", subject_id=str(visit.pk))
    asked |= Q(subject_kind="paper", subject_id__in=[str(paper.pk) for paper in papers])
    rows = AuditLine.objects.filter(asked).select_related("day")
    return tuple(rows.order_by("day__branch_code", "day__day", "number"))


def links_hold(lines: Sequence[AuditLine]) -> bool:
    """Each line says what it said, and hangs on the line before it."""
    return not any(fault for one in _touched(lines) for fault in verify_extract((one,)))


def events_hold(rows: Iterable[VisitEvent], record: VisitRecord, lines: Iterable[AuditLine]) -> bool:
    """Each event is in the trail, and says what it said then. Lines of before hashes were kept name ids only."""
    told: dict[str, str | None] = {}
    for line in lines:
        if line.action in CARRY_EVENTS:
            known = line.details.get("hashes", {})
            told |= {key: known.get(key) for key in line.details["events"]}
    said = {event.id: event_hash(event) for event in record.events}
    return all(
        str(row.pk) in told and told[str(row.pk)] in (None, row.body_hash) and said[str(row.pk)] == row.body_hash
        for row in rows
    )


def extract_of(lines: Sequence[AuditLine]) -> tuple[DayExtract, ...]:
    """These lines whole, the others of their days by hash, and each chain's days from there to its end."""
    touched = {(one.day.branch, one.day.day): one for one in _touched(lines)}
    first: dict[str, AuditDay] = {}
    for line in lines:
        first.setdefault(line.day.branch_code, line.day)
    found = []
    for branch, day in sorted(first.items()):
        for row in AuditDay.objects.filter(branch_code=branch, day__gte=day.day).order_by("day"):
            found.append(touched.get((branch, row.day)) or DayExtract(chain_day(row)))
    return tuple(found)


def _touched(lines: Sequence[AuditLine]) -> tuple[DayExtract, ...]:
    """Only the days of these lines."""
    by_day: dict[int, list[AuditLine]] = defaultdict(list)
    for line in lines:
        by_day[line.day_id].append(line)
    hashes: dict[int, list[str]] = defaultdict(list)
    rows = AuditLine.objects.filter(day__in=by_day).order_by("day", "number")
    for day_id, known in rows.values_list("day_id", "hash"):
        hashes[day_id].append(known)
    return tuple(
        DayExtract(chain_day(mine[0].day), tuple(hashes[day_id]), tuple(chain_line(line) for line in mine))
        for day_id, mine in by_day.items()
    )
