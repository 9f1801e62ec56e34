"""What the agencies' pages count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum

from zoufang.core.agencies import deletion_due
from zoufang.server.agencies.models import Agency, AgencyComplaint, ConductCheck, Placement
from zoufang.server.agencies.queries import Standing, agencies, deletions_owed, standing_of
from zoufang.server.agencies.register import UPHELD
from zoufang.server.agencies.settling import commission_of
from zoufang.server.staff.models import User


@dataclass(frozen=True, slots=True)
class Figures:
    """Since the first case. `received_fen`: payments within placements, less what was reversed."""

    cases: int
    open: int
    recalled: int
    placed_fen: int
    received_fen: int
    commission_fen: int
    contacts: int
    against: int
    upheld: int
    faults: int
    deletions: int


def agency_figures(agency: Agency, today: date) -> Figures:
    cases, lines = agency.placements, commission_of(agency, date.min, today)
    placed = cases.aggregate(fen=Sum("arrears_fen"))["fen"]
    upheld = AgencyComplaint.objects.filter(
        placement__agency=agency, about_agency=True, complaint__finding__in=UPHELD
    )
    return Figures(
        cases=cases.count(),
        open=cases.filter(ended_at__isnull=True).count(),
        recalled=cases.filter(ending=Placement.Ending.RECALLED).count(),
        placed_fen=placed or 0,
        received_fen=sum(line.amount_fen for line in lines),
        commission_fen=sum(line.commission_fen for line in lines),
        contacts=agency.contacts.count(),
        against=agency.contacts.exclude(against=[]).count(),
        upheld=upheld.count(),
        faults=agency.conduct_checks.filter(result=ConductCheck.Result.FAULT).count(),
        deletions=deletions_owed(agency).count(),
    )


def standings(user: User, day: date) -> list[tuple[Standing, int]]:
    """Each agency of the reader's branches as it stands today, and its cases."""
    return [
        (standing_of(one, day), one.placements.filter(ended_at__isnull=True).count()) for one in agencies(user)
    ]


@dataclass(frozen=True, slots=True)
class OwedDeletion:
    """Of one batch: ended cases without a certificate, and the day by which the first of them is due."""

    batch_id: Any
    number: str
    cases: int
    due: date
    overdue: bool


def owed_deletions(rows: QuerySet[Placement], today: date) -> list[OwedDeletion]:
    found: dict[Any, list[Placement]] = {}
    for one in rows.select_related("batch").order_by("ended_on", "case_no"):
        found.setdefault(one.batch_id, []).append(one)
    made = []
    for batch_id, cases in found.items():
        ended = cases[0].ended_on
        assert ended is not None  # noqa: S101 - the rows have ended
        due = deletion_due(ended)
        made.append(OwedDeletion(batch_id, cases[0].batch.number, len(cases), due, due < today))
    return sorted(made, key=lambda one: one.due)


def owed_by(agency: Agency, today: date) -> list[OwedDeletion]:
    return owed_deletions(deletions_owed(agency), today)


def hidden_choices(given: Any, *names: str) -> list[tuple[str, str]]:
    """What was chosen by GET, to be sent on by POST."""
    return [(name, value) for name in names for value in given.getlist(name)]


def query_of(**given: Any) -> str:
    return urlencode({name: _plain(value) for name, value in given.items()})


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
