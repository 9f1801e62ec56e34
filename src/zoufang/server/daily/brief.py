"""What a crew should know before it knocks: what to say, the risk, what went before. Amounts stay out until
somebody who owes them is identified: they are not in the answer, so that no page can show them by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from zoufang.core.compliance import Facts, StopCode, StopCondition, Vulnerability
from zoufang.core.safety import RiskFacts, risk_of_visit
from zoufang.core.values import AddressKind, Channel, Message, PartyRole, Precision, Purpose, RiskLevel
from zoufang.core.visits import (
    MAY_PROMISE,
    DoorScript,
    Outcome,
    VisitRecord,
    VisitState,
    WhoMet,
    say_and_not_say,
)
from zoufang.server.agreements.models import Promise, RepaymentPlan
from zoufang.server.book.models import Loan, LoanParty
from zoufang.server.daily.facts import facts_of, read_registers
from zoufang.server.daily.field import loans_spoken_of
from zoufang.server.daily.harms import UNSAFE
from zoufang.server.daily.risk import RESISTED
from zoufang.server.daily.targets import target_of
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Stop
from zoufang.server.safety.incidents import history_of
from zoufang.server.visiting.models import Visit

LAST = 5


@dataclass(frozen=True, slots=True)
class PastPromise:
    """`amount_fen` None: locked until the debtor is identified."""

    made_on: date
    due: date
    status: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Before:
    """One earlier contact, visits among them; `result` is a code of the channel's own list."""

    at: datetime
    channel: str
    result: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """`debts` is empty until a liable person has passed the identity check, and again once the visit is closed.

    `held`: there was a sign of self-harm, so that nobody speaks of money.
    """

    script: DoorScript
    risk: RiskLevel
    risk_reasons: tuple[Message, ...]
    stops: tuple[Message, ...]
    before: tuple[Before, ...]
    promises: tuple[PastPromise, ...]
    plans: tuple[RepaymentPlan, ...]
    debts: tuple[Loan, ...]
    held: bool = False

    @property
    def arrears_fen(self) -> int:
        return sum(loan.state.arrears_fen for loan in self.debts)


def brief_of(visit: Visit, record: VisitRecord, day: date) -> Brief:
    """A fixed number of queries for one visit on the bank's `day`."""
    target = target_of(visit)
    registers = read_registers([visit.party], day, [target.party] if target else ())
    facts = facts_of(visit.party, visit.address, registers, target=target, channel=Channel.VISIT)
    before = visit.party.visits.exclude(pk=visit.pk).filter(started_at__isnull=False, target=visit.target_id)
    earlier = list(before.order_by("-started_at"))
    kinds = {stop.kind for stop in registers.stops.get(visit.whom.id, [])}
    risk, reasons = risk_of_visit(_risk_facts(visit, earlier, day, self_harm=Stop.Kind.SELF_HARM in kinds))
    held = Vulnerability.SELF_HARM_RISK in _signs(facts)
    unlocked = record.amount_unlocked and record.state is not VisitState.CLOSED and not held
    return Brief(
        script=say_and_not_say(
            Purpose(visit.purpose), facts, day, PartyRole(visit.target_role), str(visit.whom.id)
        ),
        risk=risk,
        risk_reasons=reasons,
        stops=_stops(visit),
        before=_before(visit, earlier),
        promises=_promises(visit, unlocked) if may_agree(visit) else (),
        plans=tuple(visit.party.repayment_plans.order_by("-made_at")[:LAST])
        if unlocked and may_agree(visit)
        else (),
        debts=_debts(visit, record) if unlocked else (),
        held=held,
    )


def _signs(facts: Facts) -> tuple[Vulnerability, ...]:
    return facts.vulnerabilities if isinstance(facts.vulnerabilities, tuple) else ()


def may_agree(visit: Visit) -> bool:
    """Promises and plans are the borrower's affair: a guarantor or heir neither hears of them nor makes them."""
    return PartyRole(visit.target_role) in MAY_PROMISE


def _promises(visit: Visit, unlocked: bool) -> tuple[PastPromise, ...]:
    return tuple(_promise(row, unlocked) for row in visit.party.promises.order_by("-made_on", "-id")[:LAST])


def _risk_facts(visit: Visit, earlier: list[Visit], day: date, *, self_harm: bool) -> RiskFacts:
    """More is known than in the plan: which crew comes, whether it has been in the township, and when."""
    stop, address = visit.stop, visit.address
    past = history_of([address], {visit.whom.id}, day)
    return RiskFacts(
        today=day,
        incidents=past.at(address, visit.whom.id),
        address_kind=AddressKind(address.kind),
        precision=Precision(address.precision),
        starts_min=stop.arrive if stop else None,
        ends_min=stop.arrive + stop.service_min if stop else None,
        crew_knows_area=_knows_area(visit),
        danger_before=visit.whom.id in past.fled and visit.outcome not in UNSAFE,
        resisted_before=any(v.outcome in RESISTED for v in earlier),
        self_harm_risk=self_harm,
    )


def _knows_area(visit: Visit) -> bool:
    place = {"address__county": visit.address.county, "address__township": visit.address.township}
    been = Visit.objects.filter(crew=visit.crew_id, started_at__isnull=False, **place).exclude(pk=visit.pk)
    return bool(visit.address.county) and been.exists()


def _stops(visit: Visit) -> tuple[Message, ...]:
    """What the verdict that cleared this visit says must end it."""
    said = visit.stop.verdict.body["stops"] if visit.stop else [{"code": code, "rule_id": ""} for code in StopCode]
    found = {stop["code"]: StopCondition(StopCode(stop["code"]), stop["rule_id"]) for stop in said}
    return tuple(condition.message for condition in found.values())


def _before(visit: Visit, earlier: Iterable[Visit]) -> tuple[Before, ...]:
    calls = Contact.objects.filter(debtor=visit.party_id, target=visit.target_id).order_by("-at", "-id")[:LAST]
    found = [Before(c.at, c.channel, c.result or ("reached" if c.reached else ""), c.reached) for c in calls]
    found += [
        Before(v.started_at, "visit", v.outcome, v.outcome == Outcome.MET)
        for v in earlier
        if v.started_at is not None
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:LAST])


def _promise(row: Promise, unlocked: bool) -> PastPromise:
    amount = row.amount_fen if unlocked else None
    return PastPromise(row.made_on, row.due, row.status, amount)


def _debts(visit: Visit, record: VisitRecord) -> tuple[Loan, ...]:
    """What the person identified may hear of; a co-borrower at the borrower's door only of the shared loans."""
    loans = loans_spoken_of(visit)
    who = record.identification.who if record.identification else None
    if visit.target_id is None and who is WhoMet.CO_DEBTOR:
        shared = LoanParty.objects.filter(role=PartyRole.CO_DEBTOR, loan__debtor=visit.party_id)
        loans = loans.filter(pk__in=shared.values("loan"))
    return tuple(loans)
