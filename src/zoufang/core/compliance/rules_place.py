"""Where, and from whom the bank has the address or the number."""

from __future__ import annotations

from collections.abc import Iterator

from zoufang.core.compliance.case import Case, rule
from zoufang.core.compliance.unknown import UNKNOWN, known
from zoufang.core.values import Channel, Finding, gettext_noop

BY_PHONE = (Channel.CALL, Channel.SMS)


@rule("CN-P5")
def contact_data_has_a_lawful_source(case: Case) -> Iterator[Finding]:
    """An address or number is used only with its lawful source, date and basis (CBA guidance of 2026-01-30)."""
    by_phone = case.request.channel in BY_PHONE
    place = case.facts.phone if by_phone else case.facts.address
    if place is None:
        yield case.block(
            gettext_noop("There is no number to call")
            if by_phone
            else gettext_noop("There is no address to go to")
        )
    elif place.origin is UNKNOWN:
        yield case.unknown("phone_source" if by_phone else "address_source")


@rule("CN-X4", needs=("do_not_visit",))
def not_at_a_do_not_visit_place(case: Case) -> Iterator[Finding]:
    """A place or customer marked do-not-visit, for safety or by request, is not visited (bank policy)."""
    if known(case.facts.do_not_visit):
        yield case.breach(gettext_noop("Marked do-not-visit. Use another channel."))


@rule("CN-X8")
def not_at_a_wrong_address(case: Case) -> Iterator[Finding]:
    """Where a visitor found the wrong person, nobody goes again without a supervisor (regulation of the door)."""
    if case.facts.address and case.facts.address.not_here:
        yield case.breach(gettext_noop("A visitor found another household at this address. Check it first."))
