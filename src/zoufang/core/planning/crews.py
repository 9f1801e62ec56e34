"""Who can go: crews of officers with a depot, a shift, skills and costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.planning.candidates import Needs
from zoufang.core.planning.modes import Mode, ModeRule, rule_of
from zoufang.core.values import Datum, Gender, Message, Point, TimeWindow, gettext_noop, language_name

MAX_RATE_FEN = 1_000_000
COURSE = gettext_noop("the course %(course)s")
# A crew of three or more brings its size as it brings a course: what the risk of a visit asks for is a need.
TOGETHER, OFFICERS = (
    "crew:",
    gettext_noop("%(n)s officers together, which the risk asks for: form a crew of %(n)s"),
)
SPEAKER = gettext_noop("an officer who speaks %(language)s")
OF_SEX: dict[str, Message] = {
    Gender.FEMALE: Message(gettext_noop("a woman officer")),
    Gender.MALE: Message(gettext_noop("a man officer")),
}
OF_SEX_ASKED = Message(gettext_noop("an officer of the sex asked for"))
SENIOR = gettext_noop("an officer with %(years)s years of service")
NOT_RECUSED = Message(gettext_noop("officers who need not step aside (recusal)"))


@dataclass(frozen=True, slots=True)
class Crew:
    """Officers who go together, from one depot and back within one shift.

    `qualifications` are the courses that the crew may rely on that day (the caller decides whether one or all
    officers must hold them), `languages` and `genders` those of any officer, `service_years` the most that one of
    them has worked; no visit takes place during `rest`; `days` empty means every planned day.
    The crew may come back `overtime_minutes` after its shift; minutes away beyond the shift's length cost
    `overtime_fen_per_minute` on top. `start`: where it sets out from when that isn't the depot (within the day).
    `modes`: how it can go, what it prefers first; a car of its own (`own_car`) is none of a pool. The rate a
    kilometre is that of a car.
    """

    crew_id: str
    officer_ids: tuple[str, ...]
    branch: str
    depot: Point
    shift: TimeWindow
    rest: TimeWindow | None = None
    qualifications: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()
    cost_fen_per_minute: int = 200
    cost_fen_per_km: int = 80
    days: tuple[date, ...] = ()
    overtime_minutes: int = 0
    overtime_fen_per_minute: int = 0
    start: Point | None = None
    service_years: int = 0
    modes: tuple[Mode, ...] = (Mode.CAR,)
    own_car: bool = False

    def __post_init__(self) -> None:
        if len(set(self.officer_ids)) != len(self.officer_ids):
            raise BadInput(f"Crew {self.crew_id} names one officer twice. Correct its officers.")
        for point in (self.depot, self.sets_out_from):
            if point.datum is not Datum.WGS84:
                raise BadInput(f"Crew {self.crew_id}: its depot is in {point.datum}. Convert it with to_wgs84.")
        rates = (self.cost_fen_per_minute, self.cost_fen_per_km, self.overtime_fen_per_minute)
        if not all(0 <= rate <= MAX_RATE_FEN for rate in rates):
            raise BadInput(f"Crew {self.crew_id}: costs must be 0 to {MAX_RATE_FEN} fen. Correct the rates.")
        if self.rest is not None and not self.shift.covers(self.rest):
            raise BadInput(f"Crew {self.crew_id}: rest {self.rest} lies outside the shift {self.shift}.")

        if not self.modes or len(set(self.modes)) != len(self.modes):
            raise BadInput(f"Crew {self.crew_id}: name each way in which it can go once, at least one.")
        if not 0 <= self.overtime_minutes <= 24 * 60 - self.shift.end_min:
            raise BadInput(f"Crew {self.crew_id}: {self.overtime_minutes} minutes of overtime pass midnight.")

    @property
    def sets_out_from(self) -> Point:
        return self.start or self.depot

    @property
    def mode(self) -> Mode:
        """How it goes: where it can go in several ways, the one it prefers."""
        return self.modes[0]

    def by(self, mode: Mode, rules: dict[Mode, ModeRule]) -> Crew:
        """The crew as it goes on a day: in this way, at its price."""
        if mode is Mode.CAR:
            return self if self.modes == (mode,) else replace(self, modes=(mode,))
        return replace(self, modes=(mode,), cost_fen_per_km=rule_of(mode, rules).fen_per_km)

    def without_car(self) -> Mode | None:
        """How it goes when there is no car for it; None: not at all."""
        return next((mode for mode in self.modes if mode is not Mode.CAR), None)

    @property
    def latest_back_min(self) -> int:
        """Minute of the day by which the crew is back, overtime included."""
        return self.shift.end_min + self.overtime_minutes

    def works_on(self, day: date) -> bool:
        return not self.days or day in self.days

    def meets(self, needs: Needs) -> bool:
        return not missing_from(self, needs)


def missing_from(crew: Crew, needs: Needs) -> tuple[str, ...]:
    """Which needs this crew lacks, by name; empty when it may go."""
    missing = sorted(needs.qualifications - crew.qualifications)
    if needs.language is not None and needs.language not in crew.languages:
        missing.append(needs.language)
    if needs.gender is not None and needs.gender not in crew.genders:
        missing.append(needs.gender)
    if needs.service_years > crew.service_years:
        missing.append("seniority")
    if needs.recused & set(crew.officer_ids):
        missing.append("recused")
    return tuple(missing)


def lacks(crew: Crew, needs: Needs) -> tuple[Message, ...]:
    """The same in words for people; empty when it may go."""
    said = [_course(code) for code in sorted(needs.qualifications - crew.qualifications)]
    if needs.language is not None and needs.language not in crew.languages:
        said.append(Message(SPEAKER, {"language": language_name(needs.language)}))
    if needs.gender is not None and needs.gender not in crew.genders:
        said.append(OF_SEX.get(needs.gender, OF_SEX_ASKED))
    if needs.service_years > crew.service_years:
        said.append(Message(SENIOR, {"years": needs.service_years}))
    if needs.recused & set(crew.officer_ids):
        said.append(NOT_RECUSED)
    return tuple(said)


def of_size(officers: int) -> str:
    """The need for this many officers, as a qualification."""
    return f"{TOGETHER}{officers}"


def _course(code: str) -> Message:
    if code.startswith(TOGETHER):
        return Message(OFFICERS, {"n": int(code.removeprefix(TOGETHER))})
    return Message(COURSE, {"course": code})
