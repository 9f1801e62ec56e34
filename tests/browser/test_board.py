"""The board in a real browser: a drag by mouse and by finger, the form by keyboard alone and without a script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, a_visitor, certified, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.board import kept
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.pages.board_lines import MINUTE
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import DayPlan, DraftMove, PlannerOrder

BOTH = [(DESKTOP, "zh-hans"), (DESKTOP, "en"), (PHONE, "zh-hans"), (PHONE, "en")]
APPLY = {"zh-hans": "应用", "en": "Apply"}


@pytest.fixture
def draft(bank, transactional_db) -> DayPlan:
    kept.clear()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(9)]
    poor = a_customer("poor", name="钱少某", north=0.2, arrears_fen=9_000)
    a_study(dict.fromkeys([*parties, poor], Arm.FREE) | {parties[1]: Arm.MUST_VISIT})
    a_crew("K1"), a_crew("K2"), a_crew("K3", members=(certified(a_visitor(9)), certified(a_visitor(8))))
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


def board(page: Page, draft: DayPlan) -> Page:
    page.goto(f"/plans/{draft.pk}/board/")
    return page


def longest(draft: DayPlan):
    """A stop in the middle of the fullest crew's day, and another crew."""
    stops = list(draft.stops.select_related("crew").order_by("crew__code", "number"))
    full = max({s.crew.code for s in stops}, key=lambda code: sum(s.crew.code == code for s in stops))
    mine = [s for s in stops if s.crew.code == full]
    return mine[len(mine) // 2], next(code for code in ("K1", "K2", "K3") if code != full)


def centre(page: Page, selector: str) -> tuple[float, float]:
    found = page.locator(selector).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize(("size", "language"), BOTH, ids=["desktop-zh", "desktop-en", "phone-zh", "phone-en"])
def test_the_board_is_sound_to_look_at(size, language, draft, logged_in, new_page, axe, shot, sound):
    page = board(logged_in("planner", new_page(size), language=language), draft)
    expect(page.locator(".board-stop")).to_have_count(draft.stops.count())
    sound(page)
    axe(page)
    shot(page, f"board-{size['width']}-{language[:2]}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_drag_is_answered_before_it_is_let_go_and_then_applied(draft, logged_in, axe, shot, sound, language):
    page = board(logged_in("planner", language=language), draft)
    stop, other = longest(draft)
    x, y = centre(page, f'[data-stop="{stop.party_id}"]')
    there = page.locator(f'[data-row="{other}"] .board-shift').bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=3)
    page.mouse.move(x, there["y"] + 20, steps=8)
    expect(page.locator(".board-bubble.good")).to_be_visible()
    expect(page.locator(f'[data-row="{other}"].board-target')).to_have_count(1)
    assert DraftMove.objects.count() == 0
    shot(page, f"board-drag-{language[:2]}")
    page.mouse.up()
    apply = page.locator(".board-bar").get_by_role("button", name=APPLY[language])
    expect(apply).to_be_focused()
    assert DraftMove.objects.count() == 0
    axe(page)
    shot(page, f"board-answer-{language[:2]}")
    apply.click()
    expect(page.locator(".board-moves li")).to_have_count(1)
    assert draft.stops.select_related("crew").get(party=stop.party_id).crew.code == other
    sound(page)
    axe(page)
    shot(page, f"board-applied-{language[:2]}")


def test_a_visit_let_go_at_an_hour_is_fixed_there(draft, logged_in, shot):
    page = board(logged_in("planner"), draft)
    stop, other = longest(draft)
    page.locator("#board-at-hour").check()
    x, y = centre(page, f'[data-stop="{stop.party_id}"]')
    row = page.locator(f'[data-row="{other}"] .board-shift').bounding_box()
    ten = row["x"] + 60 * MINUTE
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(ten + 5, row["y"] + 20, steps=8)
    expect(page.locator(".board-bubble.good")).to_contain_text("10:")
    shot(page, "board-hour-zh")
    page.mouse.up()
    page.locator(".board-bar").get_by_role("button", name="应用").click()
    expect(page.locator(".board-moves li")).to_have_count(1)
    pin = PlannerOrder.objects.get()
    assert pin.crew.code == other
    assert abs(pin.arrive - 10 * 60) <= 15


def test_an_impossible_place_is_told_in_red_and_cannot_be_applied(draft, logged_in, shot):
    page = board(logged_in("planner"), draft)
    page.locator("#move_customer").select_option(str(longest(draft)[0].party_id))
    page.locator("#move_crew").select_option(longest(draft)[1])
    page.locator("#move_arrive").fill("04:00")
    page.get_by_role("button", name="试算").click()
    expect(page.locator(".board-bad")).to_contain_text("04:00")
    expect(page.get_by_role("button", name="应用")).to_have_count(0)
    shot(page, "board-refused-zh")


def test_a_visit_is_dragged_out_of_the_day_and_the_move_is_taken_back(draft, logged_in, shot):
    page = board(logged_in("planner"), draft)
    stop, _ = longest(draft)
    x, y = centre(page, f'[data-stop="{stop.party_id}"]')
    out = page.locator("#board-out").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(out["x"] + 200, out["y"] + 20, steps=8)
    expect(page.locator(".board-bubble.good")).to_be_visible()
    page.mouse.up()
    page.locator(".board-bar").get_by_role("button", name="应用").click()
    expect(page.locator(f'[data-left="{stop.party_id}"]')).to_be_visible()
    assert PlannerOrder.objects.get().kind == "drop"
    page.get_by_role("button", name="撤销上一步调整").click()
    expect(page.locator(f'[data-stop="{stop.party_id}"]')).to_be_visible()
    assert not PlannerOrder.objects.exists()


def test_escape_lets_a_dragged_visit_fall_back(draft, logged_in):
    page = board(logged_in("planner"), draft)
    stop, other = longest(draft)
    block = page.locator(f'[data-stop="{stop.party_id}"]')
    before = block.get_attribute("transform")
    x, y = centre(page, f'[data-stop="{stop.party_id}"]')
    there = page.locator(f'[data-row="{other}"] .board-shift').bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, there["y"] + 20, steps=8)
    expect(page.locator(".board-bubble.good")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".board-bubble")).to_be_hidden()
    expect(page.locator(".board-bar")).to_be_hidden()
    assert block.get_attribute("transform") == before
    expect(page.get_by_role("button", name="应用")).to_have_count(0)


def test_who_was_left_out_is_dragged_in_with_a_finger(draft, logged_in, new_page, shot, sound):
    page = board(logged_in("planner", new_page(PHONE)), draft)
    chip = page.locator("[data-left]").first
    party = chip.get_attribute("data-left")
    x, y = centre(page, "[data-left]")
    page.locator(".board").evaluate("board => { board.scrollLeft = 250; }")
    there = page.locator('[data-row="K3"] .board-shift').bounding_box()
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": px, "y": py} for px, py in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + (220 - x) * step / 8, y + (there["y"] + 20 - y) * step / 8))
    expect(page.locator(".board-bubble.good")).to_be_visible()
    shot(page, "board-finger-zh")
    touch("touchEnd")
    page.locator(".board-bar").get_by_role("button", name="应用").click()
    expect(page.locator(".board-moves li")).to_have_count(1)
    assert draft.stops.select_related("crew").get(party=party).crew.code == "K3"
    sound(page)
    shot(page, "board-phone-applied-zh")


def test_the_form_does_the_same_by_keyboard_alone(draft, logged_in, new_page, axe, sound, shot):
    page = board(logged_in("planner", new_page(PHONE), language="en"), draft)
    stop, other = longest(draft)
    page.locator('[data-stop][tabindex="0"]').focus()
    for _ in range(stop.number - 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#move_customer")).to_have_value(str(stop.party_id))
    expect(page.locator("#move_do")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#move_crew")).to_be_focused()
    page.keyboard.type(f"{other}组")
    page.locator("#move_crew").select_option(other)
    page.locator("#move_hold").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()
    axe(page)
    sound(page)
    shot(page, "board-form-phone-en")
    page.keyboard.press("Enter")
    expect(page.locator(".board-moves li")).to_have_count(1)
    assert draft.stops.select_related("crew").get(party=stop.party_id).crew.code == other


def test_a_crew_stands_out_on_the_map_when_it_is_chosen(draft, logged_in):
    page = board(logged_in("planner"), draft)
    stop, _ = longest(draft)
    page.locator(f'[data-crew="{stop.crew.name}"]').click()
    expect(page.locator('.board-crew[aria-pressed="true"]')).to_have_count(1)
    faded = page.locator(".leaflet-marker-icon").evaluate_all(
        "marks => marks.filter((m) => m.style.opacity === '0.25').length"
    )
    assert faded == draft.stops.exclude(crew=stop.crew).count()


def test_without_a_script_the_form_checks_and_applies(draft, logged_in, browser, live_server):
    source = logged_in("planner").context
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(source.cookies())
    page = board(context.new_page(), draft)
    stop, other = longest(draft)
    page.locator("#move_customer").select_option(str(stop.party_id))
    page.locator("#move_crew").select_option(other)
    page.get_by_role("button", name="试算").click()
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".board-moves li")).to_have_count(1)
    assert draft.stops.select_related("crew").get(party=stop.party_id).crew.code == other
    context.close()
