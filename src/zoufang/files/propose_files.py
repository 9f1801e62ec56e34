"""The input and output of `zoufang propose` as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from zoufang.core.errors import BadField
from zoufang.core.repayment import (
    Case,
    HardshipRoute,
    MeansStatement,
    Permitted,
    Proposal,
    RepaymentPolicy,
    Signatories,
    Standards,
    affordable,
    nothing_more,
    propose,
)
from zoufang.core.values import Finding, Instalment, Message, Offer
from zoufang.files.plan_input import GateFacts
from zoufang.files.propose_gate import permitted_by


@dataclass(frozen=True, slots=True)
class ProposeInput:
    """One loan, what its customer can pay, and the bank's tables. `signatories` are wanted for a PDF only.

    With `facts` (as in `plan-input`) the gate judges each offer, and `guarantors` names them, empty for none.
    """

    case: Case
    means: MeansStatement
    standards: Standards
    policy: RepaymentPolicy = field(default_factory=RepaymentPolicy)
    signatories: Signatories | None = None
    agreement_number: str = ""
    facts: GateFacts | None = None
    guarantors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class InstalmentForm:
    due: date
    principal_fen: int
    interest_fen: int
    fees_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class FindingForm:
    rule_id: str
    decision: str
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class OfferForm:
    """`number` is what `--offer` takes; `saves_fen` is `stay_fen` less `total_fen`; `notes` are for staff."""

    number: int
    kind: str
    rhythm: str
    instalments: int
    first_due: date
    last_due: date
    monthly_fen: int
    total_fen: int
    stay_fen: int
    saves_fen: int
    present_value_fen: int
    all_in_rate_bp: int
    waived_fen: int
    restructures: bool
    extends_months: int
    approval_role: str | None
    conditions: tuple[str, ...]
    notes: tuple[str, ...]
    if_broken: str
    findings: tuple[FindingForm, ...]
    sources: tuple[str, ...]
    schedule: tuple[InstalmentForm, ...]


@dataclass(frozen=True, slots=True)
class NotOfferedForm:
    kind: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HardshipForm:
    reasons: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposeOutput:
    """`low_fen` and `high_fen` a month are null where the figures cannot tell."""

    loan_id: str
    made_on: date
    ability: str
    willingness: str
    low_fen: int | None
    high_fen: int | None
    cautious: bool
    reasons: tuple[str, ...]
    offers: tuple[OfferForm, ...]
    not_offered: tuple[NotOfferedForm, ...]
    hardship_route: HardshipForm | None


def proposal_of(given: ProposeInput, today: date) -> Proposal:
    """The proposal of the day, by the gate where facts are given; BadField where the means are dated after it."""
    if given.means.taken_on > today:
        raise BadField(
            f"Means taken on {given.means.taken_on} lie after {today}",
            field="means.taken_on",
            remedy="Correct the day, or propose on a later one.",
        )
    permitted: Permitted = nothing_more if given.facts is None else permitted_by(given, today)
    return propose(given.case, affordable(given.means, given.standards), given.policy, permitted, today)


def output_of(proposal: Proposal) -> ProposeOutput:
    means = proposal.affordability
    return ProposeOutput(
        loan_id=proposal.loan_id,
        made_on=proposal.made_on,
        ability=means.ability.value,
        willingness=means.willingness.value,
        low_fen=means.low_fen,
        high_fen=means.high_fen,
        cautious=means.cautious,
        reasons=_texts(means.reasons),
        offers=tuple(_offer(number, offer) for number, offer in enumerate(proposal.offers, start=1)),
        not_offered=tuple(NotOfferedForm(no.kind.value, _texts(no.reasons)) for no in proposal.not_offered),
        hardship_route=_route(proposal.hardship_route),
    )


def _offer(number: int, offer: Offer) -> OfferForm:
    return OfferForm(
        number=number,
        kind=offer.kind.value,
        rhythm=offer.rhythm.value,
        instalments=len(offer.schedule),
        first_due=offer.schedule[0].due,
        last_due=offer.schedule[-1].due,
        monthly_fen=offer.monthly_fen,
        total_fen=offer.total_fen,
        stay_fen=offer.stay_fen,
        saves_fen=offer.saves_fen,
        present_value_fen=offer.present_value_fen,
        all_in_rate_bp=offer.all_in_rate_bp,
        waived_fen=offer.waived_fen,
        restructures=offer.restructures,
        extends_months=offer.extends_months,
        approval_role=offer.approval_role,
        conditions=_texts(offer.conditions),
        notes=_texts(offer.notes),
        if_broken=str(offer.if_broken),
        findings=tuple(_finding(finding) for finding in offer.findings),
        sources=offer.sources,
        schedule=tuple(_instalment(part) for part in offer.schedule),
    )


def _finding(finding: Finding) -> FindingForm:
    return FindingForm(finding.rule_id, finding.decision.value, str(finding.message), finding.source)


def _instalment(part: Instalment) -> InstalmentForm:
    return InstalmentForm(part.due, part.principal_fen, part.interest_fen, part.fees_fen, part.amount_fen)


def _route(route: HardshipRoute | None) -> HardshipForm | None:
    return None if route is None else HardshipForm(_texts(route.reasons), _texts(route.steps))


def _texts(messages: tuple[Message, ...]) -> tuple[str, ...]:
    return tuple(str(message) for message in messages)
