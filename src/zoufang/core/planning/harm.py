"""What a visit may do to people, as rates learnt from the bank's own history and prices that compliance sets.

Each level is the prior of the next: documented prior → whole bank → segment. Rates are rare events, so the priors
are worth many visits: a first complaint must not double a segment's rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from zoufang.core.errors import BadInput
from zoufang.core.planning.presence import Counts, Rate, posterior
from zoufang.core.values import gettext_noop


class Harm(StrEnum):
    """What may follow a visit and is counted against it."""

    COMPLAINT = "complaint"  # 投诉
    HARDSHIP = "hardship"  # the visit finds or deepens hardship, 困难
    INCIDENT = "incident"  # refusal with danger, 外访安全事件


HARM_NAMES = {
    Harm.COMPLAINT: gettext_noop("complaint"),
    Harm.HARDSHIP: gettext_noop("hardship"),
    Harm.INCIDENT: gettext_noop("incident"),
}
# Assumed chances a visit on a bank's first day; no published rate of bank field visits was found.
PRIOR_HARM: Mapping[Harm, float] = MappingProxyType(
    {Harm.COMPLAINT: 0.010, Harm.HARDSHIP: 0.030, Harm.INCIDENT: 0.003}
)
METHOD = gettext_noop("hierarchical beta-binomial")


@dataclass(frozen=True, slots=True)
class HarmChance:
    """How likely one kind of harm follows a visit to this customer."""

    kind: Harm
    rate: Rate


@dataclass(frozen=True, slots=True)
class Aftermath:
    """One finished visit: to which segment, and what harm followed it."""

    segment: str
    harms: frozenset[Harm] = frozenset()


@dataclass(frozen=True, slots=True)
class HarmModel:
    """Visits and harms by kind, of the bank and by segment; how many visits each level's prior is worth."""

    bank: Mapping[Harm, Counts] = field(default_factory=dict)
    segments: Mapping[tuple[str, Harm], Counts] = field(default_factory=dict)
    bank_strength: float = 400.0
    segment_strength: float = 400.0

    def __post_init__(self) -> None:
        if not min(self.bank_strength, self.segment_strength) > 0:
            raise BadInput("A prior's strength must be positive. Give how many visits it is worth.")

    def chances(self, segment: str) -> tuple[HarmChance, ...]:
        """Of each kind of harm the chance a visit, with its interval."""
        return tuple(HarmChance(kind, self._rate(kind, segment)) for kind in Harm)

    def _rate(self, kind: Harm, segment: str) -> Rate:
        bank = self.bank.get(kind, Counts())
        own = self.segments.get((segment, kind), Counts())
        in_bank = (self.bank_strength * PRIOR_HARM[kind] + bank.met) / (self.bank_strength + bank.tried)
        a = self.segment_strength * in_bank + own.met
        b = self.segment_strength * (1 - in_bank) + own.tried - own.met
        return posterior(a, b, round(bank.tried), METHOD if bank.tried else "documented prior")


def learn_harm(visits: Iterable[Aftermath]) -> HarmModel:
    """The rates after these visits, in whatever order they come."""
    seen: Counter[str] = Counter()
    hurt: Counter[tuple[str, Harm]] = Counter()
    for visit in visits:
        seen[visit.segment] += 1
        hurt.update((visit.segment, kind) for kind in visit.harms)
    total = sum(seen.values())
    return HarmModel(
        bank={kind: Counts(sum(n for (_, k), n in hurt.items() if k is kind), total) for kind in Harm},
        segments={(segment, kind): Counts(hurt[segment, kind], n) for segment, n in seen.items() for kind in Harm},
    )


def harm_price(chances: Iterable[HarmChance], prices_fen: Mapping[Harm, int]) -> int:
    """Sum of probability x price in fen, rounded up: a price is never lost to rounding."""
    return sum(-(-round(one.rate.mean * 1_000_000) * prices_fen.get(one.kind, 0) // 1_000_000) for one in chances)
