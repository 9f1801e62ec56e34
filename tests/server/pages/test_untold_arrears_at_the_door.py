"""Where the bank gave no overdue amount, the balance that plans count with is not told as one (CN-V6)."""

from __future__ import annotations

import pytest

from tests.server.door_phone import arrive, identify
from zoufang.server.book.models import LoanState

pytestmark = pytest.mark.django_db
UNTOLD = "银行未提供：不得告知逾期金额"


def identified(phones) -> str:
    arrive(phones)
    identify(phones)
    html: str = phones[0].html()
    return html


def test_a_balance_that_stands_in_for_the_arrears_is_not_named_as_arrears(visit, phones):
    LoanState.objects.filter(loan__debtor=visit.party).update(arrears_fen=9_000_000, balance_fen=9_000_000)
    assert UNTOLD in identified(phones)


def test_arrears_that_the_bank_gave_are_named(visit, phones):
    LoanState.objects.filter(loan__debtor=visit.party).update(overdue_principal_fen=3_000_000)
    html = identified(phones)
    assert UNTOLD not in html
    assert "30,000.00" in html
