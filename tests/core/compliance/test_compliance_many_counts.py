"""What is counted in the logs of a whole book is what is counted in each."""

from datetime import timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders_books import Drawn
from tests.core.builders_compliance import TODAY, facts
from zoufang.core.compliance import ContactOutcome, gathered
from zoufang.core.compliance.contact_log import (
    about_debtor,
    calls_on,
    local_day,
    remote_contacts,
    visits_before,
    visits_within,
)
from zoufang.core.compliance.many.log_counts import NEVER, LogCounts
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
