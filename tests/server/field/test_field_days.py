import gzip
import json
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.server.field.a_phone import APhone, made
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import ID_NO
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.visits import CheckedIn, EvidenceAdded
from zoufang.server.audit.models import AuditLine
from zoufang.server.field import blobs, devices
from zoufang.server.field.bundle import parcel, take_day
from zoufang.server.field.changes import changes_for
from zoufang.server.field.debts import _key
from zoufang.server.field.keys import current_key, new_key
from zoufang.server.field.models import Blob, Device
from zoufang.server.field.sealing import new_pair, open_with, seal_to
from zoufang.server.pages.words import WORDS
from zoufang.server.staff.people import deactivate
from zoufang.server.visiting.events import withdraw

pytestmark = pytest.mark.django_db
REASON = {"template": "Paid up.", "params": {}}
TOLD = devices.Told(device_at=TEN)


@pytest.fixture
def visits():
    return a_published_day(2)


@pytest.fixture
def phone(visits):
    return APhone(officers(visits[0])[0])


def test_the_day_opens_on_its_own_phone_only(visits, phone):
    day = phone.take_day(TODAY)
    assert [stop["name"] for stop in day["visits"]] == [visit.party.identity["name"] for visit in visits]
    given = take_day(device=phone.device, by=phone.user, day=TODAY, at=TEN, words=WORDS)
    other, _public = new_pair()
    with pytest.raises(BadInput):
        open_with(other, given["sealed"].encode(), purpose="day", bound_to=b"")
    with pytest.raises(NotPermitted):
        take_day(device=phone.device, by=officers(visits[0])[1], day=TODAY, at=TEN, words=WORDS)


def test_no_amount_and_no_digits_of_an_id_are_readable_before_the_person_is_identified(phone):
    text = json.dumps(phone.take_day(TODAY), ensure_ascii=False)
    for hidden in ("3000000", "9000000", "30,000", ID_NO, ID_NO[-4:]):
        assert hidden not in text


def test_the_last_four_digits_open_the_debt_and_no_others(phone):
    visit = phone.take_day(TODAY)["visits"][0]
    lock, salt = visit["lock"], b64decode(visit["lock"]["salt"])
    slot, bound = b64decode(lock["slots"][0]["sealed"]), f"{visit['id']} slot".encode()
    key = AESGCM(_key(ID_NO[-4:], salt)).decrypt(slot[:12], slot[12:], bound)
    sealed = b64decode(lock["sealed"])
    figures = json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], f"{visit['id']} debts".encode()))
    assert figures["loans"][0]["arrears_fen"] == 3_000_000
    with pytest.raises(InvalidTag):
        AESGCM(_key("0000", salt)).decrypt(slot[:12], slot[12:], bound)


def test_a_withdrawn_stop_comes_with_its_reason_and_without_a_name(visits, phone):
    withdraw(visit=visits[0], reason=REASON, actor="daily", at=TEN)
    day = phone.take_day(TODAY)
    gone = next(stop for stop in day["visits"] if stop["id"] == str(visits[0].pk))
    assert day["texts"][gone["withdrawn"]]["en"] == "Paid up."
    assert not {"name", "address", "lock"} & gone.keys()
    line = AuditLine.objects.get(action="take_day_along")
    assert line.details["visits"] == [str(visits[1].pk)]


def test_the_trail_tells_once_a_day_whose_name_and_address_went_along(visits, phone):
    phone.take_day(TODAY)
    phone.take_day(TODAY)
    looks = AuditLine.objects.filter(action="reveal_personal_data")
    assert {line.subject_id for line in looks} == {str(visit.party_id) for visit in visits}
    assert sorted(line.details["what"] for line in looks) == ["address", "address", "name", "name"]


def test_fifteen_stops_stay_below_two_megabytes(visits, phone):
    fifteen = [visits[n % 2] for n in range(15)]
    text = json.dumps(parcel(phone.device, fifteen, TODAY, TEN, WORDS), ensure_ascii=False).encode()
    assert len(text) < 400_000
    assert len(gzip.compress(text)) < 60_000


def test_every_text_of_the_day_is_in_both_languages(phone):
    for said in phone.take_day(TODAY)["texts"]:
        assert said["zh"] != said["en"]


def test_a_person_has_one_phone_and_the_earlier_one_is_told_to_forget_the_day(phone):
    later = APhone(phone.user)
    earlier = devices.hear(Device.objects.get(pk=phone.id), TOLD, TEN)
    assert (devices.wipe_due(earlier), earlier.lease_until) == ("day", None)
    assert devices.wipe_due(later.device) == ""
    phone.device.refresh_from_db()
    with pytest.raises(Conflict):
        take_day(device=phone.device, by=phone.user, day=TODAY, at=TEN, words=WORDS)


def test_a_phone_that_gave_way_to_another_may_come_back_and_one_that_the_desk_ended_may_not(phone):
    APhone(phone.user)
    back, token = devices.register(id=phone.id, day_public=new_pair()[1], name="", by=phone.user, at=TEN)
    assert devices.may_hold_day(devices.known_device(back.pk, token))
    devices.end_device(device=back, by=a_member("planner"), at=TEN, why="丢失")
    with pytest.raises(Conflict):
        devices.register(id=phone.id, day_public=new_pair()[1], name="", by=phone.user, at=TEN)


def test_a_deactivated_visitor_is_wiped_at_the_next_contact(phone):
    deactivate(user=phone.user, by=a_member("administrator"), at=TEN)
    device = devices.hear(Device.objects.get(pk=phone.id), TOLD, TEN)
    assert (devices.wipe_due(device), device.lease_until) == ("day", None)


def test_a_lease_lasts_some_hours_and_never_into_the_next_day(settings):
    settings.ZOUFANG_FIELD_LEASE_HOURS = 12
    assert devices.lease_until(TEN) == TEN + timedelta(hours=12)
    assert devices.lease_until(TEN + timedelta(hours=10)) == TEN + timedelta(hours=14)


def test_contact_prolongs_the_lease_of_the_day_taken_today_and_of_no_earlier_one(phone):
    phone.take_day(TODAY)
    noon, tomorrow = TEN + timedelta(hours=2), TEN + timedelta(days=1)
    assert devices.hear(phone.device, TOLD, noon).lease_until == devices.lease_until(noon)
    assert devices.hear(phone.device, TOLD, tomorrow).lease_until is None


def test_a_token_that_is_not_this_phones_is_refused(phone):
    assert devices.known_device(phone.id, phone.token).pk == phone.id
    for device, token in ((phone.id, "x"), (uuid4(), phone.token)):
        with pytest.raises(NotPermitted):
            devices.known_device(device, token)


def test_the_skew_of_a_clock_is_measured_at_each_contact(phone):
    told = devices.Told(device_at=TEN + timedelta(days=1), unsent=3)
    device = devices.hear(phone.device, told, TEN)
    assert (device.skew_ms, device.unsent) == (86_400_000, 3)


def test_only_two_people_let_an_outbox_be_deleted_and_what_was_lost_is_counted(phone):
    order = devices.ask_wipe(device=phone.device, by=a_member("manager"), at=TEN, why="手机被盗")
    assert devices.wipe_due(phone.device) == ""
    with pytest.raises(NotPermitted):
        devices.confirm_wipe(order=order, by=a_member("manager"), at=TEN)
    devices.confirm_wipe(order=order, by=a_member("compliance"), at=TEN)
    assert devices.wipe_due(phone.device) == "all"
    devices.hear(phone.device, devices.Told(device_at=TEN, outbox_wiped=4), TEN)
    order.refresh_from_db()
    assert (order.lost, devices.wipe_due(phone.device)) == (4, "")


def test_the_phone_hears_what_changed_with_its_reason(visits, phone):
    phone.take_day(TODAY)
    assert changes_for(phone.device, TODAY, phone.bases) == []
    withdraw(visit=visits[0], reason=REASON, actor="daily", at=TEN)
    (change,) = changes_for(phone.device, TODAY, phone.bases)
    assert (change.visit, change.kind, str(change.reason)) == (visits[0].pk, "withdrawn", "Paid up.")
    elsewhere = {uuid4(): "000000000000"} | phone.bases
    assert "gone" in {change.kind for change in changes_for(phone.device, TODAY, elsewhere)}
    assert [c.kind for c in changes_for(phone.device, TODAY, {visits[0].pk: change.base})] == ["new"]


def test_a_new_key_is_used_from_now_on_and_the_old_one_still_opens(visits, phone):
    sent = phone.seal(made(CheckedIn, visits[0], phone.user, 1))
    fresh = new_key(TEN)
    assert current_key(TEN) == fresh
    assert fresh.pk != sent.head.key
    phone.outbox.append(sent)
    assert phone.sync()[0].answer == "accepted"


CONTENT = b"door " * 60_000


def a_file(phone, visit, content=CONTENT, told=None):
    """The event that tells the hash, and the sealed bytes on their way."""
    digest = sha256(told or content).hexdigest()
    said = {"evidence": "door_photo", "digest": digest, "algorithm": "SHA-256"}
    event = made(EvidenceAdded, visit, phone.user, 3, **said)
    key = current_key(TEN)
    bound = f"1\n{event.id}\n{visit.pk}\n{phone.id}\n{key.pk}".encode()
    sealed = seal_to(bytes(key.public), content, purpose="file", bound_to=bound)
    file = blobs.Announced(event.id, visit.pk, key.pk, len(sealed), 65_536, sha256(sealed).hexdigest())
    return event, sealed, file


def send(blob, sealed, numbers):
    for number in numbers:
        part = sealed[number * 65_536 : (number + 1) * 65_536]
        blobs.put_chunk(blob=blob, number=number, content=part, digest=sha256(part).hexdigest(), at=TEN)


def test_a_file_in_chunks_goes_on_where_it_was_cut_and_waits_for_its_entry(visits, phone, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    event, sealed, file = a_file(phone, visits[0])
    blob = blobs.announce(device=phone.device, file=file, at=TEN)
    send(blob, sealed, [3, 0, 0])
    assert blobs.missing_chunks(blobs.announce(device=phone.device, file=file, at=TEN)) == [1, 2, 4]
    send(blob, sealed, [4, 2, 1])
    assert Blob.objects.get().kept_at is None
    phone.record(made(CheckedIn, visits[0], phone.user, 1))
    phone.record(event)
    assert [(a.answer, str(a.reason)) for a in phone.sync()] == [("accepted", "None")] * 2
    assert (Blob.objects.get().kept_at, Blob.objects.get().reason) == (TEN, None)
    assert list((tmp_path / "evidence" / str(visits[0].pk)).iterdir())


def test_a_chunk_that_was_changed_is_asked_for_again(visits, phone, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    _event, sealed, file = a_file(phone, visits[0])
    blob = blobs.announce(device=phone.device, file=file, at=TEN)
    with pytest.raises(BadInput):
        blobs.put_chunk(blob=blob, number=0, content=sealed[:65_536], digest="0" * 64, at=TEN)
    assert 0 in blobs.missing_chunks(blob)


def test_a_file_that_is_not_the_one_recorded_is_kept_back_and_named(visits, phone, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    event, sealed, file = a_file(phone, visits[0], told=b"another")
    phone.record(made(CheckedIn, visits[0], phone.user, 1))
    phone.record(event)
    phone.sync()
    send(blobs.announce(device=phone.device, file=file, at=TEN), sealed, range(file.chunks))
    assert Blob.objects.get().reason is not None
    assert Blob.objects.get().kept_at is None
