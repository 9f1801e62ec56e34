"""The question put to the gate, and a supervisor's answer to a warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, PartyRole, Purpose, TimeWindow, minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequest:
    """May we contact `target_id` about `customer_id`'s debt?

    Either `starts` and `ends` are planned (aware, the end included in the judgement), or `days` asks on which days
    and in which hours it may be.
    """

    customer_id: str
    channel: Channel
    purpose: Purpose
    target_id: str
    target_role: PartyRole
    days: tuple[date, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None

    def __post_init__(self) -> None:
        if (self.starts is None) != (self.ends is None):
            raise BadInput("A planned contact needs its start and its end. Give both or neither.")
        if self.starts is None and not self.days:
            raise BadInput("A contact without a planned time needs the days it may fall on. Give `days`.")
        if self.starts and self.ends and (self.starts.tzinfo is None or self.ends.tzinfo is None):
            raise BadInput(f"Planned time {self.starts} carries no zone. Attach one where the time is made.")
        if self.starts and self.ends and self.ends < self.starts:
            raise BadInput(f"Contact ends {self.ends} before it starts {self.starts}. Swap the times.")

    def days_in(self, zone: ZoneInfo) -> tuple[date, ...]:
        """The local days asked for."""
        return (self.starts.astimezone(zone).date(),) if self.starts else self.days

    def window_in(self, zone: ZoneInfo) -> TimeWindow | None:
        """The planned local time in whole minutes, rounded outwards; past midnight it ends at 24:00."""
        if self.starts is None or self.ends is None:
            return None
        start, end = self.starts.astimezone(zone), self.ends.astimezone(zone)
        if end.date() > start.date():
            return TimeWindow(minutes(start.time()), 24 * 60)
        first = minutes(start.time())
        last = minutes(end.time()) + bool(end.second or end.microsecond)
        return TimeWindow(first, max(last, first + 1))


@dataclass(frozen=True, slots=True)
class Override:
    """A named supervisor takes responsibility for the warnings of these rules. Blocks cannot be overridden."""

    by: str
    reason: str
    at: datetime
    rule_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.by and self.reason.strip() and self.rule_ids):
            raise BadInput("An override needs a name, a reason and the rules it covers. Complete it.")
        if self.at.tzinfo is None:
            raise BadInput(f"Override of {self.at} carries no zone. Attach one where the time is made.")
