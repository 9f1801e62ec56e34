"""What the country calendar says of a plan's day, in words for the planner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zoufang.core.planning import Candidate, DaySeason, RuralCalendar, season_of
from zoufang.core.values import Message, gettext_noop

MOST = 6  # names in one note
SAID = gettext_noop("%(what)s (%(where)s): the chance to meet is shifted. Source: %(source)s")


def season_notes(candidates: Sequence[Candidate], day: date, calendar: RuralCalendar) -> Iterator[Message]:
    """One note a kind of day and source, with the towns that candidates live in."""
    where: dict[tuple[DaySeason, str], set[str]] = {}
    for candidate in candidates:
        for address in candidate.addresses:
            season = season_of(day, address.county, calendar, address.area) if address.rural else None
            if season is not None and season.marks:
                where.setdefault((season, season.source), set()).add(f"{address.county}{address.area}")
    for (season, source), places in sorted(where.items(), key=lambda one: (one[0][0].marks, one[0][1])):
        named = sorted(places)
        shown = ", ".join(named[:MOST]) + (" …" if len(named) > MOST else "")
        yield Message(SAID, {"what": Message.joined(season.messages), "where": shown, "source": source})
