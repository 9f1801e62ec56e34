"""The rule page cannot lie: every rule has its row and its test, and the page is the generated one."""

import pytest

from tools.rule_table import PAGE, enforcers, page, proofs
from zoufang.files.policy_packs import shipped_packs

ENFORCED = sorted(enforcers())


@pytest.mark.parametrize("rule_id", ENFORCED)
def test_every_enforced_rule_has_a_row_on_the_page(rule_id):
    assert f"\n### {rule_id}\n" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule_id", ENFORCED)
def test_every_enforced_rule_has_a_test_of_its_own(rule_id):
    assert proofs().get(rule_id), f"no test is marked @proves({rule_id!r})"


def test_no_test_proves_a_rule_that_does_not_exist():
    assert set(proofs()) <= set(ENFORCED)


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(shipped_packs()), "run python -m tools.rule_table"
