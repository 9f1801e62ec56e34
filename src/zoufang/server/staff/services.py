"""Make branches and users; move the bank's date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import BankState, Branch, Level, Role, User
from zoufang.server.staff.permissions import require


@transaction.atomic
def open_bank(*, business_date: date, simulated: bool = False, seed: int | None = None) -> BankState:
    """Found the installation's one bank. Doing it twice is a conflict."""
    if BankState.objects.exists():
        raise Conflict("This installation already has a bank. Use another ZOUFANG_HOME for another bank.")
    return BankState.objects.create(business_date=business_date, simulated=simulated, seed=seed)


@transaction.atomic
def add_branch(*, code: str, name: str, level: Level, parent: Branch | None = None) -> Branch:
    path = f"{parent.path if parent else ''}{code}/"
    return Branch.objects.create(code=code, name=name, level=level, parent=parent, path=path)


@transaction.atomic
def add_user(
    *, username: str, full_name: str, employee_no: str, role: Role, branch: Branch, password: str, at: datetime
) -> User:
    user: User = User.objects.create_user(
        username, password=password, full_name=full_name, employee_no=employee_no, role=role, branch=branch
    )
    audit.record(
        at=at,
        actor="system",
        action="add_user",
        subject_kind="user",
        subject_id=user.pk,
        branch_code=branch.code,
        details={"role": role},
    )
    return user


@transaction.atomic
def advance_business_date(*, to: date) -> BankState:
    """Move the bank's date forward; it never goes back."""
    state = BankState.objects.select_for_update().get()
    if to < state.business_date:
        raise Conflict(f"The business date is {state.business_date} already and cannot go back to {to}.")
    state.business_date = to
    state.save(update_fields=["business_date"])
    return state


@transaction.atomic
def turn_clock(*, to: date, at: datetime) -> datetime:
    """Turn a simulated bank's clock to the same hour of a later day. A real bank waits for the day to come."""
    state = BankState.objects.select_for_update().get()
    if not state.simulated:
        text = gettext_noop("%(day)s has not begun. Run the day when it has come.")
        raise Conflict(Message(text, {"day": to.isoformat()}))
    ahead = timedelta(days=(to - at.astimezone(BANK_ZONE).date()).days)
    state.clock_shift_s += int(ahead.total_seconds())
    state.save(update_fields=["clock_shift_s"])
    return at + ahead


@transaction.atomic
def enter_work_id(*, user: User, until: date, by: User, at: datetime) -> User:
    """The day to which an officer's work ID is valid, as the administrator read it on the card."""
    require(by, "manage_staff", user)
    user.work_id_until = until
    user.save(update_fields=["work_id_until"])
    audit.record(
        at=at,
        actor=by.employee_no,
        action="enter_work_id",
        subject_kind="user",
        subject_id=user.pk,
        branch_code=user.branch.code if user.branch else "",
        details={"until": until.isoformat()},
    )
    return user
