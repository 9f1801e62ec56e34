import pytest

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import ClassedBalance, ClassFacts, ClassPolicy, FiveClass, Impairment, classify, npl


@pytest.mark.parametrize(
    ("dpd", "floor"),
    [
        (0, "normal"),
        (7, "normal"),
        (8, "special_mention"),
        (90, "special_mention"),
        (91, "substandard"),
        (270, "substandard"),
        (271, "doubtful"),
        (360, "doubtful"),
        (361, "loss"),
    ],
)
def test_the_floor_falls_with_the_days_past_due(dpd, floor):
    assert classify(ClassFacts(dpd)).floor == floor


@pytest.mark.parametrize(
    ("percent", "floor"),
    [(0, "substandard"), (49, "substandard"), (50, "doubtful"), (89, "doubtful"), (90, "loss")],
)
def test_a_credit_impaired_loan_is_at_least_substandard_and_worse_with_expected_loss(percent, floor):
    assert classify(ClassFacts(0, impairment=Impairment(percent, 100, credit_impaired=True))).floor == floor


def test_expected_loss_alone_is_no_trigger():
    assert classify(ClassFacts(0, impairment=Impairment(60, 100, credit_impaired=False))).floor is FiveClass.NORMAL


def test_the_worst_trigger_decides_and_all_are_told_with_their_source():
    facts = ClassFacts(95, restructured_in_watch=True, refinanced=True)
    result = classify(facts)
    assert result.floor is FiveClass.SUBSTANDARD
    assert [(str(t.message), t.source) for t in result.triggers] == [
        ("95 days past due, more than 90", "CN-C2"),
        ("Refinanced (new loan for old), watch period not passed", "CN-C4"),
    ]


def test_no_technical_delay_is_spared_when_the_bank_sets_none():
    assert classify(ClassFacts(1), ClassPolicy(mention_over=0)).floor is FiveClass.SPECIAL_MENTION


def test_the_impairment_message_reads_as_a_sentence():
    (trigger,) = classify(ClassFacts(0, impairment=Impairment(50, 100, credit_impaired=True))).triggers
    assert str(trigger.message) == "Credit-impaired, expected loss 50% of book value"


def test_a_policy_whose_days_do_not_rise_is_refused():
    with pytest.raises(BadInput, match="must rise"):
        ClassPolicy(substandard_over=300)


def test_the_npl_ratio_counts_substandard_doubtful_and_loss():
    book = [
        ClassedBalance(900, FiveClass.NORMAL, 0),
        ClassedBalance(50, FiveClass.SPECIAL_MENTION, 40),
        ClassedBalance(30, FiveClass.SUBSTANDARD, 100),
        ClassedBalance(20, FiveClass.LOSS, None),
    ]
    result = npl(book)
    assert (result.npl_ratio, result.overdue_90_to_npl, result.npl_fen) == (0.05, 0.6, 50)
    assert [row.count for row in result.classes] == [1, 1, 1, 0, 1]


@pytest.mark.parametrize(("dpd", "late"), [(90, 0), (91, 5)])
def test_overdue_90_plus_begins_on_day_91(dpd, late):
    assert npl([ClassedBalance(5, FiveClass.SUBSTANDARD, dpd)]).overdue_90_fen == late


def test_an_empty_book_has_no_ratio():
    assert npl([]).npl_ratio is None
