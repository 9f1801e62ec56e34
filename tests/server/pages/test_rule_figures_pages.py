"""Rules on pages: state and tests for all, confirm and change for compliance, the second person's word."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.values import Purpose
from zoufang.files.rule_states import rule_states
from zoufang.server.daily.contacting import ask_for_visit
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.oversight.models import RuleFigure, Verdict
from zoufang.server.oversight.rule_figures import propose_change
from zoufang.server.staff.models import BankState, User

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=7)
HOURS = ("cn-gbt45251@2025-02-28", "CN-T1")
VISITS = ("bank-policy@2025-01-01", "CN-F3")


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def of_the_bank(role: str) -> User:
    found = User.objects.filter(username=f"head-{role}").first()
    return found or User.objects.create_user(
        f"head-{role}",
        password="x",
        role=role,
        branch=a_bank().parent,
        full_name="总行人",
        employee_no=f"H-{role}"[:20],
    )


def figures(**changed):
    plain = {
        "per_day": 1,
        "per_7_days": 2,
        "per_30_days": 4,
        "reached_before_visit": 1,
        "failed_before_visit": 3,
        "valid_from": LATER.isoformat(),
        "reason": "合规委员会决议",
    }
    return {f"change-{name}": value for name, value in (plain | changed).items()}


def hours(until):
    return {
        "change-from": "08:00",
        "change-until": until,
        "change-stop_alarm": "21:45",
        "change-valid_from": LATER.isoformat(),
        "change-reason": "合规委员会决议",
    }


CONFIRMED = {
    "confirm": "1",
    "confirm-source_text": "每日22:00至次日8:00不得催收",
    "confirm-where": "国家标准全文公开系统",
    "confirm-read_on": TODAY.isoformat(),
}


def a_proposal() -> RuleFigure:
    return propose_change(
        id=uuid4(),
        rule_id="CN-F3",
        values={"per_30_days": 3},
        valid_from=LATER,
        reason="合规委员会决议〔2026〕8号",
        by=of_the_bank("compliance"),
        today=TODAY,
        at=NOW,
    )


def test_changed_on_the_page_and_approved_by_another(client):
    client.force_login(of_the_bank("compliance"))
    client.post(reverse("rule", args=VISITS), figures(per_30_days=3))
    row = RuleFigure.objects.get()
    page = reverse("rule_figures", args=[row.pk])
    approve = reverse("rule_figures_approve", args=[row.pk])
    assert approve not in client.get(page).content.decode()
    assert client.post(approve).status_code == 403
    client.force_login(of_the_bank("manager"))
    assert approve in client.get(page).content.decode()
    client.post(approve)
    assert compliance_policy(LATER).number("CN-F3", "per_30_days") == 3
    assert page in client.get(reverse("rule_list")).content.decode()


def test_a_looser_hour_is_refused_on_the_page_with_the_reason(client):
    client.force_login(of_the_bank("compliance"))
    answer = client.post(reverse("rule", args=HOURS), hours("22:30"))
    assert answer.status_code == 200
    assert "22:00" in answer.context["change"].non_field_errors()[0]
    assert not RuleFigure.objects.exists()
    client.post(reverse("rule", args=HOURS), hours("20:00") | {"change-stop_alarm": "19:45"})
    assert RuleFigure.objects.get().values == {"stop_alarm": 19 * 60 + 45, "until": 20 * 60}


@pytest.mark.parametrize(
    ("field", "value"),
    [("until", "8 Uhr"), ("until", "25:00"), ("until", ""), ("valid_from", TODAY.isoformat()), ("reason", "")],
)
def test_a_wrong_field_is_told_in_place(client, field, value):
    client.force_login(of_the_bank("compliance"))
    answer = client.post(reverse("rule", args=HOURS), hours("21:00") | {f"change-{field}": value})
    assert answer.context["change"].errors.keys() == {field}
    assert not RuleFigure.objects.exists()


def test_confirmed_on_the_page_the_rule_is_no_longer_marked_as_unverified(client):
    client.force_login(of_the_bank("compliance"))
    before = client.get(reverse("rule_list")).content.decode().count("未核实")
    client.post(reverse("rule", args=HOURS), CONFIRMED)
    assert client.get(reverse("rule_list")).content.decode().count("未核实") == before
    client.force_login(of_the_bank("manager"))
    client.post(reverse("rule_figures_approve", args=[RuleFigure.objects.get().pk]))
    assert client.get(reverse("rule_list")).content.decode().count("未核实") == before - 1
    assert "未核实" not in client.get(reverse("rule", args=HOURS)).content.decode()


def test_a_reading_of_tomorrow_is_no_reading(client):
    client.force_login(of_the_bank("compliance"))
    answer = client.post(
        reverse("rule", args=HOURS), CONFIRMED | {"confirm-read_on": (TODAY + timedelta(days=1)).isoformat()}
    )
    assert answer.context["confirm"].errors.keys() == {"read_on"}


def test_a_refused_proposal_changes_nothing(client):
    row = a_proposal()
    client.force_login(of_the_bank("manager"))
    client.post(reverse("rule_figures_refuse", args=[row.pk]), {"why": "先算清影响"})
    row.refresh_from_db()
    assert (row.state, row.refused_why) == ("refused", "先算清影响")
    assert compliance_policy(LATER).number("CN-F3", "per_30_days") == 4


@pytest.mark.parametrize("role", ["visitor", "planner", "manager", "analyst"])
def test_others_read_the_rule_and_propose_nothing(client, role):
    client.force_login(of_the_bank(role))
    answer = client.get(reverse("rule", args=VISITS))
    assert answer.status_code == 200
    assert not answer.context["proposes"]
    assert client.post(reverse("rule", args=VISITS), figures(per_30_days=3)).status_code == 403


def test_a_sub_branch_is_shown_no_form(client):
    client.force_login(a_member("compliance"))
    assert not client.get(reverse("rule", args=VISITS)).context["proposes"]


def test_without_signing_in_nobody_reads_or_decides(client):
    row = a_proposal()
    for url in (reverse("rule", args=VISITS), reverse("rule_figures", args=[row.pk])):
        assert client.get(url).status_code == 302
    assert client.post(reverse("rule_figures_approve", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "proposed"


@pytest.mark.parametrize("args", [("cn-gbt45251@1999", "CN-T1"), ("us-regf@2021-11-30", "US-1")])
def test_a_rule_that_does_not_bind_here_has_no_page(client, args):
    client.force_login(of_the_bank("compliance"))
    assert client.get(reverse("rule", args=args)).status_code == 404


def test_the_rules_show_their_state_and_tests(client):
    client.force_login(a_member("visitor"))
    html = client.get(reverse("rule_list")).content.decode()
    assert "test_the_fourth_effective_call_of_a_day_is_blocked_whatever_the_number" in html
    assert rule_states()["CN-V7"].why_zh in html
    assert "US-3" not in html
    assert 'id="CN-C3"' in html


def test_an_installation_abroad_shows_its_own_rules(client, settings):
    settings.ZOUFANG_JURISDICTION = "US"
    client.force_login(a_member("visitor"))
    html = client.get(reverse("rule_list")).content.decode()
    assert "US-3" in html
    assert "CN-T1" not in html


def test_the_pages_speak_both_languages(client):
    row = a_proposal()
    client.force_login(of_the_bank("compliance"))
    client.post(reverse("rule", args=HOURS), CONFIRMED)
    pages = [reverse("rule_list"), reverse("rule", args=VISITS), reverse("rule", args=HOURS)]
    pages += [reverse("rule_figures", args=[one.pk]) for one in (row, RuleFigure.objects.get(kind="confirm"))]
    for page in pages:
        assert_speaks_both(client, page)


def test_a_verdict_tells_that_it_is_judged_the_same_again(client):
    vouched_facts()
    party = a_customer("C1")
    answer = ask_for_visit(
        party=party,
        address=party.addresses.first(),
        purpose=Purpose.FIRST_TALK,
        by=a_member("planner"),
        at=NOW,
    )
    client.force_login(a_member("compliance"))
    url = reverse("verdict", args=[answer.verdict_id])
    assert client.get(url).context["again"].same
    assert_speaks_both(client, url)
    Verdict.objects.filter(pk=answer.verdict_id).update(body={**client.get(url).context["body"], "findings": []})
    assert not client.get(url).context["again"].same
    assert_speaks_both(client, url)


def test_a_figure_that_nothing_counts_with_says_so(client):
    client.force_login(of_the_bank("compliance"))
    lines = {line.name: line.counted for line in client.get(reverse("rule", args=HOURS)).context["numbers"]}
    assert lines == {"from": True, "until": True, "stop_alarm": False}
    assert "仅留存数据" in client.get(reverse("rule", args=HOURS)).content.decode()
