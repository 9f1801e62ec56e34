"""Day sheets as paper: who may print what, what is on it, and the trail that each print leaves."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.values import Precision, mask_name
from zoufang.server.audit.models import AuditLine
from zoufang.server.book import vault
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState, User
from zoufang.server.visiting import plans
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import DayPlan, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(monkeypatch) -> DayPlan:
    """Two crews and six customers, one of whom must be visited."""
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda: planning_policy(20))
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(6)]
    a_study(dict.fromkeys(parties, Arm.FREE) | {parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2")
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


@pytest.fixture
def plan(draft) -> DayPlan:
    return plans.publish(plan=draft, by=a_member("planner"), at=NOW)


def sheet(client, plan: DayPlan, **asked: str):
    return client.post(reverse("plan_sheets_pdf", args=[plan.pk]), asked)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).replace("\n", "")


def names(plan: DayPlan, crew) -> list[str]:
    return [stop.party.identity["name"] for stop in plan.stops.filter(crew=crew).select_related("party")]


def crews(plan: DayPlan):
    return sorted({stop.crew for stop in plan.stops.select_related("crew")}, key=lambda crew: crew.code)


def prints() -> list[AuditLine]:
    return list(AuditLine.objects.filter(action="print_day_sheet").order_by("pk"))


def test_a_planner_prints_all_crews_masked_and_each_sheet_has_its_line(client, plan):
    client.force_login(a_member("planner"))
    text = text_of(sheet(client, plan))
    for crew in crews(plan):
        for name in names(plan, crew):
            assert name not in text
            assert mask_name(name) in text
    assert "龙门街道0" not in text
    assert [line.details["crew"] for line in prints()] == [crew.code for crew in crews(plan)]
    assert not any(line.details["in_clear"] for line in prints())
    assert not AuditLine.objects.filter(action="reveal_personal_data").exists()


def test_the_number_on_the_paper_is_the_place_of_its_line_in_the_trail(client, plan):
    client.force_login(a_member("planner"))
    crew = crews(plan)[0]
    text = text_of(sheet(client, plan, crew=crew.code))
    [line] = prints()
    serial = f"371426-{line.day.day:%Y%m%d}-{line.number:04d}"
    assert text.count(serial) > 2
    assert "陆计划 E002" in text
    assert line.actor == "E002"
    assert line.subject_id == str(plan.pk)
    assert serial not in text_of(sheet(client, plan, crew=crew.code))


def test_names_in_the_clear_are_looked_at_and_recorded_person_by_person(client, plan):
    client.force_login(a_member("planner"))
    crew = crews(plan)[0]
    text = text_of(sheet(client, plan, crew=crew.code, in_clear="1"))
    assert all(name in text for name in names(plan, crew))
    looked = AuditLine.objects.filter(action="reveal_personal_data", details__what="name")
    assert {line.subject_id for line in looked} == {str(s.party_id) for s in plan.stops.filter(crew=crew)}
    assert prints()[0].details["in_clear"]


def test_all_crews_together_are_never_printed_in_the_clear(client, plan):
    client.force_login(a_member("planner"))
    text = text_of(sheet(client, plan, in_clear="1"))
    assert not any(name in text for crew in crews(plan) for name in names(plan, crew))


def test_no_amount_stands_on_a_sheet(client, plan):
    client.force_login(a_member("planner"))
    text = text_of(sheet(client, plan, crew=crews(plan)[0].code, in_clear="1"))
    assert not any(amount in text for amount in ("30000", "30,000", "90000", "90,000", "¥", "元"))


class TestAVisitor:
    @pytest.fixture
    def mine(self, client, plan):
        crew = crews(plan)[0]
        client.force_login(crew.members.first())
        return crew

    def test_prints_the_own_crews_day_with_the_names_that_it_needs(self, client, plan, mine):
        text = text_of(client.post(reverse("my_day_sheet")))
        assert all(name in text for name in names(plan, mine))
        for crew in crews(plan):
            if crew != mine:
                assert not any(name in text or mask_name(name) in text for name in names(plan, crew))
        assert prints()[0].actor == mine.members.first().employee_no

    def test_gets_no_other_crews_sheet(self, client, plan, mine):
        other = next((crew.code for crew in crews(plan) if crew != mine), "K9")
        assert sheet(client, plan, crew=other).status_code == 404
        assert not prints()

    def test_of_a_plan_without_the_own_crew_learns_nothing(self, client, plan):
        a_crew("K8")
        client.force_login(User.objects.filter(crews__code="K8").first())
        assert sheet(client, plan).status_code == 404
        assert client.post(reverse("my_day_sheet")).status_code == 404

    def test_gets_no_draft(self, client, draft):
        client.force_login(crews(draft)[0].members.first())
        assert sheet(client, draft).status_code == 404

    def test_finds_the_sheet_on_the_own_day(self, client, plan, mine):
        assert reverse("my_day_sheet") in client.get(reverse("my_day")).content.decode()


def test_of_a_visit_to_a_guarantor_only_the_guarantor_is_named(client, plan):
    stop = plan.stops.select_related("crew__branch", "party").first()
    guarantor = a_customer("g", name="孙保证")
    stop.target, stop.target_role = guarantor, "guarantor"
    stop.address = guarantor.addresses.get()
    stop.save()
    client.force_login(stop.crew.members.first())
    pages = PdfReader(BytesIO(client.post(reverse("my_day_sheet")).content)).pages
    first, second = (page.extract_text() for page in pages)
    assert "保证人" in first
    assert "孙保证" in second
    assert "保证人" not in second
    assert stop.party.identity["name"] not in first + second
    assert str(stop.party_id) not in AuditLine.objects.filter(action="reveal_personal_data").values_list(
        "subject_id", flat=True
    )


@pytest.mark.parametrize("role", ["compliance", "trainer", "approver", "analyst", "administrator"])
def test_others_print_nothing(client, plan, role):
    client.force_login(a_member(role))
    assert sheet(client, plan).status_code == 403
    assert client.post(reverse("my_day_sheet")).status_code == 403
    assert not prints()


def test_another_branch_finds_no_plan_to_print(client, plan):
    stranger = User.objects.create_user(
        "stranger", password="x", role="planner", branch=another_branch(), full_name="外行", employee_no="X1"
    )
    client.force_login(stranger)
    assert sheet(client, plan).status_code == 404


def test_a_draft_is_not_handed_out(client, draft):
    client.force_login(a_member("planner"))
    assert sheet(client, draft).status_code == 409
    assert client.get(reverse("plan_sheets", args=[draft.pk])).status_code == 409
    assert not prints()


def test_a_withdrawn_visit_is_not_on_the_paper(client, plan):
    visit = Visit.objects.select_related("crew", "party").first()
    withdraw(visit=visit, reason={"template": "Paid", "params": {}}, actor="daily", at=NOW)
    client.force_login(a_member("planner"))
    text = text_of(sheet(client, plan, crew=visit.crew.code, in_clear="1"))
    there = names(plan, visit.crew)
    assert [name for name in there if name not in text] == [visit.party.identity["name"]]
    assert prints()[0].details["stops"] == len(there) - 1


def test_a_roughly_placed_door_is_marked_with_its_radius(client, plan):
    stop = plan.stops.select_related("crew", "address__party").first()
    address = stop.address
    address.sealed = vault.seal(address.party.key, address.place | {"radius_m": 800}, "address")
    address.precision = Precision.VILLAGE
    address.save()
    client.force_login(a_member("planner"))
    assert "约 800 米范围内" in text_of(sheet(client, plan, crew=stop.crew.code))


def test_a_paper_that_could_not_be_drawn_leaves_no_line(client, plan, monkeypatch):
    def fails(*args: object) -> bytes:
        raise RuntimeError("no printer")

    monkeypatch.setattr("zoufang.server.pages.day_sheets.day_sheet_pdf", fails)
    client.force_login(a_member("planner"))
    with pytest.raises(RuntimeError):
        sheet(client, plan)
    assert not prints()


def test_the_xlsx_needs_the_permission_and_is_recorded(client, plan):
    client.force_login(a_member("trainer"))
    assert client.get(reverse("plan_sheets", args=[plan.pk])).status_code == 403
    client.force_login(a_member("planner"))
    assert client.get(reverse("plan_sheets", args=[plan.pk])).status_code == 200
    assert AuditLine.objects.get(action="export_plan").details == {"what": "day_sheets"}


def test_the_sheet_speaks_the_language_asked_for(client, plan):
    client.force_login(a_member("planner"))
    text = text_of(sheet(client, plan, language="en"))
    assert "Visits of the day" in text
    assert "First talk" in text
    assert "Knock, stand outside" in text


def test_the_page_tells_the_slack_of_each_crew_and_offers_its_sheet(client, plan):
    client.force_login(a_member("planner"))
    found = client.get(reverse("plan", args=[plan.pk]))
    for part in found.context["sheet"].crews:
        slack, last = part.slack, part.stops[-1]
        assert slack.left_s == 18 * 3600 - part.trip["back_s"]
        assert slack.by_stop[-1] <= (last.window_end - last.arrive - last.service_min) * 60
        assert (slack.promise_s is None) == (not any(stop.required for stop in part.stops))
    text = found.content.decode()
    assert text.count('name="in_clear"') == len(crews(plan))
    assert_speaks_both(client, reverse("plan", args=[plan.pk]))


def test_who_may_not_print_is_offered_no_sheet(client, plan):
    client.force_login(a_member("trainer"))
    text = client.get(reverse("plan", args=[plan.pk])).content.decode()
    assert reverse("plan_sheets_pdf", args=[plan.pk]) not in text
    assert reverse("plan_sheets", args=[plan.pk]) not in text
