"""The import pages as a manager walks them: upload, look, correct, import, read the result."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.server.book.book_files import LI, ZHANG, a_file, take_in
from tests.server.staffing import a_bank, a_member
from zoufang.files.fields import KINDS
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import ImportBatch, LoanState, SourceMapping
from zoufang.server.book.uploads import Upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    return a_bank()


@pytest.fixture
def manager(client):
    client.force_login(a_member("manager"))
    return client


def uploaded(client, path, **choices):
    """Send a file and answer the wizard's address."""
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    response = client.post(reverse("import_new"), {"file": sent, "system": "core", **choices})
    assert response.status_code == 302, response.content.decode()
    return response.url


def answers(response, **changed):
    """What the form would send as it stands."""
    draft, told = response.context["draft"], {}
    for each in response.context["columns"]:
        told[f"field_{each['column'].index}"] = each["chosen"]
        if each["units"]:
            told[f"unit_{each['column'].index}"] = each["unit"]
    told |= {"name": draft.name, "system": draft.system, "as_of": draft.as_of, "mode": draft.mode}
    return told | {"optional_faults": draft.optional_faults} | changed


def test_a_file_goes_from_upload_to_the_book(manager, tmp_path):
    wizard = uploaded(manager, a_file(tmp_path / "台账.csv", [ZHANG, LI | {"dpd": "?"}]))
    page = manager.get(wizard)
    assert page.context["preview"].ready
    assert [field.name for field in page.context["preview"].fields][:2] == ["loan_key", "customer_key"]
    assert "371402198503152715" not in page.content.decode().split('id="understood"')[0]
    done = manager.post(f"{wizard}run/", answers(page, save="1"), follow=True)
    batch = ImportBatch.objects.get()
    assert done.redirect_chain == [(reverse("import_result", args=[batch.pk]), 302)]
    assert (batch.counts["landed"], batch.counts["rejected"], batch.file_name) == (1, 1, "台账.csv")
    assert SourceMapping.objects.get().toml == batch.mapping
    assert LoanState.objects.get().loan.source_key == "DZ-1"


def test_the_file_is_gone_from_the_disk_once_it_is_imported(manager, tmp_path, settings):
    wizard = uploaded(manager, a_file(tmp_path / "one.csv", [ZHANG]))
    manager.post(f"{wizard}run/", answers(manager.get(wizard)))
    assert list((settings.ZOUFANG_FILES / "uploads").iterdir()) == []
    assert manager.get(wizard).status_code == 404


def test_a_column_that_was_not_found_is_asked_for_and_can_be_chosen(manager, tmp_path):
    path = a_file(tmp_path / "odd.csv", [ZHANG])
    path.write_text(path.read_text(encoding="utf-8").replace("贷款余额", "数值乙"), encoding="utf-8")
    wizard = uploaded(manager, path)
    page = manager.get(wizard)
    assert [field.name for field in page.context["preview"].missing] == ["principal_balance"]
    place = next(each["column"].index for each in page.context["columns"] if each["column"].header == "数值乙")
    chosen = answers(page) | {f"field_{place}": "principal_balance", f"unit_{place}": "wan"}
    part = manager.post(wizard, chosen, headers={"HX-Request": "true"})
    assert part.context["preview"].ready
    assert "<html" not in part.content.decode()
    assert "1,500,000,000.00" in part.content.decode()


def test_two_columns_read_as_one_field_are_told_before_importing(manager, tmp_path):
    wizard = uploaded(manager, a_file(tmp_path / "one.csv", [ZHANG]))
    page = manager.get(wizard)
    twice = answers(page) | {f"field_{page.context['columns'][1]['column'].index}": "loan_key"}
    seen = manager.post(wizard, twice).context["preview"]
    assert not seen.ready


def test_the_same_file_again_is_answered_plainly(manager, tmp_path):
    for _turn in range(2):
        wizard = uploaded(manager, a_file(tmp_path / "one.csv", [ZHANG]))
        done = manager.post(f"{wizard}run/", answers(manager.get(wizard)), follow=True)
    assert ImportBatch.objects.count() == 1
    assert [str(message) for message in done.context["messages"]] != []


def test_rejected_rows_come_as_a_sheet_and_the_download_is_recorded(manager, tmp_path):
    batch = take_in(tmp_path, [ZHANG, LI | {"id_number": "371402198503152717"}], by=a_member("manager"))
    response = manager.get(reverse("import_rejects", args=[batch.pk]))
    cells = [c.value for row in openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows() for c in row]
    assert "371402198503152717" in cells
    assert AuditLine.objects.get(action="download_rejects").subject_id == str(batch.pk)
    assert "371402198503152717" not in repr(batch.rejects.values())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_file_has_a_template(manager, kind):
    response = manager.get(reverse("import_template", args=[kind]))
    assert openpyxl.load_workbook(BytesIO(response.content)).sheetnames


def test_a_visitor_sees_no_imports_and_cannot_upload(client):
    client.force_login(a_member("visitor"))
    assert client.get(reverse("import_list")).status_code == 403
    assert client.get(reverse("import_new")).status_code == 403


def test_somebody_elses_upload_is_not_there(manager, client, tmp_path):
    wizard = uploaded(manager, a_file(tmp_path / "one.csv", [ZHANG]))
    client.force_login(a_member("planner"))
    assert client.get(wizard).status_code == 404


def test_a_file_that_cannot_be_read_is_told_on_a_page(manager, tmp_path):
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert manager.get(uploaded(manager, tmp_path / "bad.xlsx")).status_code == 422


def test_an_upload_keeps_inside_its_folder():
    assert Upload(uuid4(), "../../etc/passwd", 1, b"").name == "passwd"


def test_parts_of_one_amount_are_added_up_and_a_blank_one_is_zero_only_when_told(manager, tmp_path):
    path = a_file(tmp_path / "parts.csv", [ZHANG, LI])
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = [f"{lines[0]},表内欠息,表外欠息", f"{lines[1]},100.00,20.50", f"{lines[2]},7.00,"]
    path.write_text("\n".join(cells).replace("欠息,逾期天数", "数丙,逾期天数"), encoding="utf-8")
    wizard = uploaded(manager, path)
    page = manager.get(wizard)
    assert [each["headers"] for each in page.context["sums"]] == [["表内欠息", "表外欠息"]]
    assert (page.context["preview"].records, page.context["preview"].rejected_rows) == (2, 1)
    assert "120.50" in page.content.decode()
    told = answers(page) | {"sum_interest_owed": "zero"}
    seen = manager.post(wizard, told).context["preview"]
    assert (seen.ready, seen.rejected_rows) == (True, 0)
    apart = manager.post(wizard, answers(page) | {"sum_interest_owed": ""}).context["preview"]
    assert not apart.ready
