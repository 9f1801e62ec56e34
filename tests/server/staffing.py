"""A bank with its branches, and one member of staff for each role: what page tests start from."""

from __future__ import annotations

from datetime import UTC, date, datetime

from zoufang.server.staff import services
from zoufang.server.staff.models import BankState, Branch, Level, Role, User

TODAY = date(2026, 5, 11)
NOW = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
PASSWORD = "a-long-password"
NAMES = dict(
    zip(
        Role,
        ("韩经理", "陆计划", "王走访", "冯培训", "沈审批", "杨合规", "秦分析", "许管理", "何外催"),
        strict=True,
    )
)


def a_bank(*, simulated: bool = True) -> Branch:
    """The bank's branch in Pingyuan, below the head office. Asking twice gives the same."""
    if not BankState.objects.exists():
        services.open_bank(business_date=TODAY, simulated=simulated, seed=7)
        head = services.add_branch(code="3714", name="德州银行总行", level=Level.HEAD_OFFICE)
        services.add_branch(code="371426", name="平原支行", level=Level.SUB_BRANCH, parent=head)
    return Branch.objects.get(code="371426")


def a_member(role: Role | str, *, branch: Branch | None = None) -> User:
    """The member of staff who has this role; made when first asked for."""
    role = Role(role)
    return User.objects.filter(role=role).first() or services.add_user(
        username=role.value,
        full_name=NAMES[role],
        employee_no=f"E{list(Role).index(role) + 1:03}",
        role=role,
        branch=branch or a_bank(),
        password=PASSWORD,
        at=NOW,
    )
