"""New figures of worth and harm against those in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.planning import Figure, Harm, figure_changes, figures_of, repriced
from zoufang.core.values import Purpose
from zoufang.files.visit_values import shipped_visit_values, values_as_json, values_from_json

BASE = shipped_visit_values()[0]
FEN = st.integers(min_value=0, max_value=100_000_000)


def dearer(harm=Harm.COMPLAINT, fen=90_000):
    figures = figures_of(BASE)
    figures = replace(figures, harm_fen={**figures.harm_fen, harm: fen})
    return repriced(BASE, figures, version="v2", valid_from=date(2026, 6, 1), source="合规〔2026〕8号")


def test_only_the_figure_that_was_set_changes_and_deadlines_and_forms_stay():
    made = dearer()
    assert [(c.figure, c.of, c.before_fen, c.fen) for c in figure_changes(BASE, made) if c.changed] == [
        (Figure.HARM, "complaint", 60_000, 90_000)
    ]
    for purpose in Purpose:
        assert made.rule(purpose) == BASE.rule(purpose)
    assert made.exploration_share == BASE.exploration_share


def test_figures_that_change_nothing_are_no_new_version():
    with pytest.raises(BadInput, match="in force already"):
        repriced(BASE, figures_of(BASE), version="v2", valid_from=date(2026, 6, 1), source="x")


@pytest.mark.parametrize("fen", [-1, 100_000_001])
def test_a_slip_of_the_keyboard_is_refused(fen):
    with pytest.raises(BadInput):
        dearer(fen=fen)


def test_urgency_stands_only_with_purposes_that_have_a_deadline():
    assert set(figures_of(BASE).urgent_fen) == {Purpose.SERVE_DEMAND, Purpose.GUARANTOR_DEMAND}


@given(complaint=FEN, care=FEN, urgent=FEN)
def test_a_version_that_was_stored_comes_back_the_same(complaint, care, urgent):
    figures = figures_of(BASE)
    figures = replace(
        figures,
        harm_fen={**figures.harm_fen, Harm.COMPLAINT: complaint},
        value_fen={**figures.value_fen, Purpose.CARE_VISIT: care},
        urgent_fen={**figures.urgent_fen, Purpose.SERVE_DEMAND: urgent},
    )
    if figures == figures_of(BASE):
        return
    made = repriced(BASE, figures, version="v2", valid_from=date(2026, 6, 1), source="x")
    assert values_from_json(values_as_json(made)) == made
