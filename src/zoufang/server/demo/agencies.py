"""A collection agency of the demo: on the white list, a batch that runs, cases that came back, a statement."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from zoufang.core.agencies import Scores
from zoufang.core.portfolio import BUCKETS
from zoufang.core.simulation import SimulatedBank, uuid_of
from zoufang.core.simulation.chance import uniform
from zoufang.core.values import Channel
from zoufang.server.agencies import people, register
from zoufang.server.agencies.batches import Order, take_back
from zoufang.server.agencies.models import Agency, Batch, DeletionCertificate, Licence, Placement
from zoufang.server.agencies.settling import Paper, certify_deletion, commission_of, take_statement
from zoufang.server.daily.agency_work import contact_made
from zoufang.server.daily.placing import Segment, judged_segment, place_segment
from zoufang.server.demo.found import Staff

CODE = "DA"
LOOKED_AT = 400
FIRST, SECOND = 6, 3  # cases of the two batches
STAYS = timedelta(days=60)
ANSWERED = 0.4  # share of calls that somebody takes
HEAD = "案件编号,还款日期,还款金额（元）,佣金（元）\n"


def found_agency(bank: SimulatedBank, team: Staff, at: datetime) -> Agency:
    """Proposed by compliance and approved by the manager; contract, evaluation, licence and a trained person."""
    day = bank.start
    about = register.AboutAgency(CODE, "德安信用管理服务有限公司（模拟）", "91371400MA3SIMUL01", "0534-2210000")
    agency = register.propose_agency(
        id=_id(bank, "agency"), about=about, branch=team.city, by=team.compliance, at=at
    )
    agency = register.approve_agency(agency=agency, listed_on=day, by=team.manager, at=at)
    rates = {bucket: 600 + 200 * bucket.months for bucket in BUCKETS if bucket.months}
    terms = register.Terms("DA-2026-01", "逾期提醒与催告（模拟）", day, day + timedelta(days=365), rates, 3)
    contract = register.propose_contract(
        id=_id(bank, "contract"), agency=agency, terms=terms, by=team.compliance, at=at
    )
    register.approve_contract(contract=contract, by=team.manager, at=at)
    scores = Scores(conduct=88, results=76, security=82)
    register.evaluate(
        id=_id(bank, "evaluation"),
        agency=agency,
        scores=scores,
        on=day,
        by=team.compliance,
        at=at,
        note="现场检查（模拟）",
    )
    people.add_licence(
        agency=agency,
        kind=Licence.Kind.BUSINESS,
        number="SIM-1",
        until=day + timedelta(days=900),
        by=team.manager,
        at=at,
    )
    person = people.add_person(
        id=_id(bank, "person"),
        agency=agency,
        name=team.agency.full_name,
        staff_no="DA001",
        trained_on=day,
        trained_until=day + timedelta(days=365),
        by=team.compliance,
        at=at,
    )
    people.let_in(person=person, user=team.agency, by=team.manager, at=at)
    return agency


def agency_day(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """The second day brings the first batch; on later ones the agency rings one of its cases."""
    agency = Agency.objects.get(code=CODE)
    if day == bank.start + timedelta(days=1):
        _place(bank, team, agency, day, FIRST, at)
        return
    cases = agency.placements.filter(ended_at__isnull=True).select_related("party__branch", "agency", "batch")
    rows = list(cases.order_by("case_no"))
    if not rows:
        return
    case = rows[(day - bank.start).days % len(rows)]
    took = uniform(bank.seed, "agency call", case.case_no, day.isoformat()) < ANSWERED
    contact_made(
        id=_id(bank, "agency call", day.isoformat()),
        case=case,
        channel=Channel.CALL,
        result="reached" if took else "unanswered",
        note="",
        by=team.agency,
        today=day,
        at=at,
    )


def settle_agency(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """On the day left open: two cases back with a certificate, one without, a statement, a second batch."""
    agency = Agency.objects.get(code=CODE)
    rows = list(agency.placements.filter(ended_at__isnull=True).order_by("case_no"))
    if len(rows) > 3:
        _take(rows[:2], "委托目的已完成（模拟）", team, day, at, recalled=False)
        _certify(bank, team, rows[0].batch_id, day, at)
        _take(rows[2:3], "客户要求与本行面谈（模拟）", team, day, at, recalled=True)
    _state(bank, team, agency, day, at)
    _place(bank, team, agency, day, SECOND, at)


def _place(bank: SimulatedBank, team: Staff, agency: Agency, day: date, n: int, at: datetime) -> None:
    """The smallest of those whom the gate lets go: larger ones are worth a visit of our own."""
    said = judged_segment(Segment(team.city, at_most=LOOKED_AT), day)
    cleared = [one.party.pk for one in said if one.cleared][-n:]
    if not cleared:
        return
    order = Order(_id(bank, "batch", day.isoformat()), agency, team.city, Batch.Purpose.CALLS, day, day + STAYS)
    place_segment(order=order, parties=cleared, by=team.manager, at=at)


def _take(rows: list[Placement], why: str, team: Staff, day: date, at: datetime, *, recalled: bool) -> None:
    take_back(placements=rows, reason=why, by=team.manager, on=day, at=at, recalled=recalled)


def _certify(bank: SimulatedBank, team: Staff, batch_id: UUID, day: date, at: datetime) -> None:
    certify_deletion(
        id=_id(bank, "deletion"),
        batch=Batch.objects.select_related("agency__branch", "branch").get(pk=batch_id),
        who=team.agency.full_name,
        on=day,
        how=DeletionCertificate.How.OVERWRITTEN,
        paper=Paper("删除证明.pdf", "数据删除证明（模拟）".encode()),
        by=team.agency,
        today=day,
        at=at,
    )


def _state(bank: SimulatedBank, team: Staff, agency: Agency, day: date, at: datetime) -> None:
    """As we reckon it, but for a yuan too much in the first line and a payment that our book does not know."""
    lines = commission_of(agency, bank.start, day)
    rows = [
        f"{line.case_no},{line.on},{line.amount_fen / 100:.2f},{(line.commission_fen + 100 * (not n)) / 100:.2f}\n"
        for n, line in enumerate(lines)
    ]
    rows.append(f"{CODE}-000000-01-9999,{day},500.00,60.00\n")
    paper = Paper("佣金对账单.csv", (HEAD + "".join(rows)).encode())
    take_statement(agency=agency, since=bank.start, until=day, paper=paper, by=team.agency, at=at)


def _id(bank: SimulatedBank, *key: str) -> UUID:
    return uuid_of(bank.seed, "agencies", *key)
