"""A gazetteer taken in by a page: text-only addresses get their points, and a wrong row changes nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.places.place_builders import a_text
from tests.server.staffing import a_bank, a_member
from tests.server.world import a_customer
from zoufang.core.values import Precision
from zoufang.server.audit.models import AuditLine
from zoufang.server.places.models import GazetteerImport, GazetteerPlace

pytestmark = pytest.mark.django_db
PAGE = "gazetteer"
TOWN = "t1,王庙镇,town,371426,37.19,116.42,WGS-84\n"
GOOD = "代码,名称,级别,上级,纬度,经度,坐标系\n371426,平原县,county,,,,\n" + TOWN


@pytest.fixture
def planner(client):
    a_bank()
    client.force_login(a_member("planner"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, text: str, **changes):
    given = {"source": "县民政局 2026", "datum": ""} | changes
    file = SimpleUploadedFile("places.csv", text.encode("gb18030"))
    return client.post(reverse(PAGE), given | {"file": file}, follow=True)


@pytest.mark.django_db(transaction=True)
def test_addresses_known_as_text_get_a_point_from_the_file(planner):
    address = a_text(a_customer("c1"), "平原县王庙镇某处")
    send(planner, GOOD)
    address.refresh_from_db()
    assert (address.precision, address.township) == (Precision.TOWNSHIP, "王庙镇")
    assert AuditLine.objects.filter(action="import_gazetteer").exists()


def test_the_same_file_twice_holds_each_place_once(planner):
    send(planner, GOOD)
    send(planner, GOOD)
    assert (GazetteerImport.objects.count(), GazetteerPlace.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("WGS-84", "GPS54"), "第3行"),
        (GOOD.replace("town,", "parish,"), "第3行"),
        (GOOD.replace("371426,37", "999999,37"), "999999"),
        ("代码,名称\n1,甲\n", "level"),
    ],
)
def test_a_wrong_row_is_named_in_chinese_and_nothing_is_taken_in(planner, text, says):
    send(planner, GOOD)
    answer = send(planner, text)
    assert says in answer.content.decode()
    assert "Correct" not in answer.content.decode()
    assert GazetteerImport.objects.count() == 1


def test_coordinates_of_an_unnamed_datum_are_refused_unless_the_reader_names_it(planner):
    bare = GOOD.replace(",WGS-84", ",")
    send(planner, bare)
    assert not GazetteerImport.objects.exists()
    send(planner, bare, datum="GCJ-02")
    moved = GazetteerPlace.objects.get(code="t1")
    assert moved.lat is not None
    assert 0.0001 < abs(moved.lat - 37.19) < 0.01


def test_the_page_speaks_both_languages_and_refuses_a_visitor(planner, client):
    send(planner, GOOD)
    assert_speaks_both(planner, reverse(PAGE))
    client.force_login(a_member("visitor"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(PAGE)).status_code == 403
