"""Everything that the bank knows of one customer, gathered in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch

from zoufang.core.portfolio import (
    ClassFacts,
    ComputedFigures,
    Figure,
    FigureUsed,
    FiveClass,
    Trigger,
    classify,
    figure_used,
)
from zoufang.core.values import PartyRole
from zoufang.server.agreements.models import Approval, PaymentMatch, Promise, RepaymentPlan, Statement
from zoufang.server.book import vault
from zoufang.server.book.ageing import as_given
from zoufang.server.book.models import (
    Address,
    Collateral,
    GivenFigure,
    ImportBatch,
    Loan,
    LoanEntry,
    LoanParty,
    LoanState,
    Party,
    Phone,
)
from zoufang.server.book.queries import customer_loans
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Complaint, Stop, Verdict
from zoufang.server.pages.agreement_lines import PlanView, plan_view
from zoufang.server.pages.queries_customers import may_see_arms
from zoufang.server.staff.models import User
from zoufang.server.studies.models import Assignment
from zoufang.server.visiting.models import Visit

MONEY = (LoanEntry.Kind.PAYMENT, LoanEntry.Kind.REVERSAL)
Owned = TypeVar("Owned", Phone, Address)
NEWEST = 60  # contacts, visits and verdicts shown on the page


@dataclass(frozen=True, slots=True)
class RoleLine:
    """Someone who stands in one of the loans; `days_left` of a guarantee is negative when its period is over."""

    link: LoanParty
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Thing:
    """Collateral with its place opened (show it masked)."""

    row: Collateral
    place: str


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan with both figures of delay, the one that rules use, and why it has its class."""

    loan: Loan
    state: LoanState
    given: GivenFigure | None
    used: FigureUsed | None
    triggers: tuple[Trigger, ...]
    parties: tuple[RoleLine, ...]
    collateral: tuple[Thing, ...]

    @property
    def rate(self) -> float | None:
        """A share a year; None where the book names none."""
        return None if self.loan.annual_rate_bp is None else self.loan.annual_rate_bp / 10_000

    @property
    def differs(self) -> bool:
        ours = self.state.computed_dpd
        return (
            self.given is not None and ours is not None and self.given.dpd is not None and ours != self.given.dpd
        )


@dataclass(frozen=True, slots=True)
class PaymentLine:
    entry: LoanEntry
    matches: tuple[PaymentMatch, ...]


@dataclass(frozen=True)
class CustomerFile:
    """What the page and its timeline show. Personal data is opened here and masked by the template."""

    party: Party
    today: date
    phones: tuple[Phone, ...]
    addresses: tuple[Address, ...]
    loans: tuple[LoanView, ...]
    elsewhere: tuple[LoanParty, ...]  # roles in other people's loans
    figures: tuple[GivenFigure, ...]
    payments: tuple[PaymentLine, ...]
    promises: tuple[Promise, ...]
    plans: tuple[PlanView, ...]
    visits: tuple[Visit, ...]
    contacts: tuple[Contact, ...]
    complaints: tuple[Complaint, ...]
    stops: tuple[Stop, ...]
    verdicts: tuple[Verdict, ...]
    draws: tuple[Assignment, ...]
    statement: Statement | None

    @cached_property
    def open_loans(self) -> tuple[LoanView, ...]:
        return tuple(view for view in self.loans if view.state.open)

    @property
    def balance_fen(self) -> int:
        return sum(view.state.balance_fen for view in self.open_loans)

    @property
    def arrears_fen(self) -> int:
        return sum(view.state.arrears_fen for view in self.open_loans)

    @property
    def worst(self) -> LoanState | None:
        return max((view.state for view in self.open_loans), key=lambda state: state.dpd, default=None)

    @property
    def stops_now(self) -> tuple[Stop, ...]:
        return tuple(stop for stop in self.stops if in_force(stop, self.today))

    @property
    def visits_made(self) -> int:
        return sum(visit.started_at is not None for visit in self.visits)

    @property
    def controllers(self) -> list[Party]:
        """Who really decides in a firm (实际控制人), each once."""
        links = (line.link for view in self.loans for line in view.parties)
        return list({link.party_id: link.party for link in links if link.role == PartyRole.CONTROLLER}.values())

    @property
    def open_complaints(self) -> tuple[Complaint, ...]:
        return tuple(complaint for complaint in self.complaints if complaint.closed_on is None)

    @property
    def latest_verdict(self) -> Verdict | None:
        return next((v for v in self.verdicts if v.channel == "visit"), None)


def in_force(stop: Stop, day: date) -> bool:
    return stop.lifted_at is None and stop.since <= day and (stop.until is None or stop.until >= day)


def customer_file(party: Party, user: User, today: date) -> CustomerFile:
    """Read once, whatever the customer has; the reader's role decides on the study's arm alone."""
    loans = list(customer_loans(party))
    figures = _figures(loans, today)
    return CustomerFile(
        party=party,
        today=today,
        phones=_of_party(party, Phone.objects.filter(party=party).order_by("pk")),
        addresses=_of_party(party, Address.objects.filter(party=party).order_by("pk")),
        loans=_loan_views(party, loans, figures, today),
        elsewhere=tuple(LoanParty.objects.filter(party=party).select_related("loan__debtor", "loan__state")),
        figures=figures,
        payments=_payments(loans),
        promises=tuple(Promise.objects.filter(party=party).select_related("visit").order_by("-made_on", "-id")),
        plans=_plans(party, today),
        visits=tuple(
            Visit.objects.filter(party=party).select_related("crew").order_by("-day", "-started_at")[:NEWEST]
        ),
        contacts=tuple(Contact.objects.filter(debtor=party).select_related("by").order_by("-at", "-id")[:NEWEST]),
        complaints=tuple(Complaint.objects.filter(party=party).order_by("-opened_on", "-id")),
        stops=tuple(Stop.objects.filter(party=party).select_related("by", "lifted_by").order_by("-since", "-id")),
        verdicts=tuple(Verdict.objects.filter(party=party).order_by("-at", "-id")[:NEWEST]),
        draws=_draws(party, user),
        statement=Statement.objects.filter(party=party).order_by("-taken_on", "-id").first(),
    )


def _of_party(party: Party, rows: Iterable[Owned]) -> tuple[Owned, ...]:
    """The rows with the party that is at hand, so that its key is unwrapped once."""
    found = tuple(rows)
    for row in found:
        row.party = party
    return found


def _figures(loans: list[Loan], today: date) -> tuple[GivenFigure, ...]:
    landed = ImportBatch.Status.LANDED
    rows = GivenFigure.objects.filter(loan__in=loans, as_of__lte=today, batch__status=landed)
    return tuple(rows.select_related("batch").order_by("as_of", "batch__at"))


def _loan_views(
    party: Party, loans: list[Loan], figures: tuple[GivenFigure, ...], today: date
) -> tuple[LoanView, ...]:
    latest = {row.loan_id: row for row in figures}
    links: dict[UUID, list[RoleLine]] = defaultdict(list)
    for link in LoanParty.objects.filter(loan__in=loans).select_related("party").order_by("role", "pk"):
        left = (link.guarantee_until - today).days if link.guarantee_until else None
        links[link.loan_id].append(RoleLine(link, left))
    things: dict[UUID, list[Thing]] = defaultdict(list)
    for row in Collateral.objects.filter(loan__in=loans).order_by("rank", "number"):
        things[row.loan_id].append(Thing(row, _place(party, row)))
    return tuple(_loan_view(loan, latest.get(loan.id), links[loan.id], things[loan.id]) for loan in loans)


def _place(party: Party, row: Collateral) -> str:
    return vault.unseal(party.key, row.sealed_place, "collateral")["text"] if row.sealed_place else ""


def _loan_view(loan: Loan, given: GivenFigure | None, links: list[RoleLine], things: list[Thing]) -> LoanView:
    state = loan.state
    theirs = as_given(given) if given else None
    ours = None
    if state.computed_dpd is not None and state.computed_five_class:
        ours = ComputedFigures(
            str(loan.id),
            state.as_of,
            state.computed_dpd,
            state.balance_fen,
            state.overdue_principal_fen,
            state.interest_fen,
            FiveClass(state.computed_five_class),
        )
    triggers = classify(ClassFacts(dpd=state.dpd)).triggers
    return LoanView(
        loan, state, given, figure_used(Figure.DPD, theirs, ours), triggers, tuple(links), tuple(things)
    )


def _payments(loans: list[Loan]) -> tuple[PaymentLine, ...]:
    rows = PaymentMatch.objects.select_related("promise", "instalment__plan", "visit").order_by("pk")
    entries = LoanEntry.objects.filter(loan__in=loans, kind__in=MONEY).select_related("loan")
    entries = entries.prefetch_related(Prefetch("matches", rows)).order_by("-on", "-id")
    return tuple(PaymentLine(entry, tuple(entry.matches.all())) for entry in entries)


def _plans(party: Party, today: date) -> tuple[PlanView, ...]:
    approvals = Approval.objects.select_related("by").order_by("at")
    rows = RepaymentPlan.objects.filter(party=party).select_related("loan", "made_by", "branch")
    rows = rows.prefetch_related(Prefetch("approvals", approvals), "instalments__matches__entry").order_by(
        "-made_at"
    )
    return tuple(plan_view(plan, today) for plan in rows)


def _draws(party: Party, user: User) -> tuple[Assignment, ...]:
    if not may_see_arms(user):
        return ()
    return tuple(Assignment.objects.filter(party=party).select_related("study").order_by("-drawn_on", "-pk"))
