"""The five-class floor (风险分类): the worst trigger decides, and each trigger is told (Order 2023 No. 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio.ageing import LoanSnapshot
from zoufang.core.portfolio.policy import ClassPolicy
from zoufang.core.values import Message, gettext_noop

DEFAULT_CLASSES = ClassPolicy()
SOURCE = "CN-C2"
RESTRUCTURE_SOURCE = "CN-C4"
UPGRADE_SOURCE = "CN-C5"


class FiveClass(StrEnum):
    NORMAL = "normal"  # 正常
    SPECIAL_MENTION = "special_mention"  # 关注
    SUBSTANDARD = "substandard"  # 次级
    DOUBTFUL = "doubtful"  # 可疑
    LOSS = "loss"  # 损失

    @property
    def severity(self) -> int:
        return tuple(FiveClass).index(self)

    @property
    def non_performing(self) -> bool:
        return self.severity >= FiveClass.SUBSTANDARD.severity


@dataclass(frozen=True, slots=True)
class Impairment:
    """Expected credit loss against book value; `credit_impaired` is the accountants' finding (已发生信用减值)."""

    loss_fen: int
    book_fen: int
    credit_impaired: bool

    def __post_init__(self) -> None:
        if self.book_fen <= 0 or not 0 <= self.loss_fen <= self.book_fen:
            raise BadInput(f"Impairment of {self.loss_fen} on {self.book_fen} fen is impossible. Correct it.")

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 49.9% is not yet 50%."""
        return self.loss_fen * 100 // self.book_fen


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the class depends on; `impairment` None is unknown and then decides nothing."""

    dpd: int
    restructured_in_watch: bool = False
    refinanced: bool = False
    again_in_watch: bool = False
    upgrade_pending: bool = False
    impairment: Impairment | None = None

    @classmethod
    def of(cls, snapshot: LoanSnapshot, impairment: Impairment | None = None) -> ClassFacts:
        standing = snapshot.restructure
        in_watch = standing is not None and standing.watch.passed_on is None
        return cls(
            dpd=snapshot.dpd,
            restructured_in_watch=in_watch,
            refinanced=in_watch and standing is not None and standing.refinanced,
            again_in_watch=in_watch and standing is not None and standing.again_in_watch,
            upgrade_pending=snapshot.upgrade_pending,
            impairment=impairment,
        )


@dataclass(frozen=True, slots=True)
class Trigger:
    floor: FiveClass
    message: Message
    source: str


@dataclass(frozen=True, slots=True)
class Classification:
    """The committee may confirm `floor` or lower it further, never lift it."""

    floor: FiveClass
    triggers: tuple[Trigger, ...]


def classify(facts: ClassFacts, policy: ClassPolicy = DEFAULT_CLASSES) -> Classification:
    """The worst class that any rule asks for, with all that fired."""
    fired = tuple(trigger for rule in RULES if (trigger := rule(facts, policy)) is not None)
    floor = max((t.floor for t in fired), key=lambda c: c.severity, default=FiveClass.NORMAL)
    return Classification(floor, fired)


def overdue(facts: ClassFacts, policy: ClassPolicy) -> Trigger | None:
    """Overdue: special mention beyond the technical delay; over 90, 270, 360 days worse (CN-C2)."""
    limits = (
        (policy.loss_over, FiveClass.LOSS),
        (policy.doubtful_over, FiveClass.DOUBTFUL),
        (policy.substandard_over, FiveClass.SUBSTANDARD),
        (policy.mention_over, FiveClass.SPECIAL_MENTION),
    )
    for limit, floor in limits:
        if facts.dpd > limit:
            template = gettext_noop("%(dpd)s days past due, more than %(limit)s")
            return Trigger(floor, Message(template, {"dpd": facts.dpd, "limit": limit}), SOURCE)
    return None


def impaired(facts: ClassFacts, policy: ClassPolicy) -> Trigger | None:
    """Credit-impaired: at least substandard; expected loss of 50% doubtful, of 90% loss (CN-C2)."""
    if facts.impairment is None or not facts.impairment.credit_impaired:
        return None
    percent = facts.impairment.percent
    floor = FiveClass.SUBSTANDARD
    if percent >= policy.doubtful_from_percent:
        floor = FiveClass.LOSS if percent >= policy.loss_from_percent else FiveClass.DOUBTFUL
    template = gettext_noop("Credit-impaired, expected loss %(percent)s%% of book value")
    return Trigger(floor, Message(template, {"percent": percent}), SOURCE)


def restructured(facts: ClassFacts, policy: ClassPolicy) -> Trigger | None:
    """In the watch period after a restructure or refinancing: at least special mention (CN-C4)."""
    if not facts.restructured_in_watch:
        return None
    template = gettext_noop("Restructured, watch period not passed")
    if facts.refinanced:
        template = gettext_noop("Refinanced (new loan for old), watch period not passed")
    return Trigger(FiveClass.SPECIAL_MENTION, Message(template), RESTRUCTURE_SOURCE)


def restructured_again(facts: ClassFacts, policy: ClassPolicy) -> Trigger | None:
    """Restructured again within the watch period: at least substandard (CN-C4)."""
    if not facts.again_in_watch:
        return None
    message = Message(gettext_noop("Restructured again before the earlier watch period was passed"))
    return Trigger(FiveClass.SUBSTANDARD, message, RESTRUCTURE_SOURCE)


def not_yet_risen(facts: ClassFacts, policy: ClassPolicy) -> Trigger | None:
    """Was over 90 days past due and has not passed the upgrade test: stays substandard (CN-C5)."""
    if not facts.upgrade_pending or facts.dpd > policy.substandard_over:
        return None
    template = gettext_noop("Was more than %(limit)s days past due, upgrade test not passed")
    return Trigger(FiveClass.SUBSTANDARD, Message(template, {"limit": policy.substandard_over}), UPGRADE_SOURCE)


RULES: tuple[Callable[[ClassFacts, ClassPolicy], Trigger | None], ...] = (
    overdue,
    impaired,
    restructured,
    restructured_again,
    not_yet_risen,
)
