from datetime import timedelta

import polars as pl
import pytest

from tests.server.book.book_files import LI, ZHANG, take_in
from tests.server.staffing import TODAY, a_bank
from zoufang.server.book import snapshots

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()


def test_each_landed_loan_book_leaves_a_snapshot_of_its_day(tmp_path):
    yesterday = TODAY - timedelta(days=1)
    take_in(tmp_path, [ZHANG | {"as_of": yesterday.isoformat()}], name="one.csv", today=yesterday)
    take_in(tmp_path, [ZHANG, LI], name="two.csv")
    assert snapshots.stored_days() == [yesterday, TODAY]
    assert pl.read_parquet(snapshots.day_file(TODAY))["dpd"].to_list() in ([45, 100], [100, 45])
    assert pl.read_parquet(snapshots.day_file(yesterday)).height == 1


def test_old_days_go_but_the_last_day_of_each_month_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "DAYS_KEPT", 2)
    for day in ("2026-03-30", "2026-03-31", "2026-04-29", "2026-04-30", "2026-05-04", "2026-05-05", "2026-05-06"):
        snapshots.day_file(TODAY.fromisoformat(day)).parent.mkdir(parents=True)
    take_in(tmp_path, [ZHANG])
    assert [str(day) for day in snapshots.stored_days()] == [
        "2026-03-31",
        "2026-04-30",
        "2026-05-06",
        "2026-05-11",
    ]


def test_no_name_number_or_address_comes_into_a_snapshot(tmp_path):
    take_in(tmp_path, [ZHANG])
    stored = pl.read_parquet(snapshots.day_file(TODAY)).write_csv()
    assert not any(ZHANG[key] in stored for key in ("name", "id_number", "phone", "home_address"))


def test_where_the_source_gives_no_class_the_floor_by_days_past_due_stands_in(tmp_path):
    yesterday = TODAY - timedelta(days=1)
    bare = [row | {"five_class": "", "as_of": str(day)} for row in (ZHANG, LI) for day in (yesterday, TODAY)]
    take_in(tmp_path, bare)
    for day in (yesterday, TODAY):
        stored = pl.read_parquet(snapshots.day_file(day))
        assert dict(stored.select("dpd", "five_class").iter_rows()) == {45: "special_mention", 100: "substandard"}
