"""The planner's pages: what they show is what the rows say, and a draft is steered by those who may."""

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
from tests.server.world import a_crew, a_customer, a_study, a_visitor, another_branch, certified, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.planning import ComparedPlan, ComparedVisit, compare
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily import policies
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import next_working_day, planning_policy
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.pages.plan_change import change
from zoufang.server.pages.plan_timeline import MINUTE
from zoufang.server.staff.models import BankState, User
from zoufang.server.studies.models import Proposal, Study
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import DayPlan, PlannerOrder, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A short search is enough here, and the bank's clock shows the morning."""
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()


@pytest.fixture
def town():
    """Six customers, one of them disputing, one held out; two crews, and one that stays at home."""
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(6)]
    set_stop(id=parties[0].id, party=parties[0], kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
    arms = dict.fromkeys(parties, Arm.FREE) | {parties[5]: Arm.HOLD_OUT, parties[1]: Arm.MUST_VISIT}
    a_study(arms)
    a_crew("K1"), a_crew("K2"), a_crew("K3", members=(certified(a_visitor(9)),))
    return parties


@pytest.fixture
def draft(town) -> DayPlan:
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


@pytest.fixture
def planner(client):
    client.force_login(a_member("planner"))
    return client


def order(client, plan, party, act, crew=""):
    return client.post(reverse("plan_order", args=[plan.pk]), {"party": party.pk, "act": act, "crew": crew})


def page(client, plan, query="") -> str:
    return client.get(reverse("plan", args=[plan.pk]) + query).content.decode()


class TestList:
    def test_the_day_and_the_next_working_day_can_be_planned(self, planner, town):
        text = planner.get(reverse("plan_list")).content.decode()
        assert f'value="{TODAY}"' in text
        assert f'value="{next_working_day(TODAY)}"' in text

    def test_making_the_plan_leads_to_its_page_and_keeps_the_seed_of_the_day(self, planner, town):
        answer = planner.post(reverse("plan_make"), {"day": TODAY.isoformat()})
        plan = DayPlan.objects.get()
        assert answer.headers["Location"] == reverse("plan", args=[plan.pk])
        assert (plan.seed, plan.made_by, plan.branch) == (20260511, a_member("planner"), a_bank())

    @pytest.mark.parametrize("day", ["", "yesterday", "2026-05-10", "2026-05-26"])
    def test_a_day_that_is_over_or_too_far_is_refused(self, planner, town, day):
        assert planner.post(reverse("plan_make"), {"day": day}).status_code == 422
        assert not DayPlan.objects.exists()

    def test_a_published_day_offers_no_new_plan_and_refuses_one(self, planner, draft):
        planner.post(reverse("plan_publish", args=[draft.pk]))
        assert f'value="{TODAY}"' not in planner.get(reverse("plan_list")).content.decode()
        assert planner.post(reverse("plan_make"), {"day": TODAY.isoformat()}).status_code == 409

    def test_numbers_of_the_list_are_those_of_the_plan(self, planner, draft):
        text = planner.get(reverse("plan_list")).content.decode()
        assert draft.counts == {"planned": 4, "held_out": 1, "refused": 1}
        assert f'title="¥{draft.value_fen / 100:,.2f}"' in text

    def test_the_list_speaks_both_languages(self, planner, draft):
        assert_speaks_both(planner, reverse("plan_list"))


class TestWhoMay:
    @pytest.mark.parametrize("role", ["visitor", "approver", "analyst", "administrator"])
    def test_others_see_no_plans(self, client, draft, role):
        client.force_login(a_member(role))
        assert client.get(reverse("plan_list")).status_code == 403
        assert client.get(reverse("plan", args=[draft.pk])).status_code == 403

    @pytest.mark.parametrize("role", ["compliance", "trainer"])
    def test_who_may_look_cannot_steer_run_or_publish(self, client, draft, role):
        client.force_login(a_member(role))
        text = page(client, draft)
        assert reverse("plan_order", args=[draft.pk]) not in text
        assert client.post(reverse("plan_make"), {"day": TODAY.isoformat()}).status_code == 403
        assert client.post(reverse("plan_again", args=[draft.pk])).status_code == 403
        assert client.post(reverse("plan_publish", args=[draft.pk])).status_code == 403
        assert order(client, draft, draft.stops.first().party, "drop").status_code == 403
        assert DayPlan.objects.get().pk == draft.pk

    def test_another_branch_finds_no_such_plan(self, client, draft):
        stranger = User.objects.create_user(
            "stranger", password="x", role="planner", branch=another_branch(), full_name="外行", employee_no="X1"
        )
        client.force_login(stranger)
        for name in ("plan", "plan_again", "plan_publish", "plan_order"):
            method = client.get if name == "plan" else client.post
            assert method(reverse(name, args=[draft.pk])).status_code == 404
        assert "2026-05-11</a>" not in client.get(reverse("plan_list")).content.decode()

    def test_a_planner_learns_how_many_are_held_out_but_not_who(self, client, draft):
        client.force_login(a_member("planner"))
        hidden = page(client, draft, "?left=held_out")
        assert "对照" in hidden
        left = draft.left_out.get(kind="held_out")
        assert str(left.party_id) not in hidden
        client.force_login(a_member("manager"))
        assert str(left.party_id) in page(client, draft, "?left=held_out")


class TestPage:
    def test_it_shows_each_stop_masked_with_its_time_and_verdict(self, planner, draft):
        text = page(planner, draft)
        for stop in draft.stops.all():
            assert f"{stop.arrive // 60:02}:{stop.arrive % 60:02}" in text
            assert reverse("verdict", args=[stop.verdict_id]) in text
        assert "赵2某" not in text
        assert "龙门街道0" not in text

    def test_the_map_carries_each_crews_way_from_its_depot_and_back(self, planner, draft):
        drawn = planner.get(reverse("plan", args=[draft.pk])).context["sheet"].map
        assert sum(len(route.stops) for route in drawn.routes) == draft.stops.count()
        for route in drawn.routes:
            assert route.line[0] == route.line[-1] == (37.165, 116.434)

    def test_the_clock_draws_each_visit_where_its_time_is(self, planner, draft):
        line = planner.get(reverse("plan", args=[draft.pk])).context["sheet"].timeline
        stops = list(draft.stops.order_by("crew__code", "number"))
        bars = [bar for lane in line.lanes for bar in lane.bars]
        assert len(bars) == len(stops)
        apart = bars[1].x - bars[0].x
        assert apart == pytest.approx(MINUTE * (stops[1].arrive - stops[0].arrive), abs=0.2)

    def test_refusals_carry_rule_and_source_and_lead_to_the_verdict(self, planner, draft):
        text = page(planner, draft, "?left=refused")
        left = draft.left_out.get(kind="refused")
        finding = next(f for f in left.verdict.body["findings"] if f["decision"] == "block")
        assert finding["rule_id"] in text
        assert finding["source"] in text
        assert reverse("verdict", args=[left.verdict_id]) in text

    def test_a_crew_at_home_is_named_with_the_rule(self, planner, draft):
        text = page(planner, draft)
        assert "K3组" in text
        assert "CN-V1" in text

    def test_a_missed_required_visit_is_told_at_the_top(self, planner, town):
        set_stop(id=town[1].id, party=town[1], kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
        planner.post(reverse("plan_make"), {"day": TODAY.isoformat()})
        assert 'class="alert alert-danger"' in page(planner, DayPlan.objects.get())

    def test_the_number_of_queries_does_not_grow_with_the_stops(self, planner, draft):
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                page(planner, draft)
            return len(found)

        planner.post(reverse("plan_again", args=[draft.pk]))  # told beside the draft before, as below
        draft = DayPlan.objects.get()
        queries()
        few = queries()
        arms = {a_customer(f"9{n}", name=f"钱{n}", north=0.011 * n, east=0.02): Arm.FREE for n in range(6)}
        for party, arm in arms.items():
            Study.objects.get().assignments.create(
                party=party,
                arm=arm,
                probability=1,
                p_hold_out=0.2,
                household=f"core:{party.source_key}",
                drawn_on=TODAY,
                digest="0" * 64,
            )
        planner.post(reverse("plan_again", args=[draft.pk]))
        draft = DayPlan.objects.get()
        assert draft.stops.count() > 5
        assert queries() <= few + 1

    @pytest.mark.parametrize("role", ["planner", "manager", "compliance", "trainer"])
    def test_it_speaks_both_languages(self, client, draft, role):
        client.force_login(a_member(role))
        for left in ("refused", "held_out", "unplanned"):
            assert_speaks_both(client, reverse("plan", args=[draft.pk]) + f"?left={left}")

    def test_an_empty_day_says_why(self, planner):
        planner.post(reverse("plan_make"), {"day": TODAY.isoformat()})
        assert_speaks_both(planner, reverse("plan", args=[DayPlan.objects.get().pk]))


class TestSteering:
    def test_a_move_to_another_crew_is_kept_by_the_next_run_and_told(self, planner, draft):
        stop = draft.stops.select_related("crew", "party").first()
        other = "K2" if stop.crew.code == "K1" else "K1"
        order(planner, draft, stop.party, "pin", other)
        assert reverse("plan_order", args=[draft.pk]) in page(planner, draft)
        planner.post(reverse("plan_again", args=[draft.pk]))
        again = DayPlan.objects.get()
        assert again.stops.get(party=stop.party).crew.code == other
        assert again.seed == draft.seed
        told = planner.get(reverse("plan", args=[again.pk])).context["change"]
        assert str(stop.party_id) in told.moved
        assert told.value_fen == again.value_fen - draft.value_fen

    def test_a_drop_is_gone_after_the_next_run_and_comes_back_after_undo(self, planner, draft):
        party = draft.stops.exclude(required=True).first().party
        order(planner, draft, party, "drop")
        planner.post(reverse("plan_again", args=[draft.pk]))
        again = DayPlan.objects.get()
        assert again.left_out.get(party=party).kind == "dropped"
        assert planner.get(reverse("plan", args=[again.pk])).context["change"].removed == {str(party.pk)}
        order(planner, again, party, "undo")
        assert not PlannerOrder.objects.exists()
        planner.post(reverse("plan_again", args=[again.pk]))
        assert DayPlan.objects.get().stops.filter(party=party).exists()
        assert AuditLine.objects.filter(action__in=("plan_drop", "plan_undo")).count() == 2

    def test_an_order_since_the_draft_is_shown_until_the_planner_ran(self, planner, draft):
        stop = draft.stops.first()
        order(planner, draft, stop.party, "pin", "K1")
        context = planner.get(reverse("plan", args=[draft.pk])).context
        assert [one.party_id for one in context["sheet"].fresh_orders] == [stop.party_id]

    @pytest.mark.parametrize(("act", "crew"), [("pin", ""), ("pin", "K9"), ("burn", ""), ("", "")])
    def test_an_order_that_makes_no_sense_is_refused(self, planner, draft, act, crew):
        assert order(planner, draft, draft.stops.first().party, act, crew).status_code == 422
        assert not PlannerOrder.objects.exists()

    def test_a_published_plan_is_frozen(self, planner, draft):
        stop = draft.stops.first()
        planner.post(reverse("plan_publish", args=[draft.pk]))
        assert order(planner, draft, stop.party, "drop").status_code == 409
        assert planner.post(reverse("plan_again", args=[draft.pk])).status_code == 409
        assert reverse("plan_order", args=[draft.pk]) not in page(planner, draft)
        assert Visit.objects.count() == draft.stops.count()

    def test_the_change_is_told_for_the_new_draft_alone(self, planner, draft):
        planner.post(reverse("plan_again", args=[draft.pk]))
        again = DayPlan.objects.get()
        assert planner.get(reverse("plan", args=[again.pk])).context["change"].nothing
        tomorrow = plan_day(
            branch=a_bank(), day=TODAY + timedelta(days=1), seed=1, by=None, at=NOW, policy=planning_policy(20)
        )
        assert planner.get(reverse("plan", args=[tomorrow.pk])).context["change"] is None


class TestOverriding:
    @pytest.fixture
    def visited_twice(self):
        """Two visits within a week: a third is a warning, which a supervisor may take upon himself (CN-F3)."""
        party = a_customer("1")
        a_study({party: Arm.FREE})
        crew = a_crew()
        for days in (2, 4):
            Visit.objects.create(
                id=uuid4(),
                party=party,
                address=party.addresses.get(),
                crew=crew,
                branch=a_bank(),
                day=TODAY - timedelta(days=days),
                purpose="first_talk",
                started_at=NOW - timedelta(days=days),
            )
        return party

    def test_a_warning_is_decided_on_by_a_supervisor_and_the_next_run_plans_the_visit(self, client, visited_twice):
        client.force_login(a_member("manager"))
        client.post(reverse("plan_make"), {"day": TODAY.isoformat()})
        plan = DayPlan.objects.get()
        left = plan.left_out.get(kind="refused")
        address = reverse("verdict", args=[left.verdict_id])
        assert f'<a class="btn btn-sm" href="{address}"' in page(client, plan)
        client.post(address, {"reason": "客户来电约定今日面谈"})
        assert "已放行" in page(client, plan)
        client.post(reverse("plan_again", args=[plan.pk]))
        assert DayPlan.objects.get().stops.get().party == visited_twice

    def test_a_planner_is_offered_no_decision_on_a_warning(self, planner, visited_twice):
        planner.post(reverse("plan_make"), {"day": TODAY.isoformat()})
        plan = DayPlan.objects.get()
        address = reverse("verdict", args=[plan.left_out.get(kind="refused").verdict_id])
        text = page(planner, plan)
        assert address in text
        assert f'<a class="btn btn-sm" href="{address}"' not in text
        planner.post(address, {"reason": "我要去"})
        planner.post(reverse("plan_again", args=[plan.pk]))
        assert not DayPlan.objects.get().stops.exists()


class TestPublished:
    @pytest.fixture
    def published(self, planner, draft):
        planner.post(reverse("plan_publish", args=[draft.pk]))
        return DayPlan.objects.get()

    def test_states_of_visits_show_as_they_come(self, planner, published):
        first, second, third = Visit.objects.order_by("stop__crew__code", "stop__number")[:3]
        Visit.objects.filter(pk=first.pk).update(
            state="closed", outcome="not_home", started_at=NOW, ended_at=NOW + timedelta(minutes=9)
        )
        Visit.objects.filter(pk=second.pk).update(state="arrived", started_at=NOW)
        withdraw(visit=third, reason={"template": "Nothing is overdue any more", "params": {}}, actor="d", at=NOW)
        sheet = planner.get(reverse("plan", args=[published.pk])).context["sheet"]
        progress = sheet.progress
        assert (progress.done, progress.begun, progress.withdrawn) == (1, 1, 1)
        assert progress.waiting == len(sheet.stops) - 3
        states = {
            stop.party_id: mark.state
            for route, part in zip(sheet.map.routes, sheet.crews, strict=True)
            for stop, mark in zip(part.stops, route.stops, strict=True)
        }
        assert states[first.party_id] == "done"
        assert states[third.party_id] == "missed"
        assert_speaks_both(planner, reverse("plan", args=[published.pk]))

    def test_day_sheets_hold_a_sheet_a_crew_and_no_name_in_full(self, planner, published):
        answer = planner.get(reverse("plan_sheets", args=[published.pk]))
        book = load_workbook(BytesIO(answer.content))
        crews = set(published.stops.values_list("crew__name", flat=True))
        assert set(book.sheetnames) == crews
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
        assert not [cell for cell in cells if cell.startswith("赵") and cell.endswith("某")]
        assert any(cell.startswith("赵*") for cell in cells)

    def test_a_draft_is_not_handed_out(self, planner, draft):
        assert planner.get(reverse("plan_sheets", args=[draft.pk])).status_code == 409


class TestStudyOpens:
    asked = {"capacity": 40, "window_days": 28, "hold_out_percent": 25, "must_visit_percent": 5}

    @pytest.fixture
    def book(self):
        return [a_customer(str(n), name=f"孙{n}", north=0.01 * n, dpd=100 + n) for n in range(12)]

    def test_it_is_drawn_once_a_manager_and_compliance_have_signed(self, client, book):
        client.force_login(a_member("analyst"))
        client.post(reverse("study_open"), self.asked)
        proposal = Proposal.objects.get()
        for role in ("manager", "compliance"):
            assert not Study.objects.exists()
            client.force_login(a_member(role))
            answer = client.post(reverse("study_sign", args=[proposal.pk]))
        study = Study.objects.get()
        assert answer.headers["Location"] == reverse("study", args=[study.pk])
        assert study.design["hold_out_share"] == 0.25
        assert study.window_end == TODAY + timedelta(days=27)
        assert study.assignments.count() == 12
        proposal.refresh_from_db()
        assert (proposal.state, proposal.study) == ("drawn", study)
        assert AuditLine.objects.get(action="open_study").details["seed"] == study.seed

    @pytest.mark.parametrize("role", ["planner", "visitor", "compliance", "approver"])
    def test_others_open_no_study(self, client, book, role):
        client.force_login(a_member(role))
        assert client.get(reverse("study_open")).status_code == 403
        assert client.post(reverse("study_open"), self.asked).status_code == 403
        assert not Study.objects.exists()

    def test_while_one_runs_the_page_says_until_when_and_a_second_is_refused(self, client, book):
        a_study({book[0]: Arm.FREE})
        client.force_login(a_member("manager"))
        assert "2026-06-07" in client.get(reverse("study_open")).content.decode()
        assert client.post(reverse("study_open"), self.asked).status_code == 409

    @pytest.mark.parametrize(("name", "value"), [("hold_out_percent", 80), ("window_days", 1), ("capacity", "x")])
    def test_what_cannot_be_drawn_is_refused_by_the_form(self, client, book, name, value):
        client.force_login(a_member("manager"))
        answer = client.post(reverse("study_open"), self.asked | {name: value})
        assert answer.context["form"].errors[name]
        assert not Study.objects.exists()

    def test_the_form_starts_from_what_the_crews_can_do(self, client, book):
        a_crew("K1"), a_crew("K2")
        client.force_login(a_member("analyst"))
        first = client.get(reverse("study_open")).context["form"].initial
        assert first["capacity"] == 2 * 12 * policies.working_days(TODAY, 28)
        assert_speaks_both(client, reverse("study_open"))


def test_a_change_names_who_came_who_went_and_who_moved():
    def plan(value_fen, **crews):
        visits = (ComparedVisit(one, crew, "door", TODAY, 540, 1) for one, crew in crews.items())
        return ComparedPlan(tuple(visits), (), value_fen)

    found = change("before", compare(plan(500, a="K1", b="K1", c="K2"), plan(700, a="K2", c="K2", d="K1")))
    assert (found.value_fen, found.added, found.removed, found.moved) == (200, {"d"}, {"b"}, {"a"})
