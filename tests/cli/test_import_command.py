"""`zoufang import` and `zoufang init`: what they print, and their exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from tests.server.book.book_files import HEADERS, LI, LOAN_BOOK, ZHANG, a_file
from zoufang.cli import import_, init, installation
from zoufang.files.mapping_toml import write_mapping
from zoufang.files.templates import template_mapping
from zoufang.server.book.models import LoanState, Party
from zoufang.server.staff.models import BankState, Branch, User

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("ZOUFANG_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
CARDS = DATA / "taiwan-credit" / "UCI_Credit_Card.csv"


@pytest.fixture
def zoufang(db, settings, tmp_path, monkeypatch):
    """The commands in the test's own installation."""
    settings.ZOUFANG_FILES = tmp_path / "files"
    monkeypatch.setattr(installation, "open_installation", lambda home=None: tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    import_.register(app)
    init.register(app)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "core.toml"
    path.write_text(write_mapping(LOAN_BOOK), encoding="utf-8")
    return path


def test_a_book_is_imported_into_a_bank_that_opens_itself(zoufang, mapping, tmp_path):
    book = a_file(tmp_path / "book.csv", [ZHANG, LI | {"dpd": "?"}])
    result = zoufang("import", book, "--mapping", mapping, "--today", "2026-05-11", "--json")
    data = json.loads(result.stdout)["data"]
    assert result.exit_code == 0
    counted = {name: data[name] for name in ("status", "rows", "landed", "rejected", "customers", "unchanged")}
    assert counted == {
        "status": "landed",
        "rows": 2,
        "landed": 1,
        "rejected": 1,
        "customers": 1,
        "unchanged": False,
    }
    assert data["rejects_file"].endswith(".xlsx")
    assert data["figures"]["buckets"][2] == {"bucket": "M2", "count": 1, "balance_fen": 150_000_00}
    assert BankState.objects.exists()


def test_the_same_file_again_says_so(zoufang, mapping, tmp_path):
    book = a_file(tmp_path / "book.csv", [ZHANG])
    zoufang("import", book, "--mapping", mapping, "--today", "2026-05-11")
    again = zoufang("import", book, "--mapping", mapping, "--today", "2026-05-11")
    assert (again.exit_code, "nothing was changed" in again.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("missing.csv", "--mapping", "core.toml"), "There is no file"),
        (("book.csv", "--mapping", "unheard-of"), "No mapping is called"),
    ],
)
def test_bad_input_ends_with_2_and_says_which(zoufang, mapping, tmp_path, words, says):
    a_file(tmp_path / "book.csv", [ZHANG])
    file, option, name = words
    name = tmp_path / name if name.endswith(".toml") else name
    result = zoufang("import", tmp_path / file, option, name)
    assert (result.exit_code, says in result.output) == (2, True)


def test_a_filled_in_template_needs_no_mapping(zoufang, mapping, tmp_path):
    zoufang("import", a_file(tmp_path / "book.csv", [ZHANG]), "--mapping", mapping, "--today", "2026-05-11")
    plan = template_mapping("schedules")
    row = {"loan_key": "DZ-1", "number": "1", "due_on": "2026-04-01", "principal": "10.00", "interest": "0"}
    file = a_file(tmp_path / "plan.csv", [row], plan)
    told = json.loads(zoufang("import", file, "--kind", "schedules", "--today", "2026-05-11", "--json").stdout)[
        "data"
    ]
    assert (told["kind"], told["landed"], told["reaged"]) == ("schedules", 1, 1)
    assert LoanState.objects.get().computed_dpd == 40


@pytest.mark.parametrize("words", [(), ("--mapping", "template", "--kind", "payments"), ("--kind", "unheard-of")])
def test_mapping_or_kind_must_be_given_and_known(zoufang, tmp_path, words):
    assert zoufang("import", a_file(tmp_path / "book.csv", [ZHANG]), *words).exit_code == 2


def test_a_refused_number_in_a_row_that_landed_is_told_in_the_rejects(zoufang, mapping, tmp_path):
    book = a_file(tmp_path / "book.csv", [ZHANG | {"phone": "13900000101、139000"}])
    told = json.loads(zoufang("import", book, "--mapping", mapping, "--today", "2026-05-11", "--json").stdout)[
        "data"
    ]
    assert (told["landed"], told["rejected"]) == (1, 0)
    assert told["rejects_file"].endswith(".xlsx")


def test_sheets_are_named_on_the_command_line(zoufang, mapping, tmp_path):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, row in (("甲", ZHANG), ("乙", LI)):
        sheet = workbook.create_sheet(name)
        sheet.append(list(HEADERS.values()))
        sheet.append([row[field] for field in HEADERS])
    workbook.save(path := tmp_path / "book.xlsx")
    words = ("import", path, "--mapping", mapping, "--today", "2026-05-11", "--json")
    assert json.loads(zoufang(*words, "--sheet", "乙").stdout)["data"]["landed"] == 1
    assert json.loads(zoufang(*words, "--sheet", "all").stdout)["data"]["landed"] == 2
    assert zoufang(*words, "--sheet", "丙").exit_code == 2


def test_a_file_without_one_good_row_ends_with_2_and_keeps_the_reasons(zoufang, mapping, tmp_path):
    book = a_file(tmp_path / "book.csv", [ZHANG | {"dpd": "?"}])
    result = zoufang("import", book, "--mapping", mapping, "--today", "2026-05-11", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["ok"], told["data"]["status"]) == (2, False, "failed")
    assert told["data"]["rejects_file"]


@pytest.mark.skipif(not CARDS.exists(), reason="the card data are not here; set ZOUFANG_DATA")
def test_the_real_card_book_lands_whole_with_its_ageing_and_roll_rates(zoufang):
    result = zoufang("import", CARDS, "--mapping", "taiwan-credit", "--json")
    data = json.loads(result.stdout)["data"]
    assert (data["customers"], data["landed"], data["rejected"]) == (30_000, 180_000, 0)
    assert sum(row["count"] for row in data["figures"]["buckets"]) == 30_000
    assert data["roll_rates"]["rows"][0]["count"] > 100_000
    assert LoanState.objects.filter(loan__currency="TWD").count() == 30_000
    assert not Party.objects.filter(addresses__isnull=False).exists()


def test_init_opens_a_bank_with_its_first_administrator(zoufang):
    result = zoufang("init", "--bank", "示例银行", "--admin", "root", "--password", "a-long-password")
    assert result.exit_code == 0
    assert (Branch.objects.get().name, User.objects.get().role) == ("示例银行", "administrator")
    again = zoufang("init", "--admin", "second", "--password", "a-long-password")
    assert (again.exit_code, User.objects.count()) == (1, 1)


def test_init_refuses_a_weak_password(zoufang):
    assert zoufang("init", "--admin", "root", "--password", "short").exit_code == 2
    assert not User.objects.exists()
