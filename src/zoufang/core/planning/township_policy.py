"""What a further township costs a crew's day beside the way there."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class TownshipPolicy:
    """In fen, for a further township in one crew's day or a further crew's day in one township: about ten minutes
    of a crew. An assumption.
    """

    split_fen: int = 2_000

    def __post_init__(self) -> None:
        if not 0 <= self.split_fen <= 100_000_000:
            raise BadInput("A further township costs 0 to 1,000,000 yuan. Correct the planning policy.")
