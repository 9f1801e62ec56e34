"""What the rules count in the contact log, for every case at once (`contact_log` counts for one)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.contact_log import APART, FAILED, OWN_ROLES, SUCCEEDED
from zoufang.core.compliance.facts import ContactData, ContactOutcome, Facts
from zoufang.core.compliance.many.cases import EPOCH, MICROSECOND, ManyCases, blank
from zoufang.core.compliance.many.coded import Bools, Coded, Ints
from zoufang.core.values import BANK_ZONE, Channel

DAY_US = timedelta(days=1) // MICROSECOND
EPOCH_DAY = EPOCH.toordinal()
NEVER = -1


def local_days(at: NDArray[np.int64], zones: Coded[ZoneInfo]) -> Ints:
    """The local day (proleptic ordinal) of each instant in microseconds since 1970, UTC."""
    days = np.zeros(len(at), dtype=np.int64)
    for code, zone in enumerate(zones.values):
        mine = np.flatnonzero(zones.codes == code)
        days[mine] = _in_zone(at[mine], zone)
    return days


def _in_zone(at: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """The zone is asked at both ends of each UTC day; on days when its clocks change, at each instant."""
    utc_days, which = np.unique(at // DAY_US, return_inverse=True)
    first, last = (
        np.array([_offset(int(day) * DAY_US + add, zone) for day in utc_days], dtype=np.int64)
        for add in (0, DAY_US - 1)
    )
    offsets = first[which]
    for i in np.flatnonzero((first != last)[which]):
        offsets[i] = _offset(int(at[i]), zone)
    return (at + offsets) // DAY_US + EPOCH_DAY


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = (EPOCH + at * MICROSECOND).astimezone(zone).utcoffset()
    return (offset or timedelta()) // MICROSECOND


class LogCounts:
    """Counts by case; `day` is an ordinal for each case."""

    def __init__(self, cases: ManyCases) -> None:
        self._cases, self._log = cases, cases.contacts
        self._owner = cases.contacts.owner

    def visited(self, day: Ints) -> Bools:
        """Whether `visits_before` has any."""
        return self._count(self._visits, self._own[self._visits] & self._by(day)) > 0

    def visits_within(self, day: Ints, days: int) -> Ints:
        late = self._by(day) & (self._visit_day > day[self._owner[self._visits]] - days)
        about, to = (self._count(self._visits, late & mine[self._visits]) for mine in (self._about, self._to))
        return np.maximum(about, to)

    def talks_on(self, day: Ints) -> Ints:
        """Effective calls of the day that the bank began."""
        return self._count(self._calls, self._on(day) & self._had((ContactOutcome.REACHED,))[self._calls])

    def dials_on(self, day: Ints) -> Ints:
        """Dials of the day to the number that is asked for."""
        same = self._log.phone[self._calls] == self._cases.phone_id[self._owner[self._calls]]
        return self._count(self._calls, self._on(day) & same)

    def remote(self, day: Ints) -> tuple[Ints, Ints]:
        """(successful, failed) as `remote_contacts` counts them."""
        mine = self._own & (self._apart | self._log.role.derived(OWN_ROLES.__contains__, np.bool_))
        found = np.flatnonzero(mine & ~self._is(Channel.VISIT))
        bank_days = local_days(self._log.at[found], Coded(np.zeros(len(found), dtype=np.int8), (BANK_ZONE,)))
        early = bank_days <= day[self._owner[found]]
        good, bad = (self._count(found, early & self._had(these)[found]) for these in (SUCCEEDED, FAILED))
        return good, bad

    def bank_calls_within(self, day: Ints, days: int) -> Ints:
        """About the debtor, begun by the bank, in the `days` that end with `day`."""
        on, since = day[self._owner[self._calls]], self._call_day
        late = (since <= on) & (since > on - days)
        return self._count(self._calls, late & self._log.by_bank[self._calls] & self._about[self._calls])

    def days_since_talk(self, day: Ints) -> Ints:
        """Since the last telephone talk about the debtor, whoever rang; NEVER where there was none."""
        talks = self._calls[(self._about & self._had((ContactOutcome.REACHED,)))[self._calls]]
        return self._least(talks, day[self._owner[talks]] - self._days_of(talks, "phone"), from_day=0)

    def days_since_told(self, day: Ints, outcomes: Sequence[ContactOutcome]) -> Ints:
        """Since the last remote contact with the target before `day` that ended so; NEVER where there was none."""
        told = np.flatnonzero(self._about & self._to & self._had(outcomes) & ~self._is(Channel.VISIT))
        return self._least(told, day[self._owner[told]] - self._days_of(told, "address"), from_day=1)

    def _least(self, found: Ints, ages: Ints, *, from_day: int) -> Ints:
        least = np.full(len(self._cases), np.iinfo(np.int64).max)
        counted = ages >= from_day
        np.minimum.at(least, self._owner[found][counted], ages[counted])
        least[least == np.iinfo(np.int64).max] = NEVER
        return least

    def _count(self, found: Ints, counted: Bools) -> Ints:
        return np.bincount(self._owner[found][counted], minlength=len(self._cases))

    def _by(self, day: Ints) -> Bools:
        by: Bools = self._visit_day <= day[self._owner[self._visits]]
        return by

    def _on(self, day: Ints) -> Bools:
        on: Bools = (self._call_day == day[self._owner[self._calls]]) & self._log.by_bank[self._calls]
        return on

    def _is(self, channel: Channel) -> Bools:
        return self._log.channel.derived(lambda one: one is channel, np.bool_)

    def _had(self, outcomes: Sequence[ContactOutcome]) -> Bools:
        return self._log.outcome.derived(outcomes.__contains__, np.bool_)

    @cached_property
    def _visits(self) -> Ints:
        return np.flatnonzero(self._is(Channel.VISIT))

    @cached_property
    def _calls(self) -> Ints:
        return np.flatnonzero(self._is(Channel.CALL))

    @cached_property
    def _visit_day(self) -> Ints:
        return self._days_of(self._visits, "address")

    @cached_property
    def _call_day(self) -> Ints:
        return self._days_of(self._calls, "phone")

    def _days_of(self, found: Ints, place: str) -> Ints:
        return local_days(self._log.at[found], zones_of(self._cases, place).rows(self._owner[found]))

    @cached_property
    def _about(self) -> Bools:
        """As `about_debtor`."""
        about: Bools = (self._log.about == 0) | (self._log.about == self._cases.customer[self._owner])
        return about

    @cached_property
    def _to(self) -> Bools:
        to: Bools = self._log.party == self._cases.target[self._owner]
        return to

    @cached_property
    def _apart(self) -> Bools:
        return self._cases.target_role.derived(APART.__contains__, np.bool_)[self._owner]

    @cached_property
    def _own(self) -> Bools:
        return np.where(self._apart, self._to, self._about)


def zones_of(cases: ManyCases, place: str) -> Coded[ZoneInfo]:
    """The zone of each case's address or phone, as `Facts.zone_for` says."""
    channel = Channel.VISIT if place == "address" else Channel.CALL

    def zone(value: ContactData | None) -> ZoneInfo:
        return blank(Facts, {place: value}).zone_for(channel)

    column = cases.plain[place]
    zones: dict[ZoneInfo, int] = {}
    codes = [zones.setdefault(zone(value), len(zones)) for value in column.values]
    return Coded(np.array(codes, dtype=np.int64)[column.codes], tuple(zones))
