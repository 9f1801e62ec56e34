"""Incidents, refusals and signs of self-harm by 1,000 visits; small numbers are marked, for they say little."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from zoufang.core.safety import INCIDENT_NAMES, IncidentKind
from zoufang.core.values import Message, gettext_noop
from zoufang.server.safety.models import NOTHING, Crisis, Incident, RefusedStop
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Visit

PER = 1_000
# Under so many visits, or so few cases, one case more or less moves the rate by more than a fifth or so.
FEW_VISITS, FEW_CASES = 500, 5
REFUSED = "refused"
OTHER_NAMES = {REFUSED: gettext_noop("Visits refused by their crew")}


@dataclass(frozen=True, slots=True)
class Rate:
    """`cases` on `visits`; None where nobody went."""

    cases: int
    visits: int

    @property
    def per_thousand(self) -> float | None:
        return self.cases * PER / self.visits if self.visits else None

    @property
    def small(self) -> bool:
        """Too few to compare with."""
        return self.visits < FEW_VISITS or 0 < self.cases < FEW_CASES


@dataclass(frozen=True, slots=True)
class Line:
    """One kind, branch or month with its rate; `name` is a core Message or the branch's own name."""

    name: Message | str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Rates:
    all: Rate
    by_kind: tuple[Line, ...]
    by_branch: tuple[Line, ...]
    by_month: tuple[Line, ...]


def rates(user: User, since: date, until: date) -> Rates:
    """Of the visits begun from `since` to `until` in the reader's scope; a case counts on its visit's day.

    A refused visit counts by kind alone: it is no incident.
    """
    require(user, "see_safety_rates")
    begun = Visit.objects.filter(scope(user), day__gte=since, day__lte=until, started_at__isnull=False)
    happened = Incident.objects.filter(visit__in=begun).exclude(kind=NOTHING)
    signs = Crisis.objects.filter(visit__in=begun)
    refused = RefusedStop.objects.filter(scope(user), visit__day__gte=since, visit__day__lte=until)
    n = begun.count()
    kinds = Counter(happened.values_list("kind", flat=True))
    kinds[IncidentKind.SELF_HARM_SIGN] = signs.count()
    total = sum(kinds.values())
    by_kind = [Line(Message(INCIDENT_NAMES[kind]), Rate(kinds[kind], n)) for kind in IncidentKind]
    by_kind.append(Line(Message(OTHER_NAMES[REFUSED]), Rate(refused.values("visit").distinct().count(), n)))
    return Rates(
        Rate(total, n), tuple(by_kind), _by_branch(begun, happened, signs), _by_month(begun, happened, signs)
    )


def _by_branch(begun: QuerySet[Visit], happened: QuerySet[Incident], signs: QuerySet[Crisis]) -> tuple[Line, ...]:
    visits = dict(begun.order_by().values_list("branch__name").annotate(n=Count("pk")))
    cases = Counter(happened.values_list("visit__branch__name", flat=True))
    cases.update(signs.values_list("visit__branch__name", flat=True))
    return tuple(Line(name, Rate(cases[name], visits[name])) for name in sorted(visits))


def _by_month(begun: QuerySet[Visit], happened: QuerySet[Incident], signs: QuerySet[Crisis]) -> tuple[Line, ...]:
    by_month = begun.order_by().annotate(month=TruncMonth("day")).values_list("month").annotate(n=Count("pk"))
    visits = {f"{month:%Y-%m}": n for month, n in by_month}
    days = [*happened.values_list("visit__day", flat=True), *signs.values_list("visit__day", flat=True)]
    cases = Counter(f"{day:%Y-%m}" for day in days if day is not None)
    return tuple(Line(month, Rate(cases[month], visits[month])) for month in sorted(visits))
