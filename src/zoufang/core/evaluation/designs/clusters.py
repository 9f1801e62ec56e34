"""Draws of villages or branches: one lot for all who live there, weeks on and off, or the order of starting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.assignment import StudyUnit
from zoufang.core.evaluation.designs.draws import Cell, Frame, FrozenDraw, Kind, Lot, digest_of, uniform
from zoufang.core.evaluation.designs.never import draw_out
from zoufang.core.values import SourceKey

MIN_CLUSTERS = 4  # two a side: fewer give no interval at all


def draw_by_cluster(
    units: tuple[StudyUnit, ...],
    cluster_of: Mapping[SourceKey, str],
    frame: Frame,
    *,
    hold_out_share: float,
    seed: int,
) -> FrozenDraw:
    """Whole villages or branches are held out, where neighbours talk; a household belongs to its first member's.

    BadInput for a customer without a cluster, or for fewer than two clusters a side.
    """
    _refuse_homeless(units, cluster_of, frame)
    kept, out = draw_out(units, frame)
    home = {unit.key: cluster_of[members[0].key] for members in kept for unit in members}
    held, chance = _held_out(sorted(set(home.values())), frame, hold_out_share, seed)
    lots = []
    for key, cluster in home.items():
        cell = Cell.HOLD_OUT if cluster in held else Cell.VISIT
        p = chance if cluster in held else 1 - chance
        lots.append(Lot(str(key), cluster, cell, p, digest_of(frame, seed, cluster)))
    return FrozenDraw(Kind.CLUSTER, frame, seed, tuple(sorted(lots, key=lambda lot: lot.subject)), out)


def draw_switchback(
    branches: tuple[str, ...],
    units: tuple[StudyUnit, ...],
    frame: Frame,
    *,
    first_week: date,
    weeks: int,
    seed: int,
) -> FrozenDraw:
    """In every pair of weeks each branch has one week with visits and one without, in an order drawn by lot.

    Fits effects that come and go within a week; `units` are its customers, of whom the untouchable are drawn out.
    """
    _refuse_branches(branches, frame, fewest=2)
    if weeks < 2 or weeks % 2:
        raise BadInput(f"Study {frame.study_id}: {weeks} weeks cannot be paired. Give an even number.")
    _, out = draw_out(units, frame)
    lots = []
    for branch in sorted(branches):
        for week in range(weeks):
            digest = digest_of(frame, seed, f"{branch}|pair {week // 2}")
            on = (uniform(digest) < 0.5) == (week % 2 == 0)
            monday = first_week + timedelta(weeks=week)
            cell = Cell.VISIT if on else Cell.HOLD_OUT
            lots.append(Lot(branch, branch, cell, 0.5, digest, f"pair {week // 2}", monday))
    return FrozenDraw(Kind.SWITCHBACK, frame, seed, tuple(lots), out)


def draw_roll_out(
    branches: tuple[str, ...],
    units: tuple[StudyUnit, ...],
    frame: Frame,
    *,
    starts: tuple[date, ...],
    with_never: bool,
    seed: int,
) -> FrozenDraw:
    """Which branch starts when, drawn by lot in waves as even as can be; `with_never`: the last wave never starts.

    Analysed by group-time effects; two-way fixed effects go wrong where effects grow.
    """
    waves: tuple[date | None, ...] = (*sorted(set(starts)), None) if with_never else tuple(sorted(set(starts)))
    _refuse_branches(branches, frame, fewest=max(2 * len(waves), MIN_CLUSTERS))
    if len(waves) < 2:
        raise BadInput(f"Study {frame.study_id}: one wave leaves nothing to compare with. Give more starts.")
    _, out = draw_out(units, frame)
    order = sorted(branches, key=lambda branch: digest_of(frame, seed, branch))
    # Which wave is the larger one is drawn too, so that every branch has the same chance of every wave.
    shift = int(uniform(digest_of(frame, seed, "shift")) * len(waves))
    lots = [
        _start(branch, waves[(rank + shift) % len(waves)], 1 / len(waves), frame, seed)
        for rank, branch in enumerate(order)
    ]
    return FrozenDraw(Kind.ROLL_OUT, frame, seed, tuple(sorted(lots, key=lambda lot: lot.subject)), out)


def _start(branch: str, start: date | None, chance: float, frame: Frame, seed: int) -> Lot:
    cell = Cell.HOLD_OUT if start is None else Cell.VISIT
    return Lot(branch, branch, cell, chance, digest_of(frame, seed, branch), period=start)


def _held_out(clusters: list[str], frame: Frame, share: float, seed: int) -> tuple[set[str], float]:
    if not 0 < share < 1:
        raise BadInput(f"Study {frame.study_id}: hold-out share {share} must lie between 0 and 1.")
    count = round(share * len(clusters))
    if min(count, len(clusters) - count) < MIN_CLUSTERS // 2:
        raise BadInput(
            f"Study {frame.study_id}: {len(clusters)} clusters with {share:.0%} held out leave fewer than two on "
            "a side; no interval can be given. Draw by smaller areas or by customer."
        )
    order = sorted(clusters, key=lambda cluster: digest_of(frame, seed, cluster))
    return set(order[:count]), count / len(clusters)


def _refuse_homeless(units: tuple[StudyUnit, ...], cluster_of: Mapping[SourceKey, str], frame: Frame) -> None:
    homeless = sorted(str(unit.key) for unit in units if not cluster_of.get(unit.key))
    if homeless:
        raise BadInput(
            f"Study {frame.study_id}: {len(homeless)} customers have no village or branch "
            f"({', '.join(homeless[:3])}). Place them first, or draw by customer."
        )


def _refuse_branches(branches: tuple[str, ...], frame: Frame, fewest: int) -> None:
    if len(set(branches)) < len(branches) or len(branches) < fewest:
        raise BadInput(
            f"Study {frame.study_id}: {len(set(branches))} different branches are given; {fewest} are needed, "
            "each once."
        )
