"""What the office does about guarantors and co-debtors: rung up first, and visited where a planner orders it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from zoufang.core.compliance import Verdict
from zoufang.core.simulation import SimulatedBank, other_answers, uuid_of
from zoufang.core.simulation.chance import uniform, whole
from zoufang.core.values import BANK_ZONE, Channel, GuaranteeKind, PartyRole, Purpose
from zoufang.server.book.models import LoanParty, Phone
from zoufang.server.daily.facts import Registers, read_registers
from zoufang.server.daily.gate import review_call
from zoufang.server.daily.targets import Target, target_met
from zoufang.server.demo.found import Staff
from zoufang.server.demo.visits import OtherPeople
from zoufang.server.outreach.models import Contact
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight import services as oversight
from zoufang.server.visiting.models import PlannerOrder, Visit
from zoufang.server.visiting.orders import order_visit

CALLED_A_DAY, PRESSING = 0.01, timedelta(days=100)
OPENS, CLOSES = 9 * 60, 18 * 60
A_WEEK = timedelta(days=6)  # so that the visit stays within what CN-F3 allows for the debtor
TRIES, UNMET, ORDERS_A_DAY = 3, 2, 2
ORDERED = "借款人两次未遇，先向连带保证人主张权利（模拟）"


def call_others(bank: SimulatedBank, team: Staff, others: OtherPeople, day: date) -> None:
    """A small share each workday; and whom one may have to visit soon, until reached or tried three times."""
    unmet, tried = _never_met(day), _tried()
    soon = Q(loan__debtor__in=unmet) | Q(guarantee_until__range=(day, day + PRESSING))
    pressing = set(_links().filter(soon).values_list("pk", flat=True))
    drawn = {
        pk
        for pk, key, role in _links().values_list("pk", "loan__source_key", "role")
        if _drawn(bank, key, role, day)
    }
    wanted = _links().filter(pk__in=pressing | drawn).select_related("party__branch", "loan__debtor__branch")
    links = list({link.party_id: link for link in wanted if _to_call(link, tried)}.values())
    registers = read_registers([link.loan.debtor for link in links], day, [link.party for link in links])
    rows = Phone.objects.filter(party__in=[link.party_id for link in links])
    phones = {phone.party_id: phone for phone in rows.order_by("-pk")}
    asked = [_ask(bank, link, phones[link.party_id], registers, day) for link in links if link.party_id in phones]
    said = [oversight.SaidOfParty(link.loan.debtor_id, None, link.loan.branch_id, v) for link, v, _ in asked]
    oversight.keep_verdicts(said, day=day, at=datetime.combine(day, time(18), BANK_ZONE))
    for link, verdict, when in asked:
        if verdict.cleared:
            _ring(bank, team, others, link, phones[link.party_id], when)


def _links() -> QuerySet[LoanParty]:
    """Co-debtors and joint guarantors of loans in the book, in a fixed order."""
    asked = Q(role=PartyRole.CO_DEBTOR) | Q(guarantee=GuaranteeKind.JOINT)
    links = LoanParty.objects.filter(asked, loan__state__open=True, party__id_index__isnull=False)
    return links.order_by("loan__source_key", "role", "party__source_key")


def _never_met(before: date) -> set[UUID]:
    """Debtors who were called on twice before a day and met never."""
    made: Counter[UUID] = Counter()
    met: set[UUID] = set()
    for visit in Visit.objects.filter(target__isnull=True, ended_at__isnull=False):
        made[visit.party_id] += 1
        if target_met(visit) or visit.day >= before:
            met.add(visit.party_id)
    return {party for party, times in made.items() if times >= UNMET} - met


def _tried() -> dict[UUID, tuple[int, bool]]:
    """By person: how often they were rung up, and whether they ever answered."""
    found: dict[UUID, tuple[int, bool]] = {}
    for person, reached in Contact.objects.filter(target__isnull=False).values_list("target_id", "reached"):
        if person is not None:
            times, ever = found.get(person, (0, False))
            found[person] = times + 1, ever or reached
    return found


def _drawn(bank: SimulatedBank, loan: str, role: str, day: date) -> bool:
    return uniform(bank.seed, "rung", loan, role, day) < CALLED_A_DAY


def _to_call(link: LoanParty, tried: dict[UUID, tuple[int, bool]]) -> bool:
    times, ever = tried.get(link.party_id, (0, False))
    return not ever and times < TRIES


def _ask(
    bank: SimulatedBank, link: LoanParty, phone: Phone, registers: Registers, day: date
) -> tuple[LoanParty, Verdict, datetime]:
    minute = whole(OPENS, CLOSES, bank.seed, "ring", link.loan.source_key, link.role, day)
    when = datetime.combine(day, time(), BANK_ZONE) + timedelta(minutes=minute)
    target = Target(link.party, PartyRole(link.role))
    return link, review_call(link.loan.debtor, phone, registers, at=when, target=target), when


def _ring(
    bank: SimulatedBank, team: Staff, others: OtherPeople, link: LoanParty, phone: Phone, when: datetime
) -> None:
    other = others.get(bytes(link.party.id_index or b""))
    reached = other is not None and other_answers(bank, other, when)
    record_contact(
        id=uuid_of(bank.seed, "call other", link.loan.source_key, link.role, when.date()),
        debtor=link.loan.debtor,
        channel=Channel.CALL,
        reached=reached,
        result="reached" if reached else "unanswered",
        by=team.planner,
        at=when,
        phone=phone,
        reached_role=PartyRole(link.role),
        target=link.party,
    )


def order_guarantors(team: Staff, day: date, at: datetime) -> None:
    """The planner has a few guarantors of debtors who were never met asked in person, each once."""
    unmet, tried = _never_met(day - A_WEEK), _tried()
    others = PlannerOrder.objects.filter(target__isnull=False)
    ordered: set[UUID | None] = set(others.values_list("target_id", flat=True))
    for link in list(_may_be_asked(unmet, tried, ordered, day))[:ORDERS_A_DAY]:
        order_visit(
            day=day,
            party=link.loan.debtor,
            target=link.party,
            role=PartyRole.GUARANTOR,
            purpose=Purpose.GUARANTOR_DEMAND,
            reason=ORDERED,
            by=team.planner,
            at=at,
        )


def _may_be_asked(
    unmet: set[UUID], tried: dict[UUID, tuple[int, bool]], ordered: set[UUID | None], day: date
) -> Iterable[LoanParty]:
    debtors: set[UUID] = set()
    bound = _links().filter(role=PartyRole.GUARANTOR, guarantee_until__gte=day, loan__debtor__in=unmet)
    for link in bound.select_related("party__branch", "loan__debtor__branch"):
        times, ever = tried.get(link.party_id, (0, False))
        fresh = link.party_id not in ordered and link.loan.debtor_id not in debtors
        if fresh and (ever or times >= TRIES):
            debtors.add(link.loan.debtor_id)
            yield link
