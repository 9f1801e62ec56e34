"""Mending an address in a browser: a click on the map fills the form, and the point is confirmed."""

from __future__ import annotations

import pytest

from tests.server.pages.test_address_pages import a_check_in
from tests.server.places.place_builders import TOWN, a_gazetteer, a_text
from tests.server.staffing import NOW
from tests.server.world import a_customer
from zoufang.core.values import Precision
from zoufang.server.book.models import Address
from zoufang.server.places.services import place_addresses

pytestmark = pytest.mark.browser


@pytest.fixture
def address(bank) -> Address:
    a_gazetteer()
    made = a_text(a_customer("c1"), "平原县王庙镇赵家屯3号")
    place_addresses(by=None, at=NOW)
    return made


@pytest.mark.parametrize("size", ["page_desktop", "page_phone"])
def test_a_planner_finds_the_address_and_chooses_its_spot_on_the_map(
    request, size, address, logged_in, axe, sound, shot
):
    a_check_in(address)
    page = logged_in("planner", request.getfixturevalue(size))
    page.goto("/addresses/")
    sound(page)
    shot(page, f"addresses-{size}")
    page.locator("tbody a").first.click()
    page.locator(".leaflet-container").wait_for()
    sound(page)
    axe(page)
    page.locator(".leaflet-container").click(position={"x": 90, "y": 90})
    lat = float(page.locator("[name=lat]").input_value())
    assert abs(lat - TOWN.lat) < 1
    assert page.locator("[name=datum]").input_value() == "WGS-84"
    shot(page, f"address-{size}")
    page.locator(".form-actions button").click()
    page.wait_for_url("**/addresses/")
    known = Address.objects.select_related("party").get(pk=address.pk)
    assert (known.precision, known.place["lat"]) == (Precision.CONFIRMED, lat)
