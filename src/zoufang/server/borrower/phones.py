"""Which number of a person the bank may write to about their own affairs, and whether it is theirs alone."""

from __future__ import annotations

from zoufang.core.values import SourceCode
from zoufang.server.book.models import Party, Phone

# Numbers that the person gave: in this order they are trusted.
GIVEN = (SourceCode.CONTRACT, SourceCode.LEFT_BY_CUSTOMER, SourceCode.AUTHORISED)


def registered_phone(party: Party) -> Phone | None:
    """The number in the contract, else one that the person left since; the newest of a kind."""
    own = list(party.phones.filter(source_code__in=GIVEN).order_by("pk"))
    order = list(GIVEN)
    own.sort(key=lambda phone: (order.index(SourceCode(phone.source_code)), -_newness(phone)))
    return own[0] if own else None


def _newness(phone: Phone) -> int:
    return phone.source_on.toordinal() if phone.source_on else 0


def is_shared(phone: Phone) -> bool:
    """Registered for somebody else too: whoever reads there may not be the one who is meant."""
    others = Phone.objects.filter(number_index=phone.number_index).exclude(party=phone.party_id)
    return others.exists()
