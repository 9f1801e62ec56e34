"""Stops and crews as columns of whole numbers, the same for one problem and for the book of a region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoufang.core.planning.crews import Crew
from zoufang.core.planning.route_problem import UNITS_PER_FEN, Ints

if TYPE_CHECKING:
    from zoufang.core.planning.problem import Stop


def ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)


def stop_columns(stops: Sequence[Stop]) -> dict[str, Ints]:
    """Whose stop it is, when it may begin, how long it takes, what it brings in units."""
    return {
        "customer": ints(stop.customer for stop in stops),
        "early_s": ints(stop.early_s for stop in stops),
        "late_s": ints(stop.late_s for stop in stops),
        "service_s": ints(stop.service_s for stop in stops),
        "value": ints(stop.gross_fen * UNITS_PER_FEN for stop in stops),
    }


def crew_columns(crews: Sequence[Crew]) -> dict[str, Ints]:
    """Hours in seconds after midnight, rates in units a second and a metre."""
    return {
        "shift_early_s": ints(crew.shift.start_min * 60 for crew in crews),
        "shift_late_s": ints(crew.latest_back_min * 60 for crew in crews),
        "regular_s": ints((crew.shift.end_min - crew.shift.start_min) * 60 for crew in crews),
        "unit_s": ints(crew.cost_fen_per_minute * (UNITS_PER_FEN // 60) for crew in crews),
        "unit_overtime_s": ints(crew.overtime_fen_per_minute * (UNITS_PER_FEN // 60) for crew in crews),
        "unit_m": ints(crew.cost_fen_per_km * UNITS_PER_FEN // 1000 for crew in crews),
    }
