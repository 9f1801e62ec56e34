"""The import wizard in a real browser, at both sizes."""

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.server.book.book_files import HEADERS, LI, ZHANG, a_file


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


@pytest.fixture
def workbook(tmp_path, settings):
    """Two sub-branches with their interest in two columns, and the payments on a sheet of their own."""
    settings.ZOUFANG_FILES = tmp_path / "files"
    headers = [text for name, text in HEADERS.items() if name != "interest_owed"]
    rows = {"平原支行": ZHANG, "禹城支行": LI | {"phone": "13900000102、13900000103（丈夫）"}}
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, row in rows.items():
        sheet = book.create_sheet(name)
        sheet.append([*headers, "表内欠息", "表外欠息"])
        sheet.append([*(row[field] for field in HEADERS if field != "interest_owed"), "100.00", ""])
    payments = book.create_sheet("流水")
    payments.append(["流水号", "借据号", "还款日期", "还款金额"])
    payments.append(["P-1", "DZ-1", ZHANG["as_of"], "100.00"])
    path = tmp_path / "五月.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_sheets_and_sums_are_settled_in_the_wizard(size, logged_in, new_page, workbook, axe, shot, sound):
    page = logged_in("manager", new_page(size))
    page.goto("/book/imports/new/")
    page.locator("input[type=file]").set_input_files(workbook)
    page.locator("form[enctype] button[type=submit]").click()
    expect(page.locator("#id_sheet")).to_have_value("*")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#id_sum_interest_owed").select_option("zero")
    expect(page.locator("#id_sum_interest_owed")).to_have_value("zero")
    sound(page)
    axe(page)
    shot(page, f"import-sheets-{size['width']}")
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url("**/book/imports/*-*/")
    expect(page.locator(".figures dd").nth(1)).to_have_text("2")
    sound(page)
    axe(page)
    shot(page, f"import-rest-{size['width']}")
    page.locator(".alert-info a", has_text="流水").click()
    expect(page.locator("#id_sheet")).to_have_value("流水")
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url("**/book/imports/*-*/")
    expect(page.locator(".figures dd").nth(1)).to_have_text("1")
