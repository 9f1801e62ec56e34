"""The dispatcher's board: a draft as the planner's core sees it, with all that could be done to it by hand.

Built once from the rows and the gate's rules (nothing is stored), then kept for a few minutes, so that each
question "what if" is answered at once. A move that is made asks the gate again about the customers it moves.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from time import monotonic
from uuid import UUID

from zoufang.core.errors import Conflict
from zoufang.core.planning import Candidate, Crew, Pin, Plan, PlanFrame, PlannedVisit, VisitOption, driven_plan
from zoufang.core.values import Message, TimeWindow, gettext_noop
from zoufang.server.daily.asking import doors_to_ask, masked_names
from zoufang.server.daily.candidates import Candidates, candidates_of
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.facts import Registers, read_registers
from zoufang.server.daily.gate import Answer, judge, overrides_of
from zoufang.server.daily.means import as_they_went, means_left, modes_of
from zoufang.server.daily.pins import kept_in, pin_of
from zoufang.server.daily.policies import compliance_policy, planning_policy, with_values
from zoufang.server.daily.replanning import still_open
from zoufang.server.daily.risk import Risk
from zoufang.server.daily.roads import roads
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.visiting.models import DayPlan, PlannedStop, PlannerOrder
from zoufang.server.visiting.plan_queries import crews_of
from zoufang.server.visiting.revisions import going, revised_by

KEPT = 6  # boards in memory
KEPT_S, KEPT_TODAY_S = 300.0, 60.0  # seconds until the facts are read again; while the day runs
NAMED = 5
CHANGED = gettext_noop(
    "What is known of %(names)s has changed since this draft was made. Run the planner again, then move visits."
)
NO_DRAFT = Message(gettext_noop("Only a draft is changed by hand. A published day is planned anew on its page."))


@dataclass(frozen=True, slots=True)
class Board:
    """A draft of one version; `names` of customers are masked, `crew_names` by code.

    `begun`: by crew code, how many visits of a running day stand in front of those that can still be moved.
    """

    version: int
    plan: Plan
    frame: PlanFrame
    names: Mapping[str, str]
    crew_names: Mapping[str, str]
    wanted: Mapping[UUID, Wanted]
    risks: Mapping[UUID, Risk]
    begun: Mapping[str, int]

    def number(self, visit: PlannedVisit) -> int:
        """The stop's number in its crew's whole day."""
        return visit.order + self.begun.get(visit.crew_id, 0)


class _Kept:
    """The boards last used, by plan and version."""

    def __init__(self) -> None:
        self._boards: OrderedDict[tuple[UUID, int], tuple[float, Board]] = OrderedDict()
        self._lock = Lock()

    def get(self, plan: DayPlan) -> Board | None:
        with self._lock:
            made, board = self._boards.get((plan.pk, plan.version), (0.0, None))
            good_s = KEPT_TODAY_S if "revises" in plan.versions else KEPT_S
            return board if board is not None and monotonic() - made < good_s else None

    def put(self, plan: DayPlan, board: Board) -> None:
        key = plan.pk, board.version
        with self._lock:
            self._boards[key] = monotonic(), board
            self._boards.move_to_end(key)
            while len(self._boards) > KEPT:
                self._boards.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._boards.clear()

    def forget(self, plan: DayPlan) -> None:
        with self._lock:
            for key in [key for key in self._boards if key[0] == plan.pk]:
                del self._boards[key]


kept = _Kept()


def board_of(plan: DayPlan, at: datetime) -> Board:
    """From memory where it is there. Conflict: no draft any more, or the facts or the day have moved on."""
    if plan.status != DayPlan.Status.DRAFT:
        raise Conflict(NO_DRAFT)
    found = kept.get(plan)
    if found is None:
        found = _built(plan, at)
        kept.put(plan, found)
    return found


def _built(plan: DayPlan, at: datetime) -> Board:
    """Of a draft that revises a published day only what has not begun is moved, by crews from where they are."""
    day, published = plan.day, revised_by(plan)
    policy = means_left(with_values(planning_policy(), day), plan.branch, day, published)
    begun = {v.party_id for v in going(published) if v.started_at is not None} if published else set()
    wanted = [one for one in wanted_on(plan.branch, day)[0] if one.party.id not in begun]
    registers = read_registers(
        [one.party for one in wanted], day, [one.target.party for one in wanted if one.target is not None]
    )
    found = candidates_of(wanted, _answers(wanted, registers, plan), registers, day, policy)
    frame = PlanFrame(*_who(plan, published, found, at), policy, roads(policy))
    names = masked_names(wanted)
    made = _as_driven(plan, frame, names, begun)
    pins = _pins(plan, made, frame)
    return Board(
        plan.version,
        made,
        replace(frame, pins=pins),
        names,
        {crew.code: crew.name for crew in crews_of(plan.branch)},
        {one.party.id: one for one in wanted},
        found.risks,
        Counter(plan.stops.filter(party__in=begun).values_list("crew__code", flat=True)),
    )


def _who(
    plan: DayPlan, published: DayPlan | None, found: Candidates, at: datetime
) -> tuple[tuple[Candidate, ...], tuple[Crew, ...]]:
    """Whom one may visit, and the crews that may go."""
    crews = crews_on(plan.branch, plan.day).going
    if published is None:
        return found.all, crews
    crews = as_they_went(crews, published)
    return still_open(published, found, crews, at, frozenset(plan.versions.get("crews_out", ())))


def _answers(wanted: list[Wanted], registers: Registers, plan: DayPlan) -> list[Answer]:
    """The rules asked again; nobody goes by this, so no verdict is kept."""
    doors, policy = doors_to_ask(wanted), compliance_policy(plan.day)
    overrides = overrides_of({door.party.id for door in doors}, plan.day)
    said = [
        judge(door.question, registers, policy, plan.day, overrides.get((door.party.id, door.whom.party.id), ()))
        for door in doors
    ]
    return [Answer(door, answer, plan.pk) for door, answer in zip(doors, said, strict=True)]


def _as_driven(plan: DayPlan, frame: PlanFrame, names: Mapping[str, str], begun: Collection[UUID]) -> Plan:
    """The rows as a plan of the core, timed to the second. Conflict names what doesn't fit the facts any more."""
    lanes: dict[tuple[str, date], list[tuple[Candidate, VisitOption, int]]] = defaultdict(list)
    gone = []
    for stop in plan.stops.exclude(party__in=begun).select_related("crew").order_by("crew__code", "number"):
        candidate = frame.by_id.get(str(stop.party_id))
        option = _option(stop, candidate) if candidate and stop.crew.code in frame.crew_by_id else None
        if candidate is None or option is None:
            gone.append(names.get(str(stop.party_id)) or str(stop.number))
        else:
            lanes[stop.crew.code, plan.day].append((candidate, option, stop.arrive))
    if gone:
        raise Conflict(Message(CHANGED, {"names": ", ".join(gone[:NAMED]) + ("…" if gone[NAMED:] else "")}))
    made = driven_plan(lanes, frame, (plan.day,), plan.seed, modes_of(plan))
    return replace(made, engine=plan.engine, versions=dict(plan.versions))


def _option(stop: PlannedStop, candidate: Candidate) -> VisitOption | None:
    hours = TimeWindow(stop.window_start, stop.window_end)
    return next(
        (o for o in candidate.options if o.cleared.address_id == str(stop.address_id) and o.window == hours), None
    )


def _pins(plan: DayPlan, made: Plan, frame: PlanFrame) -> tuple[Pin, ...]:
    """Orders that this draft keeps; the others wait for the next run of the planner."""
    begins = {visit.customer_id: (visit.crew_id, visit.start_s, visit.end_s) for visit in made.visits}
    rows = PlannerOrder.objects.filter(day=plan.day, party__in=list(begins), crew__isnull=False)
    rows = rows.exclude(kind=PlannerOrder.Kind.DROP).select_related("crew").order_by("party_id")
    pins = [pin_of(row, row.crew.code, frame.by_id[str(row.party_id)], frame.policy) for row in rows if row.crew]
    return kept_in(pins, begins)
