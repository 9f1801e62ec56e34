"""Finding a person, seeing only one's own, and looking at data in the clear with a reason."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.server.book.book_files import LI, ZHANG, take_in
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.errors import BadInput, NotFound, NotPermitted
from zoufang.core.portfolio import Bucket, FiveClass
from zoufang.core.values import AddressKind, Precision, SourceCode
from zoufang.server.audit.models import AuditLine
from zoufang.server.book import queries, services
from zoufang.server.book.models import Party
from zoufang.server.book.snapshots import folder
from zoufang.server.staff import services as staff
from zoufang.server.staff.models import Branch, Level

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def book(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    head = Branch.objects.get(code="3714")
    staff.add_branch(code="371427", name="夏津支行", level=Level.SUB_BRANCH, parent=head)
    take_in(tmp_path, [ZHANG, LI | {"branch_code": "371427"}])


@pytest.mark.parametrize(
    "text", ["张建国", "张 建国", "371402198503152715", "13900000101", "2715", "0101"], ids=lambda t: t[-6:]
)
def test_a_customer_is_found_by_whole_name_number_or_last_four(text):
    assert [party.source_key for party in queries.find_party(text, a_member("manager"))] == ["C-1"]


@pytest.mark.parametrize("text", ["", "张", "建国", "3714021985", "271", "9999"])
def test_a_part_of_a_name_or_number_finds_nobody(text):
    assert queries.find_party(text, a_member("manager")) == []


def test_a_sub_branch_sees_only_its_own_customers():
    manager, li = a_member("manager"), Party.objects.get(source_key="C-2")
    assert queries.find_party("李秀兰", manager) == []
    with pytest.raises(NotFound):
        queries.party(li.pk, manager)
    assert [state.loan.source_key for state in queries.states(manager)] == ["DZ-1"]
    assert queries.book_figures(manager).loans == 1


def test_whoever_may_not_see_customers_finds_none():
    with pytest.raises(NotPermitted):
        queries.find_party("张建国", a_member("trainer"))


def test_a_look_in_the_clear_leaves_who_what_and_why():
    zhang = Party.objects.get(source_key="C-1")
    shown = services.reveal(party=zhang, what="phone", purpose="visit", by=a_member("planner"), at=NOW)
    line = AuditLine.objects.get(action="reveal_personal_data")
    assert shown == ["13900000101"]
    assert (line.actor, line.details, line.subject_id) == (
        "E002",
        {"what": "phone", "purpose": "visit"},
        str(zhang.pk),
    )


def test_no_look_without_a_reason_or_a_right():
    zhang = Party.objects.get(source_key="C-1")
    with pytest.raises(BadInput, match="why"):
        services.reveal(party=zhang, what="id_no", purpose="curious", by=a_member("planner"), at=NOW)
    with pytest.raises(NotPermitted):
        services.reveal(party=zhang, what="id_no", purpose="visit", by=a_member("analyst"), at=NOW)
    with pytest.raises(NotPermitted):
        services.reveal(
            party=Party.objects.get(source_key="C-2"), what="name", purpose="visit", by=a_member("planner"), at=NOW
        )
    assert not AuditLine.objects.filter(action="reveal_personal_data").exists()


def test_an_address_once_added_can_be_confirmed_at_the_door():
    zhang, visitor = Party.objects.get(source_key="C-1"), a_member("visitor")
    facts = {"kind": AddressKind.WORK, "text": "平原县示例厂", "source_code": SourceCode.LEFT_BY_CUSTOMER}
    first = services.add_address(party=zhang, by=visitor, at=NOW, **facts)
    assert services.add_address(party=zhang, by=visitor, at=NOW, **facts).pk == first.pk
    services.confirm_point(address=first, lat=37.16, lon=116.43, by=visitor, at=NOW)
    first.refresh_from_db()
    assert (first.precision, first.place["lat"]) == (Precision.CONFIRMED, 37.16)
    assert AuditLine.objects.filter(action="add_address").count() == 1


def test_the_figures_of_the_book_are_the_sums_of_its_rows():
    compliance = a_member("compliance", branch=Branch.objects.get(code="3714"))
    figures = queries.book_figures(compliance)
    assert (figures.loans, figures.customers, figures.balance_fen) == (2, 2, 300_000_00)
    assert {row.bucket: row.count for row in figures.buckets if row.count} == {Bucket.M2: 1, Bucket.M4: 1}
    assert {row.five_class: row.count for row in figures.npl.classes if row.count} == {
        FiveClass.SPECIAL_MENTION: 1,
        FiveClass.SUBSTANDARD: 1,
    }
    assert figures.npl.npl_ratio == 0.5


def test_a_written_off_loan_stands_apart_and_stays_in_the_book(tmp_path):
    from zoufang.server.book.models import Loan

    Loan.objects.filter(source_key="DZ-1").update(written_off_on=TODAY)
    figures = queries.book_figures(a_member("manager"))
    assert (figures.loans, figures.written_off, figures.written_off_fen) == (0, 1, 150_000_00)
    assert queries.states(a_member("manager")).count() == 1


def test_snapshots_hold_ids_and_fen_only_and_give_roll_rates(tmp_path):
    next_month = TODAY + timedelta(30)
    later = {"as_of": next_month.isoformat(), "dpd": "75"}
    take_in(tmp_path, [ZHANG | later, LI | later | {"branch_code": "371427"}], name="n.csv", today=next_month)
    files = sorted(folder().rglob("*.parquet"))
    frame = pl.read_parquet(files[0])
    assert frame["account"].to_list() == sorted(frame["account"].to_list())
    assert "张建国" not in str(frame.rows())
    assert frame.schema["balance_fen"] == pl.Int64
    matrix = queries.roll_rates(a_member("manager"))
    assert [(t.origin, t.to.value, t.count) for t in matrix.transitions] == [(Bucket.M2, "M3", 1)]
