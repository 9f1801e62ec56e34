"""Roll rates and buckets of large panels as Ibis expressions over table arguments; files/engine.py runs them.

A position table has the columns account, bucket (0 to 7), balance_fen and written_off; a panel also month, a
running number of months. Results carry integer sums only, so that every engine gives the same.
"""

from __future__ import annotations

from typing import Any

import ibis

from zoufang.core.portfolio.buckets import BUCKETS
from zoufang.core.portfolio.roll_rate import ROLL_TO, RollTo, Transition

WRITTEN_OFF = ROLL_TO.index(RollTo.WRITTEN_OFF)
GONE = ROLL_TO.index(RollTo.GONE)


def bucket_counts(positions: ibis.Table) -> ibis.Table:
    """bucket, count, balance_fen of accounts that are not written off."""
    held = positions.filter(~positions.written_off)
    return (
        held.group_by("bucket")
        .agg(count=held.count(), balance_fen=held.balance_fen.sum().cast("int64"))
        .order_by("bucket")
    )


def pair_transitions(before: ibis.Table, after: ibis.Table) -> ibis.Table:
    """origin, landing, count, before_fen, after_fen of accounts followed from one position table to the next."""
    later = after.select(
        later_account="account",
        later_bucket="bucket",
        later_balance_fen="balance_fen",
        later_written_off="written_off",
    )
    followed = before.filter(~before.written_off).left_join(later, before.account == later.later_account)
    return _count(followed, followed.later_account.isnull())


def panel_transitions(panel: ibis.Table) -> ibis.Table:
    """The same, pooled over all consecutive months; an account missing next month is gone, the last month ends."""
    months = ibis.window(group_by="account", order_by="month")
    followed = panel.mutate(
        later_month=panel.month.lead().over(months),
        later_bucket=panel.bucket.lead().over(months),
        later_balance_fen=panel.balance_fen.lead().over(months),
        later_written_off=panel.written_off.lead().over(months),
        last_month=panel.month.max().over(ibis.window()),
    )
    followed = followed.filter(~followed.written_off, followed.month < followed.last_month)
    vanished = followed.later_month.isnull() | (followed.later_month != followed.month + 1)
    return _count(followed, vanished)


def as_transitions(rows: list[dict[str, int]]) -> tuple[Transition, ...]:
    """The counted rows as values."""
    return tuple(
        Transition(
            BUCKETS[row["origin"]], ROLL_TO[row["landing"]], row["count"], row["before_fen"], row["after_fen"]
        )
        for row in rows
    )


def _count(followed: ibis.Table, vanished: Any) -> ibis.Table:
    """Group followed accounts; a written-off or vanished one has no balance after."""
    left = vanished | followed.later_written_off
    landed = followed.mutate(
        origin=followed.bucket.cast("int64"),
        landing=ibis.cases(
            (vanished, GONE),
            (followed.later_written_off, WRITTEN_OFF),
            else_=followed.later_bucket,
        ).cast("int64"),
        after_fen=ibis.cases((left, 0), else_=followed.later_balance_fen),
    )
    return (
        landed.group_by("origin", "landing")
        .agg(
            count=landed.count(),
            before_fen=landed.balance_fen.sum().cast("int64"),
            after_fen=landed.after_fen.sum().cast("int64"),
        )
        .order_by("origin", "landing")
    )
