"""The app is updated while work is queued: what an earlier one stored is sent by the new one without log-in."""

from __future__ import annotations

from base64 import b64encode

from playwright.sync_api import expect

from tests.server.field.a_phone import APhone, made
from tests.server.staffing import TODAY
from tests.server.visit_world import a_published_day, officers
from zoufang.core.visits import CheckedIn
from zoufang.server.field.models import Device, Envelope
from zoufang.server.visiting.models import VisitEvent

# As version 1 of the stores was made.
STORES_OF_VERSION_1 = """({device, entry}) => new Promise((done, failed) => {
  const ask = indexedDB.open("zoufang-field", 1);
  ask.onerror = () => failed(ask.error);
  ask.onupgradeneeded = () => {
    const base = ask.result;
    base.createObjectStore("keys");
    base.createObjectStore("facts").put(device, "device");
    base.createObjectStore("outbox", {keyPath: "seq"}).createIndex("visit", "visit");
    base.createObjectStore("log", {keyPath: "id"}).createIndex("visit", "visit");
    ask.transaction.objectStore("outbox").put(entry);
  };
  ask.onsuccess = () => { ask.result.close(); done(); };
})"""


def test_work_queued_by_an_earlier_version_is_sent_by_the_new_one(bank, page_phone):
    visit = a_published_day(1)[0]
    phone = APhone(officers(visit)[0])
    phone.take_day(TODAY)
    sent = phone.seal(made(CheckedIn, visit, phone.user, 1))
    head = sent.head
    device = {"id": str(phone.id), "token": phone.token, "user": str(phone.user.pk), "name": phone.user.full_name}
    known = {"seq": head.seq, "id": str(head.id), "visit": str(head.visit), "base": head.base, "key": head.key}
    entry = known | {"sealed": b64encode(sent.sealed).decode(), "made": 0}
    page_phone.set_default_timeout(30_000)
    page_phone.goto("/field/manifest.webmanifest")
    page_phone.evaluate(STORES_OF_VERSION_1, {"device": device, "entry": entry})
    page_phone.goto("/field/")
    expect(page_phone.locator(".status")).to_contain_text("全部已上传", timeout=20_000)
    assert Envelope.objects.get().state == "accepted"
    assert VisitEvent.objects.get().pk == head.id
    assert Device.objects.get(pk=phone.id).unsent == 0
