"""The call desk works on as before, for held out and assigned alike."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from zoufang.core.simulation import Contact, SimulatedBank, call_outcome, uuid_of
from zoufang.core.simulation.chance import uniform, whole
from zoufang.core.values import BANK_ZONE, Channel
from zoufang.server.agreements.promises import give_promise
from zoufang.server.book.models import Loan, Party, Phone
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import review_call
from zoufang.server.demo.found import Staff
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight import services as oversight

SHARE_A_DAY = 0.03
OPENS, CLOSES = 9 * 60, 18 * 60


def play_calls(bank: SimulatedBank, team: Staff, parties: dict[str, Party], day: date) -> list[Contact]:
    """A small share of customers is rung up each workday, whoever they are, if the gate lets the call through."""
    if day.weekday() >= 5:
        return []
    chosen = [c for c in bank.customers if uniform(bank.seed, "rung", c.party_id, day) < SHARE_A_DAY]
    reachable = [parties[c.party_id] for c in chosen if c.party_id in parties]
    registers = read_registers(reachable, day)
    phones = {phone.party_id: phone for phone in Phone.objects.filter(party__in=reachable).order_by("-pk")}
    made = []
    for party in reachable:
        if party.id not in phones:
            continue
        when = _hour(bank, party, day)
        verdict = review_call(party, phones[party.id], registers, at=when)
        oversight.keep_verdicts(
            [oversight.SaidOfParty(party.id, None, party.branch_id, verdict)], day=day, at=when
        )
        if verdict.cleared:
            made.append(_ring(bank, team, party, phones[party.id], when))
    return made


def _hour(bank: SimulatedBank, party: Party, day: date) -> datetime:
    minute = whole(OPENS, CLOSES, bank.seed, "ring", party.source_key, day)
    return datetime.combine(day, time(), BANK_ZONE) + timedelta(minutes=minute)


def _ring(bank: SimulatedBank, team: Staff, party: Party, phone: Phone, when: datetime) -> Contact:
    said = call_outcome(bank, party.source_key, when)
    record_contact(
        id=uuid_of(bank.seed, "call", party.source_key, when.date()),
        debtor=party,
        channel=Channel.CALL,
        reached=said.reached,
        result="reached" if said.reached else "unanswered",
        by=team.planner,
        at=when,
        phone=phone,
    )
    if said.promise is not None:
        _promise(bank, team, party, said.promise.amount_fen, said.promise.due, when)
    return said.contact


def _promise(bank: SimulatedBank, team: Staff, party: Party, fen: int, due: date, when: datetime) -> None:
    owed = Loan.objects.filter(debtor=party, state__open=True, state__arrears_fen__gt=0)
    loan = owed.order_by("-state__dpd", "-state__arrears_fen", "source_key").first()
    if loan is not None:
        give_promise(
            id=uuid_of(bank.seed, "phone promise", party.source_key, when),
            loan=loan,
            amount_fen=min(fen, loan.state.arrears_fen),
            due=due,
            made_on=when.date(),
            visit=None,
            by=team.manager,
            at=when,
        )
