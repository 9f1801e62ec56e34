"""Duties and ends of a contact are the same in all verdicts of a day: they are read from the packs once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.builders_compliance import TODAY
from zoufang.core.compliance import policy_on
from zoufang.core.values import Channel, Purpose
from zoufang.files.policy_packs import shipped_packs

PAIRS = [(channel, purpose) for channel in Channel for purpose in Purpose]


@pytest.mark.parametrize("jurisdiction", ["CN", "US", "UK", "IN"])
def test_what_is_kept_is_what_the_packs_say(jurisdiction):
    kept = policy_on(shipped_packs(), TODAY, jurisdiction)
    for asked in PAIRS * 2:
        fresh = policy_on(shipped_packs(), TODAY, jurisdiction)
        assert kept.obligations(*asked) == fresh.obligations(*asked)
        assert kept.stops(*asked) == fresh.stops(*asked)


def test_asked_again_they_are_the_very_same():
    law = policy_on(shipped_packs(), TODAY)
    assert law.obligations(*PAIRS[0]) is law.obligations(*PAIRS[0])
    assert law.stops(*PAIRS[0]) is law.stops(*PAIRS[0])


def test_a_policy_with_other_rules_does_not_answer_from_the_old_ones():
    law = policy_on(shipped_packs(), TODAY)
    assert law.obligations(Channel.VISIT, Purpose.FIRST_TALK)
    assert replace(law, rules={}).obligations(Channel.VISIT, Purpose.FIRST_TALK) == ()
    assert law == policy_on(shipped_packs(), TODAY)
