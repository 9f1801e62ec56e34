"""The day of one crew as its visitor sees it: the next stop on top, then what follows, then what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from zoufang.core.values import hhmm, mask_address
from zoufang.server.pages.door_revealing import Personal, revealed
from zoufang.server.pages.reader import reader
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import stops_of

OVER = ("closed", "called_off")
RUNNING = ("arrived", "identified", "left")


@dataclass(frozen=True, slots=True)
class StopLine:
    visit: Visit
    arrive: str
    window: str
    place: str
    personal: Personal

    @property
    def state(self) -> str:
        """withdrawn, over, running or waiting."""
        if self.visit.withdrawn_reason is not None:
            return "withdrawn"
        return "over" if self.visit.state in OVER else "running" if self.visit.state in RUNNING else "waiting"


@dataclass(frozen=True, slots=True)
class Today:
    """`first` is what to do now: a visit that runs, else the next in order."""

    day: date
    crews: tuple[str, ...]
    mates: tuple[User, ...]
    first: StopLine | None
    rest: tuple[StopLine, ...]
    over: tuple[StopLine, ...]

    @property
    def done(self) -> int:
        return sum(line.state == "over" for line in self.over)

    @property
    def total(self) -> int:
        return self.done + len(self.rest) + (self.first is not None)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def today_of(request: HttpRequest, day: date) -> Today:
    visits = stops_of(reader(request), day)
    lines = [_line(request, visit) for visit in visits]
    to_do = sorted((x for x in lines if x.state in ("running", "waiting")), key=lambda x: x.state != "running")
    crews = {visit.crew_id: visit.crew for visit in visits}.values()
    mates = {m.pk: m for crew in crews for m in crew.members.all() if m.pk != reader(request).pk}
    return Today(
        day=day,
        crews=tuple(crew.name for crew in crews),
        mates=tuple(mates.values()),
        first=to_do[0] if to_do else None,
        rest=tuple(to_do[1:]),
        over=tuple(line for line in lines if line.state in ("over", "withdrawn")),
    )


def _line(request: HttpRequest, visit: Visit) -> StopLine:
    stop = visit.stop
    return StopLine(
        visit=visit,
        arrive=hhmm(stop.arrive) if stop else "",
        window=f"{hhmm(stop.window_start)}-{hhmm(stop.window_end)}" if stop else "",
        place=mask_address(str(visit.address.place["text"])),
        personal=revealed(request, visit),
    )
