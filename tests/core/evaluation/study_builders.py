"""Small studies for the tests: say only what matters."""

from __future__ import annotations

import numpy as np

from zoufang.core.evaluation import Arm, EvaluationPolicy, Study, UnitOutcome, evaluate


def a_study(units, **changes):
    return Study(**({"study_id": "spring", "units": tuple(units), "simulated": True} | changes))


def a_drawn_unit(number, arm=Arm.FREE, recovered_fen=0, **changes):
    fields = {"visited": arm is not Arm.HOLD_OUT, "p_hold_out": 0.2} | changes
    return UnitOutcome(f"C{number:05d}", arm, recovered_fen, **fields)


def a_random_study(n=500, effect_fen=0, seed=1, visited_share=0.7, **changes):
    """Heavy-tailed payments, a fifth held out, some of the assigned visited."""
    rng = np.random.default_rng(seed)
    paid = rng.binomial(1, 0.4, n) * rng.lognormal(11, 1.0, n)
    held_out = rng.random(n) < 0.2
    visited = ~held_out & (rng.random(n) < visited_share)
    units = [
        a_drawn_unit(
            i,
            Arm.HOLD_OUT if held_out[i] else Arm.FREE,
            int(paid[i] + effect_fen * visited[i]),
            visited=bool(visited[i]),
            cost_fen=8_000 if visited[i] else 0,
        )
        for i in range(n)
    ]
    return a_study(units, **changes)


def judged(study, **policy):
    """Evaluated with fewer re-draws than a report would use."""
    return evaluate(study, EvaluationPolicy(**({"redraws": 499} | policy)))
