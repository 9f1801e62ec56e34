"""The bank's own figures: they tighten, they replace the bank's own, they never loosen another instrument."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders_compliance import TODAY
from zoufang.core.compliance import (
    OVERLAY,
    BankFigures,
    bank_figures,
    figures_stated,
    policy_on,
    with_confirmed,
    with_figures,
)
from zoufang.core.errors import BadInput, NotFound
from zoufang.core.values import Channel
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

PACKS = tuple(pack for pack in shipped_packs() if pack.binds_in("CN"))
FIRST = TODAY + timedelta(days=7)


def wanted(rule_id: str, **values: int) -> BankFigures:
    return bank_figures(PACKS, rule_id, values, valid_from=FIRST, source="合规委员会决议〔2026〕8号")


def law(*figures: BankFigures, day: date = FIRST):
    packs = with_figures(shipped_packs(), figures, version="1", jurisdiction="CN", day=day)
    return policy_on(packs, day, holidays=shipped_holidays())


@given(until=st.integers(0, 24 * 60))
def test_a_later_hour_than_the_standards_is_refused_and_an_earlier_one_counts(until):
    if until > 22 * 60:
        with pytest.raises(BadInput, match="would loosen rule CN-T1"):
            wanted("CN-T1", until=until)
    elif until > 8 * 60:
        assert law(wanted("CN-T1", until=until)).number("CN-T1", "until") == until


def test_the_refusal_names_the_source_and_what_it_says():
    with pytest.raises(BadInput, match=r"4 would loosen rule CN-F1: GB/T 45251-2025（报道） says 3"):
        wanted("CN-F1", calls_per_day=4)


@pytest.mark.parametrize(
    ("rule_id", "name", "looser"),
    [
        pytest.param("CN-V1", "visitors", 1, id="custom that waits to be verified is no proposal of the bank"),
        pytest.param("CN-O5", "days_to_decide", 20, id="an order stands behind the bank's own complaint days"),
        ("CN-P6", "first", 60),
        ("CN-K1", "max_months", 72),
    ],
)
def test_what_rests_on_another_instrument_is_not_loosened(rule_id, name, looser):
    with pytest.raises(BadInput, match="never looser"):
        wanted(rule_id, **{name: looser})


@pytest.mark.parametrize("visits", [3, 6])
def test_the_banks_own_proposals_move_either_way(visits):
    assert law(wanted("CN-F3", per_30_days=visits)).number("CN-F3", "per_30_days") == visits


def test_figures_count_from_their_first_day_and_show_as_a_pack_of_their_own():
    one = wanted("CN-F3", per_30_days=6)
    before, after = law(one, day=FIRST - timedelta(days=1)), law(one)
    assert [p.number("CN-F3", "per_30_days") for p in (before, after)] == [4, 6]
    assert f"{OVERLAY}@1" in after.versions
    assert not [name for name in before.versions if name.startswith(OVERLAY)]
    assert "合规委员会决议" in after.rule("CN-F3", Channel.VISIT).source


def test_what_the_packs_say_already_is_no_figure_of_the_bank():
    assert wanted("CN-F3", per_day=1, per_30_days=3).values == (("per_30_days", 3),)


@pytest.mark.parametrize(
    ("rule_id", "values"),
    [("CN-T1", {"from": 700, "until": 600}), ("CN-S1", {"first": 180, "second": 200}), ("CN-T2", {"from": 2000})],
)
def test_figures_that_contradict_each_other_are_refused(rule_id, values):
    with pytest.raises(BadInput):
        wanted(rule_id, **values)


def test_only_figures_that_the_rule_has():
    with pytest.raises(BadInput, match="no figure visits"):
        wanted("CN-F3", visits=3)
    with pytest.raises(NotFound):
        wanted("CN-V8", days=1)


def test_other_rules_and_channels_stay_as_they_were():
    plain, tightened = law(), law(wanted("CN-T1", until=21 * 60))
    for key, rule in plain.rules.items():
        if key[0] != "CN-T1":
            assert tightened.rules[key] == rule
    assert set(plain.rules) == set(tightened.rules)


def test_a_confirmed_rule_is_verified_in_that_version_of_that_pack_only():
    packs = with_confirmed(PACKS, {("cn-gbt45251@2025-02-28", "CN-T1"), ("cn-gbt45251@1999-01-01", "CN-F1")})
    verified = {(p.id, r.id) for p in packs for r in p.rules if r.verified}
    assert verified == {("cn-gbt45251", "CN-T1")}


def test_the_figures_of_a_rule_are_the_strictest_stated():
    assert figures_stated(PACKS, "CN-T1", TODAY)["until"].value == 22 * 60
