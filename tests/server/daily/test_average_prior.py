"""What a study's customers were expected to bring: each counted once, with all loans, as planning counts them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.server.world import a_customer, a_study
from zoufang.core.evaluation import Arm
from zoufang.core.planning import documented_prior
from zoufang.server.book.models import Loan, LoanState
from zoufang.server.daily.study import average_prior

pytestmark = pytest.mark.django_db


def copied(row, **changes):
    """The same row under another key."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row).objects.create(**values | changes)


def test_the_loans_of_one_customer_count_together_at_the_oldest_of_their_days():
    both, other = a_customer("1", arrears_fen=1_000_000, dpd=20), a_customer("2", arrears_fen=500_000, dpd=40)
    state = LoanState.objects.get(loan__debtor=both)
    second = copied(state.loan, id=uuid4(), source_key="second")
    copied(state, **{LoanState._meta.pk.attname: second.pk}, arrears_fen=2_000_000, dpd=120)
    assert Loan.objects.filter(debtor=both).count() == 2
    study = a_study({both: Arm.FREE, other: Arm.HOLD_OUT})
    together, alone = documented_prior(3_000_000, 120).effect_fen, documented_prior(500_000, 40).effect_fen
    assert average_prior(study) == (together + alone) // 2
