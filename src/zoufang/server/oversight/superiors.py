"""Notice to a named superior: a complaint is overdue, or whoever handles it leads the people complained of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.oversight.models import Complaint, ComplaintNotice
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.permissions import in_scope

Why = ComplaintNotice.Why
LEADS = (Role.MANAGER, Role.PLANNER)


def leads_any(handler: User, officers: Iterable[User]) -> bool:
    """Whether one of them works under this manager or planner."""
    led = (one for one in officers if one.branch is not None and in_scope(handler, one.branch))
    return handler.role in LEADS and any(led)


def superior_of(handler: User | None, branch: Branch) -> User | None:
    """The same role higher up the tree, else the nearest manager, else compliance; never the handler.

    Without a handler: whoever answers for `branch`.
    """
    home = handler.branch if handler and handler.branch else branch
    above = _upwards(home)
    if handler is not None:
        higher = _nearest(above[1:], Role(handler.role), handler)
        if higher is not None:
            return higher
    for role in (Role.MANAGER, Role.COMPLIANCE):
        found = _nearest(above, role, handler)
        if found is not None:
            return found
    return None


def _upwards(branch: Branch) -> list[str]:
    """Paths of the branch and of all above it, the nearest first."""
    codes = branch.path.rstrip("/").split("/")
    return ["/".join(codes[:n]) + "/" for n in range(len(codes), 0, -1)]


def _nearest(paths: list[str], role: Role, but: User | None) -> User | None:
    rows = User.objects.filter(branch__path__in=paths, role=role, is_active=True)
    rows = rows.exclude(pk=but.pk) if but else rows
    found = list(rows.select_related("branch").order_by("employee_no"))
    return min(found, key=lambda one: paths.index(one.branch.path) if one.branch else len(paths), default=None)


@transaction.atomic
def tell_superior(complaint: Complaint, why: Why, *, at: datetime) -> ComplaintNotice | None:
    """Once a reason, handler and due date. None: there is nobody above, which the audit line says."""
    superior = superior_of(complaint.owner, complaint.branch)
    notice, made = None, True
    if superior is not None:
        key = {"complaint": complaint, "why": why, "about": complaint.owner, "due_on": complaint.due_on}
        notice, made = ComplaintNotice.objects.get_or_create(
            **key, defaults={"id": new_id(), "to": superior, "at": at}
        )
    if made:
        told: dict[str, object] = {"why": str(why), "to": superior.employee_no if superior else ""}
        _audit(complaint, told, "notify_superior", "", at)
    return notice


def notices_for(user: User) -> QuerySet[ComplaintNotice]:
    """What this user has not answered yet, of complaints that are still open."""
    rows = ComplaintNotice.objects.filter(to=user, seen_at__isnull=True, complaint__closed_on__isnull=True)
    return rows.select_related("complaint__branch", "about").order_by("at", "id")


@transaction.atomic
def see_notice(*, notice: ComplaintNotice, by: User, at: datetime) -> ComplaintNotice:
    """The superior has seen it. NotPermitted for anybody else."""
    if notice.to_id != by.pk:
        raise NotPermitted(Message(gettext_noop("This notice is for somebody else.")))
    if notice.seen_at is None:
        notice.seen_at = at
        notice.save(update_fields=["seen_at"])
        _audit(notice.complaint, {"why": notice.why}, "see_notice", by.employee_no, at)
    return notice


def _audit(complaint: Complaint, details: dict[str, object], action: str, actor: str, at: datetime) -> None:
    audit.record(
        at=at,
        actor=actor,
        action=action,
        subject_kind="party",
        subject_id=complaint.party_id,
        branch_code=complaint.branch.code,
        details={"complaint": str(complaint.pk)} | details,
    )
