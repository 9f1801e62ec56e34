"""The word of one entry check, and the checks that compare figures and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zoufang.core.compliance import PlanState, Unknown
from zoufang.core.disposal.facts import CaseFacts
from zoufang.core.disposal.kinds import Check
from zoufang.core.disposal.stages import CheckRule
from zoufang.core.values import Message, format_yuan, gettext_noop


class Answer(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check's word. `used`: the facts on which it stands, in words."""

    check: Check
    answer: Answer
    used: Message
    override: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.check.value,
            "answer": self.answer.value,
            "used": self.used.as_json(),
            "override": self.override,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Checked:
        used = Message.from_json(stored["used"])
        return cls(Check(stored["check"]), Answer(stored["answer"]), used, bool(stored["override"]))


Said = tuple[Answer, Message]
OK, NO, DARK = Answer.PASS, Answer.FAIL, Answer.UNKNOWN


def amount(facts: CaseFacts, rule: CheckRule) -> Said:
    owed, least = facts.arrears_fen, rule.numbers.get("least_fen", 1)
    if isinstance(owed, Unknown):
        return DARK, Message(gettext_noop("Nobody knows the amount in arrears"))
    params = {"owed": format_yuan(owed), "least": format_yuan(least)}
    return passes(owed >= least), Message(
        gettext_noop("In arrears ¥%(owed)s; at least ¥%(least)s is asked"), params
    )


def not_expired(facts: CaseFacts, rule: CheckRule) -> Said:
    ends = facts.limitation_ends
    if isinstance(ends, Unknown):
        return DARK, Message(gettext_noop("Nobody knows when limitation ends"))
    return passes(ends >= facts.today), Message(
        gettext_noop("Limitation ends on %(ends)s"), {"ends": ends.isoformat()}
    )


def demanded(facts: CaseFacts, rule: CheckRule) -> Said:
    if facts.demanded_on is None:
        return NO, Message(gettext_noop("No demand of evidence grade A or B has reached the debtor's side"))
    within = rule.numbers.get("within_days", 1096)
    days = (facts.today - facts.demanded_on).days
    params = {"on": facts.demanded_on.isoformat(), "within": within}
    text = gettext_noop("The last demand of grade A or B is of %(on)s; it must not be older than %(within)s days")
    return passes(days <= within), Message(text, params)


def address(facts: CaseFacts, rule: CheckRule) -> Said:
    if facts.stated.service_address_agreed is True:
        return OK, Message(gettext_noop("The contract agrees an address for service"))
    if facts.address_confirmed_on is not None:
        on = facts.address_confirmed_on.isoformat()
        return OK, Message(
            gettext_noop("Somebody of the debtor's side was met at the address on %(on)s"), {"on": on}
        )
    if facts.stated.service_address_agreed is False:
        return NO, Message(gettext_noop("No address is agreed, and nobody was met at any address"))
    return DARK, Message(gettext_noop("Nobody was met at any address, and nobody says whether one is agreed"))


def no_plan(facts: CaseFacts, rule: CheckRule) -> Said:
    state = facts.plan_state
    if isinstance(state, Unknown):
        return DARK, Message(gettext_noop("Nobody knows whether a repayment plan is being performed"))
    texts = {
        PlanState.PERFORMING: gettext_noop("A repayment plan is being performed or waits for approval (CN-K3)"),
        PlanState.BROKEN: gettext_noop("The last repayment plan was broken"),
        PlanState.FULFILLED: gettext_noop("The last repayment plan was kept to its end"),
        PlanState.NONE: gettext_noop("There is no repayment plan"),
    }
    return passes(state is not PlanState.PERFORMING), Message(texts[state])


def hardship(facts: CaseFacts, rule: CheckRule) -> Said:
    """Who cannot pay is not sued before somebody has looked at it (CN-X5)."""
    if isinstance(facts.hardship_open, Unknown):
        return DARK, Message(gettext_noop("Nobody knows whether a hardship review is open"))
    if facts.hardship_open:
        return NO, Message(gettext_noop("A hardship review is open. Wait for its result."))
    seen, reviewed = facts.hardship_seen_on, facts.hardship_reviewed_on
    if facts.needs_review and seen is not None:
        text = gettext_noop("Signs of hardship on %(on)s that nobody has reviewed. Open a hardship review first.")
        return NO, Message(text, {"on": seen.isoformat()})
    if seen is not None and reviewed is not None:
        text = gettext_noop("Signs of hardship on %(on)s were reviewed by %(reviewed)s")
        return OK, Message(text, {"on": seen.isoformat(), "reviewed": reviewed.isoformat()})
    return OK, Message(gettext_noop("No sign of hardship is recorded"))


def effective(facts: CaseFacts, rule: CheckRule) -> Said:
    if facts.ordered:
        return OK, Message(gettext_noop("An earlier stage ended with a paper that can be enforced"))
    on = facts.stated.effective_on
    if isinstance(on, Unknown):
        return DARK, Message(gettext_noop("Nobody says from when a judgment, award or order may be enforced"))
    return OK, Message(gettext_noop("It may be enforced from %(on)s"), {"on": on.isoformat()})


def within_time(facts: CaseFacts, rule: CheckRule) -> Said:
    on = facts.stated.effective_on
    if isinstance(on, Unknown):
        return DARK, Message(gettext_noop("Nobody says from when a judgment, award or order may be enforced"))
    last = date(on.year + rule.numbers.get("years", 2), on.month, min(on.day, 28))
    params = {"on": on.isoformat(), "last": last.isoformat()}
    return passes(facts.today <= last), Message(gettext_noop("May be enforced from %(on)s to %(last)s"), params)


def dpd(facts: CaseFacts, rule: CheckRule) -> Said:
    if isinstance(facts.dpd, Unknown):
        return DARK, Message(gettext_noop("Nobody knows the days past due"))
    least = rule.numbers.get("least_days", 1)
    params = {"days": facts.dpd, "least": least}
    text = gettext_noop("%(days)s days past due; %(least)s are asked")
    return passes(facts.dpd >= least), Message(text, params)


def classed(facts: CaseFacts, rule: CheckRule) -> Said:
    found = facts.five_class
    if isinstance(found, Unknown) or not found:
        return DARK, Message(gettext_noop("Nobody knows the five-class of the loan"))
    return passes(found in ("doubtful", "loss")), Message(
        gettext_noop("Classed %(class)s"), {"class": found.replace("_", " ")}
    )


def pursued(facts: CaseFacts, rule: CheckRule) -> Said:
    """Written off only after real pursuit: steps on record, over a time."""
    steps, days = rule.numbers.get("steps", 1), rule.numbers.get("days", 0)
    since = facts.pursued_since
    over = (facts.today - since).days if since else 0
    params = {"steps": facts.pursuit_steps, "days": over, "least": steps, "least_days": days}
    text = gettext_noop(
        "%(steps)s steps of pursuit over %(days)s days on record; %(least)s over %(least_days)s days are asked"
    )
    return passes(facts.pursuit_steps >= steps and over >= days), Message(text, params)


def passes(holds: bool) -> Answer:
    return OK if holds else NO
