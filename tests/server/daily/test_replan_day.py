"""A published day planned anew: the store says why, a draft shows what would change, a person confirms it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day
from tests.server.world import a_crew, a_visitor
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.visits import CheckedIn, LeftForSafety
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import LoanState
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.daily.replan_reasons import reasons_to_replan
from zoufang.server.daily.replanning import replan_day
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.models import Absence
from zoufang.server.visiting.events import accept_events
from zoufang.server.visiting.models import DayPlan, Recusal, Visit
from zoufang.server.visiting.plans import publish
from zoufang.server.visiting.recusals import recuse
from zoufang.server.visiting.revisions import revision, take_effect

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits():
    return a_published_day(3)


def published() -> DayPlan:
    return DayPlan.objects.get(status=DayPlan.Status.PUBLISHED)


def anew(**changes) -> DayPlan:
    by = a_member("planner")
    return replan_day(plan=published(), by=by, at=TEN, policy=planning_policy(20), **changes)


def confirm(draft: DayPlan) -> DayPlan:
    return take_effect(plan=draft, by=a_member("planner"), at=TEN)


def begin(visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(state="arrived", started_at=TEN - timedelta(minutes=5))


def pay_up(visit: Visit) -> None:
    LoanState.objects.filter(loan__debtor=visit.party).update(arrears_fen=0)


def test_nothing_changes_for_the_crews_before_a_person_confirms(visits):
    pay_up(visits[1])
    old = published()
    draft = anew()
    assert (draft.status, published()) == (DayPlan.Status.DRAFT, old)
    assert not Visit.objects.filter(withdrawn_reason__isnull=False).exists()
    with pytest.raises(Conflict):
        publish(plan=draft, by=a_member("planner"), at=TEN)


def test_who_has_paid_is_withdrawn_with_the_reason_and_both_plans_are_kept(visits):
    pay_up(visits[1])
    old = published()
    draft = anew()
    assert [stop.party for stop in revision(draft).dropped] == [visits[1].party]
    confirm(draft)
    old.refresh_from_db()
    assert old.status == DayPlan.Status.SUPERSEDED
    assert old.stops.count() == 3
    assert published().stops.count() == 2
    visits[1].refresh_from_db()
    assert visits[1].withdrawn_reason["template"] == "Nothing is overdue any more"
    line = AuditLine.objects.get(action="revise_plan")
    assert line.details == {"revises": str(old.pk), "added": 0, "moved": 0, "dropped": 1}


def test_a_stop_set_since_takes_the_visit_off_by_the_rule_that_the_gate_names(visits):
    party = visits[2].party
    set_stop(id=party.id, party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=TEN)
    assert [str(r) for r in reasons_to_replan(published())] == [
        "Open visits to customers with an open complaint or a stop: 1"
    ]
    confirm(anew())
    visits[2].refresh_from_db()
    assert visits[2].withdrawn_reason is not None


def test_a_visit_that_has_begun_stays_untouched(visits):
    begin(visits[0])
    pay_up(visits[0])
    confirm(anew())
    now = Visit.objects.get(pk=visits[0].pk)
    assert (now.crew_id, now.address_id, now.withdrawn_reason) == (visits[0].crew_id, visits[0].address_id, None)
    assert now.stop.plan == published()
    assert now.stop.number == 1
    assert now.stop.verdict_id == visits[0].stop.verdict_id


def test_the_open_visits_of_a_crew_that_is_out_go_to_another(visits):
    begin(visits[0])
    other = a_crew("K2")
    draft = anew(crews_out={"K1"})
    assert {stop.party for stop in revision(draft).moved} == {visits[1].party, visits[2].party}
    confirm(draft)
    assert set(Visit.objects.exclude(pk=visits[0].pk).values_list("crew", flat=True)) == {other.pk}
    assert Visit.objects.get(pk=visits[0].pk).crew.code == "K1"
    assert Visit.objects.count() == 3


def test_an_officer_who_is_ill_is_a_reason_to_plan_anew(visits):
    officer = visits[0].crew.members.first()
    Absence.objects.create(officer=officer, since=TODAY, until=TODAY, reason="ill", by=a_member("manager"), at=TEN)
    assert [str(r) for r in reasons_to_replan(published())] == ["Crew K1组 is out"]


def test_a_crew_that_left_for_safety_and_a_recused_officer_are_reasons_to_plan_anew(visits):
    first, officer = visits[0], visits[0].crew.members.order_by("employee_no")[0]
    about = {"visit_id": str(first.pk), "at": TEN, "by": str(officer.pk)}
    events = [CheckedIn(id=str(uuid4()), **about), LeftForSafety(id=str(uuid4()), note="有人持械", **about)]
    accept_events(visit=first, events=events, officers=[officer], at=TEN)
    kin = Recusal.Ground.KIN
    recuse(id=uuid4(), officer=officer, party=visits[1].party, ground=kin, since=TODAY, by=officer, at=TEN)
    assert [str(r) for r in reasons_to_replan(published())] == [
        "Crew K1组 left a door for safety; ask before it goes on",
        "Open visits from which an officer of the crew is recused: 1",
    ]
    a_crew("K2")
    assert visits[1].party in {stop.party for stop in revision(anew()).moved}


def test_a_revision_tells_who_pays_and_which_roads_as_a_first_plan_does(visits, settings):
    settings.ZOUFANG_ROADS_URL = "http://127.0.0.1:9"
    draft = anew()
    assert sum(share["visits"] for share in draft.report["who_pays"] if share["group"] == "age") == 3
    assert any("road engine" in note["template"] for note in draft.notes)


def test_a_revision_is_refused_when_a_visit_that_it_drops_has_begun_since(visits):
    pay_up(visits[1])
    draft = anew()
    begin(visits[1])
    with pytest.raises(Conflict, match="has begun"):
        confirm(draft)
    assert published().pk != draft.pk
    assert not Visit.objects.filter(withdrawn_reason__isnull=False).exists()


def test_confirming_twice_changes_nothing_more(visits):
    pay_up(visits[1])
    draft = anew()
    assert confirm(draft).pk == confirm(draft).pk
    assert AuditLine.objects.filter(action="revise_plan").count() == 1


def test_only_planners_and_managers_plan_anew_and_a_published_day_is_not_made_again(visits):
    with pytest.raises(NotPermitted):
        replan_day(plan=published(), by=a_visitor(9), at=TEN)
    with pytest.raises(Conflict):
        plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=TEN, policy=planning_policy(20))


def test_a_day_that_is_over_is_not_planned_anew(visits):
    with pytest.raises(Conflict):
        replan_day(plan=published(), by=a_member("planner"), at=TEN + timedelta(days=1))


def test_the_planner_sees_the_reasons_the_changes_and_confirms_them_in_both_languages(visits, client):
    pay_up(visits[1])
    client.force_login(a_member("planner"))
    page = reverse("plan", args=[published().pk])
    assert_speaks_both(client, page)
    answer = client.post(reverse("plan_replan", args=[published().pk]), follow=True)
    draft = DayPlan.objects.get(status=DayPlan.Status.DRAFT)
    assert_speaks_both(client, reverse("plan", args=[draft.pk]))
    assert answer.context["revision"].dropped
    client.post(reverse("plan_publish", args=[draft.pk]))
    assert published() == draft
    client.force_login(a_visitor(9))
    assert client.post(reverse("plan_replan", args=[draft.pk])).status_code in (403, 404)


def test_running_a_revision_again_remembers_which_crews_are_out(visits, client):
    a_crew("K2")
    client.force_login(a_member("planner"))
    draft = anew(crews_out={"K1"})
    client.post(reverse("plan_again", args=[draft.pk]))
    again = DayPlan.objects.get(status=DayPlan.Status.DRAFT)
    assert again.pk != draft.pk
    assert {stop.crew.code for stop in again.stops.select_related("crew")} == {"K2"}
