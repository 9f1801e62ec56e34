"""Two score alone, a third decides where they differ."""

from __future__ import annotations

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.review import Item, Mark, ReviewForm, check_marks, disputed, kept_score, settled
from zoufang.core.training import Text

Y, N, S = Mark.YES, Mark.NO, Mark.NOT_SEEN
WORDS = Text("词", "word")


def an_item(code, course="law"):
    return Item(code, WORDS, WORDS, course)


FORM = ReviewForm("1", (an_item("a"), an_item("b", "safety")), {"conduct": "communication"})


def test_any_difference_is_disputed_and_the_third_decides_it_alone():
    first, second = {"a": Y, "b": Y}, {"a": Y, "b": S}
    assert disputed(first, second) == {"b"}
    assert settled(first, second, {"b": N}) == {"a": Y, "b": N}


def test_the_third_changes_nothing_on_which_both_agree():
    assert settled({"a": N, "b": Y}, {"a": N, "b": N}, {"a": Y, "b": Y}) == {"a": N, "b": Y}


def test_where_they_differ_nothing_is_settled_without_the_third():
    with pytest.raises(BadInput):
        settled({"a": Y}, {"a": N})


def test_every_item_needs_a_mark_and_every_no_a_reason():
    both = frozenset({"a", "b"})
    check_marks(FORM, {"a": Y, "b": N}, {"b": "未签退"}, both)
    for marks, reasons in (({"a": Y}, {}), ({"a": Y, "b": Y, "c": Y}, {}), ({"a": Y, "b": N}, {"b": " "})):
        with pytest.raises(BadInput):
            check_marks(FORM, marks, reasons, both)


def test_the_score_counts_what_was_seen():
    assert kept_score({"a": Y, "b": N, "c": S}) == 50
    assert kept_score({"a": S}) is None


def test_items_of_a_course_are_known():
    assert FORM.taught_by("safety") == {"b"}


def test_an_item_stands_once_in_a_form():
    with pytest.raises(BadInput):
        ReviewForm("1", (an_item("a"), an_item("a")), {})
