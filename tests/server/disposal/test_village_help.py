"""Committee members may help to find an address and never learn of the debt: not from the page, nor from words."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, a_member
from tests.server.visit_world import a_published_day, officers
from tests.server.world import a_visitor
from zoufang.core.disposal import tells_of_debt
from zoufang.core.errors import BadInput, NotPermitted
from zoufang.server.audit.models import AuditLine
from zoufang.server.disposal.models import VillageHelp
from zoufang.server.disposal.village import Helped, record_help

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return a_published_day()[0]


def shown(client, address, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_on_the_page_tells_of_the_debt(visit, language):
    client = login(officers(visit)[0])
    page = shown(client, reverse("village_ask", args=[visit.pk]), language)
    words = re.sub(r"<script.*?</script>|<style.*?</style>", " ", page, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", words)
    assert tells_of_debt(text) is None, tells_of_debt(text)
    for amount in ("30,000", "30000", "3.00", "90,000"):
        assert amount not in page
    assert "张三丰" not in page
    for code in ("serve_demand", "first_talk", visit.party.loans.get().source_key):
        assert code not in words


def test_from_the_page_one_gets_to_no_other_page_than_the_visit(visit):
    """The menu with arrears and customers is not a tap away; the visit itself keeps the debt locked."""
    page = shown(login(officers(visit)[0]), reverse("village_ask", args=[visit.pk]), "zh-hans")
    links = {link for link in re.findall(r'<a [^>]*href="([^"]+)"', page) if not link.startswith("#")}
    assert links == {reverse("visit_page", args=[visit.pk])}


def test_who_helped_and_where_is_kept_sealed_and_without_names_on_the_chain(visit):
    client = login(officers(visit)[0])
    sent = {
        "id": uuid4(), "helper": "village", "village": "前王村", "result": "shown", "name": "王支书",
        "way": "村口第二条巷子往东",
    }  # fmt: skip
    for _ in range(2):
        assert client.post(reverse("village_ask", args=[visit.pk]), sent).status_code == 302
    row = VillageHelp.objects.get()
    assert "王支书" not in bytes(row.sealed).decode("utf-8", "ignore")
    told = AuditLine.objects.get(action="ask_village")
    assert told.details == {"helper": "village", "result": "shown", "words": row.words_version}
    record = login(a_member("manager")).get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert "前王村" in record
    assert "王支书" not in record


@pytest.mark.parametrize("way", ["他欠银行贷款", "逾期三个月的那家", "the family with the overdue loan"])
def test_words_that_tell_of_the_debt_are_refused(visit, way):
    sent = {"id": uuid4(), "helper": "village", "village": "前王村", "result": "shown", "way": way}
    answer = login(officers(visit)[0]).post(reverse("village_ask", args=[visit.pk]), sent)
    assert answer.status_code == 422
    assert not VillageHelp.objects.exists()


def test_only_the_crew_of_the_visit_asks(visit):
    asked = Helped(uuid4(), VillageHelp.Helper.VILLAGE, "前王村", VillageHelp.Result.SHOWN)
    with pytest.raises(NotPermitted):
        record_help(helped=asked, visit=visit, by=a_member("manager"), at=NOW)
    other = login(a_visitor(77))
    assert other.get(reverse("village_ask", args=[visit.pk])).status_code == 404
    with pytest.raises(BadInput):
        record_help(
            helped=Helped(uuid4(), VillageHelp.Helper.VILLAGE, " ", VillageHelp.Result.SHOWN),
            visit=visit,
            by=officers(visit)[0],
            at=NOW,
        )


def test_the_page_speaks_both_languages(visit):
    assert_speaks_both(login(officers(visit)[0]), reverse("village_ask", args=[visit.pk]))
