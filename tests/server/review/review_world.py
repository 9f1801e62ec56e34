"""Two finished visits of a crew, the next morning, and people who review."""

from __future__ import annotations

from datetime import timedelta

from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.review import Mark, Risk
from zoufang.files.review_form import shipped_review_form
from zoufang.server.review.drawing import draw_reviews
from zoufang.server.review.models import Review, SharesVersion
from zoufang.server.review.scoring import score_visit
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role
from zoufang.server.visiting.models import Visit, VisitEvent

NEXT, AFTER = TODAY + timedelta(days=1), TEN + timedelta(days=1)
ITEMS = [item.code for item in shipped_review_form().items]
ALL_KEPT = dict.fromkeys(ITEMS, Mark.YES)


def finished_visits(customers=2, minutes=25):
    """Both of the crew checked in at ten."""
    made = a_published_day(customers)
    Visit.objects.update(
        started_at=TEN, ended_at=TEN + timedelta(minutes=minutes), met_role="debtor", state="closed", outcome="met"
    )
    for visit in made:
        visit.refresh_from_db()
        for officer in officers(visit):
            checked_in(visit, officer)
    return made


def checked_in(visit, officer, **given):
    return VisitEvent.objects.create(
        id=new_id(), visit=visit, kind="checked_in", by=officer, device_at=TEN, server_at=TEN, **given
    )


def all_are_drawn(base=100):
    """From the day of the visits on."""
    return SharesVersion.objects.create(
        id=new_id(),
        valid_from=TODAY,
        base=base,
        by_risk={str(risk): 100 for risk in Risk},
        reason="试",
        by=a_member("compliance"),
        at=TEN,
    )


def a_review(visit=None) -> Review:
    visit = visit or finished_visits()[0]
    if not SharesVersion.objects.exists():
        all_are_drawn()
    draw_reviews(today=NEXT, at=AFTER)
    return Review.objects.select_related("visit__party", "branch").get(visit=visit)


def score(review, role: str | Role, marks=None, reasons=None, **given):
    full = {**ALL_KEPT, **(marks or {})} if given.pop("whole", True) else marks
    said = {code: "见录音3分10秒" for code, mark in full.items() if mark is Mark.NO}
    by = given.pop("by", None) or a_member(role)
    sent = {"id": new_id(), "review": review, "marks": full, "reasons": said if reasons is None else reasons}
    return score_visit(**(sent | given), by=by, on=NEXT, at=AFTER)
