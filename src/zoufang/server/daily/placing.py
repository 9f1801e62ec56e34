"""Which cases may go to an agency, by the gate; and those that must come back at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zoufang.core.compliance import ContactRequest, Verdict, eligible
from zoufang.core.errors import NotFound
from zoufang.core.values import Channel, Decision, Finding, Message, PartyRole, Purpose, gettext_noop
from zoufang.server.agencies.batches import ClearedCase, Order, end, place_batch, return_those_due
from zoufang.server.agencies.conduct import draw_checks
from zoufang.server.agencies.models import Agency, Batch, Placement
from zoufang.server.agencies.queries import placed_with
from zoufang.server.book.models import Address, Loan, LoanState, Party, Phone
from zoufang.server.daily.facts import Registers, facts_of, read_registers
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.disposal import queries as disposal
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.queries import parties_with_open_complaint, stops_by_party
from zoufang.server.oversight.refusals import in_force
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.studies.models import Assignment
from zoufang.server.visiting.standing import standing_elsewhere

OWN = "bank policy: never with an agency and with own crews at once"
IN_PLAN = gettext_noop("Stands in the plan of %(day)s")
IN_STUDY = gettext_noop("Stands in a study of visits until %(day)s, which an agency would spoil")
UNREACHED = gettext_noop("Neither a phone nor an address is known")
MOST = 1_000  # cases of one batch
EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Segment:
    """Which cases: by bucket (none named: all overdue), arrears, and branch; the largest first."""

    branch: Branch
    buckets: tuple[str, ...] = ()
    least_fen: int = 0
    most_fen: int | None = None
    at_most: int = 100


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A customer of the segment, and every finding that keeps them from an agency (none: may be placed)."""

    party: Party
    arrears_fen: int
    dpd: int
    bucket: str
    against: tuple[Finding, ...]
    verdict: Verdict | None

    @property
    def cleared(self) -> bool:
        return not self.against


def judged_segment(segment: Segment, day: date) -> list[JudgedCase]:
    """At most `segment.at_most` customers with the word of the gate on each; nothing is kept."""
    return judged(_of_segment(segment), day)


def _of_segment(segment: Segment) -> list[list[LoanState]]:
    wanted = Q(open=True, dpd__gt=0, branch__path__startswith=segment.branch.path)
    by_party: dict[UUID, list[LoanState]] = defaultdict(list)
    rows = LoanState.objects.filter(wanted, loan__written_off_on__isnull=True)
    for state in rows.select_related("loan__debtor__branch").order_by("loan__source_system", "loan__source_key"):
        by_party[state.loan.debtor_id].append(state)
    fitting = [states for states in by_party.values() if _fits(states, segment)]
    fitting.sort(key=lambda states: (-_arrears(states), states[0].loan.debtor.source_key))
    return fitting[: min(segment.at_most, MOST)]


def _fits(states: list[LoanState], segment: Segment) -> bool:
    owed = _arrears(states)
    if owed < segment.least_fen or (segment.most_fen is not None and owed > segment.most_fen):
        return False
    return not segment.buckets or _worst(states).bucket in segment.buckets


def _arrears(states: list[LoanState]) -> int:
    return sum(state.arrears_fen for state in states)


def _worst(states: list[LoanState]) -> LoanState:
    return max(states, key=lambda state: state.dpd)


def judged(cases: Sequence[list[LoanState]], day: date) -> list[JudgedCase]:
    """Each case by the gate (as a visit and as a call, of which every block counts) and by our own order."""
    parties = [states[0].loan.debtor for states in cases]
    registers, ours = read_registers(parties, day), _own_reasons([p.pk for p in parties], day)
    ways = _Ways.of(parties)
    found = []
    for states, party in zip(cases, parties, strict=True):
        verdicts = ways.verdicts(party, registers, day)
        against = ours.get(party.pk, ()) + _blocks(verdicts)
        if not verdicts:
            against += (_own(UNREACHED),)
        worst = _worst(states)
        keeps = max(verdicts, key=lambda said: said.decision.severity, default=None)
        found.append(JudgedCase(party, _arrears(states), worst.dpd, worst.bucket, against, keeps))
    return found


def _own_reasons(party_ids: list[UUID], day: date) -> dict[UUID, tuple[Finding, ...]]:
    """With an agency already, in a plan still to be walked, or in a study that runs."""
    found: dict[UUID, tuple[Finding, ...]] = defaultdict(tuple)
    for party, said in placed_with(party_ids).items():
        found[party] += (Finding("CN-O1", Decision.BLOCK, said, OWN),)
    for party, on in standing_elsewhere(party_ids, (), drafts=False).items():
        found[party] += (_own(IN_PLAN, day=on),)
    drawn = Assignment.objects.filter(party__in=party_ids, study__opened_on__lte=day, study__window_end__gte=day)
    for party, until in drawn.values_list("party_id", "study__window_end"):
        found[party] += (_own(IN_STUDY, day=until),)
    return found


def _own(template: str, **params: object) -> Finding:
    return Finding("CN-O1", Decision.BLOCK, Message(template, params), OWN)


def _blocks(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Warnings are the agency's to heed at each contact; a block keeps the case here."""
    findings = (f for said in verdicts for f in said.findings if f.decision is Decision.BLOCK)
    return tuple({(f.rule_id, str(f.message)): f for f in findings}.values())


@dataclass(frozen=True, slots=True)
class _Ways:
    """The first door and number of each debtor: an agency is asked about as a visit and as a call."""

    doors: Mapping[UUID, Address]
    phones: Mapping[UUID, Phone]

    @classmethod
    def of(cls, parties: Sequence[Party]) -> _Ways:
        by_id = {party.pk: party for party in parties}
        doors: dict[UUID, Address] = {}
        phones: dict[UUID, Phone] = {}
        places = Address.objects.filter(party__in=by_id, not_here_since__isnull=True)
        for address in places.order_by("party_id", "kind", "id"):
            doors.setdefault(address.party_id, address)
        for phone in Phone.objects.filter(party__in=by_id).order_by("party_id", "pk"):
            phones.setdefault(phone.party_id, phone)
        return cls(doors, phones)

    def verdicts(self, party: Party, registers: Registers, day: date) -> list[Verdict]:
        asked: list[tuple[Channel, Address | None, Phone | None]] = []
        if party.pk in self.doors:
            asked.append((Channel.VISIT, self.doors[party.pk], None))
        if party.pk in self.phones:
            asked.append((Channel.CALL, None, self.phones[party.pk]))
        law = compliance_policy(day)
        return [
            eligible(
                _request(party, channel, day), facts_of(party, door, registers, phone, channel=channel), law, day
            )
            for channel, door, phone in asked
        ]


def _request(party: Party, channel: Channel, day: date) -> ContactRequest:
    return ContactRequest(
        customer_id=str(party.id),
        channel=channel,
        purpose=Purpose.FIRST_TALK,
        target_id=str(party.id),
        target_role=PartyRole.DEBTOR,
        days=(day,),
    )


@transaction.atomic
def place_segment(*, order: Order, parties: Sequence[UUID], by: User, at: datetime) -> Batch:
    """Ask the gate again about each chosen customer, keep its word, and place those that it lets go."""
    require(by, "place_cases", order.branch)
    known = Batch.objects.filter(pk=order.id).first()
    if known is not None:
        return known
    said = judged(_states_of(parties, order.branch), order.placed_on)
    cleared = [one for one in said if one.cleared]
    kept = oversight.keep_verdicts(
        [
            oversight.SaidOfParty(one.party.pk, None, one.party.branch_id, one.verdict)
            for one in cleared
            if one.verdict
        ],
        day=order.placed_on,
        at=at,
    )
    cases = [ClearedCase(one.party, row.id) for one, row in zip(cleared, kept, strict=True)]
    return place_batch(order=order, cases=cases, by=by, at=at)


def _states_of(party_ids: Sequence[UUID], branch: Branch) -> list[list[LoanState]]:
    found: dict[UUID, list[LoanState]] = {party_id: [] for party_id in party_ids}
    rows = LoanState.objects.filter(
        loan__debtor__in=party_ids, open=True, dpd__gt=0, branch__path__startswith=branch.path
    )
    for state in rows.select_related("loan__debtor__branch").order_by("loan__source_key"):
        found[state.loan.debtor_id].append(state)
    return [states for states in found.values() if states]


@transaction.atomic
def recall_stopped(*, today: date, at: datetime, agency: Agency | None = None, everybody: bool = False) -> int:
    """Every case that the gate would no longer let go comes back at once, with the rule's own reason.

    Asked before an agency's user is shown anything, and by the worker twice a minute, of those with a stop, a
    complaint or a transfer; in the day's run of `everybody`.
    """
    rows = Placement.objects.filter(ended_at__isnull=True)
    if agency is not None:
        rows = rows.filter(agency=agency)
    if not everybody:
        rows = rows.filter(party__in=_suspected(list(rows.values_list("party_id", flat=True)), today))
    related = ("party__branch", "agency__branch", "branch", "batch")
    open_cases = list(rows.select_related(*related).order_by("case_no"))
    if not open_cases:
        return 0
    reasons = _stopped(open_cases, today)
    stopped = [one for one in open_cases if one.pk in reasons]
    end(stopped, Placement.Ending.RECALLED, reasons, by=None, on=today, at=at)
    return len(stopped)


def _stopped(cases: Sequence[Placement], today: date) -> dict[UUID, Message]:
    parties = [one.party for one in cases]
    registers, ways = read_registers(parties, today), _Ways.of(parties)
    reasons: dict[UUID, Message] = {}
    for one in cases:
        blocks = _stops(_blocks(ways.verdicts(one.party, registers, today)))
        if blocks:
            reasons[one.pk] = Message.joined(Message(SAID, {"rule": f.rule_id, "why": f.message}) for f in blocks)
    return reasons


SAID = gettext_noop("%(rule)s: %(why)s")
# A plan that the customer performs is the aim: the gate forbids contact meanwhile, and the case stays.
STAYS = frozenset({"CN-K3"})


def _stops(blocks: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What a rule knows, not what nobody knows: an attestation that lapsed holds new cases, and recalls none."""
    return tuple(one for one in blocks if one.rule_id not in STAYS and "fact" not in one.message.params)


def _suspected(party_ids: Sequence[UUID], day: date) -> set[UUID]:
    """Who has anything in a register that could stop the case: in a few queries, however many cases there are."""
    stopped = {party for party, stops in stops_by_party(party_ids, day).items() if stops}
    sold = Loan.objects.filter(debtor__in=party_ids, transferred_on__lte=day).values_list("debtor_id", flat=True)
    told = set(disposal.legal_stages(list(party_ids), day)) | set(in_force(list(party_ids), day))
    return stopped | parties_with_open_complaint(day) | set(sold) | told


def end_by_rule(*, today: date, at: datetime) -> int:
    """In the day's run: cases past their day, those that the gate lets go no longer; the lots of contacts."""
    draw_checks(today=today)
    return return_those_due(today=today, at=at) + recall_stopped(today=today, at=at, everybody=True)


def register() -> None:
    add_tick(Tick("cases_with_agencies", EVERY, _tick))


def _tick(_machine_time: datetime) -> int:
    try:
        today, at = business_date(), now()
    except NotFound:  # a bank not founded yet
        return 0
    return return_those_due(today=today, at=at) + recall_stopped(today=today, at=at)
