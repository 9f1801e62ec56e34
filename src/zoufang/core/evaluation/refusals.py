"""Studies that cannot be evaluated: each is named and refused, and nothing is shown as if it were an effect."""

from __future__ import annotations

from collections import Counter, defaultdict

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.outcomes import Study
from zoufang.core.evaluation.policy import EvaluationPolicy


def refuse_unusable(study: Study, policy: EvaluationPolicy) -> None:
    """Raise BadInput for the first thing that makes this study unusable."""
    for check in (_duplicates, _both_sides, _probabilities, _households, _order_in_time, _leak, _all_zero):
        check(study, policy)


def _duplicates(study: Study, _: EvaluationPolicy) -> None:
    twice = [unit for unit, count in Counter(u.unit for u in study.units).items() if count > 1]
    if twice:
        raise BadInput(
            f"Study {study.study_id}: {len(twice)} units appear more than once ({_few(twice)}). "
            "Give each customer once, with the payments of all loans added up."
        )


def _both_sides(study: Study, _: EvaluationPolicy) -> None:
    assigned = {u.household for u in study.compared if u.assigned}
    held_out = {u.household for u in study.compared if not u.assigned}
    closing = f" {study.n_open} units' windows are still open; wait for them." if study.n_open else ""
    if not held_out:
        raise BadInput(
            f"Study {study.study_id} has no held-out customers, so nothing to compare with. "
            f"Draw a hold-out before planning.{closing}"
        )
    if not assigned:
        raise BadInput(f"Study {study.study_id} has nobody assigned to visits (must_visit or free).{closing}")
    if min(len(assigned), len(held_out)) < 2:
        raise BadInput(
            f"Study {study.study_id} has only {len(assigned)} assigned and {len(held_out)} held-out households; "
            f"no interval can be given with fewer than two on each side.{closing}"
        )


def _probabilities(study: Study, _: EvaluationPolicy) -> None:
    missing = [u.unit for u in study.compared if u.p_hold_out is None]
    if missing and len(missing) < len(study.compared):
        raise BadInput(
            f"Study {study.study_id}: p_hold_out is missing for {len(missing)} units ({_few(missing)}) "
            "but not for all. Give the logged probability of each, or of none if it was the same for all."
        )


def _households(study: Study, _: EvaluationPolicy) -> None:
    sides: dict[str, set[bool]] = defaultdict(set)
    chances: dict[str, set[float | None]] = defaultdict(set)
    for unit in study.compared:
        sides[unit.household].add(unit.assigned)
        chances[unit.household].add(unit.p_hold_out)
    torn = sorted(household for household, both in sides.items() if len(both) > 1)
    if torn:
        raise BadInput(
            f"Study {study.study_id}: {len(torn)} households are on both sides of the draw ({_few(torn)}). "
            "Households are drawn together; correct cluster or arm."
        )
    uneven = sorted(household for household, several in chances.items() if len(several) > 1)
    if uneven:
        raise BadInput(
            f"Study {study.study_id}: the members of {len(uneven)} households have different p_hold_out "
            f"({_few(uneven)}). Households are drawn together; correct cluster or p_hold_out."
        )


def _order_in_time(study: Study, _: EvaluationPolicy) -> None:
    """A visit before the draw or after the outcome cannot be what the draw caused."""
    for unit in study.compared:
        if unit.visited_on is None:
            continue
        if not unit.visited:
            raise BadInput(f"Unit {unit.unit} has visited_on but visited is false. Correct one of them.")
        if unit.assigned_on is not None and unit.visited_on < unit.assigned_on:
            raise BadInput(f"Unit {unit.unit} was visited {unit.visited_on}, before the draw {unit.assigned_on}.")
        closes = study.closes_on(unit)
        if closes is not None and unit.visited_on > closes:
            raise BadInput(
                f"Unit {unit.unit} was visited {unit.visited_on}, after its outcome closed {closes}. "
                "Count visits and money within the same window."
            )


def _leak(study: Study, policy: EvaluationPolicy) -> None:
    held_out = [u for u in study.compared if not u.assigned]
    leaked = [u.unit for u in held_out if u.visited]
    if len(leaked) > policy.max_leak_share * len(held_out):
        raise BadInput(
            f"Study {study.study_id}: the hold-out leaked; {len(leaked)} of {len(held_out)} held-out "
            f"customers were visited ({_few(leaked)}), more than the {policy.max_leak_share:.0%} allowed. "
            "Find out why before using this study; never move them to the other arm."
        )


def _all_zero(study: Study, _: EvaluationPolicy) -> None:
    amounts: dict[bool, set[int]] = defaultdict(set)
    for unit in study.compared:
        amounts[unit.assigned].add(unit.recovered_fen)
    if amounts[True] | amounts[False] == {0}:
        raise BadInput(
            f"Study {study.study_id}: nobody paid anything in either arm. Import the payments of the window first."
        )
    if all(len(values) == 1 for values in amounts.values()):
        raise BadInput(
            f"Study {study.study_id}: everyone in an arm paid the same amount; no interval can be given. "
            "Check recovered_fen."
        )


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
