"""The rule page cannot lie: every rule has its row, its state and its tests, which exist."""

import pytest

from tools.rule_table import PAGE, PROOFS, every_test, page, proofs, proofs_text
from zoufang.files.policy_packs import shipped_packs
from zoufang.files.rule_states import coverage, enforcers, rule_states, shipped_proofs, states_from

ENFORCED = sorted(enforcers())
STATES = states_from(proofs())
NAMES = every_test()


def ids(prefix: str, *numbers: int) -> list[str]:
    return [f"{prefix}{number}" for number in numbers]


def up_to(prefix: str, last: int, first: int = 1) -> list[str]:
    return ids(prefix, *range(first, last + 1))


# Every rule that is known to bear on field collection, by country; each needs a row, whatever its state.
KNOWN = [
    *up_to("CN-T", 3),
    *up_to("CN-F", 5),
    *up_to("CN-V", 9),
    *up_to("CN-P", 6),
    *up_to("CN-O", 7),
    *up_to("CN-K", 5),
    *up_to("CN-L", 8),
    *up_to("CN-S", 4),
    *up_to("CN-R", 3),
    *up_to("CN-D", 9),
    *up_to("CN-C", 6, first=0),
    *up_to("US-", 7, first=0),
    *up_to("UK-", 6),
    *up_to("IN-", 2),
    "EU-1",
    "AU-1",
    "XX-1",
]


@pytest.mark.parametrize("rule_id", sorted({*ENFORCED, *KNOWN}))
def test_every_rule_has_a_row_on_the_page(rule_id):
    assert f"\n### {rule_id}\n" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule_id", ENFORCED)
def test_every_rule_of_the_gate_has_a_test_of_its_own(rule_id):
    assert proofs().get(rule_id), f"no test is marked @proves({rule_id!r})"


@pytest.mark.parametrize("state", STATES.values(), ids=lambda state: state.id)
def test_each_state_is_proved_by_tests_that_exist_or_says_why_not(state):
    missing = [name for name in state.tests if name not in NAMES]
    assert not missing, f"{state.id} names tests that do not exist: {missing}"
    if state.state == "enforced":
        assert state.tests, f"{state.id} is called enforced and names no test"
        assert state.by
    else:
        assert state.why_zh, f"{state.id} is {state.state} and does not say why"
        assert state.why_en
    assert state.zh
    assert state.en


def test_no_test_proves_a_rule_that_does_not_exist():
    assert set(proofs()) <= set(ENFORCED)


def test_the_coverage_file_names_no_rule_twice_and_calls_no_rule_of_the_gate_unenforced():
    rows = coverage()
    assert len({row.id for row in rows}) == len(rows)
    assert not [row.id for row in rows if row.id in ENFORCED and row.state not in (None, "enforced")]


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(shipped_packs(), proofs()), "run python -m tools.rule_table"
    assert PROOFS.read_text(encoding="utf-8") == proofs_text(proofs()), "run python -m tools.rule_table"
    assert shipped_proofs() == proofs()
    assert rule_states() == STATES
