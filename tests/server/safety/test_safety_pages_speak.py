"""Every page of safety, with something on it, in Chinese and in English."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import certified
from zoufang.core.values import BANK_ZONE, Channel, Point
from zoufang.server.safety import crisis as crises
from zoufang.server.safety import places
from zoufang.server.safety.duties import raise_duties
from zoufang.server.safety.models import ClosedPlace, Crisis, Incident, Rest
from zoufang.server.staff.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(begun, phones):
    """An SOS, a report, a sign of self-harm followed up and proposed for release, places confirmed and waiting."""
    first, mate = phones
    first.client.post(reverse("visit_sos", args=[begun.pk]))
    raise_duties(now())
    sent = {"kind": "detention", "where": "door", "hurt": "doctor", "police": "yes", "text": "被围堵二十分钟"}
    sent |= {"id": str(uuid4()), "at": now().astimezone(BANK_ZONE).strftime("%Y-%m-%dT%H:%M")}
    assert mate.client.post(reverse("visit_incident", args=[begun.pk]), sent).status_code == 302
    first.client.post(reverse("visit_self_harm", args=[begun.pk]))
    trained = certified(a_member("compliance"))
    held = Crisis.objects.get()
    crises.follow_up(crisis=held, who=trained, how=Channel.CALL, note="已稳定", by=trained, at=now())
    crises.propose_release(crisis=held, why="医生同意", by=trained, at=now())
    for where in (begun.address, places.Circle(Point(37.1, 116.4), 200)):
        places.close_place(
            id=uuid4(),
            branch=a_bank(),
            where=where,
            reason=ClosedPlace.Reason.CROWD,
            since=TODAY,
            by=a_member("planner"),
            at=NOW,
        )
    places.confirm_place(place=ClosedPlace.objects.first(), by=a_member("manager"), at=NOW)
    return begun


def addresses(visit):
    return {
        "manager": [
            reverse("crisis_list"),
            reverse("crisis", args=[Crisis.objects.get().pk]),
            reverse("incident_list"),
            reverse("incident", args=[Incident.objects.get().pk]),
            reverse("visit_incident", args=[visit.pk]),
            reverse("rest_list"),
            reverse("rest_talk", args=[Rest.objects.first().pk]),
            reverse("closed_place_list"),
            reverse("closed_place_new"),
            reverse("visit_close_place", args=[visit.pk]),
            reverse("closed_place_end", args=[ClosedPlace.objects.first().pk]),
            reverse("safety_rates"),
            reverse("safety_board"),
            reverse("start"),
        ],
        "door": [
            reverse("visit_page", args=[visit.pk]),
            reverse("visit_self_harm", args=[visit.pk]),
            reverse("visit_incident", args=[visit.pk]),
            reverse("visit_refuse", args=[visit.pk]),
            reverse("closed_place_list"),
        ],
    }


def test_every_page_of_safety_speaks_both_languages(full, phones):
    clients = {"manager": login(a_member("manager")), "door": phones[1].client}
    for who, pages in addresses(full).items():
        for page in pages:
            assert clients[who].get(page).status_code == 200, page
            assert_speaks_both(clients[who], page)
