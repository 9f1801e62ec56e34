"""Rights that are about to lapse: limitation of loans, periods of guarantees, and what was done to keep them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import F, Q

from zoufang.core.compliance import Guarantee
from zoufang.core.values import GuaranteeKind, PartyRole, Purpose
from zoufang.core.visits import PaperGrade, PaperKind
from zoufang.server.book.models import Loan, LoanParty, Party
from zoufang.server.daily.facts import guarantees_of
from zoufang.server.daily.limitation import LIMITATION_YEARS, ends_of_loans
from zoufang.server.papers.models import Paper
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Visit

STEPS = (7, 30, 90)  # days left at which a right is called out (CN-S1, CN-P6)
SEEN_AFTER = timedelta(days=90)  # a right that lapsed is shown so long, so that none goes unnoticed
LOOKS_BACK = timedelta(days=365)
KEEPS_RIGHTS = (Purpose.SERVE_DEMAND, Purpose.GUARANTOR_DEMAND)
A_YEAR = timedelta(days=365)
FIGURES_MAY_LAG = timedelta(days=366)  # days past due are those of the book's own day

Kind = Literal["limitation", "guarantee"]


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: a paper with its grade, or a visit for the purpose; `ahead`: it is planned."""

    on: date
    paper: Paper | None = None
    visit: Visit | None = None
    ahead: bool = False

    @property
    def grade(self) -> PaperGrade | None:
        return self.paper.grade if self.paper else None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One right of the bank and its last day. `kept`: the guarantee was claimed within its period."""

    kind: Kind
    loan: Loan
    ends: date
    days: int
    guarantor: Party | None = None
    guarantee: GuaranteeKind | None = None
    kept: bool = False
    deeds: tuple[Deed, ...] = ()

    @property
    def step(self) -> int | None:
        """7, 30 or 90; None: it is over."""
        return next((step for step in STEPS if self.days <= step), None) if self.days >= 0 else None


def time_limits(user: User, today: date) -> list[TimeLimit]:
    """Of the user's branch and below, the soonest first; those of the last 90 days that are over stand first."""
    require(user, "see_time_limits")
    limits = [*_limitations(user, today), *_guarantees(user, today)]
    limits.sort(key=lambda one: (one.ends, one.kind, one.loan.source_system, one.loan.source_key))
    return _with_deeds(limits, today)


def days_left_of_open_rights(user: User, today: date) -> list[int]:
    """Of each right that has not lapsed and was not claimed yet."""
    require(user, "see_time_limits")
    limits = (*_limitations(user, today), *_guarantees(user, today))
    return [one.days for one in limits if one.days >= 0 and not one.kept]


def _within(ends: date, today: date) -> bool:
    return today - SEEN_AFTER <= ends <= today + timedelta(days=STEPS[-1])


def _limitations(user: User, today: date) -> list[TimeLimit]:
    """Payments and papers only put the end off: whose base lies later than three years ago cannot end soon."""
    latest = today + timedelta(days=STEPS[-1]) - LIMITATION_YEARS * A_YEAR
    old = Q(matures_on__isnull=True, state__dpd__gte=(today - latest - FIGURES_MAY_LAG).days)
    soon = Q(matures_on__lte=latest) | old
    loans = Loan.objects.filter(scope(user), soon, state__open=True, state__balance_fen__gt=0)
    rows = loans.filter(Q(transferred_on__isnull=True) | Q(transferred_on__gt=today))
    return [
        TimeLimit("limitation", loan, end, (end - today).days)
        for loan, end in ends_of_loans(rows.select_related("state", "debtor", "branch"))
        if _within(end, today)
    ]


def _guarantees(user: User, today: date) -> list[TimeLimit]:
    links = LoanParty.objects.filter(
        scope(user, "loan__branch"),
        role=PartyRole.GUARANTOR,
        guarantee_until__range=(today - SEEN_AFTER, today + timedelta(days=STEPS[-1])),
        loan__state__open=True,
        loan__state__balance_fen__gt=0,
    ).exclude(guarantee="")
    rows = list(links.select_related("loan__state", "loan__debtor", "loan__branch", "party"))
    known = guarantees_of([link.loan.debtor_id for link in rows])
    return [_guarantee(link, known.get(link.loan.debtor_id, ()), today) for link in rows]


def _guarantee(link: LoanParty, known: Iterable[Guarantee], today: date) -> TimeLimit:
    assert link.guarantee_until is not None  # noqa: S101 - the query asked for a day
    mine = [g for g in known if (g.party_id, g.period_ends) == (str(link.party_id), link.guarantee_until)]
    return TimeLimit(
        "guarantee",
        link.loan,
        link.guarantee_until,
        (link.guarantee_until - today).days,
        guarantor=link.party,
        guarantee=GuaranteeKind(link.guarantee),
        kept=any(g.kept for g in mine),
    )


def _with_deeds(limits: list[TimeLimit], today: date) -> list[TimeLimit]:
    """A fixed number of queries: papers of the loan, visits for the purpose, of the last year and planned."""
    loans = {one.loan.pk for one in limits}
    papers: dict[UUID | None, list[Deed]] = defaultdict(list)
    made = Paper.objects.filter(loan__in=loans, kind__in=(PaperKind.DEMAND, PaperKind.PROMISE))
    for paper in made.select_related("visit").prefetch_related("steps"):
        papers[paper.loan_id].append(Deed(paper.course.events[-1].on, paper=paper))
    visits = _visits({one.loan.debtor_id for one in limits}, today)
    return [
        TimeLimit(
            one.kind,
            one.loan,
            one.ends,
            one.days,
            one.guarantor,
            one.guarantee,
            one.kept,
            tuple(sorted(_own(one, papers[one.loan.pk], visits), key=lambda deed: deed.on, reverse=True)),
        )
        for one in limits
    ]


def _visits(debtors: set[UUID], today: date) -> dict[tuple[UUID, UUID | None], list[Deed]]:
    """By debtor and whom the visit was to (None: the debtor); called off ones are no deed."""
    found: dict[tuple[UUID, UUID | None], list[Deed]] = defaultdict(list)
    rows = Visit.objects.filter(party__in=debtors, purpose__in=KEEPS_RIGHTS, day__gte=today - LOOKS_BACK)
    for visit in rows.filter(withdrawn_reason__isnull=True).order_by(F("day").desc(), "pk"):
        ahead = visit.ended_at is None
        if not ahead or visit.day >= today:
            found[visit.party_id, visit.target_id].append(Deed(visit.day, visit=visit, ahead=ahead))
    return found


def _own(one: TimeLimit, papers: list[Deed], visits: dict[tuple[UUID, UUID | None], list[Deed]]) -> list[Deed]:
    """A demand on the guarantor speaks of the guarantee, all others of the debtor's own clock."""
    whom = one.guarantor.pk if one.guarantor else None
    mine = [d for d in papers if d.paper is not None and _addressed(d.paper) == whom]
    return [*mine, *visits.get((one.loan.debtor_id, whom), ())]


def _addressed(paper: Paper) -> UUID | None:
    to_guarantor = paper.visit.target_role == PartyRole.GUARANTOR
    return paper.visit.target_id if to_guarantor else None
