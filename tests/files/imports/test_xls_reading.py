"""fixtures/old-format.xls was written once by xlwt: a title in row 2, the header in row 4, three loans, a sum."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from zoufang.core.errors import BadInput
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check
from zoufang.files.xls_cells import read_xls

OLD = Path(__file__).parent / "fixtures" / "old-format.xls"


@pytest.fixture(params=["book.xls", "book.et", "book.xlsx"])
def checked(request: pytest.FixtureRequest, tmp_path: Path) -> Checked:
    """WPS writes .et in the same form; a wrong ending must not matter either."""
    path = tmp_path / request.param
    shutil.copy(OLD, path)
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    return check(table, mapping, today=date(2025, 8, 31))


def test_an_old_or_wps_file_is_read_with_the_rows_of_its_sheet(checked: Checked):
    assert checked.good.select("row", "loan_key", "principal_balance_fen", "opened_on", "as_of").rows() == [
        (5, "DZ0001", 123450, date(2024, 3, 1), date(2025, 8, 17)),
        (7, "DZ0003", 9900, date(2024, 3, 1), date(2025, 8, 17)),
    ]


def test_an_id_stored_as_a_number_in_an_old_file_is_rejected_by_name(checked: Checked):
    assert [(r.row, r.field, r.problem) for r in checked.each_reject()] == [(6, "id_number", "rounded")]


def test_the_branch_merged_over_rows_holds_for_each(checked: Checked):
    assert checked.good["branch_name"].to_list() == ["德城支行", "德城支行"]


def test_hidden_rows_and_the_total_of_an_old_file_are_known(checked: Checked):
    assert checked.totals[0].agrees
    assert any("hidden rows were imported: 7" in str(warning) for warning in checked.warnings)


def test_hidden_sheets_are_told():
    assert [(sheet.name, sheet.hidden) for sheet in read_xls(OLD)] == [("逾期台账", False), ("参数", True)]


@pytest.mark.parametrize("length", [600, 2000, 4000])
def test_a_cut_old_file_gives_a_clear_error(tmp_path: Path, length: int):
    path = tmp_path / "cut.xls"
    path.write_bytes(OLD.read_bytes()[:length])
    with pytest.raises(BadInput, match=r"cut\.xls"):
        read_table(path)
