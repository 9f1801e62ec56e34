"""From requests and facts, one by one, to the columns of a book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from zoufang.core.compliance.facts import ContactData, Facts, PastContact
from zoufang.core.compliance.many.cases import (
    EPOCH,
    LISTS,
    MICROSECOND,
    PLAIN,
    Contacts,
    ManyCases,
    Numbers,
    Promises,
)
from zoufang.core.compliance.many.coded import Ints, encoded
from zoufang.core.compliance.request import ContactRequest, Override
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.errors import BadInput

Question = tuple[ContactRequest, Facts, tuple[Override, ...]]
PLACES = ("address", "phone")


def gathered(questions: Iterable[Question]) -> ManyCases:
    """The columns of these questions; BadInput where facts are of another customer than the request."""
    asked = list(questions)
    requests, facts, overrides = ([q[0] for q in asked], [q[1] for q in asked], [q[2] for q in asked])
    for request, known in zip(requests, facts, strict=True):
        if request.customer_id != known.customer_id:
            raise BadInput(f"Facts of {known.customer_id} cannot judge a request on {request.customer_id}.")
    names = _Names()
    columns: dict[str, Any] = {
        "customer": names.codes(r.customer_id for r in requests),
        "target": names.codes(r.target_id for r in requests),
        "planned": encoded((r.starts, r.ends) if r.starts else None for r in requests),
        "overrides": encoded(overrides),
        "plain": {name: encoded(_plain(known, name) for known in facts) for name in PLAIN},
        "guarantees_known": np.array([known.guarantees is not UNKNOWN for known in facts], dtype=np.bool_),
        "address_id": names.codes(known.address.id if known.address else "" for known in facts),
        "phone_id": names.codes(known.phone.id if known.phone else "" for known in facts),
    }
    for name in ("channel", "purpose", "target_role", "days"):
        columns[name] = encoded(getattr(request, name) for request in requests)
    lists = {name: _lists(name, facts, names) for name in LISTS}
    return ManyCases(names=tuple(names.known), **columns, **lists)


@dataclass(slots=True)
class _Names:
    known: dict[str, int] = field(default_factory=lambda: {"": 0})

    def codes(self, ids: Iterable[str]) -> Ints:
        return np.array([self.known.setdefault(one, len(self.known)) for one in ids], dtype=np.int64)


def _plain(facts: Facts, name: str) -> Any:
    value = getattr(facts, name)
    return replace(value, id="") if name in PLACES and isinstance(value, ContactData) else value


def _lists(name: str, facts: Sequence[Facts], names: _Names) -> Any:
    held = [() if (value := getattr(known, name)) is UNKNOWN else value for known in facts]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in held], dtype=np.int64)])
    flat = [item for one in held for item in one]
    if name == "contacts":
        return _contacts(starts, flat, names)
    if name == "debtor_phones":
        return Numbers(starts, names.codes(flat))
    return Promises(
        starts,
        names.codes(one.party_id for one in flat),
        encoded(replace(one, party_id="") for one in flat),
    )


def _contacts(starts: Ints, log: Sequence[PastContact], names: _Names) -> Contacts:
    return Contacts(
        starts,
        at=np.array([(one.at - EPOCH) // MICROSECOND for one in log], dtype=np.int64),
        channel=encoded(one.channel for one in log),
        party=names.codes(one.party_id for one in log),
        role=encoded(one.role for one in log),
        outcome=encoded(one.outcome for one in log),
        phone=names.codes(one.phone_id for one in log),
        by_bank=np.array([one.by_bank for one in log], dtype=np.bool_),
        agency=names.codes(one.agency for one in log),
        about=names.codes(one.about for one in log),
    )
