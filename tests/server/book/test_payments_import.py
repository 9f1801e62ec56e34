"""Payments land once by reference; back-dated ones make the loan as old as it really is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.server.book.book_files import PAYMENTS, ZHANG, a_payment, take_in
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from zoufang.core.errors import Conflict
from zoufang.server.book import queries, services
from zoufang.server.book.models import ImportBatch, Loan, LoanEntry, LoanState
from zoufang.server.book.services import NewEntry

pytestmark = pytest.mark.django_db
DUE = TODAY - timedelta(20)


@pytest.fixture(autouse=True)
def book(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    take_in(tmp_path, [ZHANG | {"as_of": (TODAY - timedelta(1)).isoformat()}])


def pay(tmp_path, *rows, name="payments.csv", today=TODAY):
    return take_in(tmp_path, rows, mapping=PAYMENTS, name=name, today=today)


def an_instalment(loan_id: UUID, amount_fen: int = 1_000_00) -> NewEntry:
    return NewEntry(
        loan_id=loan_id,
        kind=LoanEntry.Kind.DUE,
        on=DUE,
        source_system="core",
        reference="due-1",
        posted_on=DUE,
        amount_fen=amount_fen,
        principal_fen=amount_fen,
    )


@pytest.fixture
def scheduled(book):
    """Zhang's loan with one instalment of 1,000 yuan, 20 days past due."""
    loan = Loan.objects.get()
    touched = services.write_entries(entries=[an_instalment(loan.pk)], by=None, branch=loan.branch, at=NOW)
    services.reage(loan_ids=touched, today=TODAY)
    return loan


def test_payments_land_once_by_reference(tmp_path):
    first = pay(tmp_path, a_payment("P-1", "100.00"))
    again = pay(tmp_path, a_payment("P-1", "100.00"), a_payment("P-2", "50.00"), name="next.csv")
    assert (first.counts["landed"], again.counts["landed"], again.counts["known"]) == (1, 1, 1)
    assert sorted(LoanEntry.objects.values_list("reference", "amount_fen")) == [("P-1", 10000), ("P-2", 5000)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (a_payment("P-1", "101.00"), "in the book with other content"),
        (a_payment("P-3", "10.00", loan="DZ-99"), "is not in the book"),
        (a_payment("P-3", "-10.00"), "names no payment that it reverses"),
        (a_payment("P-3", "-99.00", undoes="P-1"), "No payment"),
        (a_payment("P-3", "0"), "zero"),
    ],
)
def test_what_does_not_fit_the_book_is_refused_by_name(tmp_path, row, reason):
    pay(tmp_path, a_payment("P-1", "100.00"))
    batch = pay(tmp_path, row, a_payment("P-9", "1.00"), name="next.csv")
    assert (batch.status, batch.counts["landed"], batch.counts["rejected"]) == (ImportBatch.Status.LANDED, 1, 1)
    assert reason in str(queries.rejects(batch)[0].reason)


def test_a_payment_received_before_the_bank_heard_of_it_makes_the_loan_younger(tmp_path, scheduled):
    state = LoanState.objects.get()
    assert (state.dpd, state.figure_source, state.given_on) == (20, "computed", TODAY - timedelta(1))
    pay(tmp_path, a_payment("P-1", "1000.00", on=DUE))
    state.refresh_from_db()
    assert (state.dpd, state.arrears_fen, state.computed_dpd) == (0, 0, 0)


def test_a_reversal_makes_it_as_old_as_before(tmp_path, scheduled):
    pay(tmp_path, a_payment("P-1", "1000.00", on=DUE))
    pay(tmp_path, a_payment("P-2", "-1000.00", undoes="P-1"), name="next.csv")
    assert LoanState.objects.get().dpd == 20
    assert sum(LoanEntry.objects.exclude(kind="due").values_list("amount_fen", flat=True)) == 0


def test_the_banks_figure_of_the_day_stands_and_the_difference_is_reported(tmp_path, scheduled):
    take_in(tmp_path, [ZHANG], name="today.csv")
    state = LoanState.objects.get()
    assert (state.dpd, state.figure_source, state.computed_dpd) == (45, "given", 20)
    line = queries.difference_report(a_member("manager"))[0]
    assert (line.given_dpd, line.computed_dpd, line.as_of) == (45, 20, TODAY)


def test_only_loans_with_instalments_are_aged_by_us(tmp_path):
    batch = pay(tmp_path, a_payment("P-1", "100.00"))
    assert batch.counts["reaged"] == 0
    assert LoanState.objects.get().dpd == 45


def test_each_day_makes_a_scheduled_loan_a_day_older(scheduled):
    services.age_book(today=TODAY + timedelta(3))
    assert LoanState.objects.get().dpd == 23


def test_an_entry_with_another_body_is_a_conflict_and_the_same_again_is_nothing(scheduled):
    again = services.write_entries(entries=[an_instalment(scheduled.pk)], by=None, branch=scheduled.branch, at=NOW)
    assert again == []
    with pytest.raises(Conflict, match="due-1"):
        services.write_entries(
            entries=[an_instalment(scheduled.pk, 2_000_00)], by=None, branch=scheduled.branch, at=NOW
        )


def test_a_sub_branch_cannot_book_payments_on_loans_outside_it(tmp_path):
    from zoufang.server.staff.models import Branch

    Loan.objects.update(branch=Branch.objects.get(code="3714"))
    batch = take_in(tmp_path, [a_payment("P-1", "5.00")], mapping=PAYMENTS, name="p.csv", by=a_member("manager"))
    assert (batch.counts["landed"], batch.rejects.count()) == (0, 1)
