"""Who may be contacted, and in what state."""

from __future__ import annotations

from collections.abc import Iterator

from zoufang.core.compliance.case import Case, rule
from zoufang.core.compliance.contact_log import lost_contact
from zoufang.core.compliance.facts import Vulnerability
from zoufang.core.compliance.unknown import UNKNOWN, known
from zoufang.core.values import Channel, Finding, PartyRole, Purpose, gettext_noop

LIABLE = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR, PartyRole.GUARANTOR, PartyRole.LEGAL_REP, PartyRole.HEIR)


OWES_NOTHING = {
    PartyRole.CONTACT: gettext_noop("A contact person"),
    PartyRole.CONTROLLER: gettext_noop("An actual controller of no company"),
}


@rule("CN-P1")
def only_liable_parties(case: Case) -> Iterator[Finding]:
    """Collect only from the debtor, and from those who stand in by law and contract (GB/T 45251-2025).

    A contact may be asked for the debtor's whereabouts (CN-P2), never for money. An actual controller may speak
    for a company debtor, and owes nothing in person.
    """
    role = case.request.target_role
    if role is PartyRole.CONTACT and case.request.purpose is Purpose.ADDRESS_CHECK:
        return
    if role is PartyRole.CONTROLLER and case.facts.debtor_is_company is UNKNOWN:
        yield case.unknown("debtor_is_company")
        return
    if role is PartyRole.CONTROLLER and case.facts.debtor_is_company is True:
        return
    if role not in LIABLE:
        yield case.breach(
            gettext_noop("%(role)s does not owe this debt and may not be collected from"),
            role=OWES_NOTHING.get(role, role.value),
        )


ROLE_TEXTS = {
    PartyRole.CO_DEBTOR: gettext_noop("A co-borrower owes the whole debt of the loans they signed"),
    PartyRole.GUARANTOR: gettext_noop("A guarantor hears of the guaranteed debt only, and only in person"),
    PartyRole.LEGAL_REP: gettext_noop(
        "The legal representative speaks for the borrower and owes nothing in person"
    ),
    PartyRole.CONTROLLER: gettext_noop("The actual controller speaks for the company and owes nothing in person"),
    PartyRole.HEIR: gettext_noop("An heir owes no more than the value of the estate (Civil Code 1161)"),
}


@rule("CN-P1")
def within_what_the_role_owes(case: Case) -> Iterator[Finding]:
    """How far each role answers for the debt is kept with the verdict (民法典 61, 178, 681, 1161)."""
    if text := ROLE_TEXTS.get(case.request.target_role):
        yield case.notice(text)


@rule("CN-P2")
def third_party_only_when_lost(case: Case) -> Iterator[Finding]:
    """A contact is approached only if the debtor is lost, dead or incapable; after a refusal never again.

    GB/T 45251-2025; the tests of "lost" are CN-P3, CBA guidance of 2026-01-30.
    """
    if case.request.target_role is not PartyRole.CONTACT:
        return
    if case.facts.contact_refused is UNKNOWN:
        yield case.unknown("contact_refused")
    elif case.facts.contact_refused:
        yield case.block(gettext_noop("This person has refused further contact. Never contact them again."))
    if case.facts.deceased is True or case.facts.lacks_capacity is True:
        return
    if lost_contact(case.facts, case.today) is None:
        yield case.breach(gettext_noop("The debtor can be reached, so no third party may be approached"))


@rule("CN-P3")
def lost_contact_is_evidenced(case: Case) -> Iterator[Finding]:
    """Which of the three tests shows the loss is kept with the verdict (CBA guidance of 2026-01-30)."""
    lost = lost_contact(case.facts, case.today)
    if lost and case.request.target_role is PartyRole.CONTACT:
        yield case.notice(
            gettext_noop("The debtor is lost since %(since)s (%(test)s): ask for whereabouts only"),
            since=lost.since,
            test=lost.test.value,
        )


@rule("CN-X13")
def not_by_a_refused_way(case: Case) -> Iterator[Finding]:
    """Who will not be called, written to or visited here is left alone that way (民法典 1033; bank policy).

    Whoever owes still gets the notices that the law asks for, by letter and by a supervisor's word.
    """
    request = case.request
    if request.channel not in case.facts.refused_channels:
        return
    if request.channel is Channel.LETTER and request.target_role in LIABLE:
        yield case.warn(
            gettext_noop("The person refuses letters: only a notice that the law asks for may still go.")
        )
    else:
        yield case.breach(gettext_noop("The person refuses to be contacted this way. Use another way, or none."))


@rule("CN-X1", needs=("deceased",))
def not_after_death(case: Case) -> Iterator[Finding]:
    """After a death only heirs, within the estate, and only by counsel's leave (民法典 1161)."""
    role = case.request.target_role
    if known(case.facts.deceased) and role in (PartyRole.DEBTOR, PartyRole.LEGAL_REP):
        yield case.block(gettext_noop("The debtor is reported dead. Send the case to the estate desk."))
    if role is PartyRole.HEIR and not (case.facts.deceased is True and case.facts.counsel_leave):
        yield case.block(gettext_noop("An heir may be contacted only after a death and by counsel's leave"))


@rule("CN-X1")
def not_a_dead_target(case: Case) -> Iterator[Finding]:
    """A guarantor, co-debtor, representative or contact who is reported dead is left alone as well."""
    if case.request.target_role is PartyRole.DEBTOR:
        return
    if case.facts.target_deceased is UNKNOWN:
        yield case.unknown("target_deceased")
    elif case.facts.target_deceased:
        yield case.block(gettext_noop("The person to be contacted is reported dead"))


@rule("CN-X2")
def not_an_incapable_target(case: Case) -> Iterator[Finding]:
    """A guarantor, co-debtor or heir without full capacity is left alone as well (民法典 19-23)."""
    if case.request.target_role is PartyRole.DEBTOR:
        return
    if case.facts.target_lacks_capacity is UNKNOWN:
        yield case.unknown("target_lacks_capacity")
    elif case.facts.target_lacks_capacity:
        yield case.block(gettext_noop("The person to be contacted lacks full legal capacity"))


@rule("CN-X2", needs=("minor", "lacks_capacity"))
def not_a_minor_or_incapable(case: Case) -> Iterator[Finding]:
    """Minors and people without full capacity are never collected from (民法典 19-23)."""
    if case.facts.minor is True:
        yield case.block(gettext_noop("The person is a minor"))
    if case.facts.lacks_capacity is True and case.request.target_role is PartyRole.DEBTOR:
        yield case.block(
            gettext_noop("The debtor lacks full legal capacity. Speak to the legal representative only.")
        )


@rule("CN-X3", needs=("represented",))
def only_through_the_lawyer(case: Case) -> Iterator[Finding]:
    """A debtor who has named a lawyer is written to through the lawyer (bank policy)."""
    if known(case.facts.represented):
        yield case.breach(gettext_noop("A lawyer represents the debtor. Write to the lawyer."))


@rule("CN-V9", needs=("vulnerabilities",))
def spare_the_vulnerable(case: Case) -> Iterator[Finding]:
    """Known vulnerability: a supervisor decides (bank policy); a risk of self-harm is CN-X12."""
    signs = [sign for sign in known(case.facts.vulnerabilities) if sign is not Vulnerability.SELF_HARM_RISK]
    if signs and case.request.purpose is not Purpose.CARE_VISIT:
        yield case.breach(
            gettext_noop("The customer is vulnerable (%(signs)s). Consider a care visit."),
            signs=", ".join(sign.value for sign in signs),
        )


@rule("CN-X12", needs=("vulnerabilities",))
def not_after_a_sign_of_self_harm(case: Case) -> Iterator[Finding]:
    """All collection is on hold in every channel until two people release it; care may go (bank policy)."""
    at_risk = Vulnerability.SELF_HARM_RISK in known(case.facts.vulnerabilities)
    if at_risk and case.request.purpose is not Purpose.CARE_VISIT:
        yield case.block(
            gettext_noop("There was a sign of self-harm: all collection is on hold until two people release it.")
        )
