"""The dispatcher's board over HTTP: who may, what is asked and answered, stale versions, moves refused by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.board import kept
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.models import BankState, User
from zoufang.server.visiting.models import DayPlan, DraftMove, PlannerOrder

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
PAGES = {"plan_board": "get", "plan_what_if": "post", "plan_move": "post", "plan_move_undo": "post"}


@pytest.fixture(autouse=True)
def bank():
    kept.clear()
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()


@pytest.fixture
def town():
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(6)]
    a_study(dict.fromkeys(parties, Arm.FREE) | {parties[5]: Arm.HOLD_OUT, parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2")
    return parties


@pytest.fixture
def draft(town) -> DayPlan:
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"))
    return client


def a_move(draft, stop, **changes):
    other = "K2" if stop.crew.code == "K1" else "K1"
    given = {"version": draft.version, "customer": str(stop.party_id), "do": "put", "crew": other, "hold": "on"}
    return given | changes


def first_stop(draft):
    return draft.stops.select_related("crew", "party").order_by("crew__code", "number").first()


def post(client, name, draft, given=None, **headers):
    return client.post(reverse(name, args=[draft.pk]), given or {}, headers=headers)


def test_the_board_shows_every_crew_and_each_visit_masked_and_nobody_held_out(planner, draft, town):
    text = planner.get(reverse("plan_board", args=[draft.pk])).content.decode()
    assert text.count("data-stop=") == draft.stops.count() == 5
    assert "K1组" in text
    assert "K2组" in text
    assert "赵2某" not in text
    assert str(town[5].pk) not in text


def test_the_board_speaks_both_languages(planner, draft):
    post(planner, "plan_move", draft, a_move(draft, first_stop(draft)))
    assert_speaks_both(planner, reverse("plan_board", args=[draft.pk]))


def test_a_question_is_answered_as_json_and_writes_nothing(planner, draft):
    stop = first_stop(draft)
    said = post(planner, "plan_what_if", draft, a_move(draft, stop), **JSON).json()
    assert said["feasible"]
    assert {day["crew"] for day in said["days"]} == {"K1", "K2"}
    assert str(stop.party_id) in {one[0] for day in said["days"] for one in day["stops"]}
    assert reverse("plan_move", args=[draft.pk]) in said["panel"]
    assert not PlannerOrder.objects.exists()
    assert not DraftMove.objects.exists()


def test_without_a_script_the_page_comes_back_with_the_answer_and_the_form_as_it_was_filled(planner, draft):
    answer = post(planner, "plan_what_if", draft, a_move(draft, first_stop(draft), arrive="14:00"))
    assert answer.context["answer"].feasible
    text = answer.content.decode()
    assert 'value="14:00"' in text
    assert f'formaction="{reverse("plan_move", args=[draft.pk])}"' in text


def test_a_move_that_cannot_be_is_refused_by_name_asked_and_applied(planner, draft):
    given = a_move(draft, first_stop(draft), arrive="04:00")
    said = post(planner, "plan_what_if", draft, given, **JSON).json()
    assert not said["feasible"]
    assert "04:00" in said["brief"]
    assert "赵**" in said["brief"]
    assert "formaction" not in said["panel"]
    answer = post(planner, "plan_move", draft, given)
    assert answer.status_code == 409
    assert said["brief"] in answer.content.decode()
    assert not DraftMove.objects.exists()


def test_a_move_leads_back_to_the_board_and_can_be_taken_back_there(planner, draft):
    stop = first_stop(draft)
    answer = post(planner, "plan_move", draft, a_move(draft, stop))
    assert answer.headers["Location"] == reverse("plan_board", args=[draft.pk])
    assert DraftMove.objects.get().by == a_member("planner")
    assert "陆计划" in planner.get(answer.headers["Location"]).content.decode()
    plan_page = planner.get(reverse("plan", args=[draft.pk]))
    assert plan_page.context["sheet"].fresh_orders == []  # the draft shows the move: no run is waited for
    post(planner, "plan_move_undo", draft, {"version": 2})
    assert draft.stops.select_related("crew").get(party=stop.party).crew == stop.crew
    assert not PlannerOrder.objects.exists()


@pytest.mark.parametrize("name", ["plan_move", "plan_move_undo"])
def test_a_stale_version_changes_nothing_and_shows_the_draft_as_it_is(planner, draft, name):
    stop = first_stop(draft)
    post(planner, "plan_move", draft, a_move(draft, stop))
    rows = list(draft.stops.order_by("pk").values())
    answer = post(planner, name, draft, a_move(draft, stop, version=1, do="out"))
    assert answer.status_code == 409
    assert "其他人已修改本稿" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    assert list(draft.stops.order_by("pk").values()) == rows
    assert DraftMove.objects.count() == 1


def test_a_visit_is_pinned_where_it_stands_and_nothing_else_changes(planner, draft):
    stop = draft.stops.select_related("crew").order_by("crew__code", "-number").first()
    rows = list(draft.stops.order_by("crew__code", "number").values_list("party", "crew", "number", "arrive"))
    post(planner, "plan_move", draft, a_move(draft, stop, do="pin", crew=""))
    assert (
        list(draft.stops.order_by("crew__code", "number").values_list("party", "crew", "number", "arrive")) == rows
    )
    pin = PlannerOrder.objects.get()
    assert (pin.kind, pin.crew, pin.arrive) == ("pin", stop.crew, stop.arrive)
    assert draft.stops.get(party=stop.party).pinned
    assert DraftMove.objects.get().value_fen == 0


def test_a_stale_question_is_told_so(planner, draft):
    said = post(planner, "plan_what_if", draft, a_move(draft, first_stop(draft), version=7), **JSON).json()
    assert not said["feasible"]


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": "nobody"},
        {"crew": ""},
        {"crew": "K9"},
        {"do": "swap"},
        {"do": "swap", "other": "nobody"},
        {"do": "fly"},
        {"arrive": "25:00"},
    ],
)
def test_what_is_not_understood_moves_nothing(planner, draft, changes):
    answer = post(planner, "plan_move", draft, a_move(draft, first_stop(draft), **changes))
    assert answer.status_code == 422
    assert not DraftMove.objects.exists()


def test_leaving_out_a_promised_visit_is_warned_of_before(planner, draft, town):
    given = {"version": 1, "customer": str(town[1].pk), "do": "out"}
    said = post(planner, "plan_what_if", draft, given, **JSON).json()
    assert said["feasible"]
    assert "data-confirm" in said["panel"]


def test_the_stop_of_a_crew_says_which_crew_is_meant(planner, draft):
    mine, other = draft.stops.select_related("crew").order_by("crew__code", "number")[:2]
    given = {"version": 1, "customer": str(mine.party_id), "do": "put", "after": str(other.party_id)}
    assert post(planner, "plan_what_if", draft, given, **JSON).json()["feasible"]


@pytest.mark.parametrize("role", ["visitor", "approver", "analyst", "administrator", "compliance", "trainer"])
@pytest.mark.parametrize("name", PAGES)
def test_who_makes_no_plans_has_no_board(client, draft, role, name):
    client.force_login(a_member(role))
    assert getattr(client, PAGES[name])(reverse(name, args=[draft.pk])).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_another_branch_finds_no_such_draft(client, draft, name):
    stranger = User.objects.create_user(
        "stranger", password="x", role="planner", branch=another_branch(), full_name="外行", employee_no="X1"
    )
    client.force_login(stranger)
    assert getattr(client, PAGES[name])(reverse(name, args=[draft.pk])).status_code == 404


def test_a_forged_form_is_refused(draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(a_member("planner"))
    assert post(strict, "plan_move", draft, a_move(draft, first_stop(draft))).status_code == 403
    assert not DraftMove.objects.exists()


def test_a_published_day_has_no_board(planner, draft):
    planner.post(reverse("plan_publish", args=[draft.pk]))
    assert planner.get(reverse("plan_board", args=[draft.pk])).status_code == 409
    assert post(planner, "plan_move", draft, a_move(draft, first_stop(draft))).status_code == 409


def test_a_draft_whose_facts_have_moved_on_is_sent_back_to_its_page_with_the_reason(planner, draft):
    party = first_stop(draft).party
    set_stop(id=party.id, party=party, kind=Stop.Kind.DISPUTE, since=TODAY - timedelta(days=1), by=None, at=NOW)
    answer = planner.get(reverse("plan_board", args=[draft.pk]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("plan", args=[draft.pk])
    assert "赵**" in answer.content.decode()
