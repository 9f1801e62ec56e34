"""Complaints, stops, attestations, verdicts, rules and the audit trail."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.answered import answered
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SYSTEM, a_customer, another_branch, vouched_facts
from zoufang.core.values import Purpose
from zoufang.files.policy_packs import shipped_packs
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.contacting import ask_for_visit
from zoufang.server.oversight.models import Attestation, Complaint, Override, Stop, Verdict
from zoufang.server.oversight.services import open_complaint, set_stop
from zoufang.server.staff.models import BankState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def as_(client, role):
    client.force_login(a_member(role))
    return client


def a_complaint(party, days_ago=0) -> Complaint:
    return open_complaint(
        id=uuid4(),
        party=party,
        about="conduct",
        text="来访语气不好",
        opened_on=TODAY - timedelta(days=days_ago),
        by=None,
        at=NOW,
    )


def a_stop(party, kind=Stop.Kind.DISPUTE, by=None) -> Stop:
    return set_stop(id=uuid4(), party=party, kind=kind, since=TODAY, by=by, at=NOW)


def asked(party) -> Verdict:
    answer = ask_for_visit(
        party=party,
        address=party.addresses.first(),
        purpose=Purpose.FIRST_TALK,
        by=a_member("planner"),
        at=NOW,
    )
    return Verdict.objects.get(pk=answer.verdict_id)


@pytest.mark.parametrize(
    "page",
    ["complaint_list", "stop_list", "attestation_list", "verdict_list", "rule_list", "audit_trail"],
)
def test_each_page_speaks_both_languages(client, page):
    party = a_customer("C1")
    asked(party)
    a_complaint(party, days_ago=20)
    a_stop(party)
    asked(party)
    as_(client, "compliance")
    assert_speaks_both(client, reverse(page))


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("complaint_list", "planner"),
        ("stop_list", "visitor"),
        ("attestation_list", "planner"),
        ("verdict_list", "analyst"),
        ("audit_trail", "manager"),
    ],
)
def test_the_wrong_role_is_refused(client, page, role):
    assert as_(client, role).get(reverse(page)).status_code == 403


def test_complaints_stand_by_the_day_on_which_the_answer_is_due(client):
    late = a_complaint(a_customer("C1"), days_ago=20)
    fresh = a_complaint(a_customer("C2"))
    answer = as_(client, "compliance").get(reverse("complaint_list"))
    assert list(answer.context["page"].object_list) == [late, fresh]
    assert "超期" in answer.content.decode()


def test_compliance_reads_the_complaint_and_closes_it_with_a_finding(client):
    complaint = a_complaint(a_customer("C1"))
    url = reverse("complaint", args=[complaint.pk])
    assert "来访语气不好" not in as_(client, "visitor").get(url).content.decode()
    assert client.post(url, {"finding": "upheld"}).status_code == 403
    assert "来访语气不好" in as_(client, "compliance").get(url).content.decode()
    assert client.post(url, {"finding": "upheld"}).context["form"].errors  # not answered yet
    answered(complaint)
    assert client.post(url, {"finding": "nonsense"}).context["form"].errors
    client.post(url, {"finding": "upheld"})
    complaint.refresh_from_db()
    assert (complaint.finding, complaint.closed_on) == ("upheld", TODAY)


def test_only_compliance_lifts_a_stop(client):
    stop = a_stop(a_customer("C1"))
    url = reverse("stop_lift", args=[stop.pk])
    assert as_(client, "planner").post(url).status_code == 403
    assert as_(client, "compliance").post(url).status_code == 302
    stop.refresh_from_db()
    assert stop.lifted_by == a_member("compliance")
    assert not client.get(reverse("stop_list")).context["page"].object_list


def test_another_branchs_stop_verdict_and_complaint_are_not_found(client):
    stranger = a_customer("C9", branch=another_branch())
    stop, complaint = a_stop(stranger), a_complaint(stranger)
    as_(client, "compliance")
    assert client.post(reverse("stop_lift", args=[stop.pk])).status_code == 404
    assert client.get(reverse("complaint", args=[complaint.pk])).status_code == 404
    assert not client.get(reverse("stop_list")).context["page"].object_list


def test_what_is_missing_is_counted_by_customers_and_by_their_last_verdict_only(client):
    one, other = a_customer("C1"), a_customer("C2")
    for party in (one, other, one):
        asked(party)
    missing = as_(client, "compliance").get(reverse("attestation_list")).context["missing"]
    facts = {one.fact: (one.source_system, one.customers) for one in missing}
    assert facts["represented"] == (SYSTEM, 2)
    vouched_facts()
    asked(one)
    missing = client.get(reverse("attestation_list")).context["missing"]
    assert {m.fact: m.customers for m in missing}["represented"] == 1


def test_a_fact_counts_after_two_different_people_have_signed(client):
    asked(a_customer("C1"))
    given = {
        "fact": "represented",
        "source_system": SYSTEM,
        "basis": "法务台账",
        "expires": TODAY + timedelta(days=90),
    }
    url = reverse("attestation_list")
    assert "basis" in as_(client, "manager").post(url, given | {"basis": ""}).context["form"].errors
    assert "expires" in client.post(url, given | {"expires": TODAY}).context["form"].errors
    client.post(url, given)
    statement = Attestation.objects.get()
    sign = reverse("attestation_sign", args=[statement.pk])
    assert client.post(sign).status_code == 409
    assert as_(client, "compliance").post(sign).status_code == 302
    statement.refresh_from_db()
    assert statement.second_by == a_member("compliance")


def test_verdicts_of_a_day_are_counted_by_rule_and_filtered_with_blocks_first(client):
    vouched_facts()
    free, stopped = a_customer("C1"), a_customer("C2")
    asked(free)
    a_stop(stopped)
    blocked = asked(stopped)
    asked(free)
    as_(client, "compliance")
    found = client.get(reverse("verdict_list")).context["found"]
    assert dict(found.by_rule)["CN-O6"] == 1
    assert found.by_decision["block"] == 1
    assert found.page.object_list[0] == blocked
    by_rule = client.get(reverse("verdict_list"), {"rule": "CN-O6"}).context["found"]
    assert list(by_rule.page.object_list) == [blocked]
    other_day = client.get(reverse("verdict_list"), {"day": "2020-01-01"}).context["found"]
    assert not other_day.page.object_list


def test_a_verdict_shows_rule_source_and_facts_in_both_languages(client):
    vouched_facts()
    party = a_customer("C1")
    a_stop(party)
    url = reverse("verdict", args=[asked(party).pk])
    as_(client, "compliance")
    assert_speaks_both(client, url)
    assert "CN-O6" in client.get(url).content.decode()


def test_a_block_cannot_be_overridden_and_a_warning_can_with_a_reason(client):
    vouched_facts()
    party = a_customer("C1")
    a_stop(party)
    blocked = asked(party)
    as_(client, "compliance")
    answer = client.post(reverse("verdict", args=[blocked.pk]), {"reason": "必须去"})
    assert answer.status_code == 409
    Stop.objects.update(lifted_at=NOW)
    a_stop(party, Stop.Kind.VULNERABLE)
    warned = asked(party)
    assert warned.decision == "warn"
    assert client.post(reverse("verdict", args=[warned.pk]), {"reason": ""}).context["form"].errors
    client.post(reverse("verdict", args=[warned.pk]), {"reason": "家属同意"})
    assert Override.objects.get().by == a_member("compliance")


def test_the_rules_page_holds_every_rule_of_every_pack_and_marks_the_unverified(client):
    answer = as_(client, "visitor").get(reverse("rule_list"))
    shown = [line.rule for _pack, lines in answer.context["packs"] for line in lines]
    assert shown == [rule for pack in shipped_packs() if pack.binds_in("CN") for rule in pack.rules]
    assert answer.content.decode().count("未核实") == sum(not rule.verified for rule in shown)


def test_the_trail_is_filtered_by_who_and_what_and_proved_whole(client):
    party = a_customer("C1")
    set_stop(id=uuid4(), party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=a_member("compliance"), at=NOW)
    as_(client, "compliance")
    lines = client.get(reverse("audit_trail"), {"action": "set_stop"}).context["page"].object_list
    assert [line.subject_id for line in lines] == [str(party.pk)]
    by_subject = client.get(reverse("audit_trail"), {"subject": str(party.pk)}).context["page"].object_list
    assert list(by_subject) == list(lines)
    assert not client.get(reverse("audit_trail"), {"actor": "nobody"}).context["page"].object_list
    assert client.post(reverse("audit_trail")).context["faults"] == []


def test_a_changed_line_is_named_on_the_page_in_both_languages(client):
    party = a_customer("C1")
    a_stop(party)
    line = AuditLine.objects.get(action="set_stop")
    AuditLine.objects.filter(pk=line.pk).update(actor="E999")
    html = as_(client, "compliance").post(reverse("audit_trail")).content.decode()
    assert f"第{line.number}行被改动" in html
    assert line.day.branch_code in html
