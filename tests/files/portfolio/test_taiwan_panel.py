"""The real card book (UCI, Taiwan 2005), against figures measured apart from this code."""

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.core.portfolio import BUCKETS, Bucket, RollTo, bucket_table, roll_matrix, standing
from zoufang.files.age_book import read_book
from zoufang.files.panel import is_status_panel, read_status_panel

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("ZOUFANG_DATA", ROOT.parent / "shared" / "data"))
CARDS = "taiwan-credit/UCI_Credit_Card.csv"
SEPTEMBER = date(2005, 9, 30)


@pytest.fixture(scope="module")
def path() -> Path:
    file = DATA / CARDS
    if not file.exists():
        pytest.skip(f"{CARDS} is not under {DATA}; set ZOUFANG_DATA")
    sums = dict(reversed(line.split()) for line in (DATA / "SHA256SUMS").read_text().splitlines())
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sums[CARDS]
    return file


@pytest.fixture(scope="module")
def pooled(path):
    return roll_matrix(read_book(path).pooled())


@pytest.mark.parametrize(
    ("origin", "to", "percent"),
    [("M0", "M0", 93.9), ("M0", "M2", 4.7), ("M2", "M0", 25.3), ("M2", "M2", 58.1), ("M2", "M3", 6.3)],
)
def test_roll_rates_of_the_panel_are_those_measured(pooled, origin, to, percent):
    # 2 -> 2 is 58.047...%, which the published table rounds up to 58.1.
    assert pooled.share(Bucket(origin), RollTo(to)) * 100 == pytest.approx(percent, abs=0.06)


def test_three_months_and_worse_is_one_account_in_four(pooled):
    worse = sum(pooled.share(Bucket.M3, RollTo(b.value)) for b in BUCKETS[4:])
    assert worse * 100 == pytest.approx(25.7, abs=0.05)


def test_the_coding_trap_of_the_status_is_flagged(pooled):
    assert [(s.origin, s.to, s.count) for s in pooled.suspicious] == [(Bucket.M0, RollTo.M2, 6209)]


def test_status_one_is_nearly_absent_before_september(path):
    panel = read_status_panel(path)
    before = panel.frame.filter((panel.frame["on"] < SEPTEMBER) & (panel.frame["missed"] == 1))
    assert before.height == 34


def test_buckets_of_september_count_every_customer(path):
    book = read_book(path)
    positions = [one.position for one in book.standings(SEPTEMBER)]
    counts = {row.bucket: row.count for row in bucket_table(positions)}
    assert sum(counts.values()) == 30_000
    assert counts[Bucket.M0] == 23_182


def test_days_past_due_and_class_stay_unknown_where_only_statements_are_counted(path):
    one = standing(SEPTEMBER, given=read_status_panel(path).given(SEPTEMBER)[0])
    assert (one.dpd, one.five_class) == (None, None)


def test_a_day_that_the_panel_lacks_is_refused_with_those_it_has(path):
    with pytest.raises(BadInput, match=r"no snapshot of 2005-10-31.*2005-09-30"):
        read_book(path).standings(date(2005, 10, 31))


HEADER = "ID,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,BILL_AMT1,BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6"


def test_statuses_below_one_are_m0_round_bills_in_exponent_form_are_exact_and_credit_counts_as_zero(tmp_path):
    file = tmp_path / "cards.csv"
    file.write_text(f"{HEADER}\n7,9,-2,-1,0,1,2,1.00E+05,-30,12,0,0,0\n")
    assert is_status_panel(file)
    panel = read_status_panel(file)
    rows = panel.frame.sort("month", descending=True)
    assert rows["bucket"].to_list() == [7, 0, 0, 0, 1, 2]
    assert rows["balance_fen"].to_list() == [10_000_000, 0, 1200, 0, 0, 0]
    assert panel.warnings == ("Account-months with a credit balance, which count as 0: 1 of 6.",)


def test_a_cell_that_is_no_number_is_refused_with_row_and_column(tmp_path):
    file = tmp_path / "cards.csv"
    file.write_text(f"{HEADER}\n7,x,0,0,0,0,0,1,1,1,1,1,1\n")
    with pytest.raises(BadField, match="row 2, field PAY_0"):
        read_status_panel(file)
