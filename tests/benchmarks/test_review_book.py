"""The book of the gate's benchmark: the same for the same seed, of every kind of case, judged as one by one."""

from collections import Counter

import pytest

from benchmarks.review_book import TODAY, Book
from tests.core.builders_compliance import policy
from zoufang.core.compliance import review, review_many
from zoufang.core.values import PartyRole


@pytest.fixture(scope="module")
def cases():
    return Book(1_500, seed=3).cases()


def test_each_case_of_the_book_is_judged_as_one_by_one(cases):
    many = review_many(cases, policy(TODAY), TODAY)
    for row in range(0, len(cases), 3):
        alone = review(cases.request(row), cases.facts(row), policy(TODAY), TODAY, cases.overrides[row])
        assert many.answer(row) == alone
        assert many.verdict(row) == alone.verdict


def test_the_book_holds_every_role_and_neither_clears_nor_stops_everybody(cases):
    many = review_many(cases, policy(TODAY), TODAY)
    assert {cases.target_role[row] for row in range(len(cases))} == set(PartyRole)
    assert min(Counter(many.decision.tolist()).values()) > len(cases) / 10
    assert len(many.cases_by_rule()) >= 20


def test_the_same_seed_gives_the_same_book_and_another_one_another(cases):
    again, other = Book(1_500, seed=3).cases(), Book(1_500, seed=4).cases()
    facts = [cases.facts(row) for row in range(50)]
    assert facts == [again.facts(row) for row in range(50)]
    assert facts != [other.facts(row) for row in range(50)]
