"""The first use of an installation: a bank with its head office, so that a file can be imported at once."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import BANK_ZONE
from zoufang.server.staff.models import BankState, Branch, Level, Role, User
from zoufang.server.staff.services import add_branch, add_user, open_bank

HEAD_OFFICE = "0000"


@transaction.atomic
def open_if_new(*, name: str = "", business_date: date | None = None) -> bool:
    """Found the bank (ZOUFANG_BANK) with its head office unless there is one; whether it did."""
    if BankState.objects.exists():
        return False
    open_bank(business_date=business_date or timezone.now().astimezone(BANK_ZONE).date())
    if not Branch.objects.exists():
        add_branch(code=HEAD_OFFICE, name=name or settings.ZOUFANG_BANK, level=Level.HEAD_OFFICE)
    return True


@transaction.atomic
def add_first_administrator(*, username: str, password: str) -> User:
    """Someone who can make the other users; only while there is no administrator. BadInput: a weak password."""
    if User.objects.filter(role=Role.ADMINISTRATOR).exists():
        raise Conflict("This installation has an administrator already. Let them add the others.")
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadInput(f"This password is too weak: {' '.join(error.messages)}") from error
    head = Branch.objects.filter(level=Level.HEAD_OFFICE).order_by("pk").first()
    if head is None:
        raise BadInput("This installation has no head office yet. Run `zoufang init` first.")
    return add_user(
        username=username,
        full_name=username,
        employee_no=f"ADMIN-{username}"[:20],
        role=Role.ADMINISTRATOR,
        branch=head,
        password=password,
        at=timezone.now(),
    )
