"""The offers that nothing beats: what the customer can bear, what the bank can expect, how soon it is cured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from zoufang.core.repayment.affordability import Affordability, Capacity
from zoufang.core.repayment.candidates import Draft
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.repayment.combinations import combinations
from zoufang.core.repayment.cost import monthly_load_fen
from zoufang.core.repayment.needs import ask_first, lacking
from zoufang.core.repayment.offers import Fit, finish, fit, price
from zoufang.core.repayment.plain_words import in_plain_words
from zoufang.core.repayment.plan_value import PlanValue, ValueModel, plan_value, strain_bp
from zoufang.core.repayment.propose import NotOffered, Permitted, why_not
from zoufang.core.values import Message, Offer, OfferKind, format_yuan, gettext_noop


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer of the front. `strain_bp`: heaviest load as a share of the most that can be borne."""

    offer: Offer
    safe: bool
    strain_bp: int
    value: PlanValue
    words: tuple[Message, ...]

    @property
    def aims(self) -> tuple[int, int, int]:
        """What is made small: strain, value forgone, months to cure."""
        return self.strain_bp, -self.value.net_fen, self.value.cure_months


@dataclass(frozen=True, slots=True)
class Front:
    """`offers` are beaten by none in all three aims, best value among the safe first; `dominated` fell to them."""

    offers: tuple[Ranked, ...]
    tried: int
    dominated: int
    refused: tuple[NotOffered, ...]


def search_offers(
    case: Case,
    means: Affordability,
    policy: RepaymentPolicy,
    permitted: Permitted,
    today: date,
    *,
    model: ValueModel | None = None,
    roles: Sequence[str] | None = None,
) -> Front:
    """Search over terms and combinations; what law, means or authority refuse is left out, with a reason a kind.

    `roles`: who is at hand to approve (None: anybody); an offer beyond them is not made. Where the figures cannot
    tell what can be borne, nothing is offered.
    """
    if means.ability is Capacity.CANNOT_TELL:
        return Front((), 0, 0, ())
    found: list[Ranked] = []
    refused: dict[OfferKind, Message] = {}
    drafts = list(combinations(case, means, policy, policy.concessions, today))
    for draft in drafts:
        made = _judged(draft, case, means, policy, permitted, today, model or ValueModel(), roles)
        if isinstance(made, Ranked):
            found.append(made)
        elif made is not None:
            refused[draft.kind] = made
    front = undominated(found)
    offered = {ranked.offer.kind for ranked in found}
    out = tuple(NotOffered(kind, (why,)) for kind, why in refused.items() if kind not in offered)
    return Front(tuple(front), len(drafts), len(found) - len(front), out)


def undominated(found: Sequence[Ranked]) -> list[Ranked]:
    """The Pareto front, one of equals; safe before tight, then by value, cure and the last due day."""
    ordered = sorted(
        found, key=lambda one: (not one.safe, one.aims[1:], one.strain_bp, one.offer.schedule[-1].due)
    )
    once = list({one.aims: one for one in reversed(ordered)}.values())[::-1]
    return [one for one in once if not any(_beats(other, one) for other in once)]


def _beats(other: Ranked, one: Ranked) -> bool:
    return other.aims != one.aims and all(a <= b for a, b in zip(other.aims, one.aims, strict=True))


def _judged(
    draft: Draft,
    case: Case,
    means: Affordability,
    policy: RepaymentPolicy,
    permitted: Permitted,
    today: date,
    model: ValueModel,
    roles: Sequence[str] | None,
) -> Ranked | Message | None:
    """The offer with its rank, or why it is not made; None where it has no exact schedule."""
    lacks = lacking(draft.kind, means.missing)
    if lacks:
        return ask_first(lacks)
    hopeless = _hopeless(draft, means)
    if hopeless is not None:
        return hopeless
    offer = price(draft, case, policy, today)
    if offer is None:
        return None
    extra, fits = permitted(offer), fit(offer, means)
    why = why_not(offer, (*extra, *offer.findings), fits, means, policy)
    if why is not None:
        return why
    done = _told(finish(offer, extra, fits, case, policy), policy)
    if roles is not None and done.approval_role is not None and done.approval_role not in roles:
        return Message(
            gettext_noop("Needs approval by %(role)s, who is not at hand."), {"role": done.approval_role}
        )
    value = plan_value(done, case, means, model, policy.valuation)
    valued = replace(done, present_value_fen=value.present_value_fen)
    return Ranked(valued, fits is Fit.SAFE, strain_bp(done, means), value, in_plain_words(valued))


def _hopeless(draft: Draft, means: Affordability) -> Message | None:
    """The heaviest instalment is at least the average one: no schedule is needed to see that it is too much."""
    if draft.kind is OfferKind.PAY_IN_FULL:
        return None
    terms = draft.terms
    owed = terms.principal_fen + terms.carried_interest_fen + terms.carried_fees_fen
    load = monthly_load_fen(owed // len(terms.due), draft.rhythm)
    most = max(bearable.high_fen for bearable in means.ranges)
    if load <= most:
        return None
    text = gettext_noop("Needs %(need)s yuan; at most %(limit)s can be borne.")
    return Message(text, {"need": format_yuan(load), "limit": format_yuan(most)})


def _told(offer: Offer, policy: RepaymentPolicy) -> Offer:
    """A waiver is earned by keeping the plan; a break undoes it."""
    if not offer.waived_fen or offer.kind is OfferKind.PAY_IN_FULL:
        return offer
    text = gettext_noop(
        "If an instalment stays unpaid for more than %(days)s days, the plan ends and the waiver with it: "
        "%(waived)s yuan are owed again beside the rest, interest runs by the contract and collection may start "
        "again."
    )
    about = {"days": policy.break_after_days, "waived": format_yuan(offer.waived_fen)}
    return replace(offer, if_broken=Message(text, about))
