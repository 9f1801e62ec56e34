"""Two or three ways to pay that the customer can bear; or the hardship route, with reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zoufang.core.repayment.affordability import HARDSHIPS, Affordability, Capacity
from zoufang.core.repayment.candidates import Draft, drafts
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.repayment.needs import ask_first, lacking
from zoufang.core.repayment.offers import Fit, finish, fit, price
from zoufang.core.values import (
    Decision,
    Finding,
    Hardship,
    Message,
    Offer,
    OfferKind,
    format_yuan,
    gettext_noop,
    strictest,
)

Permitted = Callable[[Offer], tuple[Finding, ...]]
FEWEST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class NotOffered:
    kind: OfferKind
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class HardshipRoute:
    """What to do where no plan can be offered: never pressure, never an invented offer."""

    reasons: tuple[Message, ...]
    steps: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    loan_id: str
    made_on: date
    affordability: Affordability
    offers: tuple[Offer, ...]
    not_offered: tuple[NotOffered, ...]
    hardship_route: HardshipRoute | None


@dataclass(frozen=True, slots=True)
class _Tried:
    """One kind of plan: what fits, safest and shortest first, and why the others don't."""

    kind: OfferKind
    fitting: tuple[Offer, ...]
    reasons: tuple[Message, ...]


def nothing_more(offer: Offer) -> tuple[Finding, ...]:
    """A `permitted` that adds no rule to those of `limits`."""
    return ()


def propose(
    case: Case, affordability: Affordability, policy: RepaymentPolicy, permitted: Permitted, today: date
) -> Proposal:
    """Offers that lie within the range and the law, at most `policy.most_offers` of them.

    `permitted` gives compliance's findings on an offer; one that blocks takes the offer off the table.
    """
    if affordability.ability is Capacity.CANNOT_TELL:
        return _proposal(case, affordability, today, (), ())
    made = drafts(case, affordability, policy, today)
    tried = [_try(kind, list_, case, affordability, policy, permitted, today) for kind, list_ in made.items()]
    chosen = _choose(tried, policy.most_offers, hardship=affordability.hardship is not None)
    offered = {offer.kind for offer in chosen}
    refused = tuple(NotOffered(t.kind, t.reasons) for t in tried if t.kind not in offered and t.reasons)
    return _proposal(case, affordability, today, chosen, refused)


def _try(
    kind: OfferKind,
    made: list[Draft],
    case: Case,
    means: Affordability,
    policy: RepaymentPolicy,
    permitted: Permitted,
    today: date,
) -> _Tried:
    fitting: list[tuple[Fit, Offer]] = []
    reasons: list[Message] = []
    for draft in made:
        offer = price(draft, case, policy, today)
        if offer is None:
            continue
        extra, fits = permitted(offer), fit(offer, means)
        why = why_not(offer, (*extra, *offer.findings), fits, means, policy)
        if why is None:
            fitting.append((fits, finish(offer, extra, fits, case, policy)))
        else:
            reasons.append(why)
    fitting.sort(key=lambda pair: pair[0] is not Fit.SAFE)  # stable: the shorter plan stays first
    return _Tried(kind, tuple(offer for _, offer in fitting), tuple(reasons[-1:]))


def why_not(
    offer: Offer, findings: tuple[Finding, ...], fits: Fit, means: Affordability, policy: RepaymentPolicy
) -> Message | None:
    """The first reason that keeps an offer off the table; None where nothing does."""
    if strictest(findings) is Decision.BLOCK:
        return next(finding.message for finding in findings if finding.decision is Decision.BLOCK)
    lacks = lacking(offer.kind, means.missing)
    if lacks and offer.kind is not OfferKind.PAY_IN_FULL:
        return ask_first(lacks)
    if fits is Fit.UNKNOWN:
        return Message(gettext_noop("Money at hand is not known: ask before offering to pay in full."))
    if fits is Fit.ABOVE:
        limit = means.lump_fen if offer.kind is OfferKind.PAY_IN_FULL else means.high_fen
        text = gettext_noop("Needs %(need)s yuan; at most %(limit)s can be borne.")
        return Message(text, {"need": format_yuan(offer.monthly_fen), "limit": format_yuan(limit or 0)})
    if len(offer.schedule) > 1 and offer.monthly_fen < policy.smallest_instalment_fen:
        text = gettext_noop("Instalments would be below the smallest the bank takes, %(least)s yuan.")
        return Message(text, {"least": format_yuan(policy.smallest_instalment_fen)})
    return None


def _choose(tried: list[_Tried], most: int, *, hardship: bool) -> tuple[Offer, ...]:
    """The best of each kind: plain plans first, but relief before them in hardship; a second length if alone."""
    relief = (OfferKind.MORATORIUM_PLAN, OfferKind.INTEREST_FIRST_PLAN, OfferKind.STEP_UP_PLAN)
    plain = (OfferKind.PAY_IN_FULL, OfferKind.INSTALMENT_PLAN, OfferKind.SHORT_PLAN)
    order = (OfferKind.INSTALMENT_PLAN, *relief, *plain) if hardship else (*plain, *reversed(relief))
    fitting = {t.kind: t.fitting for t in tried}
    best = [fitting[kind][0] for kind in dict.fromkeys(order) if fitting.get(kind)]
    more = [offer for kind in dict.fromkeys(order) for offer in fitting.get(kind, ())[1:]]
    chosen = best[:most] if len(best) >= FEWEST_OFFERS else [*best, *more][: min(most, FEWEST_OFFERS)]
    return tuple(sorted(chosen, key=lambda offer: (offer.schedule[-1].due, offer.kind)))


def _proposal(
    case: Case,
    means: Affordability,
    today: date,
    offers: tuple[Offer, ...],
    refused: tuple[NotOffered, ...],
) -> Proposal:
    route = None if offers else HardshipRoute(_no_offer_reasons(means, refused), _steps(means))
    return Proposal(case.loan_id, today, means, offers, refused, route)


def _no_offer_reasons(means: Affordability, refused: tuple[NotOffered, ...]) -> tuple[Message, ...]:
    if means.ability is Capacity.CANNOT_TELL:
        return (Message(gettext_noop("The figures cannot tell what can be borne.")), *means.reasons)
    if means.ability is Capacity.CANNOT_PAY:
        return (Message(gettext_noop("Nothing is left after essential spending.")), *means.reasons)
    once = {str(reason): reason for kind in refused for reason in kind.reasons}
    return (Message(gettext_noop("No plan fits what can be borne.")), *once.values())


def _steps(means: Affordability) -> tuple[Message, ...]:
    if means.ability is Capacity.CANNOT_TELL:
        return (
            Message(gettext_noop("Ask for income and spending, or for papers that show them, and propose again.")),
        )
    steps = [Message(gettext_noop("Hand over to the hardship team; do not press for a promise."))]
    if means.hardship is not None:
        about = {"kind": HARDSHIPS[means.hardship], "step": TREATMENTS[means.hardship]}
        steps.append(Message(gettext_noop("For %(kind)s: %(step)s"), about))
    steps.append(Message(gettext_noop("Review the means again after three months, or when they change.")))
    return tuple(steps)


TREATMENTS: dict[Hardship, str] = {
    Hardship.JOB_LOSS: gettext_noop("a pause until work is found, with the benefit's dates on record."),
    Hardship.ILLNESS: gettext_noop("ask for insurance and medical aid papers; a pause while treatment lasts."),
    Hardship.DISABILITY: gettext_noop("ask which aid is paid or due; reckon with the income that remains."),
    Hardship.BEREAVEMENT: gettext_noop("no contact for the mourning period; then heirs by counsel only."),
    Hardship.DISASTER: gettext_noop("apply the disaster relief rules in force; a pause without default interest."),
    Hardship.FAMILY_BREAK_UP: gettext_noop("a pause until it is settled who lives and pays where."),
    Hardship.BUSINESS_FAILURE: gettext_noop("see the business with a credit officer; restructure as one case."),
    Hardship.OVER_INDEBTED: gettext_noop("list every creditor and make one plan for all debts, never a new loan."),
    Hardship.FRAUD_VICTIM: gettext_noop("check the police report; stop collection of the disputed part."),
    Hardship.OTHER: gettext_noop("hear the case out; the hardship team decides what fits."),
}
