import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.language_check import strangers
from tests.server.staffing import PASSWORD, a_member
from zoufang.server.staff.models import Role

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def demo_logins(settings, bank):
    settings.ZOUFANG_SHOW_DEMO_LOGINS = True
    settings.ZOUFANG_DEMO_PASSWORD = PASSWORD
    for role in Role:
        a_member(role)


@SIZES
@LANGUAGES
def test_the_login_page_is_sound_in_both_languages(new_page, size, language, axe, shot, sound, demo_logins):
    page = new_page(size)
    page.goto(reverse("login"))
    if language == "en":
        page.get_by_role("button", name="English").click()
    shot(page, f"login-{language}-{size['width']}")
    assert not strangers(page.content(), language)
    sound(page)
    axe(page)


def test_a_wrong_password_is_told_and_a_right_one_lets_in(page_desktop, bank, axe, shot):
    a_member("planner")
    page_desktop.goto(reverse("login"))
    page_desktop.get_by_label("用户名").fill("planner")
    page_desktop.get_by_label("密码").fill("wrong")
    page_desktop.get_by_role("button", name="登录").click()
    expect(page_desktop.get_by_role("alert")).to_contain_text("请输入一个正确的")
    shot(page_desktop, "login-wrong-password")
    axe(page_desktop)
    page_desktop.get_by_label("密码").fill(PASSWORD)
    page_desktop.get_by_role("button", name="登录").click()
    expect(page_desktop.get_by_role("heading", level=1)).to_have_text("今日工作")


def test_choosing_a_demo_login_fills_in_the_form(page_desktop, demo_logins):
    page_desktop.goto(reverse("login"))
    page_desktop.get_by_role("button", name="外访员").click()
    page_desktop.get_by_role("button", name="登录", exact=True).click()
    expect(page_desktop.get_by_role("heading", level=1)).to_have_text("今日工作")


@pytest.mark.parametrize("role", Role)
def test_each_role_lands_on_its_start_page(role, logged_in, axe, shot, sound):
    page = logged_in(role)
    page.goto(reverse("start"))
    expect(page.locator(".topbar")).to_contain_text(str(a_member(role).full_name))
    expect(page.locator(".simulated")).to_contain_text("模拟数据")
    shot(page, f"start-{role}")
    sound(page)
    axe(page)


def test_the_menu_on_a_phone_opens_and_offers_language_unit_and_signing_out(
    logged_in, page_phone, axe, shot, sound
):
    page = logged_in("visitor", page_phone)
    page.goto(reverse("start"))
    shot(page, "start-visitor-phone")
    axe(page)
    page.get_by_role("button", name="菜单").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    expect(page.locator("#menu.show")).to_be_visible()
    shot(page, "menu-phone")
    sound(page)
    axe(page)
    page.get_by_role("button", name="万元").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日工作")


def test_the_keyboard_reaches_the_content_first(logged_in):
    page = logged_in("manager")
    page.goto(reverse("start"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@LANGUAGES
def test_a_missing_page_is_readable(logged_in, language, axe, shot):
    page = logged_in("manager", language=language)
    page.goto("/nowhere/")
    shot(page, f"error-404-{language}")
    assert not strangers(page.content(), language)
    axe(page)
