"""Who pays on a day. The same day replays the same, whatever order the calls come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from zoufang.core.simulation.bank import SimulatedBank, SimulatedLoan
from zoufang.core.simulation.chance import normal, uniform, weighted
from zoufang.core.simulation.people import Truth, truth_of
from zoufang.core.values import Channel

VISIT_LASTS, CALL_LASTS = 21, 5  # days for which a contact goes on working
MOST_A_DAY = 0.6
PAYS_ALL, SAVINGS_MONTHS = 0.10, 4
ROUNDED_TO_FEN = 1_000  # people pay round sums of ten yuan, at least a hundred
LEAST_FEN = 10_000
WAYS = (("mobile_bank", 0.45), ("transfer", 0.2), ("counter", 0.2), ("third_party", 0.1), ("direct_debit", 0.05))


@dataclass(frozen=True, slots=True)
class Promise:
    """承诺还款: so much by that day."""

    amount_fen: int
    due: date


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit or call that was made; it changes payments from the next day on, and only if someone was met."""

    customer_id: str
    day: date
    channel: Channel
    met: bool
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class SimulatedPayment:
    reference: str
    loan_id: str
    customer_id: str
    day: date
    amount_fen: int
    way: str


@dataclass(frozen=True, slots=True)
class History:
    """What has happened since the bank's start: contacts made and payments received."""

    contacts: tuple[Contact, ...] = ()
    payments: tuple[SimulatedPayment, ...] = ()


def payments_on(bank: SimulatedBank, day: date, history: History) -> tuple[SimulatedPayment, ...]:
    """Payments that customers make on `day`, given what happened before it, in the order of customers."""
    contacts, paid = _by_customer(history.contacts, day), _by_loan(history.payments, day)
    loans: dict[str, list[SimulatedLoan]] = defaultdict(list)
    for loan in bank.loans:
        loans[loan.customer_id].append(loan)
    made = (
        _payment(bank.seed, day, customer.party_id, loans[customer.party_id], contacts[customer.party_id], paid)
        for customer in bank.customers
    )
    return tuple(payment for payment in made if payment is not None)


def recovered(bank: SimulatedBank, contacts: Iterable[Contact], first: date, days: int) -> dict[str, int]:
    """Fen paid by each customer in `days` days from `first`, had these contacts been made and no others."""
    history = History(tuple(contacts))
    total = {customer.party_id: 0 for customer in bank.customers}
    for offset in range(days):
        made = payments_on(bank, first + timedelta(days=offset), history)
        history = History(history.contacts, history.payments + made)
        for payment in made:
            total[payment.customer_id] += payment.amount_fen
    return total


def true_effect(
    bank: SimulatedBank, contacts: Iterable[Contact], customers: Iterable[str], first: date, days: int
) -> float:
    """The known mean effect in fen per customer of the visits among `contacts`, other channels left as they are.

    Both worlds are played with the same draws, so the difference is due to the visits alone.
    """
    made = tuple(contacts)
    with_visits = recovered(bank, made, first, days)
    without = recovered(bank, (c for c in made if c.channel is not Channel.VISIT), first, days)
    differences = [with_visits[customer] - without[customer] for customer in customers]
    return sum(differences) / len(differences)


def arrears_on(loan: SimulatedLoan, day: date, paid_since_fen: int = 0) -> int:
    """Past due on `day`, less what was paid before the start and since."""
    due = sum(instalment.amount_fen for instalment in loan.ledger.dues if instalment.due < day)
    return max(0, due - sum(payment.amount_fen for payment in loan.ledger.payments) - paid_since_fen)


def daily_chance(truth: Truth, contacts: Iterable[Contact], day: date) -> float:
    """The chance to pay on `day`: the latest talk at the door and the latest on the phone each count once."""
    factor = 1.0
    recent = [contact for contact in contacts if contact.met]
    if any(c.channel is Channel.VISIT for c in _within(recent, day, VISIT_LASTS)):
        factor *= truth.visit_factor
    if any(c.channel is Channel.CALL for c in _within(recent, day, CALL_LASTS)):
        factor *= truth.call_factor
    return min(MOST_A_DAY, truth.daily * factor)


def _within(contacts: list[Contact], day: date, days: int) -> Iterator[Contact]:
    return (contact for contact in contacts if 0 < (day - contact.day).days <= days)


def _payment(
    seed: int,
    day: date,
    customer_id: str,
    loans: list[SimulatedLoan],
    contacts: list[Contact],
    paid: dict[str, int],
) -> SimulatedPayment | None:
    truth = truth_of(seed, customer_id)
    promised = [c.promise.amount_fen for c in contacts if c.promise and c.promise.due == day]
    kept = bool(promised) and uniform(seed, "promise", customer_id, day) < truth.keeps_promise
    if not kept and uniform(seed, "pays", customer_id, day) >= daily_chance(truth, contacts, day):
        return None
    owed = {loan.loan_id: arrears_on(loan, day, paid[loan.loan_id]) for loan in loans}
    loan_id = max(owed, key=lambda name: owed[name])
    amount = min(owed[loan_id], max(promised) if kept else _amount(seed, day, customer_id, truth, owed[loan_id]))
    if amount == 0:
        return None
    way = weighted(WAYS, seed, "way", customer_id, day)
    return SimulatedPayment(f"PAY-{loan_id}-{day:%Y%m%d}", loan_id, customer_id, day, amount, way)


def _amount(seed: int, day: date, customer_id: str, truth: Truth, owed_fen: int) -> int:
    """A part of the arrears, seldom beyond a month's income; now and then with savings or borrowed from kin."""
    if uniform(seed, "all", customer_id, day) < PAYS_ALL:
        return min(owed_fen, SAVINGS_MONTHS * truth.income_fen)
    part = min(1.0, truth.share_paid * exp(0.5 * normal(seed, "part", customer_id, day)))
    wanted = min(owed_fen * part, 1.5 * truth.income_fen)
    return max(LEAST_FEN, round(wanted / ROUNDED_TO_FEN) * ROUNDED_TO_FEN)


def _by_customer(contacts: Iterable[Contact], day: date) -> defaultdict[str, list[Contact]]:
    grouped: defaultdict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.day < day:
            grouped[contact.customer_id].append(contact)
    return grouped


def _by_loan(payments: Iterable[SimulatedPayment], day: date) -> defaultdict[str, int]:
    total: defaultdict[str, int] = defaultdict(int)
    for payment in payments:
        if payment.day < day:
            total[payment.loan_id] += payment.amount_fen
    return total
