"""A study as JSON or CSV, and its evaluation as one flat JSON object."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.evaluation import Evaluation, Interval, Study
from zoufang.files.json_values import read_json

REQUIRED = ("unit", "arm", "recovered_fen", "visited")
# These stand on every line of a CSV with the same value, so that the label "simulated" travels with the data.
OF_STUDY = ("study_id", "simulated", "window_days", "as_of")


@dataclass(frozen=True, slots=True)
class EvaluationOutput:
    """What `zoufang evaluate` gives as data: money in fen per customer unless the name says otherwise."""

    effect_fen: int
    low_fen: int
    high_fen: int
    n_assigned: int
    n_held_out: int
    method: str
    verdict: str
    simulated: bool
    answer: str
    study_id: str
    snapshot_id: str
    window_days: int | None
    confidence: float
    smallest_detectable_fen: int
    mean_assigned_fen: int
    mean_held_out_fen: int
    winsorised: Interval
    winsor_cap_fen: int
    on_visited: Interval | None
    on_met: Interval | None
    share_visited: float
    share_met: float | None
    n_households: int
    n_set_aside: int
    n_open: int
    n_leaked: int
    sample_ratio_p: float | None
    cost_fen: int | None
    cost_per_recovered_yuan: float | None
    cost_per_recovered_yuan_low: float | None
    cost_per_recovered_yuan_high: float | None
    cost_answer: str
    assumptions: tuple[str, ...]


def read_study(path: Path) -> Study:
    """The study in a .json or .csv file; BadField names the row and field that do not fit."""
    if path.suffix.lower() == ".json":
        return read_json(path, Study)
    if path.suffix.lower() != ".csv":
        raise BadInput(f"{path.name} is neither .csv nor .json. Give a study in one of these forms.")
    rows = _rows(path)
    about = {name: value for name in OF_STUDY if (value := _one_value(rows, name))}
    if "simulated" not in about:
        raise BadField(
            "A study must say whether it is simulated", field="simulated", remedy="Add the column: true or false."
        )
    units = [{name: value for name, value in row.items() if value} for row in rows]
    try:
        return TypeAdapter(Study).validate_python({"study_id": path.stem, **about, "units": units})
    except ValidationError as error:
        raise _named(error) from error


def output_of(found: Evaluation) -> EvaluationOutput:
    """The evaluation, flat and with its sentences in English."""
    effects, sizes, cost = found.effects, found.sizes, found.cost
    return EvaluationOutput(
        effect_fen=found.effect_fen,
        low_fen=found.low_fen,
        high_fen=found.high_fen,
        n_assigned=found.n_assigned,
        n_held_out=found.n_held_out,
        method=found.method,
        verdict=found.verdict.value,
        simulated=found.simulated,
        answer=str(found.answer),
        study_id=found.study_id,
        snapshot_id=found.snapshot_id,
        window_days=found.window_days,
        confidence=found.confidence,
        smallest_detectable_fen=effects.smallest_detectable_fen,
        mean_assigned_fen=effects.mean_assigned_fen,
        mean_held_out_fen=effects.mean_held_out_fen,
        winsorised=effects.winsorised,
        winsor_cap_fen=effects.winsor_cap_fen,
        on_visited=effects.on_visited,
        on_met=effects.on_met,
        share_visited=sizes.share_visited,
        share_met=sizes.share_met,
        n_households=sizes.n_households,
        n_set_aside=sizes.n_set_aside,
        n_open=sizes.n_open,
        n_leaked=sizes.n_leaked,
        sample_ratio_p=sizes.sample_ratio_p,
        cost_fen=cost.cost_fen,
        cost_per_recovered_yuan=cost.per_recovered_yuan,
        cost_per_recovered_yuan_low=cost.low,
        cost_per_recovered_yuan_high=cost.high,
        cost_answer=str(cost.answer),
        assumptions=tuple(str(assumption) for assumption in found.assumptions),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(lines)]
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}. Give a readable CSV file.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    if not rows:
        raise BadInput(f"{path.name} holds no rows. Give a header and one row for each customer.")
    for name in REQUIRED:
        if name not in rows[0]:
            raise BadField(
                "A column is missing", field=name, remedy=f"Add it; required are {', '.join(REQUIRED)}."
            )
    return rows


def _one_value(rows: list[dict[str, str]], name: str) -> str:
    values = {row.get(name, "") for row in rows}
    if len(values) > 1:
        few = ", ".join(sorted(values)[:3])
        raise BadField(f"One study has one value, not several ({few})", field=name, remedy="Split the file.")
    return values.pop()


def _named(error: ValidationError) -> BadField:
    first = error.errors(include_url=False)[0]
    match first["loc"]:
        case ("units", int(index), *rest):
            row, place = index + 2, ".".join(map(str, rest)) or "(row)"
        case loc:
            row, place = 2, ".".join(map(str, loc))
    remedy = "Correct it (see `zoufang schema evaluate-input`)."
    return BadField(str(first["msg"]), field=place, row=row, remedy=remedy)
