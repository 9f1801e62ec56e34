"""Visits come to the review desk by a lot that is cast once, with a probability known beforehand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.review.review_world import AFTER, NEXT, all_are_drawn, checked_in, finished_visits
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, officers
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.review import Risk, Shares, lot
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.run import run_day
from zoufang.server.oversight.services import open_complaint
from zoufang.server.review.drawing import draw_reviews, seed_of, set_shares, shares_on
from zoufang.server.review.models import Lot, Review
from zoufang.server.review.risks import SOURCES, add_source
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role, User
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db


def complain(visit, on=TODAY):
    return open_complaint(
        id=new_id(),
        party=visit.party,
        about="visit_conduct",
        text="语气",
        opened_on=on,
        by=None,
        at=TEN,
        visit_id=visit.pk,
    )


def test_each_finished_visit_gets_one_lot_and_a_second_run_changes_nothing():
    visits = finished_visits()
    draw_reviews(today=NEXT, at=AFTER)
    before = list(Lot.objects.order_by("pk").values())
    assert {one["visit_id"] for one in before} == {visit.pk for visit in visits}
    draw_reviews(today=NEXT + timedelta(days=1), at=AFTER + timedelta(days=1))
    assert list(Lot.objects.order_by("pk").values()) == before


def test_the_lot_and_the_share_decide_who_is_drawn():
    visits = finished_visits()
    lots = {visit.pk: lot(seed_of(visit.day), str(visit.pk)) for visit in visits}
    all_are_drawn(base=max(1, min(99, round(50 * sum(lots.values())))))
    draw_reviews(today=NEXT, at=AFTER)
    for row in Lot.objects.all():
        assert row.value == lots[row.visit_id]
        assert row.drawn == (row.value < row.share / 100) == Review.objects.filter(pk=row.pk).exists()


def test_seed_shares_and_frame_stand_on_the_audit_chain():
    finished_visits()
    all_are_drawn()
    draw_reviews(today=NEXT, at=AFTER)
    kept = AuditLine.objects.get(action="draw_reviews").details
    assert kept["seeds"] == {TODAY.isoformat(): seed_of(TODAY)}
    assert (kept["among"], set(kept["drawn"].values()), len(kept["frame_sha256"])) == (2, {100}, 64)


def test_a_complained_of_visit_is_always_drawn():
    visit = finished_visits()[0]
    complain(visit)
    draw_reviews(today=NEXT, at=AFTER)
    row = Lot.objects.get(visit=visit)
    assert (row.share, row.drawn, row.risks) == (100, True, ["complaint"])


def test_a_complaint_after_the_draw_opens_a_review_for_cause_and_leaves_the_lot_alone():
    visit = finished_visits()[0]
    all_are_drawn(base=1)
    draw_reviews(today=NEXT, at=AFTER)
    Lot.objects.update(drawn=False)
    Review.objects.all().delete()
    complain(visit, on=NEXT)
    draw_reviews(today=NEXT, at=AFTER)
    assert Review.objects.get().why == Review.Why.CAUSE
    assert not Lot.objects.get(visit=visit).drawn


@pytest.mark.parametrize(
    ("change", "given", "risk"),
    [
        ({"ended_at": TEN + timedelta(minutes=3)}, {}, "short"),
        ({"ended_at": TEN + timedelta(hours=10)}, {}, "late_hours"),
        ({}, {"body": {"mock_location": True}}, "mock_location"),
    ],
)
def test_short_late_and_mocked_visits_bear_their_risk(change, given, risk):
    visit = finished_visits()[0]
    Visit.objects.filter(pk=visit.pk).update(**change)
    if given:
        checked_in(visit, officers(visit)[0], **given)
    draw_reviews(today=NEXT, at=AFTER)
    assert Lot.objects.get(visit=visit).risks == [risk]


@pytest.mark.parametrize(("north", "accuracy", "away"), [(0.0, 20, False), (0.01, 20, True), (0.01, 2000, False)])
def test_a_check_in_surely_far_from_the_door_is_out_of_place(north, accuracy, away):
    visit = finished_visits()[0]
    place = visit.opened(visit.address).place
    checked_in(visit, officers(visit)[0], lat=place["lat"] + north, lon=place["lon"], accuracy_m=accuracy)
    draw_reviews(today=NEXT, at=AFTER)
    assert ("out_of_place" in Lot.objects.get(visit=visit).risks) is away


def test_a_visit_on_which_an_agencys_person_came_bears_its_risk():
    visits = finished_visits()
    User.objects.filter(pk=officers(visits[0])[0].pk).update(role=Role.AGENCY)
    draw_reviews(today=NEXT, at=AFTER)
    assert set(Lot.objects.values_list("share", flat=True)) == {20}
    assert Lot.objects.get(visit=visits[0]).risks == ["agency"]


def test_an_app_further_up_may_name_visits_at_risk(monkeypatch):
    visits = finished_visits()
    monkeypatch.setitem(SOURCES, Risk.AGENCY, SOURCES[Risk.AGENCY])
    add_source(Risk.AGENCY, lambda _visits: {visits[0].pk})
    draw_reviews(today=NEXT, at=AFTER)
    assert Lot.objects.get(visit=visits[0]).risks == ["agency"]
    assert Lot.objects.get(visit=visits[1]).risks == []


def test_the_days_run_draws(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    visits = finished_visits()
    run_day(branch=visits[0].branch, to=NEXT, by=None, at=AFTER)
    assert Lot.objects.count() == 2


def test_visits_that_are_not_over_or_of_today_have_no_lot_yet():
    first, _second = finished_visits()
    Visit.objects.filter(pk=first.pk).update(ended_at=None)
    draw_reviews(today=TODAY, at=TEN)
    assert Lot.objects.count() == 0
    draw_reviews(today=NEXT, at=AFTER)
    assert Lot.objects.count() == 1


def shares(by="compliance", valid_from=NEXT, reason="季度抽检方案"):
    given = {"shares": Shares(10, Shares.usual().by_risk), "valid_from": valid_from, "reason": reason}
    return set_shares(id=new_id(), by=a_member(by), today=TODAY, at=TEN, **given)


class TestShares:
    def test_compliance_sets_them_for_days_to_come(self, a_head_officer):
        set_shares(
            id=new_id(),
            shares=Shares(10, Shares.usual().by_risk),
            valid_from=NEXT,
            reason="季度抽检方案",
            by=a_head_officer,
            today=TODAY,
            at=TEN,
        )
        assert (shares_on(TODAY).base, shares_on(NEXT).base) == (5, 10)
        assert AuditLine.objects.get(action="set_review_shares").details["base"] == 10

    def test_not_for_a_day_that_has_begun_nor_without_a_reason_nor_twice(self, a_head_officer):
        given = {"by": a_head_officer, "today": TODAY, "at": TEN, "shares": Shares.usual()}
        with pytest.raises(Conflict):
            set_shares(id=new_id(), valid_from=TODAY, reason="r", **given)
        with pytest.raises(BadInput):
            set_shares(id=new_id(), valid_from=NEXT, reason=" ", **given)
        set_shares(id=new_id(), valid_from=NEXT, reason="r", **given)
        with pytest.raises(Conflict):
            set_shares(id=new_id(), valid_from=NEXT, reason="r", **given)

    @pytest.mark.parametrize("role", ["manager", "trainer", "visitor", "analyst"])
    def test_nobody_else_sets_them(self, role, a_head_officer):
        with pytest.raises(NotPermitted):
            shares(by=role)

    def test_a_sub_branch_sets_none_for_the_bank(self):
        with pytest.raises(NotPermitted):
            shares()
