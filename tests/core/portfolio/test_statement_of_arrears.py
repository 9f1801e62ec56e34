"""The statement of arrears adds up to the fen, whatever was paid, waived, reversed or restructured."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.portfolio import (
    Loan,
    Payment,
    Product,
    Restructure,
    Reversal,
    Waiver,
    age,
    splits,
    statement,
)
from zoufang.core.values import Instalment, SourceKey

START = date(2025, 1, 20)
TODAY = date(2026, 5, 11)
FEN = st.integers(min_value=0, max_value=500_000)
DAY = st.integers(min_value=0, max_value=700).map(lambda n: START + timedelta(days=n))


@st.composite
def loans(draw):
    dues = [
        Instalment(START + timedelta(days=30 * n), draw(st.integers(1, 500_000)), draw(FEN), draw(FEN))
        for n in range(draw(st.integers(1, 20)))
    ]
    paid = [Payment(f"P{n}", draw(DAY), draw(st.integers(1, 900_000))) for n in range(draw(st.integers(0, 8)))]
    waived = [Waiver(f"W{n}", draw(DAY), draw(FEN), draw(FEN), 1) for n in range(draw(st.integers(0, 2)))]
    undone = [Reversal("R", paid[0].id, paid[0].received)] if paid and draw(st.booleans()) else []
    changed = []
    if draw(st.booleans()):
        on = draw(DAY)
        changed = [
            Restructure("X", on, tuple(Instalment(on + timedelta(days=30 * n), 40_000, 100, 0) for n in (1, 2, 3)))
        ]
    return Loan(
        loan_id="L",
        key=SourceKey("core", "L"),
        product=draw(st.sampled_from([Product.CONSUMER, Product.CARD])),
        dues=tuple(dues),
        payments=tuple(paid),
        reversals=tuple(undone),
        waivers=tuple(waived),
        restructures=tuple(changed),
    )


@given(loan=loans())
def test_the_sums_are_those_of_the_ageing_and_every_line_closes(loan):
    sheet, aged = statement(loan, TODAY), age(loan, TODAY)
    assert sheet.left.principal_fen + sheet.not_due_fen == aged.principal_fen
    assert (sheet.left.interest_fen, sheet.left.fees_fen) == (aged.interest_fen, aged.fees_fen)
    assert sheet.credit_fen == aged.credit_fen
    for line in sheet.lines:
        for part in ("principal_fen", "interest_fen", "fees_fen"):
            charged, paid, gone, left = (
                getattr(value, part) for value in (line.charged, line.paid, line.given_up, line.left)
            )
            assert charged - paid - gone == left
            assert min(charged, paid, gone, left) >= 0


@given(loan=loans())
def test_every_fen_that_was_paid_is_laid_on_a_line_or_held_as_credit(loan):
    """The other road: what came in, without the ledger. A restructure takes what was paid into its own sums."""
    undone = {r.entry_id for r in loan.reversals if r.on <= TODAY}
    came_in = sum(p.amount_fen for p in loan.payments if p.received <= TODAY and p.id not in undone)
    sheet = statement(loan, TODAY)
    assert sheet.paid.total_fen == sum(one.amount_fen for one in splits(loan, TODAY))
    assert sheet.paid.total_fen + sheet.credit_fen == came_in


def test_default_interest_runs_on_unpaid_principal_only_and_stops_with_each_payment():
    """By hand: 10,000.00 due for 100 days at 18% a year over 360 is 500.00; half was paid after 40 days."""
    due = TODAY - timedelta(days=100)
    loan = Loan("L", SourceKey("core", "L"), Product.CONSUMER, (Instalment(due, 1_000_000, 0, 0),))
    assert statement(loan, TODAY, default_rate_bp=1_800).default_fen == 50_000
    half = Payment("P", due + timedelta(days=40), 500_000)
    paid = Loan("L", SourceKey("core", "L"), Product.CONSUMER, loan.dues, (half,))
    assert statement(paid, TODAY, default_rate_bp=1_800).default_fen == 500_000 * 140 * 1_800 // 3_600_000
    assert statement(paid, TODAY).default_fen is None


def test_the_claim_is_arrears_principal_called_in_and_default_interest():
    dues = (
        Instalment(TODAY - timedelta(days=10), 100_000, 2_000, 300),
        Instalment(TODAY + timedelta(days=20), 70_000, 900, 0),
    )
    loan = Loan("L", SourceKey("core", "L"), Product.CONSUMER, dues)
    sheet = statement(loan, TODAY, default_rate_bp=3_600)
    assert (sheet.left.total_fen, sheet.not_due_fen, sheet.default_fen) == (102_300, 70_000, 1_000)
    assert sheet.claim_fen == 173_300


def test_principal_that_a_restructure_left_out_and_that_is_not_due_yet_is_no_arrears():
    """1,000.00 of 1,500.00 are restructured; what stays of the old schedule falls due after today."""
    old = (
        Instalment(TODAY + timedelta(days=4), 50_000, 0, 0),
        Instalment(TODAY + timedelta(days=60), 100_000, 0, 0),
    )
    change = Restructure("X", START, (Instalment(TODAY - timedelta(days=10), 100_000, 0, 0),))
    loan = Loan("L", SourceKey("core", "L"), Product.CONSUMER, old, restructures=(change,))
    sheet = statement(loan, TODAY)
    assert (sheet.left.principal_fen, sheet.not_due_fen) == (100_000, 50_000)
    assert [line.due for line in sheet.lines] == [TODAY - timedelta(days=10)]
