"""The review form as shipped, and what a wrong one is told."""

from __future__ import annotations

import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.files.policy_packs import shipped_packs
from zoufang.files.review_form import read_review_form, shipped_review_form

ITEM = "{code: a, text: [词, word], hint: [词, word], course: %s}"


def test_the_shipped_form_scores_what_the_rules_of_conduct_ask():
    form = shipped_review_form()
    assert len(form.items) == 11
    known = {rule.id for pack in shipped_packs() for rule in pack.rules}
    assert {item.rule for item in form.items} <= known | {""}


@pytest.mark.parametrize("text", ["version: '1'", "[", "version: '1'\nitems: [{code: a}]"])
def test_a_form_that_lacks_something_is_told_where(text):
    with pytest.raises(BadField):
        read_review_form(text, "form.yaml")


def test_a_course_that_does_not_exist_is_named():
    with pytest.raises(BadInput, match="juggling"):
        read_review_form(f"version: '1'\nitems: [{ITEM % 'juggling'}]", "form.yaml")
