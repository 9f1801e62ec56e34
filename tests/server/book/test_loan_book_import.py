"""A loan book lands whole or not at all, once, and a corrected file takes its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.book.book_files import HEADERS, LI, LOAN_BOOK, ZHANG, a_file, take_in
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.server.audit import services as audit
from zoufang.server.audit.models import AuditLine
from zoufang.server.book import queries, services
from zoufang.server.book.landing import loan_book
from zoufang.server.book.models import Address, GivenFigure, ImportBatch, Loan, LoanParty, LoanState, Party, Phone
from zoufang.server.staff.ids import new_id

pytestmark = pytest.mark.django_db
Status = ImportBatch.Status
COPIED = ("kind", "file_name", "sha256", "source_system", "mode", "status", "branch", "at", "wrapped_key")


@pytest.fixture(autouse=True)
def bank(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    return a_bank()


def test_a_good_file_lands_with_people_loans_figures_and_states(tmp_path):
    batch = take_in(tmp_path, [ZHANG, LI])
    assert (batch.status, batch.counts["rows"], batch.counts["landed"]) == (Status.LANDED, 2, 2)
    state = LoanState.objects.get(loan__source_key="DZ-1")
    assert (state.dpd, state.bucket, state.five_class, state.figure_source) == (
        45,
        "M2",
        "special_mention",
        "given",
    )
    assert state.arrears_fen == 12_000_00 + 1_830_55
    zhang = Party.objects.get(source_key="C-1")
    assert zhang.identity == {"name": "张建国", "id_no": "371402198503152715"}
    assert [phone.number for phone in zhang.phones.all()] == ["13900000101"]
    assert zhang.addresses.get().place["text"] == ZHANG["home_address"]
    assert AuditLine.objects.filter(action="import_file", subject_id=str(batch.pk)).exists()
    assert audit.verify() == []


def test_personal_data_stands_nowhere_in_the_clear(tmp_path, settings):
    take_in(tmp_path, [ZHANG])
    stored = [
        repr(row) for model in (Party, Phone, Address, Loan) for row in model.objects.values_list().iterator()
    ]
    for secret in ("张建国", "371402198503152715", "13900000101", "王凤楼"):
        assert not any(secret in row or secret.encode().hex() in row for row in stored)


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path):
    first = take_in(tmp_path, [ZHANG])
    lines = AuditLine.objects.count()
    again = take_in(tmp_path, [ZHANG])
    assert (again.status, again.pk, again.counts["landed"]) == (Status.UNCHANGED, first.pk, 0)
    assert ImportBatch.objects.get().status == Status.LANDED
    assert (Party.objects.count(), GivenFigure.objects.count(), AuditLine.objects.count()) == (1, 1, lines)


def test_a_corrected_file_takes_the_place_of_the_earlier_one(tmp_path):
    wrong = take_in(tmp_path, [ZHANG, LI])
    right = take_in(tmp_path, [ZHANG | {"dpd": "46"}, LI])
    wrong.refresh_from_db()
    assert (wrong.status, right.status, right.supersedes) == (Status.SUPERSEDED, Status.LANDED, wrong)
    assert LoanState.objects.get(loan__source_key="DZ-1").dpd == 46
    assert Party.objects.count() == 2
    figures = GivenFigure.objects.filter(loan__source_key="DZ-1", batch__status=Status.LANDED)
    assert [row.dpd for row in figures] == [46]


def test_a_loan_that_only_the_corrected_file_told_is_in_the_book_no_more(tmp_path):
    take_in(tmp_path, [ZHANG, LI])
    take_in(tmp_path, [ZHANG | {"dpd": "46"}])
    assert [state.loan.source_key for state in LoanState.objects.all()] == ["DZ-1"]


def test_a_correction_without_a_loan_brings_back_what_was_known_of_it_before(tmp_path):
    yesterday = (TODAY - timedelta(1)).isoformat()
    take_in(tmp_path, [ZHANG | {"as_of": yesterday, "dpd": "44"}, LI | {"as_of": yesterday}], name="day1.csv")
    take_in(tmp_path, [ZHANG, LI], mode="delta", name="delta.csv")
    take_in(tmp_path, [LI], mode="delta", name="delta-corrected.csv")
    state = LoanState.objects.get(loan__source_key="DZ-1")
    assert (state.dpd, state.as_of, state.open) == (44, TODAY - timedelta(1), True)


def test_a_full_file_closes_loans_that_it_tells_no_more_and_a_delta_does_not(tmp_path):
    earlier = (TODAY - timedelta(2)).isoformat()
    take_in(tmp_path, [ZHANG | {"as_of": earlier}, LI | {"as_of": earlier}], name="full1.csv")
    take_in(tmp_path, [ZHANG | {"as_of": (TODAY - timedelta(1)).isoformat()}], mode="delta", name="delta.csv")
    assert LoanState.objects.filter(open=True).count() == 2
    batch = take_in(tmp_path, [ZHANG], name="full2.csv")
    assert [s.loan.source_key for s in LoanState.objects.filter(open=False)] == ["DZ-2"]
    assert batch.counts["gone"] == 1
    assert any("have left the book" in warning["template"] for warning in batch.warnings)


def test_a_loan_whose_row_was_rejected_does_not_count_as_gone(tmp_path):
    take_in(tmp_path, [ZHANG, LI | {"as_of": TODAY.isoformat()}], name="one.csv")
    batch = take_in(tmp_path, [ZHANG, LI | {"dpd": "soon"}], name="two.csv", today=TODAY)
    assert batch.counts["rejected"] == 1
    assert LoanState.objects.filter(open=True, loan__source_key="DZ-1").exists()
    assert not LoanState.objects.filter(open=False).exists()


def test_an_older_day_does_not_turn_the_book_back(tmp_path):
    take_in(tmp_path, [ZHANG], name="today.csv")
    old = (TODAY - timedelta(30)).isoformat()
    take_in(tmp_path, [ZHANG | {"as_of": old, "dpd": "15"}, LI | {"as_of": old}], name="old.csv")
    assert LoanState.objects.get(loan__source_key="DZ-1").dpd == 45
    assert GivenFigure.objects.filter(loan__source_key="DZ-1").count() == 2


@pytest.mark.parametrize(
    "step", ["stage_loans", "stage_figures", "stage_roles", "stage_states", "switch_loan_book"]
)
def test_a_crash_while_staging_shows_nothing_and_a_second_run_lands(tmp_path, monkeypatch, step):
    take_in(tmp_path, [ZHANG], name="first.csv")
    before = list(LoanState.objects.values())
    real = getattr(loan_book, step)

    def dies(*args, **kwargs):
        real(*args, **kwargs)
        raise KeyboardInterrupt

    changed = ZHANG | {"dpd": "46", "phone": "13900000109", "name": "张建军"}
    with monkeypatch.context() as patch:
        patch.setattr(loan_book, step, dies if step != "switch_loan_book" else _dies_inside)
        with pytest.raises(KeyboardInterrupt):
            take_in(tmp_path, [changed, LI], name="second.csv")
    assert list(LoanState.objects.values()) == before
    assert queries.find_party("李秀兰", a_member("manager")) == []
    assert [phone.number for phone in Phone.objects.filter(party__source_key="C-1")] == ["13900000101"]
    assert Party.objects.get(source_key="C-1").identity["name"] == "张建国"
    batch = take_in(tmp_path, [changed, LI], name="second.csv")
    assert (batch.status, LoanState.objects.count(), Party.objects.count()) == (Status.LANDED, 2, 2)
    assert Party.objects.get(source_key="C-1").identity["name"] == "张建军"
    assert GivenFigure.objects.filter(batch=batch).count() == 2


def _dies_inside(**_kwargs):
    raise KeyboardInterrupt


def test_two_files_of_one_source_at_the_same_time_do_not_mix(tmp_path, monkeypatch):
    first = take_in(tmp_path, [LI], name="first.csv")
    real = loan_book.stage_figures

    def another_lands_meanwhile(*args, **kwargs):
        ImportBatch.objects.create(id=new_id(), **{f: getattr(first, f) for f in COPIED})
        return real(*args, **kwargs)

    monkeypatch.setattr(loan_book, "stage_figures", another_lands_meanwhile)
    with pytest.raises(Conflict, match="landed meanwhile"):
        take_in(tmp_path, [ZHANG], name="mine.csv")
    assert [state.loan.source_key for state in LoanState.objects.all()] == ["DZ-2"]


def test_a_file_without_one_good_row_leaves_the_book_alone(tmp_path):
    take_in(tmp_path, [ZHANG], name="first.csv")
    batch = take_in(tmp_path, [ZHANG | {"dpd": "?"}], name="second.csv")
    assert (batch.status, batch.rejects.count()) == (Status.FAILED, 1)
    assert LoanState.objects.filter(open=True).count() == 1


def test_a_branch_that_is_not_in_the_tree_lands_under_the_importers_own_and_is_told(tmp_path):
    batch = take_in(tmp_path, [ZHANG | {"branch_code": "0999"}])
    assert LoanState.objects.get().branch.code == "3714"
    assert any("not in the branch tree" in warning["template"] for warning in batch.warnings)


def test_a_sub_branch_cannot_import_another_branchs_loans(tmp_path):
    batch = take_in(tmp_path, [ZHANG, LI | {"branch_code": "3714"}], by=a_member("manager"))
    assert [state.loan.source_key for state in LoanState.objects.all()] == ["DZ-1"]
    refused = batch.rejects.get()
    assert "outside your own" in refused.reason["template"]
    assert (refused.row, batch.counts["rejected"]) == (3, 1)


def test_whoever_may_not_import_is_stopped_before_the_file_is_read(tmp_path):
    path = a_file(tmp_path / "x.csv", [ZHANG])
    with pytest.raises(NotPermitted):
        services.import_file(path=path, mapping=LOAN_BOOK, by=a_member("visitor"), today=TODAY, at=NOW)


def test_a_guarantor_who_is_a_customer_is_the_same_person(tmp_path):
    take_in(tmp_path, [ZHANG | {"guarantor_name": "李秀兰", "guarantor_id": LI["id_number"]}, LI])
    role = LoanParty.objects.get()
    assert (role.role, role.party.source_key) == ("guarantor", "C-2")
    assert Party.objects.count() == 2


def test_every_phone_that_any_row_of_a_customer_gives_is_kept_once(tmp_path):
    second = ZHANG | {"loan_key": "DZ-3", "phone": "13900000103"}
    take_in(tmp_path, [ZHANG, second, ZHANG | {"loan_key": "DZ-4"}], name="one.csv")
    take_in(tmp_path, [ZHANG | {"phone": "13900000104"}], name="two.csv", mode="delta")
    numbers = [phone.number for phone in Phone.objects.filter(party__source_key="C-1").order_by("pk")]
    assert numbers == ["13900000101", "13900000103", "13900000104"]


def test_a_row_that_knows_neither_days_nor_arrears_is_refused_not_read_as_fine(tmp_path):
    batch = take_in(tmp_path, [ZHANG, LI | {"dpd": "", "overdue_principal": ""}])
    assert batch.counts["landed"] == 1
    assert "days past due" in batch.rejects.get().reason["template"]


def test_rejects_keep_row_column_reason_and_remedy_with_the_value_sealed(tmp_path):
    batch = take_in(tmp_path, [ZHANG, LI | {"id_number": "371402198503152717"}])
    reject = batch.rejects.get()
    assert (reject.row, reject.column) == (3, HEADERS["id_number"])
    assert "371402198503152717" not in repr(vars(reject))
    assert queries.rejects(batch)[0].value == "371402198503152717"
