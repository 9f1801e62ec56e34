"""A book of questions as columns; `ManyCases.request(i)` and `.facts(i)` are what the one-by-one engine takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.facts import Consent, ContactData, ContactOutcome, Facts, Guarantee, PastContact
from zoufang.core.compliance.many.coded import Bools, Coded, Ints
from zoufang.core.compliance.request import ContactRequest, Override
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, PartyRole, Purpose

# Facts of the person, the lists and the ids have columns of their own; all others stand in `ManyCases.plain`.
LISTS = ("guarantees", "contacts", "consents", "debtor_phones")
FACTS = tuple(field.name for field in fields(Facts))
PLAIN = tuple(name for name in FACTS if name not in ("customer_id", *LISTS))
REQUEST = tuple(field.name for field in fields(ContactRequest))
V = TypeVar("V")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class Ragged:
    """Lists of different length: row i owns the elements from `starts[i]` to `starts[i + 1]`."""

    starts: Ints

    def __len__(self) -> int:
        return int(self.starts[-1] - self.starts[0])

    @cached_property
    def owner(self) -> Ints:
        """The row of each element."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def of(self, row: int) -> range:
        return range(int(self.starts[row]), int(self.starts[row + 1]))


@dataclass(frozen=True, eq=False)
class Contacts(Ragged):
    """The contact log. `at` counts microseconds since 1970 in UTC; people, phones and agencies are name codes."""

    at: NDArray[np.int64]
    channel: Coded[Channel]
    party: Ints
    role: Coded[PartyRole]
    outcome: Coded[ContactOutcome]
    phone: Ints
    by_bank: Bools
    agency: Ints
    about: Ints


@dataclass(frozen=True, eq=False)
class Promises(Ragged):
    """Guarantees or consents: whose, and what, which carries no party."""

    party: Ints
    what: Coded[Any]


@dataclass(frozen=True, eq=False)
class Numbers(Ragged):
    """The debtor's own phone numbers."""

    phone: Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class ManyCases:
    """n questions with their facts and overrides.

    `names` holds every id once, "" first; `customer`, `target`, `address_id`, `phone_id` and the ids in the lists
    are codes into it. `plain` has a column for each field of `Facts` in PLAIN; its places carry no id.
    """

    names: tuple[str, ...]
    customer: Ints
    channel: Coded[Channel]
    purpose: Coded[Purpose]
    target: Ints
    target_role: Coded[PartyRole]
    days: Coded[tuple[date, ...]]
    planned: Coded[tuple[datetime, datetime] | None]
    overrides: Coded[tuple[Override, ...]]
    plain: Mapping[str, Coded[Any]]
    address_id: Ints
    phone_id: Ints
    guarantees: Promises
    guarantees_known: Bools
    consents: Promises
    contacts: Contacts
    debtor_phones: Numbers

    def __post_init__(self) -> None:
        if not self.names or self.names[0] or len(set(self.names)) < len(self.names):
            raise BadInput("The names of a book begin with an empty one and hold each id once. Encode them again.")
        if missing := set(PLAIN) ^ self.plain.keys():
            raise BadInput(
                f"Columns of facts are missing or strange: {', '.join(sorted(missing))}. Give each once."
            )
        ragged = (self.guarantees, self.consents, self.contacts, self.debtor_phones)
        columns = (*self._columns(), *self.plain.values())
        if {len(column) for column in columns} | {len(lists.starts) - 1 for lists in ragged} != {len(self)}:
            raise BadInput("The columns of a book differ in length. Give every column one entry a case.")

    def __len__(self) -> int:
        return len(self.customer)

    def _columns(self) -> tuple[Any, ...]:
        asked = (self.customer, self.channel, self.purpose, self.target, self.target_role, self.days, self.planned)
        return (*asked, self.overrides, self.address_id, self.phone_id, self.guarantees_known)

    def request(self, row: int) -> ContactRequest:
        planned = self.planned[row]
        return ContactRequest(
            customer_id=self.names[self.customer[row]],
            channel=self.channel[row],
            purpose=self.purpose[row],
            target_id=self.names[self.target[row]],
            target_role=self.target_role[row],
            days=self.days[row],
            starts=planned[0] if planned else None,
            ends=planned[1] if planned else None,
        )

    def facts(self, row: int) -> Facts:
        return Facts(**{name: self.fact(name, row) for name in FACTS})

    def fact(self, name: str, row: int) -> Any:
        """One field of one case's `Facts`."""
        match name:
            case "customer_id":
                return self.names[self.customer[row]]
            case "address":
                return self._place(self.plain["address"][row], self.address_id[row])
            case "phone":
                return self._place(self.plain["phone"][row], self.phone_id[row])
            case "guarantees":
                return self._promises(self.guarantees, row) if self.guarantees_known[row] else UNKNOWN
            case "consents":
                return self._promises(self.consents, row)
            case "contacts":
                return tuple(self._contact(i) for i in self.contacts.of(row))
            case "debtor_phones":
                return tuple(self.names[self.debtor_phones.phone[i]] for i in self.debtor_phones.of(row))
        return self.plain[name][row]

    def asked(self, name: str, row: int) -> Any:
        """One field of one case's request, of those that rules read."""
        if name in ("customer_id", "target_id"):
            return self.names[(self.customer if name == "customer_id" else self.target)[row]]
        return getattr(self, name)[row]

    def _place(self, place: ContactData | None, name: int) -> ContactData | None:
        return place and replace(place, id=self.names[name])

    def _promises(self, of: Promises, row: int) -> tuple[Guarantee | Consent, ...]:
        return tuple(replace(of.what[i], party_id=self.names[of.party[i]]) for i in of.of(row))

    def _contact(self, i: int) -> PastContact:
        log, names = self.contacts, self.names
        return PastContact(
            at=EPOCH + int(log.at[i]) * MICROSECOND,
            channel=log.channel[i],
            party_id=names[log.party[i]],
            role=log.role[i],
            outcome=log.outcome[i],
            phone_id=names[log.phone[i]],
            by_bank=bool(log.by_bank[i]),
            agency=names[log.agency[i]],
            about=names[log.about[i]],
        )


def seen(cases: ManyCases, row: int, names: Iterable[str]) -> tuple[ContactRequest, Facts]:
    """Request and facts that hold the named fields only."""
    asked = {name: cases.asked(name, row) for name in names if name in REQUEST}
    known = {name: cases.fact(name, row) for name in names if name in FACTS}
    return blank(ContactRequest, asked), blank(Facts, known)


def blank(kind: type[V], fields_held: Mapping[str, Any]) -> V:
    """A value of which only some fields are set: whoever reads another gets an AttributeError, never a default."""
    value = object.__new__(kind)
    for name, held in fields_held.items():
        object.__setattr__(value, name, held)
    return value
