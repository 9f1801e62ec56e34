"""What is counted in the logs of a whole book is what is counted in each."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders_books import ZONES, Drawn
from tests.core.builders_compliance import TODAY, a_contact, facts
from zoufang.core.compliance import ContactOutcome, gathered
from zoufang.core.compliance.contact_log import (
    about_debtor,
    calls_on,
    local_day,
    remote_contacts,
    visits_before,
    visits_within,
)
from zoufang.core.compliance.many.cases import EPOCH, MICROSECOND
from zoufang.core.compliance.many.coded import encoded
from zoufang.core.compliance.many.log_counts import NEVER, LogCounts, local_days
from zoufang.core.compliance.rules_abroad import TOLD
from zoufang.core.values import Channel


def logs(seed, size):
    """Questions with a log of many contacts, a third of them visits and a third calls."""
    drawn = Drawn(Random(seed), 0.6)
    for _ in range(size):
        request = drawn.request("C-1")
        where = {"address": drawn.place(facts().address), "phone": drawn.place(facts().phone)}
        yield request, facts(**where, contacts=tuple(drawn.contact() for _ in range(12))), ()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), ago=st.integers(-1, 9))
def test_visits_calls_and_messages_are_counted_as_in_the_one_by_one_engine(seed, ago):
    book, day = list(logs(seed, 8)), TODAY - timedelta(days=ago)
    counts, days = LogCounts(gathered(book)), np.full(len(book), day.toordinal())
    good, bad = counts.remote(days)
    for row, (request, known, _) in enumerate(book):
        own = known.phone.id if known.phone else ""
        today = calls_on(known, day)
        assert counts.visited(days)[row] == bool(visits_before(request, known, day))
        assert (good[row], bad[row]) == remote_contacts(request, known, day)
        assert counts.talks_on(days)[row] == sum(c.outcome is ContactOutcome.REACHED for c in today)
        assert counts.dials_on(days)[row] == sum(c.phone_id == own for c in today)
        for length in (1, 7, 30):
            assert counts.visits_within(days, length)[row] == visits_within(request, known, day, length)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), ago=st.integers(-1, 9))
def test_calls_talks_and_notices_abroad_are_counted_on_the_customers_days(seed, ago):
    book, day = list(logs(seed, 8)), TODAY - timedelta(days=ago)
    counts, days = LogCounts(gathered(book)), np.full(len(book), day.toordinal())
    for row, (request, known, _) in enumerate(book):
        ages = [
            (c, (day - local_day(c, known.zone_for(Channel.CALL))).days)
            for c in about_debtor(known)
            if c.channel is Channel.CALL
        ]
        assert counts.bank_calls_within(days, 7)[row] == sum(c.by_bank and 0 <= age < 7 for c, age in ages)
        talks = [age for c, age in ages if c.outcome is ContactOutcome.REACHED and age >= 0]
        assert counts.days_since_talk(days)[row] == min(talks, default=NEVER)
        told = [
            (day - local_day(c, known.zone_for(Channel.VISIT))).days
            for c in about_debtor(known)
            if c.channel is not Channel.VISIT and c.party_id == request.target_id and c.outcome in TOLD
        ]
        assert counts.days_since_told(days, TOLD)[row] == min((age for age in told if age > 0), default=NEVER)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 11, 2, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 3, 29, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(1991, 9, 14, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),  # the day that never was
    ],
)
def test_a_contact_lies_on_the_customers_day_on_days_when_clocks_change(zone, change):
    logs = [a_contact(at=change + timedelta(minutes=10 * step)) for step in range(-200, 400)]
    at = np.array([(c.at - EPOCH) // MICROSECOND for c in logs])
    zones = encoded([ZoneInfo(zone)] * len(logs))
    assert local_days(at, zones).tolist() == [local_day(c, ZoneInfo(zone)).toordinal() for c in logs]


@given(at=st.lists(st.tuples(st.integers(0, 70 * 366 * 86_400 * 10**6), st.sampled_from(ZONES))))
def test_a_contact_lies_on_the_customers_day_whatever_the_instant(at):
    days = local_days(np.array([us for us, _ in at], dtype=np.int64), encoded(ZoneInfo(zone) for _, zone in at))
    alone = [local_day(a_contact(at=EPOCH + us * MICROSECOND), ZoneInfo(zone)).toordinal() for us, zone in at]
    assert days.tolist() == alone
