"""What several readings share, worked out once for a book."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from zoufang.core.compliance.case import Rule
from zoufang.core.compliance.contact_log import LostContact, lost_contact
from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.many.cases import ManyCases, Promises, blank
from zoufang.core.compliance.many.coded import Bools, Coded, Ints, listed, numbered
from zoufang.core.compliance.many.log_counts import LogCounts
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.values import PartyRole

FAR = 10_000_000  # more days than the calendar has


class Sight:
    """One book under one policy on one day."""

    def __init__(self, cases: ManyCases, policy: Policy, today: date) -> None:
        self.cases, self.policy, self.today = cases, policy, today
        self.log = LogCounts(cases)
        self._signed: dict[str, Ints] = {}
        self._visited: dict[bytes, Bools] = {}

    def plain(self, name: str) -> Coded[Any]:
        return self.cases.plain[name]

    def unknown(self, fact: str) -> Bools:
        if fact == "guarantees":
            return ~self.cases.guarantees_known
        return self.plain(fact).derived(lambda value: value is UNKNOWN, np.bool_)

    def signed(self, fact: str) -> Ints:
        """A number for whoever attested `fact` for the case's source file; 0 is nobody."""
        if fact not in self._signed:
            files, papers = self.plain("source_file"), self.plain("attestations")
            codes, firsts = numbered([files.codes, papers.codes], len(self.cases))
            known = (blank(Facts, {"source_file": files[i], "attestations": papers[i]}) for i in firsts)
            found: dict[Any, int] = {None: 0}
            numbers = [found.setdefault(facts.attested(fact, self.today), len(found)) for facts in known]
            self._signed[fact] = np.array(numbers, dtype=np.int64)[codes]
        return self._signed[fact]

    def days_left(self, fact: str) -> Ints:
        """From today to a day; FAR where there is none or nobody knows it."""

        def left(value: object) -> int:
            return (value - self.today).days if isinstance(value, date) else FAR

        return self.plain(fact).derived(left)

    def number(self, rule: Rule, name: str) -> int:
        """The largest on any channel; 0 where no pack states it, and the rule is not asked."""
        laws = (self.policy.rule(rule.id, channel) for channel in self.cases.channel.values)
        return max((law.numbers.get(name, 0) for law in laws if law), default=0)

    def of_target(self, given: Promises) -> Bools:
        mine: Bools = given.party == self.cases.target[given.owner]
        return mine

    def visited(self, day: Ints) -> Bools:
        key = day.tobytes() if len(day) and day.min() != day.max() else day[:1].tobytes()
        if key not in self._visited:
            self._visited[key] = self.log.visited(day)
        return self._visited[key]

    @cached_property
    def agreed(self) -> Ints:
        """A number for the list of the target's own consents; 0 is none."""
        given = self.cases.consents
        mine = self.of_target(given)
        return listed(given.owner[mine], given.what.codes[mine], len(self.cases))

    @cached_property
    def lost(self) -> Ints:
        """A number for how the debtor was lost, asked one by one of third parties only; 0 is not lost."""
        found: dict[LostContact | None, int] = {None: 0}
        codes = np.zeros(len(self.cases), dtype=np.int64)
        third = self.cases.target_role.derived(lambda role: role is PartyRole.CONTACT, np.bool_)
        for row in np.flatnonzero(third).tolist():
            names = ("customer_id", "contacts", "debtor_phones")
            facts = blank(Facts, {name: self.cases.fact(name, row) for name in names})
            codes[row] = found.setdefault(lost_contact(facts, self.today), len(found))
        return codes
