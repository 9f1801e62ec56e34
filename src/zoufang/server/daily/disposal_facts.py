"""What the registers say of loans when a stage of disposal is asked for: a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from zoufang.core.compliance import UNKNOWN, Guarantee, PlanState
from zoufang.core.disposal import CaseFacts, Outcome, StageKind, Stated
from zoufang.core.values import BANK_ZONE, SecurityKind, Willingness
from zoufang.core.visits import Ability
from zoufang.core.visits import Outcome as DoorOutcome
from zoufang.server.book.models import Loan
from zoufang.server.daily.facts import Registers, read_registers
from zoufang.server.daily.limitation import ends_of_loans
from zoufang.server.daily.targets import target_met
from zoufang.server.disposal.models import DisposalStage, StageStep
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Stop
from zoufang.server.papers.queries import demanded_on
from zoufang.server.visiting.models import Visit

ABLE = (Ability.PART, Ability.INSTALMENTS, Ability.FULL)
WITH_THE_MONEY = (Outcome.PAID, Outcome.DONE, Outcome.SECURED)
TITLES = (Outcome.ORDERED, Outcome.SETTLED)
SECURING = (SecurityKind.MORTGAGE, SecurityKind.PLEDGE)


@dataclass(slots=True)
class _Tried:
    """What visits and contacts of a debtor came to; filled from the newest back."""

    failed: int = 0
    broken_off: bool = False  # the debtor's side was reached: earlier failures count no more
    refusals: int = 0
    steps: int = 0
    since: date | None = None
    hardship_on: date | None = None
    met_on: date | None = None

    def add(self, on: date, *, reached: bool) -> None:
        self.steps += 1
        self.since = on if self.since is None else min(self.since, on)
        self.broken_off = self.broken_off or reached
        self.failed += not self.broken_off

    def visited(self, visit: Visit) -> None:
        self.refusals += visit.outcome == DoorOutcome.REFUSED or (
            visit.willingness == Willingness.REFUSES and visit.ability in ABLE
        )
        if visit.hardship or visit.ability == Ability.NONE:
            self.hardship_on = max(self.hardship_on or visit.day, visit.day)
        if target_met(visit):
            self.met_on = max(self.met_on or visit.day, visit.day)


@dataclass(slots=True)
class _Before:
    """Stages of a loan that are over."""

    ended: list[StageKind] = field(default_factory=list)
    ordered_on: date | None = None


def case_facts(loans: Iterable[Loan], today: date, stated: Stated | None = None) -> dict[UUID, CaseFacts]:
    """By loan; they carry their states and debtors. `stated`: what the paper file tells, of a single loan."""
    loans = list(loans)
    parties = {loan.debtor_id: loan.debtor for loan in loans}
    registers, tried = read_registers(parties.values(), today), _tried(list(parties), today)
    demands, reviewed, before = demanded_on(parties), _reviewed(list(parties)), _before([one.pk for one in loans])
    found = {}
    for loan, ends in ends_of_loans(loans):
        done = before[loan.pk]
        found[loan.pk] = replace(
            _facts(loan, registers, tried[loan.debtor_id], today),
            limitation_ends=ends,
            demanded_on=max((on for on, _paper in demands.get(loan.pk, ())), default=None),
            hardship_reviewed_on=reviewed.get(loan.debtor_id),
            ended=tuple(done.ended),
            ordered=done.ordered_on is not None,
            stated=_stated(stated or Stated(), done.ordered_on),
        )
    return found


def _facts(loan: Loan, registers: Registers, tried: _Tried, today: date) -> CaseFacts:
    state = loan.state
    kinds = {stop.kind for stop in registers.stops.get(loan.debtor_id, [])}
    guarantees = registers.guarantees.get(loan.debtor_id, ())
    return CaseFacts(
        today=today,
        arrears_fen=state.arrears_fen,
        balance_fen=state.balance_fen,
        dpd=state.dpd,
        five_class=state.five_class or UNKNOWN,
        guarantee_ends=_next_end(guarantees, today),
        deceased=Stop.Kind.DECEASED in kinds,
        dispute_open=Stop.Kind.DISPUTE in kinds,
        complaint_open=loan.debtor_id in registers.complaining,
        plan_state=PlanState(registers.plans.get(loan.debtor_id, PlanState.NONE)),
        held=Stop.Kind.SELF_HARM in kinds,
        transferred=loan.transferred_on is not None and loan.transferred_on <= today,
        hardship_seen_on=tried.hardship_on,
        hardship_open=Stop.Kind.HARDSHIP_REVIEW in kinds,
        address_confirmed_on=tried.met_on,
        secured=loan.security in SECURING,
        refusals=tried.refusals,
        failed_attempts=tried.failed,
        pursuit_steps=tried.steps,
        pursued_since=tried.since,
    )


def _next_end(guarantees: Iterable[Guarantee], today: date) -> date | None:
    return min((g.period_ends for g in guarantees if not g.kept and g.period_ends >= today), default=None)


def _stated(stated: Stated, ordered_on: date | None) -> Stated:
    """A judgment on record tells its own day; what was said by hand stands where there is none."""
    return stated if ordered_on is None else replace(stated, effective_on=ordered_on)


def _tried(debtors: list[UUID], today: date) -> dict[UUID, _Tried]:
    """Finished visits and attempted contacts, the newest first; those to others are steps and reach nobody."""
    visits = Visit.objects.filter(party__in=debtors, ended_at__isnull=False, day__lte=today)
    contacts = Contact.objects.filter(debtor__in=debtors, at__date__lte=today)
    marks: dict[UUID, list[tuple[date, int, bool, Visit | None]]] = defaultdict(list)
    for visit in visits.order_by("day", "pk"):
        marks[visit.party_id].append((visit.day, len(marks[visit.party_id]), target_met(visit), visit))
    rows = contacts.order_by("at", "pk").values_list("debtor_id", "at", "reached", "target_id")
    for debtor, at, reached, target in rows:
        on = at.astimezone(BANK_ZONE).date()
        marks[debtor].append((on, len(marks[debtor]), reached and target is None, None))
    found: dict[UUID, _Tried] = defaultdict(_Tried)
    for debtor, entries in marks.items():
        for day, _number, met, made in sorted(entries, key=lambda one: one[:2], reverse=True):
            found[debtor].add(day, reached=met)
            if made is not None:
                found[debtor].visited(made)
    return found


def _reviewed(debtors: list[UUID]) -> dict[UUID, date]:
    """When a hardship review of the debtor last ended."""
    rows = Stop.objects.filter(party__in=debtors, kind=Stop.Kind.HARDSHIP_REVIEW, lifted_at__isnull=False)
    found = {}
    for party_id, at in rows.order_by("lifted_at").values_list("party_id", "lifted_at"):
        if at is not None:
            found[party_id] = at.astimezone(BANK_ZONE).date()
    return found


def _before(loans: list[UUID]) -> dict[UUID, _Before]:
    found: dict[UUID, _Before] = defaultdict(_Before)
    closed = DisposalStage.objects.filter(loan__in=loans, state=DisposalStage.State.CLOSED)
    decided = dict(
        StageStep.objects.filter(stage__loan__in=loans, kind=StageStep.Kind.ORDERED)
        .order_by("on")
        .values_list("stage_id", "on")
    )
    for row in closed.order_by("closed_on", "pk"):
        if row.outcome not in WITH_THE_MONEY:
            found[row.loan_id].ended.append(StageKind(row.kind))
        if row.outcome in TITLES:
            found[row.loan_id].ordered_on = decided.get(row.pk, row.closed_on)
    return found
