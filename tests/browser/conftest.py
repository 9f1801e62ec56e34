"""A real Chromium before a live server: desktop and phone pages, signing in by role, axe, and pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server.staffing import a_bank, a_member

SHOTS = Path(__file__).resolve().parents[2] / "test-artifacts"
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing. Run `python -m tools.system_packages`.")
        pytest.skip("Chromium is missing: run `python -m tools.system_packages` to install it")
    # Playwright's loop runs in this thread, where Django would else refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser, live_server) -> Iterator[Callable[[dict[str, int]], Page]]:
    """Opens a page of a given size in a profile of its own; relative addresses lead to the live server."""
    contexts = []

    def open_page(viewport: dict[str, int]) -> Page:
        phone = viewport["width"] < 600
        context = browser.new_context(
            viewport=viewport, base_url=live_server.url, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.wrong = []
        page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page_desktop(new_page) -> Page:
    return new_page(DESKTOP)


@pytest.fixture
def page_phone(new_page) -> Page:
    return new_page(PHONE)


@pytest.fixture
def bank(transactional_db):
    return a_bank()


@pytest.fixture
def logged_in(bank, new_page, live_server) -> Callable[..., Page]:
    """`logged_in("planner")` or `logged_in("visitor", page_phone, language="en")`: the page, signed in."""

    def sign_in(role: str, page: Page | None = None, *, language: str = "zh-hans") -> Page:
        page = page or new_page(DESKTOP)
        client = Client()
        client.force_login(a_member(role))
        cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.LANGUAGE_COOKIE_NAME: language,
        }
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        return page

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails on any accessibility violation, and names the elements."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        told = [f"{v['id']}: {[node['html'][:160] for node in v['nodes']]}" for v in found]
        assert not told, "\n".join(told)

    return check


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """`shot(page, "login-zh")` keeps a picture of the whole page in test-artifacts/."""

    def keep(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return keep


@pytest.fixture
def sound() -> Callable[[Page], None]:
    """`sound(page)` fails when the page scrolls sideways, or a script or the content policy complained."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide"
        assert page.wrong == []

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
