from dataclasses import replace

import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.core.portfolio import Bucket
from zoufang.core.strategy import CustomerSnapshot, Strategy, Treatment, assign_treatment
from zoufang.core.values import Purpose
from zoufang.files.strategy_files import parse_strategy, read_strategy, shipped_strategy

FAR = 1_000
A_CUSTOMER = CustomerSnapshot(
    customer_id="c1", bucket="M1", dpd=20, arrears_fen=150_000, balance_fen=5_000_000, days_to_limitation=FAR
)
ONE_SEGMENT = """
id = "bank"
version = "1"
[[segments]]
name = "all"
zh = "全部"
en = "All"
treatment = "{treatment}"
{rest}
"""


def choice(**changes):
    return assign_treatment(replace(A_CUSTOMER, **changes), shipped_strategy())


@pytest.mark.parametrize(
    ("changes", "segment", "treatment", "purpose"),
    [
        ({"dpd": 0, "bucket": "M0"}, "current", Treatment.NONE, None),
        ({"arrears_fen": 20_000}, "tiny", Treatment.SMS, None),
        ({}, "others", Treatment.CALL, None),
        ({"bucket": "M2", "dpd": 31}, "late", Treatment.VISIT, Purpose.FIRST_TALK),
        ({"bucket": "M2", "dpd": 31, "arrears_fen": 99_999}, "others", Treatment.CALL, None),
        ({"unanswered_calls": 3}, "unreachable", Treatment.VISIT, Purpose.FIRST_TALK),
        ({"broken_promises": 1}, "broken-promise", Treatment.VISIT, Purpose.PROMISE_FOLLOW_UP),
        ({"hardship": True, "broken_promises": 1}, "hardship", Treatment.VISIT, Purpose.CARE_VISIT),
        ({"written_off": True}, "written-off", Treatment.LETTER, None),
        ({"written_off": True, "days_to_limitation": 90}, "limitation", Treatment.VISIT, Purpose.SERVE_DEMAND),
    ],
)
def test_the_shipped_strategy_treats_the_first_segment_that_fits(changes, segment, treatment, purpose):
    made = choice(**changes)
    assert (made.segment, made.treatment, made.purpose) == (segment, treatment, purpose)


def test_the_reason_names_the_facts_that_decided():
    made = choice(broken_promises=2)
    assert str(made.reason) == "Because broken_promises = 2, arrears_fen = 150000"
    assert made.title_en.startswith("A promise was broken")
    assert made.strategy == "default@2026-1"


def test_every_bucket_beyond_m1_is_late():
    for bucket in [b.value for b in Bucket if b.value not in ("M0", "M1")]:
        assert choice(bucket=bucket, dpd=40).segment == "late"


@pytest.mark.parametrize(
    ("treatment", "rest", "complaint"),
    [
        ("fly", "", "segments.0.treatment"),
        ("visit", "", "states its purpose"),
        ("call", 'purpose = "first_talk"', "states its purpose"),
        ("call", 'when = [{fact = "dpd", test = "is", bound = 1}]', "only the last, has no condition"),
        ("call", 'when = [{fact = "age", test = "is", bound = 1}]', "cannot ask for 'age'"),
        ("call", 'when = [{fact = "bucket", test = "at_least", bound = 2}]', "compares no whole numbers"),
        ("call", 'when = [{fact = "bucket", test = "one_of", bound = "M2"}]', "takes a list"),
        ("call", "nonsense", "is not TOML"),
    ],
)
def test_a_strategy_that_cannot_be_followed_is_named(treatment, rest, complaint):
    with pytest.raises((BadInput, BadField), match=complaint):
        parse_strategy(ONE_SEGMENT.format(treatment=treatment, rest=rest))


def test_a_strategy_is_read_from_a_file_and_a_missing_file_is_named(tmp_path):
    path = tmp_path / "bank.toml"
    path.write_text(ONE_SEGMENT.format(treatment="call", rest=""), encoding="utf-8")
    assert read_strategy(path).id == "bank"
    with pytest.raises(BadInput, match="Cannot read"):
        read_strategy(tmp_path / "none.toml")


def test_a_strategy_needs_distinct_segments():
    last = shipped_strategy().segments[-1]
    with pytest.raises(BadInput, match="distinct names"):
        Strategy("x", "1", (last, last))
    with pytest.raises(BadInput, match="negative"):
        replace(A_CUSTOMER, dpd=-1)
