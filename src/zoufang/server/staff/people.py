"""Members of staff: joining, leaving, coming back. Each act is permitted, checked and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Gender, Language, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.permissions import require


@dataclass(frozen=True, slots=True)
class Skills:
    """Languages and dialects spoken, sex, and the day since which the officer has done this work."""

    languages: frozenset[Language] = frozenset()
    gender: Gender | None = None
    in_service_since: date | None = None
    stand_in: User | None = None


@transaction.atomic
def admit(
    *,
    username: str,
    full_name: str,
    employee_no: str,
    role: Role,
    branch: Branch,
    password: str,
    by: User,
    at: datetime,
) -> User:
    """A new member of staff, made by an administrator. Conflict: name or number in use; BadInput: password."""
    require(by, "manage_staff", branch)
    if User.objects.filter(username=username).exists() or User.objects.filter(employee_no=employee_no).exists():
        raise Conflict(
            Message(gettext_noop("User name or employee number is in use already. Choose another one."))
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    user: User = User.objects.create_user(
        username, password=password, full_name=full_name, employee_no=employee_no, role=role, branch=branch
    )
    _audit(at, by, "add_user", user, {"role": str(role)})
    return user


@transaction.atomic
def deactivate(*, user: User, by: User, at: datetime) -> User:
    """Nobody logs in with this account any more, from the next click on; what they did stays under their name."""
    require(by, "manage_staff", user)
    if user.pk == by.pk:
        raise Conflict(Message(gettext_noop("You cannot close your own account. Ask another administrator.")))
    return _set_active(user, False, by, at)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime) -> User:
    require(by, "manage_staff", user)
    return _set_active(user, True, by, at)


@transaction.atomic
def describe_officer(*, user: User, skills: Skills, by: User, at: datetime) -> User:
    """What an officer brings to a visit beside courses; the next run of the planner counts on it."""
    require(by, "describe_officer", user)
    user.languages = sorted(skills.languages)
    user.gender, user.in_service_since = skills.gender or "", skills.in_service_since
    if skills.stand_in is not None and skills.stand_in.pk == user.pk:
        raise BadInput(Message(gettext_noop("Nobody stands in for themselves. Choose another officer.")))
    user.stand_in = skills.stand_in
    user.save(update_fields=["languages", "gender", "in_service_since", "stand_in"])
    stand_in = skills.stand_in.employee_no if skills.stand_in else ""
    _audit(at, by, "describe_officer", user, {"languages": " ".join(user.languages), "stand_in": stand_in})
    return user


def _set_active(user: User, active: bool, by: User, at: datetime) -> User:
    if user.is_active == active:
        raise Conflict(Message(gettext_noop("This was done already.")))
    user.is_active = active
    user.save(update_fields=["is_active"])
    _audit(at, by, "reactivate_user" if active else "deactivate_user", user, {})
    return user


def _audit(at: datetime, by: User, action: str, user: User, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="user",
        subject_id=user.pk,
        branch_code=user.branch.code if user.branch else "",
        details=details,
    )
