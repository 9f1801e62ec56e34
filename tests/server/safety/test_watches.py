"""Of a silent crew its mates hear first, then the supervisor, then the manager; of an SOS all at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.staffing import a_member
from tests.server.world import a_visitor
from zoufang.core.errors import NotPermitted
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.replan_reasons import reasons_to_replan
from zoufang.server.jobs.ticks import TICKS
from zoufang.server.safety import services
from zoufang.server.safety.adapter import request_for, send_waiting
from zoufang.server.safety.models import Escalation, Watch
from zoufang.server.safety.queries import notices
from zoufang.server.safety.watches import POLICY, follow, raise_due
from zoufang.server.staff.clock import machine_time, now
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db


def overdue(visit, minutes=0):
    watch = follow(visit, now())
    return watch.started + timedelta(minutes=watch.expected_minutes + POLICY.grace_minutes + minutes)


def rungs():
    return list(Escalation.objects.order_by("due_at", "pk").values_list("rung", flat=True))


def test_a_silent_crew_is_told_of_rung_by_rung_and_nobody_twice(begun):
    for minutes, told in ((-1, 0), (0, 1), (4, 1), (5, 2), (15, 3), (15, 3), (600, 3)):
        raise_due(overdue(begun, minutes))
        assert len(rungs()) == told, minutes
    assert rungs() == ["crew_mate", "supervisor", "manager"]


def test_a_tick_that_comes_hours_late_tells_all_who_should_know(begun):
    raise_due(overdue(begun, 300))
    assert rungs() == ["crew_mate", "supervisor", "manager"]


def test_more_time_asked_for_moves_the_deadline_and_the_same_form_counts_once(begun, phones):
    once = overdue(begun)
    sent = {"id": str(uuid4()), "minutes": "15"}
    for _ in range(2):
        answer = phones[0].client.post(reverse("visit_longer", args=[begun.pk]), sent)
        assert answer.status_code == 302
    assert Watch.objects.get().expected_minutes == follow(begun, now()).expected_minutes
    assert timedelta(minutes=14) < overdue(begun) - once <= timedelta(minutes=15)
    raise_due(once)
    assert rungs() == []


def test_a_visit_that_has_ended_worries_nobody(begun, phones):
    late = overdue(begun, 60)
    phones[0].take("left_for_safety", reason="threat")
    Visit.objects.filter(pk=begun.pk).update(ended_at=now())
    raise_due(late)
    assert rungs() == []
    assert Watch.objects.get().over_at == late


def test_sos_by_two_taps_tells_the_whole_chain_at_once_with_the_place(begun, phones):
    html = phones[0].html()
    assert reverse("visit_sos", args=[begun.pk]) in html
    for _ in range(2):
        answer = phones[0].client.post(reverse("visit_sos", args=[begun.pk]), {"lat": "37.2", "lon": "116.4"})
        assert answer.status_code == 302
    assert sorted(rungs()) == ["crew_mate", "manager", "supervisor"]
    watch = Watch.objects.get()
    assert (watch.lat, watch.lon, watch.sos_by) == (37.2, 116.4, phones[0].user)


def test_sos_without_a_signal_of_the_satellites_keeps_the_last_known_place(begun, phones):
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]), {"lat": "nonsense", "lon": ""})
    watch = Watch.objects.get()
    assert (watch.lat, watch.lon) == (37.16, 116.43)


def test_sos_before_the_check_in_is_heard_too(visit, phones):
    phones[0].client.post(reverse("visit_sos", args=[visit.pk]))
    assert len(rungs()) == 3


def test_a_stranger_cannot_call_for_another_crew(begun):
    answer = login(a_visitor(99)).post(reverse("visit_sos", args=[begun.pk]))
    assert answer.status_code == 404
    assert not Escalation.objects.exists()


def test_sos_asks_for_the_day_to_be_planned_again(begun, phones):
    assert not [r for r in reasons_to_replan(begun.stop.plan) if "SOS" in str(r)]
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
    assert [r for r in reasons_to_replan(begun.stop.plan) if "SOS" in str(r)]


def test_each_is_told_on_any_page_until_one_answers_by_name(begun, phones):
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
    manager = login(a_member("manager"))
    row = Escalation.objects.get(rung="manager")
    address = reverse("safety_acknowledge", args=[row.pk])
    assert address in manager.get(reverse("start")).content.decode()
    assert address not in phones[0].client.get(reverse("my_day")).content.decode()
    assert manager.post(address).status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_by.role == "manager"
    assert row.acknowledged_at is not None
    assert address not in manager.get(reverse("start")).content.decode()
    assert AuditLine.objects.filter(action="acknowledge_escalation").count() == 1


def test_the_crew_mate_is_asked_and_whoever_called_is_not(begun, phones):
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
    assert not notices(phones[0].user).exists()
    assert notices(phones[1].user).get().rung == "crew_mate"


def test_who_was_not_told_cannot_answer(begun, phones):
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
    with pytest.raises(NotPermitted):
        services.acknowledge(
            escalation=Escalation.objects.get(rung="manager"), by=a_member("compliance"), at=now()
        )


def test_the_board_shows_the_call_and_a_named_person_closes_it_with_a_reason(begun, phones):
    phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
    planner = login(a_member("planner"))
    html = planner.get(reverse("safety_board")).content.decode()
    assert 'hx-trigger="every 15s"' in html
    assert "紧急求助" in html
    close = reverse("safety_close", args=[Watch.objects.get().pk])
    assert close in html
    assert planner.post(close, {"why": " "}).status_code == 422
    assert Watch.objects.get().sos_at is not None
    planner.post(close, {"why": "电话确认双人已安全回到车上"})
    watch = Watch.objects.get()
    assert (watch.sos_at, watch.closings.get().by.role) == (None, "planner")
    assert not notices(a_member("manager")).exists()


def test_an_open_board_catches_up_while_no_worker_runs(begun, monkeypatch):
    late = overdue(begun)
    monkeypatch.setattr("zoufang.server.safety.timer.now", lambda: late + timedelta(minutes=20))
    assert "safety_" not in rungs()
    login(a_member("manager")).get(reverse("safety_board"))
    assert rungs() == ["crew_mate", "supervisor", "manager"]


def test_the_worker_runs_the_timer(begun, monkeypatch):
    late = overdue(begun)
    monkeypatch.setattr("zoufang.server.safety.timer.now", lambda: late)
    TICKS["safety"].work(machine_time())
    assert rungs() == ["crew_mate"]


def test_messages_leave_signed_without_the_customer_and_are_tried_again(begun, settings):
    settings.ZOUFANG_SAFETY_WEBHOOK_URL, settings.ZOUFANG_SAFETY_WEBHOOK_SECRET = "https://sms.bank.test/", "k"
    late, sent = overdue(begun), []
    raise_due(late)

    def down(request):
        raise OSError("no route")

    assert send_waiting(late, down) == 0
    assert send_waiting(late, sent.append) == 0
    later = late + timedelta(seconds=11)
    assert send_waiting(later, sent.append) == 1
    assert send_waiting(later + timedelta(hours=1), sent.append) == 0
    request = request_for(Escalation.objects.get())
    assert request.get_header("X-zoufang-signature").startswith("sha256=")
    for word in (str(begun.party_id), "张三丰", "debtor"):
        assert word not in request.data.decode()


def test_nothing_leaves_unless_the_bank_has_set_where_to(begun):
    raise_due(overdue(begun))
    assert send_waiting(overdue(begun), lambda request: pytest.fail("sent")) == 0
