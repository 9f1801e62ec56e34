"""The picture shows what was measured, where it was measured, and nothing else."""

from __future__ import annotations

import json

from benchmarks.planning_chart import RESULT, picture


def marks(figure, colour):
    (axes,) = figure.axes
    return [
        (round(float(line.get_xdata()[0]), 2), line.get_ydata()[0])
        for line in axes.lines
        if line.get_color() == colour and len(line.get_xdata()) == 1
    ]


def a_size(name, bound_gap, **ratios):
    return {"name": name, "median_ratio_to": ratios, "bound_gap": bound_gap}


def test_each_solver_stands_at_its_share_of_our_value():
    drawn = picture({"instances": [a_size("300/10/1", 0.02, ortools=1.25), a_size("1000/25/1", None)]})
    assert marks(drawn, "#1971c2") == [(80.0, 0)]
    assert marks(drawn, "#c92a2a") == [(102.04, 0)]
    assert marks(drawn, "#9c36b5") == []


def test_every_size_of_the_committed_result_has_a_line():
    result = json.loads(RESULT.read_text(encoding="utf-8"))
    (axes,) = picture(result).axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [one["name"] for one in result["instances"]]
