import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.urls("tests.browser.specimen")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_of_everything_is_drawn_soundly(size, logged_in, new_page, axe, shot, sound):
    page = logged_in("manager", new_page(size))
    page.goto("/specimen/")
    expect(page.locator("[data-chart][data-drawn]")).to_have_count(4)
    expect(page.locator(".map-stop")).to_have_count(12)
    shot(page, f"specimen-{size['width']}")
    sound(page)
    axe(page)


def test_a_stop_on_the_map_opens_by_keyboard_and_tells_its_crew(logged_in):
    page = logged_in("planner")
    page.goto("/specimen/")
    page.locator(".leaflet-marker-icon[title='3. 张* 11:00']").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("一组 王走访")


def test_amounts_in_a_charts_table_follow_the_chosen_unit(logged_in):
    page = logged_in("manager")
    page.goto("/specimen/")
    expect(page.locator(".figures .money").first).to_have_text("12,345,678.90")
    page.locator(".topbar").get_by_role("button", name="万元").click()
    expect(page.locator(".figures .money").first).to_have_text("1,234.57")
    page.get_by_text("查看数据表").first.click()
    expect(page.locator(".chart-table .money").first).to_have_text("90,000.00")


def test_the_current_entry_of_the_menu_is_marked(logged_in, shot):
    page = logged_in("manager")
    page.goto("/")
    shot(page, "start-full-menu")
    expect(page.locator("nav [aria-current=page]")).to_have_text("今日工作")
    page.locator("nav").get_by_text("外访计划").click()
    expect(page.locator("nav [aria-current=page]")).to_have_text("外访计划")


def test_a_form_is_sent_once(logged_in):
    page = logged_in("manager")
    page.goto("/specimen/")
    sent = page.evaluate(
        """() => {
            const form = document.querySelector("form[data-once]");
            let sent = 0;
            document.addEventListener("submit", (event) => {
                sent += event.defaultPrevented ? 0 : 1;
                event.preventDefault();
            });
            form.requestSubmit();
            form.requestSubmit();
            return sent;
        }"""
    )
    assert sent == 1
