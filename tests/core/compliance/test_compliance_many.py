"""The gate for a whole book says of each case what the one-by-one engine says, to the last word."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders_books import a_book, a_policy
from tests.core.builders_compliance import TODAY, a_call, a_request, facts, override, policy
from zoufang.core.compliance import (
    JURISDICTIONS,
    UNKNOWN,
    LegalStage,
    Vulnerability,
    eligible,
    gathered,
    review,
    review_contact,
    review_many,
    rules_of,
)
from zoufang.core.compliance.many import SILENT
from zoufang.core.compliance.many.coded import listed, numbered
from zoufang.core.compliance.many.readings import READINGS
from zoufang.core.errors import BadInput


def says_the_same(book, law, today=TODAY):
    many = review_many(gathered(book), law, today)
    for row, (request, known, overrides) in enumerate(book):
        alone = review_contact(request, known, law, today, overrides)
        assert many.verdict(row) == alone
        assert many.decision[row] == alone.decision.severity
        assert many.cleared[row] == alone.cleared
        assert many.eligible[row] == eligible(request, known, law, today, overrides).cleared
    return many


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(1, 40),
    trouble=st.sampled_from((0.05, 0.15, 0.4)),
    jurisdiction=st.sampled_from(("CN", "CN", *JURISDICTIONS)),
    numbers=st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6)),
)
def test_every_case_of_a_drawn_book_gets_the_verdict_of_the_one_by_one_engine(
    seed, size, trouble, jurisdiction, numbers
):
    says_the_same(a_book(seed, size, trouble), a_policy(jurisdiction, numbers))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_a_large_book_in_which_many_cases_agree_is_equal_too(jurisdiction):
    says_the_same(a_book(11, 2500, 0.1), a_policy(jurisdiction))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), jurisdiction=st.sampled_from(JURISDICTIONS))
def test_the_word_of_each_rule_is_the_strictest_finding_under_its_id(seed, jurisdiction):
    many = review_many(gathered(a_book(seed, 20)), a_policy(jurisdiction), TODAY)
    for rule_id in many.rule_ids:
        said = many.severity_of(rule_id)
        for row in range(20):
            mine = [f.decision.severity for f in many.verdict(row).findings if f.rule_id == rule_id]
            assert said[row] == max(mine, default=SILENT)


def test_it_counts_how_many_cases_each_rule_stops():
    book = [
        (a_request(), facts(), ()),
        (a_request(), facts(dispute_open=True), ()),
        (a_request(), facts(dispute_open=UNKNOWN, vulnerabilities=(Vulnerability.ILLNESS,)), ()),
    ]
    many = review_many(gathered(book), policy(), TODAY)
    blocked = Counter()
    for request, known, overrides in book:
        said = review_contact(request, known, policy(), TODAY, overrides)
        blocked.update({f.rule_id for f in said.findings if f.decision == "block"})
    assert {rule: counts[1] for rule, counts in many.cases_by_rule().items() if counts[1]} == blocked
    assert many.cases_by_rule()["CN-V9"] == (1, 0)
    assert many.cleared.tolist() == [True, False, False]


def test_the_answer_on_a_visit_is_the_one_that_planning_takes_and_a_call_gets_none():
    ill = facts(vulnerabilities=(Vulnerability.ILLNESS,))
    book = [(a_request(), facts(), ()), (a_request(), ill, (override("CN-V9"),)), (a_request(), ill, ())]
    many = review_many(gathered([*book, (a_call(), facts(), ())]), policy(), TODAY)
    for row, (request, known, overrides) in enumerate(book):
        assert many.answer(row) == review(request, known, policy(), TODAY, overrides)
    with pytest.raises(BadInput, match="is a call, not a visit"):
        many.answer(3)


def test_an_empty_book_has_an_empty_answer():
    many = review_many(gathered([]), policy(), TODAY)
    assert len(many.decision) == len(many.cleared) == 0
    assert many.cases_by_rule() == {}


def test_every_rule_of_every_country_has_a_reading_and_no_reading_lacks_its_rule():
    assert {rule.name for country in JURISDICTIONS for rule in rules_of(country)} == READINGS.keys()


def test_a_rule_that_reads_more_than_its_reading_names_fails_instead_of_guessing(monkeypatch):
    reading = READINGS["by_counsels_leave_at_law"]
    monkeypatch.setitem(READINGS, "by_counsels_leave_at_law", replace(reading, facts=()))
    with pytest.raises(AttributeError):
        review_many(gathered([(a_request(), facts(legal_stage=LegalStage.LITIGATION), ())]), policy(), TODAY)


@pytest.mark.parametrize("name", sorted(READINGS))
def test_a_rule_without_a_reading_is_asked_case_by_case(monkeypatch, name):
    monkeypatch.delitem(READINGS, name)
    for jurisdiction in JURISDICTIONS:
        says_the_same(a_book(5, 25), a_policy(jurisdiction))


def test_facts_of_another_customer_are_refused():
    with pytest.raises(BadInput, match="Facts of C-2"):
        gathered([(a_request(), facts(customer_id="C-2"), ())])


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ({"names": ("", "C-1", "wang", "wang")}, "each id once"),
        ({"names": ("C-1", "wang")}, "begin with an empty one"),
        ({"plain": {}}, "missing or strange"),
        ({"target": np.array([0, 0])}, "differ in length"),
    ],
)
def test_columns_that_do_not_fit_are_refused(flaw, says):
    cases = gathered([(a_request(), facts(), ())])
    with pytest.raises(BadInput, match=says):
        replace(cases, **flaw)


@given(rows=st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2**40), st.booleans()), max_size=30))
def test_rows_get_the_same_number_when_they_agree_in_every_column(rows):
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0, dtype=np.int64)]
    codes, firsts = numbered(columns, len(rows))
    assert [rows.index(row) for row in rows] == [int(firsts[code]) for code in codes]


@given(lists=st.lists(st.lists(st.integers(0, 2), max_size=4), max_size=12))
def test_lists_get_the_same_number_when_they_hold_the_same_in_the_same_order(lists):
    owner = np.array([i for i, one in enumerate(lists) for _ in one], dtype=np.int64)
    items = np.array([item for one in lists for item in one], dtype=np.int64)
    codes = listed(owner, items, len(lists)).tolist()
    for i, one in enumerate(lists):
        assert (codes[i] == 0) == (one == [])
        assert [code == codes[i] for code in codes] == [other == one for other in lists]
