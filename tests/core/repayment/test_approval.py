from __future__ import annotations

import pytest

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.repayment import Authority, AuthorityLimit, approver_role, check_approver
from zoufang.core.values import OfferKind

AUTHORITY = Authority(
    ("visitor", "approver", "manager"),
    (
        AuthorityLimit("visitor", OfferKind.SHORT_PLAN, 1_000_000, 6),
        AuthorityLimit("visitor", None, 100_000, 12),
        AuthorityLimit("approver", None, 10_000_000, 60, waiver_fen=50_000),
    ),
)


@pytest.mark.parametrize(
    ("kind", "total", "months", "waived", "role"),
    [
        pytest.param("short_plan", 1_000_000, 6, 0, None, id="at the maker's limit"),
        pytest.param("short_plan", 1_000_001, 6, 0, "approver", id="a fen over it"),
        pytest.param("short_plan", 1_000_000, 7, 0, "approver", id="a month over it"),
        pytest.param("instalment_plan", 1_000_000, 6, 0, "approver", id="another kind"),
        pytest.param("instalment_plan", 100_000, 12, 0, None, id="small enough of any kind"),
        pytest.param("short_plan", 1_000, 1, 1, "approver", id="any waiver"),
        pytest.param("short_plan", 1_000, 1, 50_001, "manager", id="a waiver over the approver's"),
        pytest.param("instalment_plan", 10_000_001, 60, 0, "manager", id="over every limit"),
    ],
)
def test_the_table_says_who_must_approve(
    kind: str, total: int, months: int, waived: int, role: str | None
) -> None:
    found = approver_role(AUTHORITY, kind=OfferKind(kind), total_fen=total, months=months, waived_fen=waived)
    assert found == role


def test_nobody_approves_their_own_plan() -> None:
    with pytest.raises(NotPermitted, match="second person"):
        check_approver(maker="u1", approver="u1", needed="approver", held=["approver"])


def test_the_approver_holds_the_needed_role() -> None:
    with pytest.raises(NotPermitted, match="manager"):
        check_approver(maker="u1", approver="u2", needed="manager", held=["approver"])
    check_approver(maker="u1", approver="u2", needed="approver", held=["approver"])


def test_limits_of_a_role_that_is_not_in_the_order_are_refused() -> None:
    with pytest.raises(BadInput, match="director"):
        Authority(("visitor", "approver"), (AuthorityLimit("director", None, 1, 1),))
