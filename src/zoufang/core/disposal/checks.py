"""Entry checks: pass, fail or unknown, with the facts used. Unknown blocks; only the data allow overrides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from zoufang.core.compliance import UNKNOWN
from zoufang.core.disposal import answers
from zoufang.core.disposal.answers import Answer, Checked, Said
from zoufang.core.disposal.facts import CaseFacts
from zoufang.core.disposal.kinds import Check
from zoufang.core.disposal.stages import CheckRule, StageRule
from zoufang.core.values import Message, gettext_noop


def review_entry(stage: StageRule, facts: CaseFacts) -> tuple[Checked, ...]:
    """All checks of the stage, in the order of the data."""
    found = []
    for one in stage.checks:
        answer, used = CHECKS[one.check](facts, one)
        found.append(Checked(one.check, answer, used, one.override))
    return tuple(found)


def standing_in_the_way(checked: Iterable[Checked], overridden: Collection[Check] = ()) -> tuple[Checked, ...]:
    """What keeps the stage shut: whatever did not pass, unless the data allow an override and it was given."""
    return tuple(
        one for one in checked if one.answer is not Answer.PASS and not (one.override and one.check in overridden)
    )


def _flag(name: str, unknown: str, yes: str, no: str, *, good: bool) -> Callable[[CaseFacts, CheckRule], Said]:
    """A yes-or-no fact of the registers, or of what was stated; `good` is the answer that passes."""

    def check(facts: CaseFacts, rule: CheckRule) -> Said:
        value = getattr(facts if hasattr(facts, name) else facts.stated, name)
        if value is UNKNOWN:
            return Answer.UNKNOWN, Message(unknown)
        return answers.passes(value is good), Message(yes if value else no)

    return check


_ARBITRATION = (
    gettext_noop("Nobody says whether the contract has an arbitration clause"),
    gettext_noop("The contract has an arbitration clause: arbitration, and no court"),
    gettext_noop("The contract has no arbitration clause: the court, and no arbitration"),
)

CHECKS: dict[Check, Callable[[CaseFacts, CheckRule], Said]] = {
    Check.AMOUNT: answers.amount,
    Check.NOT_EXPIRED: answers.not_expired,
    Check.DEMANDED: answers.demanded,
    Check.ADDRESS_CONFIRMED: answers.address,
    Check.ALIVE: _flag(
        "deceased",
        gettext_noop("Nobody knows whether the debtor lives"),
        gettext_noop("The debtor is reported dead: the heirs answer within the estate (Civil Code 1161)"),
        gettext_noop("No death is reported"),
        good=False,
    ),
    Check.NO_DISPUTE: _flag(
        "dispute_open",
        gettext_noop("Nobody knows whether the debt is disputed"),
        gettext_noop("The customer disputes the debt, and nobody has answered yet"),
        gettext_noop("No dispute is open"),
        good=False,
    ),
    Check.NO_COMPLAINT: _flag(
        "complaint_open",
        gettext_noop("Nobody knows whether a complaint is open"),
        gettext_noop("A conduct complaint is open"),
        gettext_noop("No complaint is open"),
        good=False,
    ),
    Check.NO_PLAN: answers.no_plan,
    Check.HARDSHIP_REVIEWED: answers.hardship,
    Check.NO_HOLD: _flag(
        "held",
        gettext_noop("Nobody knows whether collection is on hold after a sign of self-harm"),
        gettext_noop("Collection is on hold after a sign of self-harm (CN-X12)"),
        gettext_noop("No hold after a sign of self-harm"),
        good=False,
    ),
    Check.NOT_TRANSFERRED: _flag(
        "transferred",
        gettext_noop("Nobody knows whether the debt was transferred"),
        gettext_noop("The debt was transferred: it is no longer the bank's"),
        gettext_noop("The debt is the bank's own"),
        good=False,
    ),
    Check.NO_COUNTER_DEBT: _flag(
        "no_counter_debt",
        gettext_noop("Nobody says whether the bank owes the debtor anything in turn"),
        gettext_noop("Bank and debtor have no other dispute about debts"),
        gettext_noop("The bank owes the debtor something in turn: no payment order"),
        good=True,
    ),
    Check.CONTRACT_AT_HAND: _flag(
        "contract_at_hand",
        gettext_noop("Nobody says whether the signed contract and the proof of payout are at hand"),
        gettext_noop("The signed contract and the proof of payout are at hand"),
        gettext_noop("The signed contract or the proof of payout is missing"),
        good=True,
    ),
    Check.ARBITRATION_AGREED: _flag("arbitration_clause", *_ARBITRATION, good=True),
    Check.NO_ARBITRATION_CLAUSE: _flag("arbitration_clause", *_ARBITRATION, good=False),
    Check.NOTARISED: _flag(
        "notarised",
        gettext_noop("Nobody says whether the contract was notarised with force of execution"),
        gettext_noop("The contract was notarised with force of execution"),
        gettext_noop("The contract was not notarised with force of execution"),
        good=True,
    ),
    Check.EFFECTIVE_PAPER: answers.effective,
    Check.WITHIN_ENFORCEMENT_TIME: answers.within_time,
    Check.ASSETS_FOUND: _flag(
        "assets_found",
        gettext_noop("Nobody says whether assets of the debtor are known"),
        gettext_noop("Assets of the debtor are known"),
        gettext_noop("No asset of the debtor is known"),
        good=True,
    ),
    Check.DAYS_PAST_DUE: answers.dpd,
    Check.CLASSED_LOW: answers.classed,
    Check.PURSUED: answers.pursued,
    Check.TRANSFER_PERMITTED: _flag(
        "transfer_permitted",
        gettext_noop("Nobody says whether this debt may be transferred"),
        gettext_noop("This debt may be transferred"),
        gettext_noop("This debt may not be transferred"),
        good=True,
    ),
}
