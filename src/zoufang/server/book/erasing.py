"""Make a person's data unreadable for good: the key goes, and whatever the data could be guessed from with it."""

from __future__ import annotations

import os

from django.db import transaction

from zoufang.server.book.models import Party, VisitNeeds
from zoufang.server.book.vault import INDEX_BYTES


@transaction.atomic
def erase_person(party: Party) -> dict[str, int]:
    """Whoever calls has asked for the right, the period and holds. What was destroyed, counted.

    Rows that others point to stay, empty; blind indexes become random, for a known number would give them away.
    """
    for phone in party.phones.all():
        phone.sealed, phone.number_index, phone.last4_index = b"", os.urandom(INDEX_BYTES), b""
        phone.save(update_fields=["sealed", "number_index", "last4_index"])
    for address in party.addresses.all():
        address.sealed, address.text_index = b"", os.urandom(INDEX_BYTES)
        address.county = address.township = address.village = ""
        address.save(update_fields=["sealed", "text_index", "county", "township", "village"])
    needs, _rows = VisitNeeds.objects.filter(party=party).delete()
    Party.objects.filter(pk=party.pk).update(
        wrapped_key=b"",
        sealed=b"",
        name_index=None,
        id_index=None,
        id_last4_index=None,
        household=None,
    )
    return {"keys": 1, "phones": party.phones.count(), "addresses": party.addresses.count(), "needs": needs}
