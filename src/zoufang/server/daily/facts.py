"""What the gate needs to know about each debtor, gathered in a fixed number of queries.

A register that Zoufang keeps itself (stops, complaints, plans, visits) and that holds no entry says "no". What
only a source file can tell (the call log before us, whether counsel is engaged) stays unknown until it is imported
or attested by two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.conf import settings
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from zoufang.core.compliance import (
    UNKNOWN,
    Attestation,
    ContactData,
    Facts,
    Guarantee,
    LegalStage,
    PlanState,
    QuietDays,
    QuietKind,
    Unknown,
    Vulnerability,
)
from zoufang.core.values import Channel, GuaranteeKind, PartyKind, PartyRole, Purpose, SourceCode
from zoufang.core.visits import Delivery
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.book.models import Address, ImportBatch, Loan, LoanParty, Party, Phone
from zoufang.server.daily.contact_history import History, history_of
from zoufang.server.daily.limitation import limitation_ends
from zoufang.server.daily.targets import REPRESENTS, Target
from zoufang.server.disposal import queries as disposal
from zoufang.server.disposal.leave import leaves_by_debtor
from zoufang.server.disposal.models import CounselLeave
from zoufang.server.oversight import queries as oversight
from zoufang.server.oversight.models import ContactRefusal, Stop
from zoufang.server.oversight.refusals import in_force, refused_channels
from zoufang.server.safety.places import ClosedPlaces, closed_on
from zoufang.server.visiting.models import VisitEvent

ADULT_YEARS = 18
RESIDENT_ID_LENGTH = 18
VULNERABLE_STOPS = {
    Stop.Kind.VULNERABLE: Vulnerability.OTHER,
    Stop.Kind.SELF_HARM: Vulnerability.SELF_HARM_RISK,
}


@dataclass(slots=True)
class Registers:
    """Everything that was read for one run, by party: debtors, and who else may be visited about their debts."""

    day: date
    stops: dict[UUID, list[Stop]]
    complaining: set[UUID]
    contacts: History
    guarantees: dict[UUID, list[Guarantee]]
    plans: dict[UUID, str]
    limitation: dict[UUID, date | None]
    transferred: set[UUID]
    attestations: tuple[Attestation, ...]
    closed: ClosedPlaces = field(default_factory=ClosedPlaces)
    phones: dict[UUID, list[str]] = field(default_factory=dict)
    log_from: dict[str, date] = field(default_factory=dict)
    refusals: dict[UUID, list[ContactRefusal]] = field(default_factory=dict)
    legal: dict[UUID, LegalStage] = field(default_factory=dict)
    leaves: dict[UUID, list[CounselLeave]] = field(default_factory=dict)


def read_registers(parties: Iterable[Party], day: date, others: Iterable[Party] = ()) -> Registers:
    """A fixed number of queries, whatever the number of debtors and of `others` who stand in their loans."""
    ids = [party.id for party in parties]
    beside = [party.id for party in others]
    return Registers(
        day=day,
        stops=oversight.stops_by_party([*ids, *beside], day),
        complaining=oversight.parties_with_open_complaint(day),
        contacts=history_of(ids, beside),
        guarantees=guarantees_of(ids),
        plans=_plan_states(ids),
        limitation=limitation_ends(ids),
        transferred=_transferred(ids, day),
        attestations=_attestations(day),
        closed=closed_on(day),
        phones=_phones(ids),
        log_from=_log_from(),
        refusals=in_force([*ids, *beside], day),
        legal=disposal.legal_stages(ids, day),
        leaves=leaves_by_debtor(ids, day),
    )


def facts_of(
    party: Party,
    address: Address | None,
    registers: Registers,
    phone: Phone | None = None,
    target: Target | None = None,
    channel: Channel | None = None,
) -> Facts:
    """The facts about one debtor, one target (None: the debtor), and one door or number.

    `channel`: by which counsel's leave is asked for; None: by any, which only leave for all of them covers.
    """
    whom = target.party if target else party
    debtor = {stop.kind for stop in registers.stops.get(party.id, [])}
    stops = registers.stops.get(whom.id, [])
    own = {stop.kind for stop in stops}
    # A representative speaks for the debtor: what spares the debtor spares them too.
    person = own | debtor if target and target.role in REPRESENTS else own
    return Facts(
        customer_id=str(party.id),
        source_file=whom.source_system,
        deceased=Stop.Kind.DECEASED in debtor,
        lacks_capacity=Stop.Kind.INCAPACITY in debtor,
        debtor_is_company=party.kind == PartyKind.COMPANY,
        target_deceased=Stop.Kind.DECEASED in own,
        target_lacks_capacity=Stop.Kind.INCAPACITY in own,
        minor=Stop.Kind.MINOR in own or _is_minor(whom, registers.day),
        represented=True if Stop.Kind.REPRESENTED in person else UNKNOWN,
        vulnerabilities=_vulnerabilities(person, debtor),
        quiet_days=tuple(_quiet(stop) for stop in stops if stop.kind == Stop.Kind.BEREAVEMENT),
        contact_refused=bool(registers.refusals.get(whom.id)),
        refused_channels=refused_channels(registers.refusals.get(whom.id, ()), address, phone),
        complaint_open=not registers.complaining.isdisjoint({party.id, whom.id}),
        dispute_open=Stop.Kind.DISPUTE in own | debtor,
        plan_state=PlanState(registers.plans.get(party.id, PlanState.NONE)),
        hardship_review=Stop.Kind.HARDSHIP_REVIEW in own | debtor,
        legal_stage=_legal_stage(party, own | debtor, registers),
        counsel_leave=any(one.covers(whom, channel) for one in registers.leaves.get(party.id, ())),
        transferred=party.id in registers.transferred,
        limitation_ends=registers.limitation.get(party.id) or UNKNOWN,
        guarantees=tuple(registers.guarantees.get(party.id, ())),
        contacts=registers.contacts.log_of(party.id, whom.id),
        contact_log_from=registers.log_from.get(whom.source_system, UNKNOWN),
        do_not_visit=Stop.Kind.DO_NOT_VISIT in person or (address is not None and registers.closed.hold(address)),
        address=_place(whom, address) if address else None,
        phone=_number(whom, phone) if phone else None,
        debtor_phones=tuple(registers.phones.get(party.id, ())),
        attestations=registers.attestations,
    )


def _legal_stage(party: Party, stops: set[str], registers: Registers) -> LegalStage:
    """Of the stages of disposal; a stop that says only "in court" counts as litigation."""
    stage = registers.legal.get(party.id, LegalStage.NONE)
    stopped = Stop.Kind.LEGAL_STAGE in stops
    return LegalStage.LITIGATION if stage is LegalStage.NONE and stopped else stage


def _vulnerabilities(person: set[str], debtor: set[str]) -> tuple[Vulnerability, ...]:
    """Of the person; a sign of self-harm by the debtor holds the whole debt, for all who stand in it (CN-X12)."""
    held = person | (debtor & {Stop.Kind.SELF_HARM})
    return tuple(sign for kind, sign in VULNERABLE_STOPS.items() if kind in held)


def _is_minor(party: Party, day: date) -> bool | Unknown:
    if party.kind != PartyKind.PERSON:
        return False
    born = _born(str(party.identity.get("id_no") or ""))
    if born is None:
        return UNKNOWN
    return day < born.replace(year=born.year + ADULT_YEARS, day=min(born.day, 28))


def _born(number: str) -> date | None:
    """From a resident ID with a right check digit; an area code that was drawn anew since says nothing of age."""
    try:
        right = len(number) == RESIDENT_ID_LENGTH and ric.calc_check_digit(number) == number[-1]
        return ric.get_birth_date(number) if right else None
    except (ValueError, ValidationError):
        return None


def age_on(party: Party, day: date) -> int | None:
    """Full years by the resident ID; None for companies and where it tells nothing."""
    born = _born(str(party.identity.get("id_no") or "")) if party.kind == PartyKind.PERSON else None
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _quiet(stop: Stop) -> QuietDays:
    return QuietDays(stop.since, stop.until or date.max, QuietKind.BEREAVEMENT)


def _place(party: Party, address: Address) -> ContactData:
    return ContactData(
        id=str(address.id),
        source=SourceCode(address.source_code) if address.source_code else UNKNOWN,
        sourced_on=address.source_on or UNKNOWN,
        basis=party.source_system,
        zone=settings.ZOUFANG_ZONE,
        not_here=address.not_here_since is not None,
    )


def _number(party: Party, phone: Phone) -> ContactData:
    return ContactData(
        id=str(phone.pk),
        source=SourceCode(phone.source_code) if phone.source_code else UNKNOWN,
        sourced_on=phone.source_on or UNKNOWN,
        basis=party.source_system,
        zone=settings.ZOUFANG_ZONE,
    )


def _phones(ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for party_id, phone_id in Phone.objects.filter(party__in=ids).order_by("pk").values_list("party_id", "pk"):
        found[party_id].append(str(phone_id))
    return found


def _transferred(ids: list[UUID], day: date) -> set[UUID]:
    """Whose debt was sold: all of it, or a loan that still stands in the book: its figures would be told."""
    loans = Loan.objects.filter(debtor__in=ids)
    sold = loans.filter(transferred_on__lte=day)
    found = set(sold.values_list("debtor_id", flat=True))
    if not found:
        return found
    own = loans.filter(debtor__in=found, state__open=True).exclude(transferred_on__lte=day)
    still = set(sold.filter(state__open=True).values_list("debtor_id", flat=True))
    return still | (found - set(own.values_list("debtor_id", flat=True)))


def guarantees_of(ids: list[UUID]) -> dict[UUID, list[Guarantee]]:
    """Those whose kind and end are known; the others stay unknown to the gate."""
    found: dict[UUID, list[Guarantee]] = defaultdict(list)
    links = LoanParty.objects.filter(
        loan__debtor__in=ids, role=PartyRole.GUARANTOR, guarantee_until__isnull=False
    ).exclude(guarantee="")
    rows = links.order_by("guarantee_until", "party__source_key")
    demanded, sued = _demanded(ids), disposal.sued_on(ids)
    for loan, debtor, party, kind, until in rows.values_list(
        "loan_id", "loan__debtor_id", "party_id", "guarantee", "guarantee_until"
    ):
        if until is not None:
            on = demanded.get((debtor, party))
            found[debtor].append(Guarantee(str(party), GuaranteeKind(kind), until, on, sued.get(loan)))
    return found


def _demanded(ids: list[UUID]) -> dict[tuple[UUID, UUID | None], date]:
    """When a demand on a guarantor was first delivered and signed for (CN-P6, CN-S3), by debtor and guarantor."""
    signed = VisitEvent.objects.filter(
        kind="demand_delivered",
        body__delivery=Delivery.SIGNED,
        visit__purpose=Purpose.GUARANTOR_DEMAND,
        visit__party__in=ids,
    )
    rows = signed.order_by("-visit__day").values_list("visit__party_id", "visit__target_id", "visit__day")
    return {(debtor, target): day for debtor, target, day in rows}


def _plan_states(ids: list[UUID]) -> dict[UUID, str]:
    """A performing plan outweighs all; waiting for approval counts as performing: nobody presses meanwhile."""
    states = {
        RepaymentPlan.Status.PERFORMING: PlanState.PERFORMING,
        RepaymentPlan.Status.AWAITING_APPROVAL: PlanState.PERFORMING,
        RepaymentPlan.Status.BROKEN: PlanState.BROKEN,
        RepaymentPlan.Status.COMPLETED: PlanState.FULFILLED,
    }
    found: dict[UUID, str] = {}
    for party_id, status in (
        RepaymentPlan.objects.filter(party__in=ids).order_by("made_at").values_list("party_id", "status")
    ):
        state = states.get(RepaymentPlan.Status(status))
        if state is not None and found.get(party_id) != PlanState.PERFORMING:
            found[party_id] = state
    return found


def _attestations(day: date) -> tuple[Attestation, ...]:
    return tuple(
        Attestation(
            fact=row.fact,
            basis=row.basis,
            source_file=row.source_system,
            signed_by=(row.first_by.employee_no, row.second_by.employee_no),
            signed_on=row.second_at.date(),
            expires=row.expires,
        )
        for row in oversight.attestations_on(day)
        if row.second_by is not None and row.second_at is not None
    )


def _log_from() -> dict[str, date]:
    """Since when the call log of a source system is complete: the `as_of` of its first landed contacts file."""
    landed = ImportBatch.objects.filter(kind="contacts", status=ImportBatch.Status.LANDED, as_of__isnull=False)
    found: dict[str, date] = {}
    for system, as_of in landed.order_by("-as_of").values_list("source_system", "as_of"):
        if as_of is not None:
            found[system] = as_of
    return found
