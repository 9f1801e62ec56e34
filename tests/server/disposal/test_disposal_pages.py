"""The pages of disposal: proposed by one, approved by another, worked by its owner; in both languages."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.disposal.cases import a_running, given_leave, proposed
from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.disposal import StageKind
from zoufang.server.book.models import LoanParty
from zoufang.server.disposal.models import CounselLeave, DisposalStage, StageDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def party():
    vouched_facts()
    party = a_customer("1", arrears_fen=3_000_000, dpd=120)
    loan = party.loans.get()
    loan.security = "mortgage"
    loan.save()
    return party


def text(answer):
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_a_stage_goes_from_the_list_of_who_is_due_to_its_end(party):
    manager, approver = login(a_member("manager")), login(a_member("approver"))
    loan = party.loans.get()
    new = reverse("disposal_new", args=[loan.pk, "litigation"])
    assert new in text(manager.get(reverse("disposal_due")))
    assert new in text(manager.get(reverse("disposal_loan", args=[loan.pk])))
    assert "2300" not in text(manager.get(new))
    sent = {
        "id": uuid4(), "reason": "有抵押物", "owner": a_member("manager").pk, "claim": "30000.00",
        "body_name": "平原县人民法院", "effective_on": TODAY.isoformat(), "contract_at_hand": "yes",
        "arbitration_clause": "no", "service_address_agreed": "yes",
    }  # fmt: skip
    assert manager.post(new, sent | {"claim": "3万"}).status_code == 422
    assert manager.post(new, sent).status_code == 302
    stage = DisposalStage.objects.get()
    assert stage.claim_fen == 3_000_000
    case = reverse("disposal_case", args=[stage.pk])

    def act(client, name, **body):
        return client.post(reverse("disposal_act", args=[stage.pk, name]), body)

    assert "approve" not in text(manager.get(case))
    act(approver, "approve")
    stage.refresh_from_db()
    assert stage.state == "proposed", "the demand check stands in the way"
    assert act(manager, "override", check="demanded", why="已公证送达").status_code == 302
    assert act(approver, "approve").status_code == 302
    stage.refresh_from_db()
    assert stage.state == "running"
    assert new not in text(manager.get(reverse("disposal_due")))
    act(
        manager,
        "step",
        id=uuid4(),
        kind="accepted",
        on=TODAY.isoformat(),
        case_number="（2026）鲁1426民初9号",
        note="",
    )
    act(manager, "money", id=uuid4(), step="advanced", kind="court", amount="550.00", on=TODAY.isoformat())
    hearing = {
        "kind": "hearing",
        "on": (TODAY + timedelta(days=30)).isoformat(),
        "time": "09:30",
        "place": "第三法庭",
    }
    act(manager, "date", id=uuid4(), **hearing)
    shown = text(manager.get(case))
    assert "（2026）鲁1426民初9号" in shown
    assert "¥550.00" in shown
    assert "09:30" in text(manager.get(reverse("disposal_dates")))
    date_row = StageDate.objects.get(kind="hearing", done_on=None)
    manager.post(reverse("disposal_date_done", args=[date_row.pk]))
    act(manager, "owner", owner=a_member("approver").pk)
    act(manager, "close", outcome="settled", on=TODAY.isoformat(), note="达成调解")
    stage.refresh_from_db()
    assert (stage.state, stage.outcome, stage.owner_id) == ("closed", "settled", a_member("approver").pk)
    assert case in text(manager.get(reverse("disposal_board") + "?state=closed"))


def test_who_cannot_pay_stands_on_the_list_with_what_comes_first_and_no_button(party):
    from tests.server.visit_world import a_published_day
    from zoufang.server.visiting.models import Visit

    visit = a_published_day()[0]
    Visit.objects.filter(pk=visit.pk).update(
        party=party,
        hardship=["illness"],
        day=TODAY - timedelta(days=1),
        ended_at=visit.day.isoformat() + "T01:00Z",
    )
    shown = text(login(a_member("manager")).get(reverse("disposal_due")))
    assert "无力偿还的不得径行推入诉讼" in shown
    assert reverse("disposal_new", args=[party.loans.get().pk, "litigation"]) not in shown


def test_leave_is_entered_by_compliance_and_confirmed_by_another(party):
    heir = a_customer("H", name="张继", north=0.3)
    LoanParty.objects.create(loan=party.loans.get(), party=heir, role="heir")
    compliance, manager = login(a_member("compliance")), login(a_member("manager"))
    sent = {
        "id": uuid4(), "whom": "person", "person": heir.pk, "channels": ["letter"], "since": TODAY.isoformat(),
        "until": (TODAY + timedelta(days=20)).isoformat(), "counsel": "周律", "reference": "法函12号",
        "limits": "",
    }  # fmt: skip
    new = reverse("leave_new", args=[party.pk])
    assert manager.get(new).status_code == 403
    assert compliance.post(new, sent | {"until": "2030-01-01"}).status_code == 422
    assert compliance.post(new, sent).status_code == 302
    row = CounselLeave.objects.get()
    confirm = reverse("leave_confirm", args=[row.pk])
    assert confirm not in text(compliance.get(reverse("leave_list")))
    assert confirm in text(manager.get(reverse("leave_list")))
    manager.post(confirm)
    compliance.post(reverse("leave_end", args=[row.pk]), {"why": "法务收回"})
    row.refresh_from_db()
    assert row.confirmed_by == a_member("manager")
    assert row.ended_by == a_member("compliance")


@pytest.mark.parametrize("role", ["manager", "approver", "compliance"])
def test_every_page_speaks_both_languages(party, role):
    stage = a_running(party, StageKind.LITIGATION)
    proposed(party, StageKind.MEDIATION)
    given_leave(party)
    loan = party.loans.get()
    client = login(a_member(role))
    pages = ["disposal_board", "disposal_dates", "disposal_due"]
    addresses = [reverse(name) for name in pages]
    addresses += [reverse("disposal_loan", args=[loan.pk]), reverse("disposal_case", args=[stage.pk])]
    if role == "manager":
        addresses += [reverse("disposal_new", args=[loan.pk, kind.value]) for kind in StageKind]
    if role == "compliance":
        addresses += [reverse("leave_new", args=[party.pk])]
    if role != "approver":
        addresses.append(reverse("leave_list"))
        addresses.append(reverse("leave_end", args=[CounselLeave.objects.get().pk]))
    for address in addresses:
        assert_speaks_both(client, address)


@pytest.mark.parametrize("role", ["visitor", "planner", "trainer", "analyst", "administrator"])
def test_others_open_no_case(party, role):
    stage = a_running(party)
    client = login(a_member(role))
    loan = party.loans.get()
    for address in (
        reverse("disposal_board"),
        reverse("disposal_due"),
        reverse("disposal_loan", args=[loan.pk]),
        reverse("disposal_case", args=[stage.pk]),
    ):
        assert client.get(address).status_code == 403
    assert client.post(reverse("disposal_act", args=[stage.pk, "approve"])).status_code == 403


def test_the_start_pages_call_out_dates_stages_and_leave_that_wait(party):
    a_running(party, StageKind.LITIGATION)
    StageDate.objects.update(on=TODAY - timedelta(days=1))
    proposed(party, StageKind.MEDIATION)
    given_leave(party, confirmed=False)
    manager, approver = text(login(a_member("manager")).get("/")), text(login(a_member("approver")).get("/"))
    assert "其中已过期 1 项" in manager
    assert "待确认法务许可" in manager
    assert "待审批处置阶段" in approver
    for role in ("manager", "approver"):
        assert_speaks_both(login(a_member(role)), "/")
