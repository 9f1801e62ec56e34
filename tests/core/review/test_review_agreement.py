"""Cohen's kappa against published implementations, and what is said where it cannot be computed."""

from __future__ import annotations

import pytest

from zoufang.core.review import Mark, agreement, sample_rate

LETTERS = {"y": Mark.YES, "n": Mark.NO, "s": Mark.NOT_SEEN}
FIRST = "yyyyyysnnyyyyyysnnnyyynnnyyyyyyysnyysynnyyyyyynyyyyyyysyyyyy"
SECOND = "ynyyysssyyyyyynnnnsysynnnyynyyyynnyyyynnyyyyyynnyyyyyysyyyyy"


def visits(first, second):
    return [[(LETTERS[a], LETTERS[b])] for a, b in zip(first, second, strict=True)]


def test_kappa_is_that_of_scikit_learn_and_statsmodels():
    """scikit-learn 1.9.1 and statsmodels 0.15.0 give 0.57968476 (its own interval: 0.390 to 0.769)."""
    found = agreement(visits(FIRST, SECOND))
    assert found.kappa == pytest.approx(0.5796847635726795)
    assert (found.low, found.high) == (pytest.approx(0.390, abs=0.03), pytest.approx(0.769, abs=0.03))
    assert (found.visits, found.pairs, found.why) == (60, 60, None)


@pytest.mark.parametrize(
    ("table", "kappa"), [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.13043478260869554)], ids=["0.40", "0.13"]
)
def test_kappa_of_the_textbook_tables(table, kappa):
    yes, yes_no, no_yes, no = table
    first = "y" * (yes + yes_no) + "n" * (no_yes + no)
    second = "y" * yes + "n" * yes_no + "y" * no_yes + "n" * no
    assert agreement(visits(first, second)).kappa == pytest.approx(kappa)


def test_without_a_visit_there_is_no_figure():
    found = agreement([])
    assert (found.kappa, found.visits) == (None, 0)
    assert found.why is not None


def test_where_all_marks_are_alike_kappa_is_not_1_but_unknown():
    found = agreement(visits("y" * 40, "y" * 40))
    assert (found.kappa, found.low, found.agreed) == (None, None, 40)
    assert found.why is not None


def test_few_visits_give_no_interval():
    found = agreement(visits("yynny", "yynyy"))
    assert found.kappa is not None
    assert (found.low, found.why is None) == (None, False)


@pytest.mark.parametrize("second", ["y" * 31, "y" * 30 + "n"], ids=["never a no", "once a no"])
def test_where_nearly_all_marks_are_alike_there_is_no_interval(second):
    """A reviewer who never says no has a kappa of 0 in each resample: 0 to 0 would look sure."""
    found = agreement(visits("n" + "y" * 30, second))
    assert found.low is None
    assert found.why is not None


def test_whole_visits_are_resampled_so_that_like_items_of_one_visit_do_not_narrow_the_interval():
    once = agreement(visits(FIRST, SECOND))
    tenfold = agreement([row * 10 for row in visits(FIRST, SECOND)])
    assert tenfold.pairs == 600
    assert tenfold.high - tenfold.low == pytest.approx(once.high - once.low, abs=0.03)


def test_the_same_marks_give_the_same_interval():
    assert agreement(visits(FIRST, SECOND)) == agreement(visits(FIRST, SECOND))


def test_visits_drawn_rarely_weigh_more():
    """One of ten sure-to-be-drawn bad visits stands for itself; a good one drawn at 5 % stands for twenty."""
    found = [True] * 10 + [False] * 10
    made = sample_rate(found, [1.0] * 10 + [0.05] * 10)
    assert made.rate == pytest.approx(10 / 210)
    assert made.low <= made.rate <= made.high


@pytest.mark.parametrize("n", [0, 1, 19])
def test_a_small_sample_gives_no_interval(n):
    assert sample_rate([True] * (n // 2) + [False] * (n - n // 2), [0.1] * n).low is None
