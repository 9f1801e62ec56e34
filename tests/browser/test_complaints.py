"""A complaint's page in a real browser: who sees to it, the steps, the next one; and the list with its clock."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.answered import answered
from tests.server.staffing import NOW, TODAY, a_member
from tests.server.world import a_customer
from zoufang.server.oversight import complaints
from zoufang.server.oversight.models import ComplaintNotice, ComplaintStep
from zoufang.server.oversight.services import open_complaint
from zoufang.server.oversight.superiors import tell_superior
from zoufang.server.staff.models import BankState


@pytest.fixture
def late(bank):
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    opened = TODAY - timedelta(days=20)
    party = a_customer("C1")
    made = open_complaint(
        id=uuid4(),
        party=party,
        about="conduct",
        text="来访语气不好",
        opened_on=opened,
        by=None,
        at=NOW,
        channel="phone",
    )
    complaints.escalate_overdue(today=TODAY, at=NOW)
    return made


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")])
def test_a_late_complaint_is_seen_taken_on_and_stands_in_the_list(
    late, logged_in, new_page, axe, shot, sound, size, language
):
    page = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("complaint_list"))
    axe(page)
    sound(page)
    shot(page, f"complaints-{size}-{language}")
    complaints.take_step(
        id=uuid4(),
        complaint=late,
        kind=ComplaintStep.Kind.OWNED,
        note="由合规部跟进",
        by=a_member("compliance"),
        on=TODAY,
        at=NOW,
    )
    page.goto(reverse("complaint", args=[late.pk]))
    axe(page)
    sound(page)
    shot(page, f"complaint-{size}-{language}")


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-hans"), ("phone", "zh-hans"), ("desktop", "en")])
def test_a_named_superior_is_told_on_each_page_and_an_answer_opens_the_closing(
    late, logged_in, new_page, axe, shot, sound, size, language
):
    a_member("manager")
    tell_superior(late, ComplaintNotice.Why.OVERDUE, at=NOW)
    page = logged_in("manager", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("complaint_list"))
    page.locator(f"a[href='{reverse('complaint', args=[late.pk])}']").first.wait_for()
    axe(page)
    sound(page)
    shot(page, f"complaint-notice-{size}-{language}")
    page.locator("form[action*='/complaints/notices/'] button").click()
    page.wait_for_url(f"**{reverse('start')}")
    assert ComplaintNotice.objects.get().seen_at is not None
    answered(late, on=TODAY)
    page = logged_in("compliance", new_page(PHONE if size == "phone" else DESKTOP), language=language)
    page.goto(reverse("complaint", args=[late.pk]))
    page.locator("[name=finding]").select_option("upheld")
    axe(page)
    sound(page)
    shot(page, f"complaint-answered-{size}-{language}")
