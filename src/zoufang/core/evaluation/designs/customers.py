"""Draws of households: encouragement, the cut of the queue, and visit x offer, even within each stratum."""

from __future__ import annotations

from collections.abc import Sequence

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.assignment import StudyUnit
from zoufang.core.evaluation.designs.draws import Cell, Frame, FrozenDraw, Kind, Lot, digest_of, uniform
from zoufang.core.evaluation.designs.never import Household, draw_out

Shares = tuple[tuple[Cell, float], ...]


def draw_encouragement(units: tuple[StudyUnit, ...], frame: Frame, *, share: float, seed: int) -> FrozenDraw:
    """A lot recommends a visit for `share` of the households; the officers may still visit anyone.

    For banks that allow no hold-out. Analysed with the recommendation as instrument of the visit.
    """
    _refuse_share(frame, "encouraged", share)
    shares = ((Cell.ENCOURAGED, share), (Cell.USUAL, 1 - share))
    return _drawn(Kind.ENCOURAGEMENT, units, frame, shares, seed)


def draw_factorial(
    units: tuple[StudyUnit, ...], frame: Frame, *, visit_share: float, offer_share: float, seed: int
) -> FrozenDraw:
    """Visit and offer drawn independently: each effect from everybody, and whether an offer needs the visit."""
    _refuse_share(frame, "visit", visit_share)
    _refuse_share(frame, "offer", offer_share)
    shares = (
        (Cell.NEITHER, (1 - visit_share) * (1 - offer_share)),
        (Cell.VISIT, visit_share * (1 - offer_share)),
        (Cell.OFFER, (1 - visit_share) * offer_share),
        (Cell.BOTH, visit_share * offer_share),
    )
    return _drawn(Kind.FACTORIAL, units, frame, shares, seed)


def draw_queue_cut(
    ranked: tuple[StudyUnit, ...], frame: Frame, *, capacity: int, band: int, seed: int
) -> FrozenDraw:
    """Of a queue in the bank's own order, the `band` households each side of the crews' last place are drawn.

    Nobody is denied what the capacity would have given: only who of the nearly equal comes first is left to
    chance. The effect found holds at the cut, not for the head of the queue.
    """
    kept, out = draw_out(ranked, frame)
    place = {unit.key: i for i, unit in enumerate(ranked)}
    queue = sorted(kept, key=lambda members: min(place[unit.key] for unit in members))
    if not 1 <= band <= capacity or capacity + band > len(queue):
        raise BadInput(
            f"Study {frame.study_id}: a band of {band} around place {capacity} does not fit a queue of "
            f"{len(queue)} households. Choose a smaller band."
        )
    middle = queue[capacity - band : capacity + band]
    certain = [_lots(members, Cell.CERTAIN, 1.0, frame, seed) for members in queue[: capacity - band]]
    drawn = within(middle, ((Cell.VISIT, 0.5), (Cell.USUAL, 0.5)), frame, seed)
    later = [_lots(members, Cell.LATER, 1.0, frame, seed) for members in queue[capacity + band :]]
    return FrozenDraw(Kind.QUEUE_CUT, frame, seed, flat([*certain, *drawn, *later]), out)


def _drawn(kind: Kind, units: tuple[StudyUnit, ...], frame: Frame, shares: Shares, seed: int) -> FrozenDraw:
    kept, out = draw_out(units, frame)
    strata = sorted({members[0].stratum for members in kept})
    found = [within([m for m in kept if m[0].stratum == one], shares, frame, seed, one) for one in strata]
    return FrozenDraw(kind, frame, seed, flat([lots for some in found for lots in some]), out)


def within(
    some: Sequence[Household], shares: Shares, frame: Frame, seed: int, stratum: str = ""
) -> list[tuple[Lot, ...]]:
    """Rank of the hash plus one common random start: each household has exactly its share's chance, and the
    numbers are even."""
    ordered = sorted(some, key=lambda members: digest_of(frame, seed, str(members[0].key)))
    start = uniform(digest_of(frame, seed, f"start of {stratum}"))
    return [
        _lots(members, *_cell((rank + start) / len(ordered), shares), frame, seed)
        for rank, members in enumerate(ordered)
    ]


def _cell(position: float, shares: Shares) -> tuple[Cell, float]:
    reached = 0.0
    for cell, share in shares:
        reached += share
        if position < reached:
            return cell, share
    return shares[-1]


def _lots(members: Household, cell: Cell, probability: float, frame: Frame, seed: int) -> tuple[Lot, ...]:
    first = members[0]
    digest = digest_of(frame, seed, str(first.key))
    return tuple(Lot(str(u.key), str(first.key), cell, probability, digest, first.stratum) for u in members)


def flat(lots: Sequence[tuple[Lot, ...]]) -> tuple[Lot, ...]:
    return tuple(sorted((lot for some in lots for lot in some), key=lambda lot: lot.subject))


def _refuse_share(frame: Frame, name: str, share: float) -> None:
    if not 0 < share < 1:
        raise BadInput(f"Study {frame.study_id}: {name} share {share} must lie between 0 and 1.")
