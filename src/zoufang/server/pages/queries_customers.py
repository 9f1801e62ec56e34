"""The list of customers with open loans, worst first; never in the order of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Count, Max, Q, QuerySet, Sum

from zoufang.server.book.models import LoanState, Party
from zoufang.server.oversight.queries import stops_in_force
from zoufang.server.pages.listing import page_of, showing
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import may, require, scope
from zoufang.server.studies.models import Assignment

PAGE = 25
ORDERS = {"arrears": ("-arrears_fen", "-dpd"), "dpd": ("-dpd", "-arrears_fen"), "balance": ("-balance_fen",)}


@dataclass(frozen=True, slots=True)
class Line:
    """One customer with the sums over the open loans; `stops` are kinds of stops in force."""

    party: Party
    loans: int
    balance_fen: int
    arrears_fen: int
    dpd: int
    bucket: str
    stops: tuple[str, ...]
    arm: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader filters by; empty means all."""

    bucket: str = ""
    branch: str = ""
    stop: str = ""
    arm: str = ""
    order: str = "arrears"


def customers(user: User, wanted: Wanted, page: str | int | None) -> Page[Line]:
    """One page of debtors of the reader's branches; the page's `object_list` holds Lines."""
    require(user, "see_customer")
    states = LoanState.objects.filter(_matching(user, wanted), scope(user), open=True)
    found = page_of(_by_debtor(states).order_by(*ORDERS[wanted.order], "loan__debtor"), PAGE, page)
    return showing(found, _lines(user, list(found.object_list)))


def named(user: User, parties: Iterable[Party]) -> list[Line]:
    """The same lines for people found by an exact search; someone who owes nothing here has zeros."""
    ids = [party.id for party in parties]
    states = LoanState.objects.filter(scope(user), open=True, loan__debtor__in=ids)
    rows = {row["loan__debtor"]: row for row in _by_debtor(states)}
    none = {"loans": 0, "balance_fen": 0, "arrears_fen": 0, "dpd": 0, "bucket": ""}
    return _lines(user, [rows.get(i, none | {"loan__debtor": i}) for i in ids])


def branches_below(user: User) -> QuerySet[Branch]:
    """The reader's own branch and all below, in the order of the tree."""
    return Branch.objects.filter(path__startswith=user.branch.path if user.branch else "?").order_by("path")


def may_see_arms(user: User) -> bool:
    """Visitors, planners and approvers must not know who is held out: they could act on it."""
    return may(user, "see_evaluation")


def _matching(user: User, wanted: Wanted) -> Q:
    found = Q(bucket=wanted.bucket) if wanted.bucket else Q()
    if wanted.branch:
        found &= Q(branch__path__startswith=wanted.branch)
    if wanted.stop:
        stops = stops_in_force(business_date()).values("party")
        found &= Q(loan__debtor__in=stops) if wanted.stop == "yes" else ~Q(loan__debtor__in=stops)
    if wanted.arm and may_see_arms(user):
        found &= Q(loan__debtor__in=_newest_draws().filter(arm=wanted.arm).values("party"))
    return found


def _newest_draws() -> QuerySet[Assignment]:
    day = business_date()
    return Assignment.objects.filter(study__opened_on__lte=day, study__window_end__gte=day)


def _by_debtor(states: QuerySet[LoanState]) -> QuerySet[Any, dict[str, Any]]:
    rows = states.values("loan__debtor").annotate(
        loans=Count("pk"),
        balance_fen=Sum("balance_fen"),
        arrears_fen=Sum("arrears_fen"),
        dpd=Max("dpd"),
        bucket=Max("bucket"),
    )
    return cast("QuerySet[Any, dict[str, Any]]", rows)


def _lines(user: User, rows: list[dict[str, Any]]) -> list[Line]:
    ids = [row["loan__debtor"] for row in rows]
    parties = Party.objects.select_related("branch").in_bulk(ids)
    stops: dict[UUID, list[str]] = {}
    for stop in stops_in_force(business_date()).filter(party__in=ids):
        stops.setdefault(stop.party_id, []).append(stop.get_kind_display())
    draws = _newest_draws().filter(party__in=ids).order_by("study__opened_on") if may_see_arms(user) else ()
    arms = {draw.party_id: draw.arm for draw in draws}
    return [
        Line(
            party=parties[row.pop("loan__debtor")],
            stops=tuple(stops.get(party_id, ())),
            arm=arms.get(party_id, ""),
            **row,
        )
        for row, party_id in zip(rows, ids, strict=True)
    ]
