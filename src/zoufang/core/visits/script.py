"""What may and may not be said at the door (regulation.md section 3), for this purpose and this customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance import UNKNOWN, Facts, Vulnerability
from zoufang.core.values import GuaranteeKind, Message, PartyRole, Purpose, gettext_noop


@dataclass(frozen=True, slots=True)
class DoorScript:
    """`steps` in their order; `say` and `not_say` for this visit."""

    steps: tuple[Message, ...]
    say: tuple[Message, ...]
    not_say: tuple[Message, ...]


STEPS = (
    gettext_noop("Knock, stand outside, and ask for the person by name"),
    gettext_noop("Identify: full name and one check (last four digits of the ID, or the registered phone)"),
    gettext_noop("State names and staff numbers, the bank, the purpose, the recording and the complaint line"),
    gettext_noop("Show work ID and authority letter; offer the code that verifies both at the bank"),
    gettext_noop("Speak plainly, ask, and listen"),
    gettext_noop("Leave when asked, when a minor is alone, when anyone feels unsafe, or at the end of hours"),
)

NEVER = (
    gettext_noop("The debt, the loan, the arrears or the bank's department, to anyone but the identified person"),
    gettext_noop("That you come from or work with a court, the police, a prosecutor or the government"),
    gettext_noop("Any threat, insult or untrue consequence, or a promise about the credit record"),
    gettext_noop("A waiver, a lower rate or a new loan that is not an approved option on the screen"),
    gettext_noop("That you could take cash, a private transfer, goods, or a signature on blank paper"),
    gettext_noop("The full ID number, read out"),
)

ALWAYS = (
    gettext_noop("You may refuse the recording, or ask us to leave, at any time"),
    gettext_noop("We take no cash and no private transfer: pay only through the bank's own channels"),
    gettext_noop("Here is the complaint line of the bank"),
)

DEBT = gettext_noop("The debt: product, contract tail, principal, interest, fees, total, date, days past due")
GUARANTEED = gettext_noop("The guaranteed debt alone: contract tail, amount guaranteed, what is overdue of it")
ASK = gettext_noop("Ask for the reason, the ability and the wish to pay, hardship, and the best time to talk")

BY_PURPOSE: dict[Purpose, tuple[str, ...]] = {
    Purpose.FIRST_TALK: (DEBT, ASK, gettext_noop("The approved options on the screen")),
    Purpose.PROMISE_FOLLOW_UP: (DEBT, gettext_noop("What was promised, what came, and what stood in the way")),
    Purpose.SERVE_DEMAND: (
        DEBT,
        gettext_noop("What the notice is, and that signing it confirms receipt; refusing to sign is noted"),
    ),
    Purpose.GUARANTOR_DEMAND: (
        GUARANTEED,
        gettext_noop("The guarantee: contract, kind, amount, and the day on which its period ends"),
    ),
    Purpose.COLLATERAL_CHECK: (
        gettext_noop("That the bank looks at the state of the collateral under the contract"),
    ),
    Purpose.ADDRESS_CHECK: (gettext_noop("That you are looking for the person on a personal matter"),),
    Purpose.CARE_VISIT: (
        gettext_noop("That you come to offer help, and which help there is (hardship team, 12356)"),
        gettext_noop("Ask how things are; listen; leave the choice to the customer"),
    ),
    Purpose.WRITE_OFF_EVIDENCE: (DEBT, ASK),
}


# In place of the whole debt: what each role may hear of it.
DEBT_FOR: dict[PartyRole, str] = {
    PartyRole.CO_DEBTOR: gettext_noop(
        "The loans that they signed with the borrower: principal, interest, days past due"
    ),
    PartyRole.GUARANTOR: GUARANTEED,
    PartyRole.HEIR: gettext_noop("What the deceased owed, and that an heir answers within the estate only"),
}
NOT_FOR: dict[PartyRole, tuple[str, ...]] = {
    PartyRole.CO_DEBTOR: (gettext_noop("Any loan of the borrower that this person did not sign"),),
    PartyRole.GUARANTOR: (
        gettext_noop("Other loans of the borrower, or the borrower's income, health and family"),
        gettext_noop("That the guarantor should press the borrower, or agree on a plan in the borrower's place"),
    ),
    PartyRole.LEGAL_REP: (
        gettext_noop("That they have to pay out of their own pocket: they speak for the borrower"),
    ),
    PartyRole.CONTROLLER: (
        gettext_noop("That they have to pay out of their own pocket: they speak for the borrower"),
    ),
    PartyRole.HEIR: (gettext_noop("That they have to pay more than the estate is worth (Civil Code 1161)"),),
}
ORDER_OF_DEFENCE = gettext_noop(
    "That they have to pay now: an ordinary guarantor may refuse until enforcement against the borrower failed"
    " (Civil Code 687)"
)


def at_every_door() -> DoorScript:
    """What holds whatever the purpose and whoever opens: for a paper that goes along."""
    return DoorScript(_messages(STEPS), _messages(ALWAYS), _messages(NEVER))


def say_and_not_say(
    purpose: Purpose, facts: Facts, today: date, role: PartyRole = PartyRole.DEBTOR, target_id: str = ""
) -> DoorScript:
    """The script of one visit to `target_id`. A third party hears nothing of the debt, whatever the purpose."""
    say = BY_PURPOSE[Purpose.ADDRESS_CHECK] if role is PartyRole.CONTACT else (*_say(purpose, role), *ALWAYS)
    not_say = (*NEVER, *_by_purpose(purpose), *_by_role(role, facts, target_id), *_by_facts(facts, today))
    return DoorScript(_messages(STEPS), _messages(say), _messages(dict.fromkeys(not_say)))


def _say(purpose: Purpose, role: PartyRole) -> tuple[str, ...]:
    return tuple(DEBT_FOR.get(role, text) if text is DEBT else text for text in BY_PURPOSE[purpose])


def _by_role(role: PartyRole, facts: Facts, target_id: str) -> Iterator[str]:
    yield from NOT_FOR.get(role, ())
    if role is PartyRole.GUARANTOR and facts.guarantees is not UNKNOWN:
        kinds = {g.kind for g in facts.guarantees if g.party_id == target_id}
        if GuaranteeKind.JOINT not in kinds:
            yield ORDER_OF_DEFENCE


def _by_purpose(purpose: Purpose) -> Iterator[str]:
    if purpose in (Purpose.CARE_VISIT, Purpose.COLLATERAL_CHECK, Purpose.ADDRESS_CHECK):
        yield gettext_noop("Any request for payment: this visit does not collect")


def _by_facts(facts: Facts, today: date) -> Iterator[str]:
    ends = facts.limitation_ends
    if isinstance(ends, date) and ends < today:
        yield gettext_noop("That the law still compels payment: limitation has ended, use counsel's wording only")
    if facts.vulnerabilities:
        yield gettext_noop("Anything that presses: signs of vulnerability are on record")
    if isinstance(facts.vulnerabilities, tuple) and Vulnerability.SELF_HARM_RISK in facts.vulnerabilities:
        yield gettext_noop("Anything about payment: stay calm, listen, call 110 or 120, name 12356")


def _messages(templates: tuple[str, ...] | dict[str, None]) -> tuple[Message, ...]:
    return tuple(Message(template) for template in templates)
