"""In a real browser: from the desk to a score, the third's decision, the results, and a visitor's record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.door_phone import Phone, leave, talk
from tests.server.review.review_world import AFTER, ALL_KEPT, NEXT, all_are_drawn, score
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from zoufang.core.review import Mark
from zoufang.server.review.drawing import draw_reviews
from zoufang.server.review.models import Observation, Review
from zoufang.server.review.observing import observe
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import BankState
from zoufang.server.training.models import Certificate, Course
from zoufang.server.visiting.models import Visit

LOOKS = [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")]
MORE = 24


@pytest.fixture
def visit(bank, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    visit = a_published_day()[0]
    phones = [Phone(visit, user) for user in officers(visit)]
    talk(phones)
    phones[0].take("evidence_added", evidence="door_photo", file=SimpleUploadedFile("door.jpg", b"\xff\xd8\xff x"))
    leave(phones)
    BankState.objects.update(business_date=NEXT)
    all_are_drawn()
    draw_reviews(today=NEXT, at=AFTER)
    return visit


def more_reviews(visit):
    """Scored by two, who differ now and then."""
    for _n in range(MORE):
        Visit.objects.create(
            id=new_id(),
            party=visit.party,
            address=visit.address,
            crew=visit.crew,
            branch=visit.branch,
            day=TODAY,
            purpose=visit.purpose,
            started_at=TEN,
            ended_at=TEN + timedelta(minutes=20),
            met_role="debtor",
        )
    draw_reviews(today=NEXT, at=AFTER)
    for n, review in enumerate(Review.objects.exclude(visit=visit).select_related("visit__party", "branch")):
        first = {"identified": Mark.NO} if n % 4 == 0 else {"recording_told": Mark.NOT_SEEN} if n % 4 == 1 else {}
        second = first if n % 5 else {"hours": Mark.NO}
        score(review, "compliance", first)
        done = score(review, "trainer", second)
        if done.state == Review.State.DISPUTED and n % 2:
            both = dict.fromkeys(set(first) | set(second), Mark.YES)
            score(review, "manager", both, whole=False)


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_a_visit_is_scored_beside_its_evidence_and_a_third_decides(
    visit, logged_in, new_page, axe, shot, sound, size, language
):
    look = f"{size}-{language}"
    page = logged_in("trainer", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("review_desk"))
    axe(page)
    sound(page)
    shot(page, f"review-desk-{look}")
    page.goto(reverse("review", args=[visit.pk]))
    page.locator("form.review-form").wait_for()
    axe(page)
    sound(page)
    shot(page, f"review-form-{look}")
    for box in page.locator("input[type=radio][value=yes]").all():
        box.check()
    page.locator("input[name=mark-identified][value=no]").check()
    page.locator(".review-form button[type=submit]").click()
    page.locator(".field-error").first.wait_for()
    axe(page)
    page.locator("[name=reason-identified]").fill("开门即报出欠款金额，录音0分12秒")
    page.locator(".review-form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('review_desk')}")
    score(Review.objects.get(visit=visit), "compliance")
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("review", args=[visit.pk]))
    assert page.locator("fieldset.review-item").count() == 1
    axe(page)
    shot(page, f"review-third-{look}")
    page.locator("input[name=mark-identified][value=no]").check()
    page.locator("[name=reason-identified]").fill("录音可证")
    page.locator(".review-form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('review_desk')}")
    page.goto(reverse("review", args=[visit.pk]))
    page.locator("#outcome-title").wait_for()
    axe(page)
    sound(page)
    shot(page, f"review-settled-{look}")


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_results_and_a_visitors_record(visit, logged_in, new_page, axe, shot, sound, size, language):
    more_reviews(visit)
    mate = officers(visit)[0]
    law = Course.objects.get(code="law")
    Certificate.objects.create(officer=mate, course=law, issued=NEXT, expires=NEXT, score=92)
    observe(
        id=new_id(),
        officer=mate,
        kind=Observation.Kind.RIDE_ALONG,
        marks=ALL_KEPT | {"affordability": Mark.NO},
        reasons={"affordability": "未问家庭支出就谈分期"},
        by=a_member("manager"),
        on=TODAY,
        today=NEXT,
        at=AFTER,
    )
    look = f"{size}-{language}"
    page = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("review_results"))
    page.locator("figure.chart canvas, figure.chart svg").first.wait_for()
    axe(page)
    sound(page)
    shot(page, f"review-results-{look}")
    page.goto(reverse("visitor_record", args=[mate.pk]))
    axe(page)
    sound(page)
    shot(page, f"visitor-record-{look}")
    page = logged_in("trainer", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("observe_visitor", args=[mate.pk]))
    axe(page)
    sound(page)
    shot(page, f"observe-{look}")
