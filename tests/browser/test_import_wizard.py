"""The import wizard in a real browser, at both sizes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.book.book_files import LI, ZHANG, a_file


@pytest.fixture
def book(tmp_path, settings):
    settings.ZOUFANG_FILES = tmp_path / "files"
    path = a_file(tmp_path / "贷款台账.csv", [ZHANG, LI | {"phone": "12345"}, ZHANG | {"loan_key": "DZ-3"}])
    path.write_text(path.read_text(encoding="utf-8").replace("贷款余额", "数值乙"), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_file_is_uploaded_corrected_and_imported(size, logged_in, new_page, book, axe, shot, sound):
    page = logged_in("manager", new_page(size))
    width = size["width"]
    page.goto("/book/imports/")
    shot(page, f"imports-empty-{width}")
    page.goto("/book/imports/new/")
    sound(page)
    axe(page)
    shot(page, f"import-upload-{width}")
    page.locator("input[type=file]").set_input_files(book)
    page.locator("form[enctype] button[type=submit]").click()
    expect(page.locator("#understood .alert-warning")).to_be_visible()
    run = page.locator(".form-actions .btn-primary")
    expect(run).to_be_disabled()
    row = page.locator("tr", has=page.locator("th .data", has_text="数值乙"))
    row.locator("select[name^=field_]").select_option("principal_balance")
    expect(run).to_be_enabled()
    sound(page)
    axe(page)
    shot(page, f"import-wizard-{width}")
    run.click()
    page.wait_for_url("**/book/imports/*-*/")
    expect(page.locator(".figures dd").nth(1)).to_have_text("2")
    sound(page)
    axe(page)
    shot(page, f"import-result-{width}")
    page.goto("/book/imports/")
    sound(page)
    axe(page)
    shot(page, f"imports-{width}")
