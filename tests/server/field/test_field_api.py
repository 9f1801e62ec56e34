import json
from base64 import b64encode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.server.field.a_phone import APhone, made
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.visits import CheckedIn, Outcome, OutcomeRecorded
from zoufang.server.field import devices
from zoufang.server.field.models import Device, Envelope, WipeOrder
from zoufang.server.field.sealing import new_pair
from zoufang.server.safety.models import Escalation
from zoufang.server.visiting.models import VisitEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return a_published_day(1)[0]


@pytest.fixture
def phone(visit):
    phone = APhone(officers(visit)[0])
    phone.take_day(TODAY)
    return phone


def ask(phone, name, body, *, token=None, client=None):
    shown = f"Device {phone.id}:{token or phone.token}"
    sent = json.dumps(body)
    return (client or Client(enforce_csrf_checks=True)).post(
        reverse(name), sent, content_type="application/json", headers={"authorization": shown}
    )


def as_json(sent):
    head = sent.head
    known = {"id": str(head.id), "visit": str(head.visit), "seq": head.seq, "base": head.base, "key": head.key}
    return known | {"sealed": b64encode(sent.sealed).decode()}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_phone_registers_takes_the_day_delivers_and_hears_back(visit):
    user = officers(visit)[0]
    client = signed_in(user)
    assert client.get(reverse("field_me")).json()["user"]["name"] == user.full_name
    body = {"id": str(uuid4()), "public": b64encode(new_pair()[1]).decode(), "name": "x"}
    told = client.post(reverse("field_register"), json.dumps(body), content_type="application/json").json()
    shown = {"authorization": f"Device {told['device']}:{told['token']}"}
    day = client.post(reverse("field_day"), "{}", content_type="application/json", headers=shown)
    assert day.status_code == 200
    assert day.json()["sealed"]
    assert len(day.content) < 2_000_000


def test_the_day_is_not_given_to_a_token_without_its_owners_session(phone, visit):
    assert ask(phone, "field_day", {}).status_code == 403
    mate = signed_in(officers(visit)[1])
    assert ask(phone, "field_day", {}, client=mate).status_code == 403
    assert signed_in(a_member("planner")).get(reverse("field_me")).status_code == 403


def test_a_token_delivers_without_any_session_and_a_wrong_one_does_not(phone, visit):
    entries = {"entries": [as_json(phone.seal(made(CheckedIn, visit, phone.user, 1)))]}
    assert ask(phone, "field_outbox", entries, token="wrong").status_code == 403
    assert not Envelope.objects.exists()
    answer = ask(phone, "field_outbox", entries).json()["answers"][0]
    assert (answer["answer"], answer["state"]) == ("accepted", "accepted")
    assert ask(phone, "field_outbox", entries).json()["answers"][0]["answer"] == "duplicate"


def test_contact_tells_wipe_lease_changes_and_what_is_held_in_both_languages(phone, visit):
    event = made(OutcomeRecorded, visit, phone.user, 4, outcome=Outcome.NOT_HOME)
    ask(phone, "field_outbox", {"entries": [as_json(phone.seal(event))]})
    body = {"device_at": TEN.isoformat(), "unsent": 2, "day": True, "visits": {str(visit.pk): "stale"}}
    said = ask(phone, "field_contact", body).json()
    assert said["wipe"] == ""
    assert said["lease_until"]
    assert said["changes"][0]["kind"] == "changed"
    assert said["held"][0]["reason"].keys() == {"zh", "en"}
    assert Device.objects.get(pk=phone.id).unsent == 2
    devices.end_device(device=phone.device, by=a_member("planner"), at=TEN, why="丢失")
    assert ask(phone, "field_contact", body).json()["wipe"] == "day"


def test_sos_needs_no_session_and_no_visit_and_reaches_the_ladder(phone):
    assert ask(phone, "field_sos", {"lat": 37.1, "lon": 116.4}).json()["told"]
    assert Escalation.objects.filter(kind="sos").count() >= 2


@pytest.mark.parametrize("body", ["", "[]", '{"entries": 1}', '{"entries": [{"id": "x"}]}'])
def test_what_the_app_never_sends_is_refused_by_name(phone, body):
    shown = {"authorization": f"Device {phone.id}:{phone.token}"}
    url = reverse("field_outbox")
    answer = Client().post(url, body, content_type="application/json", headers=shown)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_input")


def test_the_app_itself_is_served_to_anybody_with_a_strict_policy_and_speaks_no_name():
    page = Client().get(reverse("field_app"))
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    tag = page.headers["ETag"]
    assert Client().get(reverse("field_app"), headers={"if-none-match": tag}).status_code == 304
    assert Client().get(reverse("field_app_file", args=["models.py"])).status_code == 404


def test_the_desk_shows_both_versions_and_settles_with_a_reason(phone, visit):
    mate = APhone(officers(visit)[1])
    mate.take_day(TODAY)
    for one in (phone, mate):
        one.record(made(CheckedIn, visit, one.user, 1))
        one.sync()
        one.hear_of(visit)
    for one, outcome in ((phone, Outcome.NOT_HOME), (mate, Outcome.MOVED)):
        one.record(made(OutcomeRecorded, visit, one.user, 5, outcome=outcome))
        one.sync()
    row = Envelope.objects.get(state="conflict")
    planner = signed_in(a_member("planner"))
    page = planner.get(reverse("field_entry", args=[row.pk])).content.decode()
    assert "无人在家" in page
    assert "已搬走" in page or "搬" in page
    for name, args in (("field_desk", []), ("field_entry", [row.pk]), ("field_device_end", [phone.id])):
        assert_speaks_both(planner, reverse(name, args=args))
    assert planner.post(reverse("field_entry", args=[row.pk]), {"decision": "take"}).status_code == 422
    assert signed_in(a_member("compliance")).post(reverse("field_entry", args=[row.pk])).status_code == 403
    planner.post(reverse("field_entry", args=[row.pk]), {"decision": "take", "why": "邻居证实"})
    assert VisitEvent.objects.filter(kind="outcome_recorded").count() == 2
    planner.get(reverse("field_desk"))
    assert_speaks_both(planner, reverse("field_desk"))


def test_two_people_delete_an_outbox_on_the_desk(phone):
    manager, compliance = signed_in(a_member("manager")), signed_in(a_member("compliance"))
    wipe, confirm = (reverse(name, args=[phone.id]) for name in ("field_device_wipe", "field_wipe_confirm"))
    assert_speaks_both(manager, wipe)
    manager.post(wipe, {"why": "手机被盗"})
    manager.post(confirm)
    manager.get(reverse("field_desk"))
    assert WipeOrder.objects.get().confirmed_at is None
    assert_speaks_both(compliance, reverse("field_desk"))
    compliance.post(confirm)
    assert devices.wipe_due(phone.device) == "all"
    told = {"device_at": TEN.isoformat(), "outbox_wiped": 3}
    ask(phone, "field_contact", told)
    assert WipeOrder.objects.get().lost == 3
    assert_speaks_both(manager, reverse("field_desk"))
