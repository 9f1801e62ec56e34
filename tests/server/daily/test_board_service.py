"""A planner moves visits of a draft by hand: asked at once, kept as a version and by the next run, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.planning import FIRST, Obstacle, Put, Swap, TakeOut
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.board import board_of, kept
from zoufang.server.daily.board_moves import ask, make_move, take_back
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Stop, Verdict
from zoufang.server.oversight.services import set_stop
from zoufang.server.visiting.models import DayPlan, PlannerOrder
from zoufang.server.visiting.plans import order, publish

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def planner():
    vouched_facts()
    return a_member("planner")


@pytest.fixture
def town(planner):
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(7)]
    a_study(dict.fromkeys(parties, Arm.FREE) | {parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2")
    return parties


def run(by) -> DayPlan:
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=by, at=NOW, policy=planning_policy(20))


@pytest.fixture
def draft(planner, town) -> DayPlan:
    return run(planner)


def other_crew(stop) -> str:
    return "K2" if stop.crew.code == "K1" else "K1"


def put(draft, stop, planner, *, base=None, hold=True, after=None, crew=None, arrive=None):
    move = Put(str(stop.party_id), crew or other_crew(stop), TODAY, after, arrive)
    return make_move(plan=draft, base=base or draft.version, move=move, hold=hold, by=planner, at=LATER)


def rows(plan):
    fields = ("party", "crew__code", "number", "arrive", "address", "value_fen", "verdict", "pinned", "why")
    return list(plan.stops.order_by("crew__code", "number").values_list(*fields))


def test_the_board_reads_the_draft_back_as_the_planner_made_it(draft, planner):
    board = board_of(draft, NOW)
    assert board.plan.objective_fen == draft.value_fen
    assert [(v.customer_id, v.crew_id, v.order, v.start_s // 60, v.net_value_fen) for v in board.plan.visits] == [
        (str(s.party_id), s.crew.code, s.number, s.arrive, s.value_fen)
        for s in draft.stops.select_related("crew").order_by("crew__code", "number")
    ]
    trips = {d.crew_id: (d.leave_s, d.back_s, d.metres) for d in board.plan.crew_days}
    assert trips == {t["crew"]: (t["leave_s"], t["back_s"], t["metres"]) for t in draft.crew_days}


def test_asking_writes_nothing(draft, planner, django_assert_max_num_queries):
    stop, verdicts = draft.stops.first(), Verdict.objects.count()
    before = rows(draft)
    said, _ = ask(draft, Put(str(stop.party_id), other_crew(stop), TODAY), planner, NOW)
    assert said.feasible
    with django_assert_max_num_queries(0):  # the board is in memory now
        ask(draft, TakeOut(str(stop.party_id)), planner, NOW)
    assert (rows(draft), Verdict.objects.count(), PlannerOrder.objects.count()) == (before, verdicts, 0)


def test_a_move_makes_a_new_version_with_who_and_when_and_a_pin_of_crew_and_hour(draft, planner):
    stop = draft.stops.select_related("crew").first()
    worth = draft.value_fen
    said, _ = ask(draft, Put(str(stop.party_id), other_crew(stop), TODAY), planner, NOW)
    made = put(draft, stop, planner)
    assert (made.pk, made.version) == (draft.pk, 2)
    assert made.value_fen == worth + said.change.value_fen
    now = made.stops.select_related("crew", "verdict").get(party=stop.party)
    assert (now.crew.code, now.pinned) == (other_crew(stop), True)
    assert now.verdict.at == LATER  # the gate was asked again
    pin = PlannerOrder.objects.get()
    assert (pin.kind, pin.crew.code, pin.arrive, pin.by) == ("pin", other_crew(stop), now.arrive, planner)
    line = AuditLine.objects.get(action="draft_put")
    assert line.details == {
        "version": 2,
        "party": str(stop.party_id),
        "crews": ["K1", "K2"],
        "value_fen": said.change.value_fen,
    }
    numbers = [(s.crew.code, s.number) for s in made.stops.select_related("crew").order_by("crew__code", "number")]
    assert numbers == sorted(
        (code, n + 1) for code in {c for c, _ in numbers} for n in range(sum(c == code for c, _ in numbers))
    )


def test_the_next_run_keeps_crew_and_hour(draft, planner):
    stop = draft.stops.select_related("crew").first()
    put(draft, stop, planner, arrive=14 * 60)
    again = run(planner)
    kept_stop = again.stops.select_related("crew").get(party=stop.party)
    assert kept_stop.crew.code == other_crew(stop)
    assert abs(kept_stop.arrive - 14 * 60) <= 15


def test_without_the_hour_the_next_run_keeps_the_crew_alone(draft, planner):
    stop = draft.stops.select_related("crew").first()
    put(draft, stop, planner, hold=False, arrive=14 * 60)
    assert PlannerOrder.objects.get().arrive is None


def test_a_fixed_hour_at_which_no_door_is_open_any_more_is_let_go_and_told(draft, planner):
    stop = draft.stops.select_related("crew").first()
    order(day=TODAY, party=stop.party, kind="pin", by=planner, at=NOW, crew=stop.crew, arrive=5 * 60)
    again = run(planner)
    assert any("not kept" in note["template"] for note in again.notes)


def test_two_planners_do_not_overwrite_each_other(draft, planner, town):
    first, second = draft.stops.select_related("crew")[:2]
    put(draft, first, planner, base=1)
    stale = DayPlan.objects.get(pk=draft.pk)
    with pytest.raises(Conflict, match="Somebody has changed this draft"):
        put(stale, second, planner, base=1)
    again = DayPlan.objects.get(pk=draft.pk)
    draft.version = 1  # asked with the page's version while the row has moved on
    with pytest.raises(Conflict, match="Somebody has changed this draft"):
        put(draft, second, planner, base=1)
    assert again.version == 2
    assert DayPlan.objects.get(pk=draft.pk).version == 2


def test_taking_back_restores_rows_figures_and_orders(draft, planner):
    draft.refresh_from_db()
    before, figures = rows(draft), (draft.value_fen, draft.counts, draft.crew_days, draft.notes, draft.report)
    stop = draft.stops.select_related("crew").first()
    order(day=TODAY, party=stop.party, kind="pin", by=planner, at=NOW, crew=stop.crew)
    made = put(draft, stop, planner)
    out = make_move(plan=made, base=2, move=TakeOut(str(stop.party_id)), hold=True, by=planner, at=LATER)
    assert out.left_out.get().kind == "dropped"
    assert PlannerOrder.objects.get().kind == "drop"
    take_back(plan=out, base=3, by=planner, at=LATER)
    back = take_back(plan=DayPlan.objects.get(pk=draft.pk), base=4, by=planner, at=LATER)
    assert back.version == 5
    assert rows(back) == before
    assert (back.value_fen, back.counts, back.crew_days, back.notes, back.report) == figures
    pin = PlannerOrder.objects.get()
    assert (pin.kind, pin.crew_id, pin.arrive) == ("pin", stop.crew_id, None)
    with pytest.raises(Conflict, match="no move left"):
        take_back(plan=back, base=5, by=planner, at=LATER)
    assert board_of(back, NOW).plan.objective_fen == back.value_fen


def test_two_visits_swap_their_crews(draft, planner):
    one, other = draft.stops.select_related("crew").filter(number=1).order_by("crew__code")
    made = make_move(
        plan=draft, base=1, move=Swap(str(one.party_id), str(other.party_id)), hold=True, by=planner, at=LATER
    )
    now = {s.party_id: s.crew.code for s in made.stops.select_related("crew")}
    assert (now[one.party_id], now[other.party_id]) == (other.crew.code, one.crew.code)
    assert PlannerOrder.objects.filter(kind="pin").count() == 2


def test_who_was_dropped_can_be_put_in_again(draft, planner):
    stop = draft.stops.select_related("crew").first()
    out = make_move(plan=draft, base=1, move=TakeOut(str(stop.party_id)), hold=True, by=planner, at=LATER)
    made = put(out, stop, planner, after=FIRST)
    assert made.stops.select_related("crew").get(party=stop.party).number == 1
    assert not made.left_out.exists()
    assert made.counts == {"planned": 7}


def test_leaving_out_a_promised_visit_is_counted_as_missed(draft, planner, town):
    said, _ = ask(draft, TakeOut(str(town[1].pk)), planner, NOW)
    assert said.promises_broken == (str(town[1].pk),)
    out = make_move(plan=draft, base=1, move=TakeOut(str(town[1].pk)), hold=True, by=planner, at=LATER)
    assert out.counts["missed_required"] == 1


def test_an_infeasible_move_is_refused_by_name(draft, planner):
    stop = draft.stops.select_related("crew").first()
    said, _ = ask(draft, Put(str(stop.party_id), other_crew(stop), TODAY, None, 4 * 60), planner, NOW)
    assert [h.obstacle for h in said.hindrances] == [Obstacle.LAWFUL_HOURS]
    with pytest.raises(Conflict, match="on 赵"):
        put(draft, stop, planner, arrive=4 * 60)
    assert DayPlan.objects.get(pk=draft.pk).version == 1


def test_a_stop_set_since_the_board_was_read_refuses_the_move(draft, planner):
    stop = draft.stops.select_related("crew").first()
    board_of(draft, NOW)
    set_stop(id=stop.party_id, party=stop.party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
    with pytest.raises(Conflict, match="refuses the visit"):
        put(draft, stop, planner)
    with pytest.raises(Conflict, match="has changed since this draft"):
        board_of(draft, NOW)  # asked again at once: the draft stands no more
    assert DayPlan.objects.get(pk=draft.pk).version == 1


def test_others_move_nothing_and_a_published_day_is_not_moved_by_hand(draft, planner):
    stop = draft.stops.select_related("crew").first()
    for role in ("compliance", "trainer", "visitor"):
        with pytest.raises(NotPermitted):
            put(draft, stop, a_member(role))
    publish(plan=draft, by=planner, at=NOW)
    published = DayPlan.objects.get(pk=draft.pk)
    with pytest.raises(Conflict):
        put(published, stop, planner)


@pytest.fixture(autouse=True)
def _forget():
    kept.clear()
