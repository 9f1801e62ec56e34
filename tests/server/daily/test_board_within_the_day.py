"""The board of a draft that revises a published day: begun visits stay, crews go on from where they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day
from tests.server.world import a_crew
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import Put, TakeOut
from zoufang.server.daily.board import board_of, kept
from zoufang.server.daily.board_moves import ask, make_move, take_back
from zoufang.server.daily.policies import planning_policy
from zoufang.server.daily.replanning import replan_day
from zoufang.server.visiting.models import DayPlan, Visit
from zoufang.server.visiting.revisions import take_effect

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits():
    kept.clear()
    made = a_published_day(3)
    a_crew("K2")
    Visit.objects.filter(pk=made[0].pk).update(state="arrived", started_at=TEN - timedelta(minutes=5))
    return made


@pytest.fixture
def draft(visits) -> DayPlan:
    published = DayPlan.objects.get(status=DayPlan.Status.PUBLISHED)
    return replan_day(plan=published, by=a_member("planner"), at=TEN, policy=planning_policy(20))


def numbers(plan):
    return list(plan.stops.order_by("crew__code", "number").values_list("crew__code", "number", "party"))


def test_the_board_holds_what_is_still_open_and_agrees_with_the_draft(draft, visits):
    board = board_of(draft, TEN)
    assert {v.customer_id for v in board.plan.visits} == {str(v.party_id) for v in visits[1:]}
    assert board.plan.objective_fen == draft.value_fen


def test_a_visit_goes_to_another_crew_behind_what_has_begun_and_takes_effect(draft, visits):
    by = a_member("planner")
    open_visit = visits[2]
    move = Put(str(open_visit.party_id), "K2", TODAY)
    said, _ = ask(draft, move, by, TEN)
    made = make_move(plan=draft, base=1, move=move, hold=True, by=by, at=TEN)
    assert made.value_fen == draft.value_fen + said.change.value_fen
    assert made.counts["planned"] == 3
    rows = numbers(made)
    assert [(code, number) for code, number, _ in rows] == [("K1", 1), ("K1", 2), ("K2", 1)]
    assert rows[0][2] == visits[0].party_id  # begun: still the first
    take_effect(plan=made, by=by, at=TEN)
    open_visit.refresh_from_db()
    assert open_visit.crew.code == "K2"


def test_taking_back_leaves_what_has_begun_where_it_was(draft, visits):
    by, before = a_member("planner"), numbers(draft)
    made = make_move(plan=draft, base=1, move=TakeOut(str(visits[1].party_id)), hold=True, by=by, at=TEN)
    assert numbers(made)[0] == before[0]
    back = take_back(plan=made, base=2, by=by, at=TEN)
    assert numbers(back) == before


def test_a_visit_that_has_begun_is_not_on_the_board(draft, visits):
    with pytest.raises(BadInput, match="unknown here"):
        ask(draft, TakeOut(str(visits[0].party_id)), a_member("planner"), TEN)


def test_when_the_day_has_gone_on_too_far_the_board_says_to_run_again(draft):
    late = TEN + timedelta(hours=7, minutes=30)
    with pytest.raises(Conflict):
        board_of(draft, late)


def test_the_page_draws_what_has_begun_and_offers_only_the_rest(draft, visits, client):
    client.force_login(a_member("planner"))
    page = client.get(reverse("plan_board", args=[draft.pk]))
    row = next(row for row in page.context["drawn"].rows if row.code == "K1")
    assert [block.number for block in row.begun] == [1]
    assert [block.number for block in row.blocks] == [2, 3]
    assert f'data-stop="{visits[0].party_id}"' not in page.content.decode()
    assert reverse("plan_board", args=[draft.pk]) in client.get(reverse("plan", args=[draft.pk])).content.decode()
