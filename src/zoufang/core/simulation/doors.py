"""What happens when somebody knocks, or rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zoufang.core.errors import NotFound
from zoufang.core.simulation.bank import SimulatedAddress, SimulatedBank
from zoufang.core.simulation.chance import between, normal, uniform, weighted, whole
from zoufang.core.simulation.days import LEAST_FEN, ROUNDED_TO_FEN, Contact, Promise, arrears_on
from zoufang.core.simulation.people import Truth, truth_of
from zoufang.core.simulation.stops import is_deceased
from zoufang.core.values import BANK_ZONE, AddressKind, Channel, Hardship, Willingness, local_minute
from zoufang.core.visits import Ability, ArrearsReason, Outcome, WhoMet

NOON, EVENING = 12 * 60, 18 * 60
STATED = 0.5  # spread of what people show of their willingness
HARDSHIPS = {
    ArrearsReason.ILLNESS: Hardship.ILLNESS,
    ArrearsReason.JOB_LOSS: Hardship.JOB_LOSS,
    ArrearsReason.BUSINESS_LOSS: Hardship.BUSINESS_FAILURE,
    ArrearsReason.OVER_INDEBTED: Hardship.OVER_INDEBTED,
}
OTHERS = (
    (WhoMet.NOBODY, 0.62),
    (WhoMet.SPOUSE, 0.18),
    (WhoMet.ADULT_RELATIVE, 0.15),
    (WhoMet.NEIGHBOUR, 0.05),
)
OWES_IT = (WhoMet.DEBTOR, WhoMet.CO_DEBTOR)
PROMISES = {
    Willingness.COMMITTED: 0.75,
    Willingness.OPEN: 0.5,
    Willingness.RELUCTANT: 0.25,
    Willingness.REFUSES: 0.0,
}


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What the crew could record. Statements are what was said at the door, not what is true."""

    customer_id: str
    address_id: str
    at: datetime
    outcome: Outcome
    who: WhoMet
    minutes: int
    willingness: Willingness = Willingness.NOT_ASSESSED
    ability: Ability = Ability.NOT_ASSESSED
    reason: ArrearsReason = ArrearsReason.NOT_STATED
    hardship: Hardship | None = None
    income_fen: int | None = None
    essential_fen: int | None = None
    promise: Promise | None = None
    complaint: bool = False

    @property
    def met(self) -> bool:
        return self.outcome in (Outcome.MET, Outcome.REFUSED)

    @property
    def contact(self) -> Contact:
        """What `payments_on` needs to know; a demand on a guarantor keeps a right and moves no money."""
        day, talked = self.at.astimezone(BANK_ZONE).date(), self.met and self.who in OWES_IT
        return Contact(self.customer_id, day, Channel.VISIT, talked, self.promise)


@dataclass(frozen=True, slots=True)
class CallOutcome:
    customer_id: str
    at: datetime
    reached: bool
    promise: Promise | None = None

    @property
    def contact(self) -> Contact:
        day = self.at.astimezone(BANK_ZONE).date()
        return Contact(self.customer_id, day, Channel.CALL, self.reached, self.promise)


def visit_outcome(bank: SimulatedBank, customer_id: str, address_id: str, at: datetime) -> VisitOutcome:
    """Knocking at `address_id` at `at` (aware); NotFound for a customer or door that the bank does not have."""
    address, truth = _address(bank, customer_id, address_id), truth_of(bank.seed, customer_id)
    who = (customer_id, address_id, f"{at.astimezone(BANK_ZONE):%Y%m%d%H}")
    if is_deceased(bank.seed, customer_id):
        return VisitOutcome(customer_id, address_id, at, Outcome.DECEASED, WhoMet.SPOUSE, 5)
    if truth.moved_away and address.kind is AddressKind.HOME:
        return VisitOutcome(customer_id, address_id, at, Outcome.MOVED, WhoMet.NEIGHBOUR, 6)
    if uniform(bank.seed, "door", *who) >= p_present(truth, address.kind, at):
        return nobody_answers(bank.seed, who, customer_id, address_id, at)
    return _met(bank, truth, who, customer_id, address_id, at)


def call_outcome(bank: SimulatedBank, customer_id: str, at: datetime) -> CallOutcome:
    """One call to the customer's first number."""
    truth, day = truth_of(bank.seed, customer_id), at.astimezone(BANK_ZONE).date()
    who = (customer_id, f"{at:%Y%m%d%H%M}")
    if is_deceased(bank.seed, customer_id) or uniform(bank.seed, "rings", *who) >= truth.answers_phone:
        return CallOutcome(customer_id, at, reached=False)
    promises = uniform(bank.seed, "phone promise", *who) < 0.12 + 0.08 * max(0.0, truth.willingness)
    return CallOutcome(customer_id, at, True, promise_of(bank, truth, customer_id, day) if promises else None)


def p_present(truth: Truth, kind: AddressKind, at: datetime) -> float:
    """The true chance that the customer opens: home by part of day, work on workdays, a shop most days."""
    minute, weekend = local_minute(at), at.astimezone(BANK_ZONE).weekday() >= 5
    part = 0 if minute < NOON else 1 if minute < EVENING else 2
    if kind is AddressKind.HOME:
        chance = truth.home[part] + (truth.weekend_shift if weekend else 0.0)
    elif kind is AddressKind.WORK:
        chance = 0.08 if weekend or part == 2 else 0.9 - truth.home[part]
    else:
        chance = 0.72 if part < 2 else 0.35
    return min(0.97, max(0.02, chance))


def nobody_answers(
    seed: int, who: tuple[str, ...], customer_id: str, address_id: str, at: datetime
) -> VisitOutcome:
    other = weighted(OTHERS, seed, "opens", *who)
    outcome = Outcome.NOT_HOME if other is WhoMet.NOBODY else Outcome.THIRD_PARTY
    return VisitOutcome(customer_id, address_id, at, outcome, other, whole(3, 8, seed, "wait", *who))


def _met(
    bank: SimulatedBank, truth: Truth, who: tuple[str, ...], customer_id: str, address_id: str, at: datetime
) -> VisitOutcome:
    seed, shown = bank.seed, truth.willingness + STATED * normal(bank.seed, "shown", *who)
    complaint = uniform(seed, "complains", *who) < truth.complains
    if uniform(seed, "unsafe", *who) < 0.003:
        return VisitOutcome(customer_id, address_id, at, Outcome.UNSAFE, WhoMet.DEBTOR, 4, complaint=complaint)
    if shown < -1.5:
        minutes = whole(3, 8, seed, "short", *who)
        return VisitOutcome(
            customer_id,
            address_id,
            at,
            Outcome.REFUSED,
            WhoMet.DEBTOR,
            minutes,
            Willingness.REFUSES,
            complaint=complaint,
        )
    word = said_willing(shown)
    promises = uniform(seed, "promises", *who) < PROMISES[word]
    poor = truth.income_fen < truth.essential_fen * 1.15
    return VisitOutcome(
        customer_id=customer_id,
        address_id=address_id,
        at=at,
        outcome=Outcome.MET,
        who=WhoMet.DEBTOR,
        minutes=whole(14, 30, seed, "talk", *who),
        willingness=word,
        ability=_ability(bank, truth, customer_id),
        reason=truth.reason,
        hardship=HARDSHIPS.get(truth.reason) if poor else None,
        income_fen=_said(seed, truth.income_fen, "income", *who),
        essential_fen=_said(seed, truth.essential_fen, "essential", *who),
        promise=promise_of(bank, truth, customer_id, at.astimezone(BANK_ZONE).date()) if promises else None,
        complaint=complaint,
    )


def said_willing(shown: float) -> Willingness:
    steps = ((0.6, Willingness.COMMITTED), (0.0, Willingness.OPEN), (-0.9, Willingness.RELUCTANT))
    return next((word for least, word in steps if shown > least), Willingness.REFUSES)


def _ability(bank: SimulatedBank, truth: Truth, customer_id: str) -> Ability:
    """As the crew would judge from what is left of the income each month."""
    owed = sum(arrears_on(loan, bank.start) for loan in bank.loans if loan.customer_id == customer_id)
    spare = truth.income_fen - truth.essential_fen
    steps = ((1.0, Ability.FULL), (0.3, Ability.INSTALMENTS), (0.05, Ability.PART))
    return next((word for least, word in steps if spare > least * owed), Ability.NONE)


def _said(seed: int, true_fen: int, *key: str) -> int:
    """People round, and are a little off."""
    return round(true_fen * between(0.88, 1.08, seed, *key) / 10_000) * 10_000


def promise_of(bank: SimulatedBank, truth: Truth, customer_id: str, day: date) -> Promise | None:
    """What is left of a month's income, or all that is owed if less; some promise more than they can."""
    owed = max(arrears_on(loan, day) for loan in bank.loans if loan.customer_id == customer_id)
    spare = max(0, truth.income_fen - truth.essential_fen) * between(
        0.5, 1.8, bank.seed, "offer", customer_id, day
    )
    amount = min(owed, max(5 * LEAST_FEN, round(spare / ROUNDED_TO_FEN) * ROUNDED_TO_FEN))
    due = day + timedelta(days=whole(2, 10, bank.seed, "promise day", customer_id, day))
    return Promise(amount, due) if amount > 0 else None


def _address(bank: SimulatedBank, customer_id: str, address_id: str) -> SimulatedAddress:
    for customer in bank.customers:
        if customer.party_id == customer_id:
            for address in customer.addresses:
                if address.address_id == address_id:
                    return address
    raise NotFound(f"The simulated bank has no customer {customer_id} with a door {address_id}. Check both ids.")
