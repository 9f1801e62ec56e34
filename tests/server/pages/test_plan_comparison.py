"""Any two plans of a branch side by side: draft, draft before, published, another day."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.planning import Difference
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.board import kept
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.pages.plan_sides import side
from zoufang.server.staff.models import BankState, User
from zoufang.server.visiting import plans as visiting
from zoufang.server.visiting.earlier_drafts import KEPT
from zoufang.server.visiting.models import Crew, DayPlan, EarlierDraft, PlannerOrder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    kept.clear()
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(6)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    a_crew("K1"), a_crew("K2")


def made(day=TODAY, minutes: int = 0) -> DayPlan:
    at = NOW + timedelta(minutes=minutes)
    return plan_day(branch=a_bank(), day=day, seed=3, by=a_member("planner"), at=at, policy=planning_policy(20))


def order(stop, kind: str, crew=None) -> None:
    visiting.order(
        day=TODAY,
        party=stop.party,
        kind=PlannerOrder.Kind(kind),
        crew=crew,
        by=a_member("planner"),
        at=NOW,
    )


@pytest.fixture
def two():
    """The draft before, and the one after a drop and a move to the other crew."""
    first = made()
    stops = list(first.stops.select_related("party", "crew"))
    order(stops[0], "drop")
    other = Crew.objects.exclude(pk=stops[-1].crew_id).get()
    order(stops[-1], "pin", other)
    return first.pk, made(minutes=5), stops


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"))
    return client


def compared(client, a, b, **query):
    return client.get(reverse("plan_compare"), {"a": str(a), "b": str(b), **query})


def test_a_new_draft_is_compared_with_the_one_that_it_took_the_place_of(planner, two):
    before, draft, stops = two
    both = compared(planner, before, draft.pk).context["both"]
    by_party = {row.stop.party_id: row for row in both.rows}
    assert by_party[stops[0].party_id].differences == (Difference.DROPPED,)
    assert Difference.CREW in by_party[stops[-1].party_id].differences
    assert both.found.value_fen == draft.value_fen - both.before.plan.value_fen
    assert both.found.unchanged + len(both.rows) == len(stops)


def test_swapped_the_dropped_visit_is_added(planner, two):
    before, draft, stops = two
    both = compared(planner, draft.pk, before).context["both"]
    row = next(row for row in both.rows if row.stop.party_id == stops[0].party_id)
    assert (row.before, row.differences) == (None, (Difference.ADDED,))
    assert row.value_fen == stops[0].value_fen


def test_the_kept_draft_has_the_figures_that_it_had(planner):
    first = made()
    planner.get(reverse("plan", args=[first.pk]))
    was = planner.get(reverse("plan", args=[first.pk])).context["sheet"].crews
    slack = {part.crew.code: part.slack for part in was}
    second = made(minutes=5)
    both = compared(planner, first.pk, second.pk).context["both"]
    assert {part.crew.code: part.slack for part in both.before.parts} == slack
    assert not both.rows
    assert both.found.before == both.found.after


def test_a_few_drafts_of_a_day_are_put_by_the_newest(planner):
    pks = [made(minutes=n).pk for n in range(KEPT + 3)]
    assert set(EarlierDraft.objects.values_list("pk", flat=True)) == set(pks[-1 - KEPT : -1])


def by_hand(client, draft: DayPlan, **asked) -> DayPlan:
    """A move on the board; the draft's next version."""
    client.post(reverse("plan_move", args=[draft.pk]), {"version": draft.version, "hold": "on"} | asked)
    return DayPlan.objects.get()


def test_what_moves_by_hand_changed_is_told_against_the_draft_as_the_planner_made_it(planner):
    draft = made()
    was = side(str(draft.pk), a_member("planner"))
    first, last = draft.stops.first(), draft.stops.last()
    other = "K2" if first.crew.code == "K1" else "K1"
    after = by_hand(planner, draft, customer=first.party_id, do="put", crew=other)
    after = by_hand(planner, after, customer=last.party_id, do="out")
    assert after.version == 3
    key = f"{draft.pk}.made"
    assert key in [one for one, _name in planner.get(reverse("plan", args=[draft.pk])).context["others"]]
    answer = compared(planner, key, draft.pk)
    both = answer.context["both"]
    assert both.found.before == was.compared
    by_party = {row.stop.party_id: row.differences for row in both.rows}
    assert by_party[last.party_id] == (Difference.DROPPED,)
    assert Difference.CREW in by_party[first.party_id]
    assert str(draft.pk) in [one for one, _name in answer.context["others"]]
    assert_speaks_both(planner, f"{reverse('plan_compare')}?a={key}&b={draft.pk}")


def test_a_move_taken_back_is_no_difference(planner):
    draft = made()
    after = by_hand(planner, draft, customer=draft.stops.first().party_id, do="out")
    planner.post(reverse("plan_move_undo", args=[draft.pk]), {"version": after.version})
    assert not [one for one, _n in planner.get(reverse("plan", args=[draft.pk])).context["others"]]
    assert not compared(planner, f"{draft.pk}.made", draft.pk).context["both"].rows


def test_drafts_of_days_long_past_are_put_away(planner):
    made(), made(minutes=1)
    EarlierDraft.objects.update(day=TODAY - timedelta(days=31))
    made(minutes=2)
    assert EarlierDraft.objects.get().day == TODAY


def test_two_days_are_compared_by_their_crews(planner):
    today, tomorrow = made(), made(TODAY + timedelta(days=1))
    answer = compared(planner, today.pk, tomorrow.pk)
    both = answer.context["both"]
    assert len(both.found.crews) >= 1
    assert all(Difference.DAY in row.differences for row in both.rows if row.before and row.after)


def test_the_filters_leave_one_crew_or_one_kind_of_difference(planner, two):
    before, draft, stops = two
    page = compared(planner, before, draft.pk, difference="dropped").context["page"]
    assert [row.stop.party_id for row in page.object_list] == [stops[0].party_id]
    page = compared(planner, before, draft.pk, crew="K1").context["page"]
    assert all("K1" in row.crews for row in page.object_list)
    assert compared(planner, before, draft.pk, crew="K9").context["page"].paginator.count == len(
        compared(planner, before, draft.pk).context["both"].rows
    )


def test_the_map_has_a_layer_for_each_kind_and_leaves_the_rest_grey(planner, two):
    before, draft, _stops = two
    answer = compared(planner, before, draft.pk)
    drawn, both = answer.context["map"], answer.context["both"]
    assert sum(len(route.stops) for route in drawn.routes) == len(both.rows)
    assert len(drawn.loose) == both.found.unchanged
    assert all(len(route.line) == 1 for route in drawn.routes)


def test_who_pays_stands_beside_each_other(planner, two):
    before, draft, _stops = two
    both = compared(planner, before, draft.pk).context["both"]
    places = [share for _name, share in both.shares if share.group == "place"]
    assert sum(share.after.visits for share in places) == draft.stops.count()
    assert all(share.before is not None for share in places)


def test_names_are_masked_on_the_page_and_in_the_file(planner, two):
    before, draft, stops = two
    names = [stop.party.identity["name"] for stop in stops]
    text = compared(planner, before, draft.pk).content.decode()
    book = load_workbook(BytesIO(planner.get(reverse("plan_compare_file"), {"a": before, "b": draft.pk}).content))
    cells = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not any(name in text or name in cells for name in names)
    assert "龙门街道0" not in text + cells


def test_the_file_holds_every_difference_and_leaves_a_line_in_the_trail(planner, two):
    before, draft, _stops = two
    answer = planner.get(reverse("plan_compare_file"), {"a": before, "b": draft.pk})
    book = load_workbook(BytesIO(answer.content))
    rows = len(compared(planner, before, draft.pk).context["both"].rows)
    assert book.worksheets[1].max_row == 2 + rows + 2  # below them, who took the file
    assert book.worksheets[2].max_row == 2 + 2 + 2
    assert AuditLine.objects.get(action="export_plan").details == {"what": "comparison"}


def test_a_trainer_compares_but_takes_nothing_out(client, two):
    before, draft, _stops = two
    client.force_login(a_member("trainer"))
    assert reverse("plan_compare_file") not in compared(client, before, draft.pk).content.decode()
    assert client.get(reverse("plan_compare_file"), {"a": before, "b": draft.pk}).status_code == 403


@pytest.mark.parametrize("role", ["visitor", "approver", "analyst", "administrator"])
def test_who_sees_no_plan_compares_none(client, two, role):
    client.force_login(a_member(role))
    assert compared(client, two[0], two[1].pk).status_code == 403


def test_another_branch_finds_neither_plan_nor_earlier_draft(client, two):
    stranger = User.objects.create_user(
        "stranger", password="x", role="planner", branch=another_branch(), full_name="外行", employee_no="X1"
    )
    client.force_login(stranger)
    assert compared(client, two[1].pk, two[1].pk).status_code == 404
    assert compared(client, two[0], two[0]).status_code == 404


def test_plans_of_two_branches_are_not_compared(client, two):
    other = plan_day(branch=another_branch(), day=TODAY, seed=3, by=None, at=NOW, policy=planning_policy(20))
    head = User.objects.create_user(
        "head", password="x", role="planner", branch=a_bank().parent, full_name="总行", employee_no="H1"
    )
    client.force_login(head)
    assert compared(client, two[1].pk, other.pk).status_code == 422


@pytest.mark.parametrize("query", [{}, {"a": "x", "b": "y"}, {"a": str(uuid4())}])
def test_what_names_no_two_plans_is_refused(planner, query):
    assert planner.get(reverse("plan_compare"), query).status_code == 422


def test_the_plans_page_offers_the_draft_before_and_other_days(planner, two):
    before, draft, _stops = two
    tomorrow = made(TODAY + timedelta(days=1))
    others = planner.get(reverse("plan", args=[draft.pk])).context["others"]
    assert [pk for pk, _name in others] == [str(before), str(tomorrow.pk)]


def test_the_number_of_queries_does_not_grow_with_the_stops(planner, two):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            compared(planner, two[0], two[1].pk)
        return len(found)

    queries()
    assert queries() < 30


def test_the_page_speaks_both_languages(planner, two):
    assert_speaks_both(planner, f"{reverse('plan_compare')}?a={two[0]}&b={two[1].pk}")
