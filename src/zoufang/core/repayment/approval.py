"""Who may close what. Authority limits are the bank's data; a second person always differs from the maker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.values import OfferKind


@dataclass(frozen=True, slots=True)
class AuthorityLimit:
    """`role` may close offers of `kind` (None: any) up to `up_to_fen` in all, `months` and `waiver_fen`."""

    role: str
    kind: OfferKind | None
    up_to_fen: int
    up_to_months: int
    waiver_fen: int = 0

    def __post_init__(self) -> None:
        if min(self.up_to_fen, self.up_to_months, self.waiver_fen) < 0:
            raise BadInput(f"Limits of {self.role} are negative. Correct the authority table.")

    def covers(self, kind: OfferKind, total_fen: int, months: int, waived_fen: int) -> bool:
        return (
            self.kind in (None, kind)
            and total_fen <= self.up_to_fen
            and months <= self.up_to_months
            and waived_fen <= self.waiver_fen
        )


@dataclass(frozen=True, slots=True)
class Authority:
    """`roles` rise in authority; the first is the maker's, the last approves whatever no limit covers."""

    roles: tuple[str, ...]
    limits: tuple[AuthorityLimit, ...]

    def __post_init__(self) -> None:
        unknown = {limit.role for limit in self.limits} - set(self.roles)
        if len(self.roles) < 2 or unknown:
            raise BadInput(f"Authority needs a maker and an approver among its roles; unknown: {sorted(unknown)}.")


def approver_role(
    authority: Authority, *, kind: OfferKind, total_fen: int, months: int, waived_fen: int
) -> str | None:
    """The lowest role that must approve; None where the maker's own authority is enough."""
    for role in authority.roles[:-1]:
        mine = [limit for limit in authority.limits if limit.role == role]
        if any(limit.covers(kind, total_fen, months, waived_fen) for limit in mine):
            return None if role == authority.roles[0] else role
    return authority.roles[-1]


def check_approver(*, maker: str, approver: str, needed: str, held: Sequence[str]) -> None:
    """NotPermitted where the approver made the plan, or does not hold the needed role."""
    if approver == maker:
        raise NotPermitted(f"{approver} made this plan and cannot approve it. A second person must.")
    if needed not in held:
        raise NotPermitted(f"{approver} does not hold the role {needed}. Send it to someone who does.")
