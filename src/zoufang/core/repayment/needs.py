"""What must be known before a kind of offer is made: what is missing blocks it, and is never read as zero."""

from __future__ import annotations

from enum import StrEnum

from zoufang.core.repayment.means import MeansStatement
from zoufang.core.values import Message, OfferKind, gettext_noop


class Need(StrEnum):
    INCOME = "income"
    HOUSEHOLD = "household"
    SPENDING = "spending"
    OTHER_DEBTS = "other_debts"
    MONEY_AT_HAND = "money_at_hand"
    ASSETS = "assets"
    COMING_CHANGES = "coming_changes"


def missing_from(statement: MeansStatement) -> tuple[Need, ...]:
    """What the statement leaves open, also in part: a source, a debt or a thing without its amount."""
    income, debts, assets = statement.income, statement.other_debts, statement.assets
    open_ = {
        Need.INCOME: income is None or any(source.amount_fen is None for source in income),
        Need.HOUSEHOLD: statement.household_size is None,
        Need.SPENDING: statement.spending_fen is None,
        Need.OTHER_DEBTS: debts is None or any(debt.monthly_fen is None for debt in debts),
        Need.MONEY_AT_HAND: statement.lump_fen is None,
        Need.ASSETS: assets is None or any(asset.value_fen is None for asset in assets),
        Need.COMING_CHANGES: any(change.monthly_fen is None for change in statement.changes),
    }
    return tuple(need for need, is_open in open_.items() if is_open)


def lacking(kind: OfferKind, missing: tuple[Need, ...]) -> tuple[Need, ...]:
    """What is missing of what this kind of offer needs."""
    return tuple(need for need in NEEDED[kind] if need in missing)


def ask_first(lacks: tuple[Need, ...]) -> Message:
    what = Message.joined([Message(NAMES[need]) for need in lacks])
    return Message(
        gettext_noop("Not known yet, to be asked before this can be offered: %(what)s."), {"what": what}
    )


# A waiver is given for want of means, so all means must be known; a rise leans on what is still to come.
NEEDED: dict[OfferKind, tuple[Need, ...]] = {
    OfferKind.PAY_IN_FULL: (Need.MONEY_AT_HAND,),
    OfferKind.SHORT_PLAN: (),
    OfferKind.INSTALMENT_PLAN: (),
    OfferKind.STEP_UP_PLAN: (Need.COMING_CHANGES,),
    OfferKind.INTEREST_FIRST_PLAN: (),
    OfferKind.MORATORIUM_PLAN: (),
    OfferKind.EXTENSION_PLAN: (),
    OfferKind.RELIEF_PLAN: (Need.HOUSEHOLD, Need.OTHER_DEBTS),
    OfferKind.SETTLEMENT: (Need.MONEY_AT_HAND, Need.ASSETS, Need.OTHER_DEBTS, Need.HOUSEHOLD),
}
NAMES: dict[Need, str] = {
    Need.INCOME: gettext_noop("every income"),
    Need.HOUSEHOLD: gettext_noop("the people in the household"),
    Need.SPENDING: gettext_noop("essential spending"),
    Need.OTHER_DEBTS: gettext_noop("every other debt"),
    Need.MONEY_AT_HAND: gettext_noop("money at hand"),
    Need.ASSETS: gettext_noop("what the household owns"),
    Need.COMING_CHANGES: gettext_noop("the size of the coming change"),
}
