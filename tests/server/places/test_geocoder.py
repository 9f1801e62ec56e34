"""The geocoder is off as delivered; where the bank names one, nothing but the address leaves."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.server.places.place_builders import ENTRIES, TOWN, a_gazetteer, a_text
from tests.server.staffing import NOW
from tests.server.world import a_customer
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Datum, Point, Precision, to_wgs84
from zoufang.server.book.models import Address
from zoufang.server.places.geocoder import HttpGeocoder, asked_text, configured, geocode_addresses
from zoufang.server.places.services import place_addresses

pytestmark = pytest.mark.django_db
TEXT = "平原县王庙镇赵家屯12号3号楼2单元501室 张先生 13812345678"


@pytest.fixture
def service():
    """A geocoder on this machine that keeps everything it was sent."""
    heard: list[tuple[str, dict[str, str]]] = []
    said = {"location": f"{TOWN.lon + 0.01},{TOWN.lat}"}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append((self.path, dict(self.headers)))
            body = json.dumps({"geocodes": [said] if said["location"] else []}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    server.heard, server.said = heard, said
    yield server
    server.shutdown()
    server.server_close()


def geocoder_at(service, datum=Datum.WGS84):
    url = f"http://127.0.0.1:{service.server_port}/geo?address={{address}}"
    return HttpGeocoder(url, datum, "geocodes.0.location", "geocodes.0.location")


def a_rough_address() -> Address:
    a_gazetteer()
    made = a_text(a_customer("c1", name="张三丰"), TEXT)
    place_addresses(by=None, at=NOW)
    return made


def asked(service, **changes):
    return geocode_addresses(geocoder=geocoder_at(service, **changes), limit=10, by=None, at=NOW)


def now(address):
    return Address.objects.select_related("party").get(pk=address.pk)


def test_as_delivered_nobody_is_asked():
    assert configured() is None


def test_only_the_address_to_its_house_number_leaves_the_bank(service):
    address = a_rough_address()
    asked(service)
    ((path, headers),) = service.heard
    assert parse_qs(urlsplit(path).query) == {"address": ["平原县王庙镇赵家屯12号"]}
    sent = path + json.dumps(headers)
    assert not any(secret in sent for secret in ("张", "138", "501", str(address.pk), str(address.party_id)))


def test_an_answer_is_approximate_until_somebody_stood_there(service):
    address = a_rough_address()
    assert asked(service) == {"found": 1}
    known = now(address)
    assert (known.precision, known.place["radius_m"]) == (Precision.VILLAGE, 300)
    assert known.place["lon"] == pytest.approx(TOWN.lon + 0.01)


def test_a_new_gazetteer_that_is_no_finer_leaves_the_answer(service):
    address = a_rough_address()
    asked(service)
    a_gazetteer(ENTRIES[:4])
    assert place_addresses(by=None, at=NOW).looked_at == 0
    assert now(address).precision == Precision.VILLAGE


def test_an_answer_on_another_datum_is_converted(service):
    address = a_rough_address()
    asked(service, datum=Datum.GCJ02)
    assert now(address).place["lat"] == to_wgs84(Point(TOWN.lat, TOWN.lon + 0.01, Datum.GCJ02)).lat


def test_an_answer_far_outside_the_town_is_not_taken(service):
    address = a_rough_address()
    service.said["location"] = "121.47,31.23"
    assert asked(service) == {"stray": 1}
    assert now(address).precision == Precision.TOWNSHIP


def test_nobody_is_asked_twice_about_the_same_address(service):
    a_rough_address()
    service.said["location"] = ""
    assert asked(service) == {"unknown": 1}
    assert asked(service) == {}


def test_a_geocoder_that_does_not_answer_is_an_error_by_name():
    silent = HttpGeocoder("http://127.0.0.1:9/geo?address={address}", Datum.WGS84, "lat", "lon")
    with pytest.raises(Conflict, match="did not answer"):
        silent.locate("平原县")


def test_a_setting_without_a_place_for_the_address_is_refused():
    with pytest.raises(BadInput, match="ZOUFANG_GEOCODER_URL"):
        HttpGeocoder("file:///etc/passwd?{address}", Datum.WGS84, "lat", "lon")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("平原县龙门街道新城社区3号楼2单元101室", "平原县龙门街道新城社区"),
        ("平原县王庙镇李家村三组5号", "平原县王庙镇李家村三组5号"),
        ("平原县王庙镇李家村5号（户主张三）", "平原县王庙镇李家村5号"),
    ],
)
def test_rooms_and_people_are_cut_off(text, sent):
    assert asked_text(text) == sent
