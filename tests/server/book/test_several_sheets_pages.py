"""A workbook with several sheets in the wizard: one file where they are alike, else one after another."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.server.book.book_files import HEADERS, LI, LOAN_BOOK, ZHANG
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.server.book import services
from zoufang.server.book.models import ImportBatch, Loan, LoanEntry, RejectedRow

pytestmark = pytest.mark.django_db
PAYMENT = {"流水号": "P-1", "借据号": "DZ-1", "还款日期": TODAY.isoformat(), "还款金额": "100.00"}


@pytest.fixture
def manager(db, settings, tmp_path, client):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    client.force_login(a_member("manager"))
    return client


def loan(**row: str) -> dict[str, str]:
    return {HEADERS[name]: value for name, value in (ZHANG | row).items()}


def a_workbook(path: Path, sheets: dict[str, list[dict[str, str]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    book.save(path)
    return path


def uploaded(client, path: Path) -> str:
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("import_new"), {"file": sent, "system": "core"}).url


def answers(response, **changed: str) -> dict[str, str]:
    draft = response.context["draft"]
    told = {f"field_{each['column'].index}": each["chosen"] for each in response.context["columns"]}
    told |= {"name": draft.name, "system": draft.system, "as_of": draft.as_of, "mode": draft.mode}
    told |= {"optional_faults": draft.optional_faults}
    for name, _rows, chosen in response.context["sheets"]:
        told |= {"sheet": name, "sheet_was": name} if chosen else {}
    return told | changed


def test_sheets_of_one_shape_go_in_as_one_file_and_rejects_name_their_sheet(manager, tmp_path):
    second = LI | {"dpd": "?"}
    path = a_workbook(
        tmp_path / "b.xlsx",
        {
            "平原": [loan()],
            "禹城": [loan(loan_key="DZ-2", customer_key="C-2"), loan(**second | {"loan_key": "DZ-3"})],
        },
    )
    wizard = uploaded(manager, path)
    page = manager.get(wizard)
    assert page.context["sheets"][0] == ("*", 5, True)
    manager.post(f"{wizard}run/", answers(page))
    batch = ImportBatch.objects.get()
    assert (batch.counts["landed"], batch.counts["rejected"]) == (2, 1)
    assert RejectedRow.objects.values_list("sheet", "row").get() == ("禹城", 3)
    result = manager.get(reverse("import_result", args=[batch.pk])).content.decode()
    assert "禹城</span>!3" in result
    sheet = manager.get(reverse("import_rejects", args=[batch.pk])).content
    assert "禹城" in [c.value for row in openpyxl.load_workbook(BytesIO(sheet)).active.iter_rows() for c in row]


def test_one_sheet_can_be_chosen_instead(manager, tmp_path):
    rows = {"五月": [loan()], "六月": [loan(loan_key="DZ-2", customer_key="C-2")]}
    wizard = uploaded(manager, a_workbook(tmp_path / "m.xlsx", rows))
    page = manager.get(wizard)
    chosen = manager.post(wizard, answers(page, sheet="六月"))
    assert [name for name, _rows, chosen in chosen.context["sheets"] if chosen] == ["六月"]
    manager.post(f"{wizard}run/", answers(chosen))
    assert list(Loan.objects.values_list("source_key", flat=True)) == ["DZ-2"]


def test_a_sheet_of_another_kind_is_offered_as_an_import_of_its_own(manager, tmp_path, settings):
    path = a_workbook(tmp_path / "two.xlsx", {"台账": [loan()], "流水": [PAYMENT]})
    wizard = uploaded(manager, path)
    done = manager.post(f"{wizard}run/", answers(manager.get(wizard)), follow=True)
    batch = ImportBatch.objects.get()
    result = manager.get(reverse("import_result", args=[batch.pk]))
    assert done.status_code == 200
    rest = result.context["rest"]
    assert rest["sheets"] == ["流水"]
    second = reverse("import_wizard", args=[rest["upload"]])
    page = manager.get(f"{second}?sheet=流水")
    assert (page.context["draft"].kind, page.context["preview"].ready) == ("payments", True)
    manager.post(f"{second}run/", answers(page))
    assert LoanEntry.objects.get().reference == "P-1"
    assert manager.get(reverse("import_result", args=[batch.pk])).context["rest"] is None
    assert list((settings.ZOUFANG_FILES / "uploads").iterdir()) == []


def test_a_kept_mapping_that_names_its_sheets_is_followed_until_another_choice_is_made(manager, tmp_path):
    rows = {name: [loan(loan_key=name, customer_key=name)] for name in ("甲", "乙", "丙")}
    mapping = replace(LOAN_BOOK, sheets=("甲", "丙"))
    services.save_mapping(mapping=mapping, by=a_member("manager"), at=NOW)
    path = a_workbook(tmp_path / "m.xlsx", rows)
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    wizard = manager.post(reverse("import_new"), {"file": sent, "system": "core", "mapping": mapping.name}).url
    page = manager.get(wizard)
    assert page.context["sheets"][0] == ("", 4, True)
    looked = manager.post(wizard, answers(page))
    assert looked.context["preview"].records == 2
    manager.post(f"{wizard}run/", answers(looked))
    assert sorted(Loan.objects.values_list("source_key", flat=True)) == ["丙", "甲"]
