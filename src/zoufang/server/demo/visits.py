"""Play a published plan: each crew at each door, with what it records and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db import transaction

from zoufang.core.repayment import (
    Certainty,
    IncomeSource,
    MeansStatement,
    OtherDebt,
)
from zoufang.core.simulation import (
    Contact,
    Promise,
    SimulatedAddress,
    SimulatedBank,
    SimulatedParty,
    VisitOutcome,
    door_point,
    other_outcome,
    uuid_of,
    visit_outcome,
)
from zoufang.core.simulation.chance import uniform
from zoufang.core.values import BANK_ZONE, PartyRole, Purpose
from zoufang.core.visits import Outcome
from zoufang.server.agreements.means import take_statement
from zoufang.server.agreements.offers import accept_offer, put_offers
from zoufang.server.book.models import Loan
from zoufang.server.daily.field import accept, promised_loan
from zoufang.server.daily.offering import offer_gate
from zoufang.server.demo.doors import Diary, events_of
from zoufang.server.demo.safety import report_unsafe
from zoufang.server.oversight import services as oversight
from zoufang.server.safety.rest import resting
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import DayPlan, Visit

Doors = dict[tuple[str, str], SimulatedAddress]
OtherPeople = dict[bytes, SimulatedParty]  # by the blind index of the identity number
# Of those who would promise, how many are offered and take a repayment plan instead.
TAKES_PLAN = 0.75


def play_visits(bank: SimulatedBank, plan: DayPlan, doors: Doors, others: OtherPeople) -> list[Contact]:
    """Every visit of the plan in its crew's order; the answer is what payments will depend on.

    A crew that left a door for safety rests from then on: its later visits of the day stay unmade.
    """
    rows = Visit.objects.filter(stop__plan=plan).select_related(
        "stop__verdict", "party__branch", "target__branch", "address", "crew", "branch"
    )
    visits = list(rows.prefetch_related("crew__members").order_by("crew__code", "stop__number"))
    contacts = (_play(bank, visit, doors, others) for visit in visits if not _rests(visit))
    return [contact for contact in contacts if contact is not None]


def _rests(visit: Visit) -> bool:
    return resting(visit.day).filter(officer__in=visit.crew.members.all()).exists()


@transaction.atomic
def _play(bank: SimulatedBank, visit: Visit, doors: Doors, others: OtherPeople) -> Contact | None:
    if visit.stop is None:
        return None
    start = datetime.combine(visit.day, time(), BANK_ZONE) + timedelta(minutes=visit.stop.arrive)
    door, said = _knock(bank, visit, doors, others, start)
    loan = promised_loan(visit)
    arrears = loan.state.arrears_fen if loan else 0
    wants_plan = said.promise is not None and uniform(bank.seed, "takes plan", visit.party.source_key) < TAKES_PLAN
    promised = 0 if said.promise is None or wants_plan else min(said.promise.amount_fen, arrears)
    first, second = sorted(visit.crew.members.all(), key=lambda officer: officer.employee_no)
    diary = Diary(bank, str(visit.id), (str(first.pk), str(second.pk)), start)
    events = tuple(events_of(said, diary, door_point(bank.seed, door), promised, Purpose(visit.purpose)))
    accept(visit=visit, events=events, officers=(first, second), at=events[-1].at, simulated=True)
    if said.outcome is Outcome.UNSAFE:
        report_unsafe(bank, visit, first, events[-1].at)
    if said.complaint:
        _complain(bank, visit, start)
    agreed = _agree(bank, visit, said, loan, first) if wants_plan and loan else None
    given = Promise(promised, said.promise.due) if said.promise and promised else None
    return replace(said.contact, promise=agreed or given)


def _knock(
    bank: SimulatedBank, visit: Visit, doors: Doors, others: OtherPeople, at: datetime
) -> tuple[SimulatedAddress, VisitOutcome]:
    """Who opens, at the debtor's or at somebody else's who stands in the loan."""
    customer = visit.party.source_key
    if visit.target is None:
        door = doors[customer, visit.address.kind]
        return door, visit_outcome(bank, customer, door.address_id, at)
    other = others[bytes(visit.target.id_index or b"")]
    door = next(one for one in other.addresses if one.kind == visit.address.kind)
    role = PartyRole(visit.target_role)
    return door, other_outcome(bank, customer, other, role, door.address_id, at)


def _complain(bank: SimulatedBank, visit: Visit, at: datetime) -> None:
    oversight.open_complaint(
        id=uuid_of(bank.seed, "visit complaint", visit.id),
        party=visit.whom,
        about="visit_conduct",
        text="对外访方式不满（模拟）",
        opened_on=visit.day,
        by=None,
        at=at,
        visit_id=visit.id,
    )


def _agree(bank: SimulatedBank, visit: Visit, said: VisitOutcome, loan: Loan, officer: User) -> Promise | None:
    """Statement, offers, and the most lenient one accepted; its first instalment is what is now expected."""
    means = _means(visit, said, 1 + int(4 * uniform(bank.seed, "household", visit.party.source_key)))
    statement = take_statement(
        id=uuid_of(bank.seed, "means", visit.id),
        party=visit.party,
        means=means,
        visit=visit,
        by=officer,
        on=visit.day,
    )
    gate = offer_gate(loan, visit.day)
    proposal, proposed = put_offers(
        id=uuid_of(bank.seed, "offers", visit.id),
        loan=loan,
        statement=statement,
        gate=gate,
        by=officer,
        today=visit.day,
    )
    if not proposed.offers or loan.repayment_plans.filter(status__in=("performing", "awaiting")).exists():
        return None
    choice = len(proposed.offers) - 1
    accept_offer(
        id=uuid_of(bank.seed, "plan", visit.id),
        proposal=proposal,
        choice=choice,
        visit=visit,
        gate=gate,
        by=officer,
        at=said.at + timedelta(minutes=said.minutes),
    )
    first = proposed.offers[choice].schedule[0]
    return Promise(first.amount_fen, first.due)


def _means(visit: Visit, said: VisitOutcome, household: int) -> MeansStatement:
    income = (
        None if said.income_fen is None else (IncomeSource("工资", said.income_fen, certainty=Certainty.STATED),)
    )
    no_debts: tuple[OtherDebt, ...] = ()
    return MeansStatement(
        taken_on=visit.day,
        district=visit.address.county or "*",
        household_size=household,
        income=income,
        spending_fen=said.essential_fen,
        other_debts=no_debts,
        hardship=said.hardship,
        willingness=said.willingness,
    )
