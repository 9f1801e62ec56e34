"""How somebody asked to be reached: kept for a while, and no visit is planned meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from zoufang.core.values import Channel
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Party
from zoufang.server.borrower.models import ChannelWish

LASTS = timedelta(days=30)


def keep_wish(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    channel: Channel,
    via: ChannelWish.Via,
    on: date,
    at: datetime,
) -> ChannelWish:
    """The same id again changes nothing; the newest wish counts."""
    wish, made = ChannelWish.objects.get_or_create(
        id=id,
        defaults={
            "party": party,
            "channel": channel,
            "via": via,
            "since": on,
            "until": on + LASTS,
            "at": at,
        },
    )
    if made:
        audit.record(
            at=at,
            actor="borrower",
            action="channel_wish",
            subject_kind="party",
            subject_id=party.id,
            branch_code=party.branch.code,
            details={"channel": str(channel), "until": wish.until.isoformat()},
        )
    return wish


def other_ways(parties: Iterable[UUID], day: date) -> dict[UUID, ChannelWish]:
    """Who wishes on `day` to be reached otherwise than by a visit, by the newest wish."""
    rows = ChannelWish.objects.filter(party__in=list(parties), since__lte=day, until__gte=day).order_by("at", "id")
    newest = {row.party_id: row for row in rows}
    return {party: wish for party, wish in newest.items() if wish.channel != Channel.VISIT}
