"""Whom an escalation concerns, and what stands on the live board."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zoufang.core.safety import Rung
from zoufang.server.safety.models import Escalation, Watch
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew

# Who stands on which rung: the planner leads the day of the crews, the manager answers for them.
ROLE_OF = {Role.PLANNER: Rung.SUPERVISOR, Role.MANAGER: Rung.MANAGER}


def concerns(user: User) -> QuerySet[Escalation]:
    """Escalations that this user is told of: the crew's own, or those of the rung within the branch and below."""
    rows = Escalation.objects.select_related("watch__visit__crew", "watch__visit__branch", "acknowledged_by")
    if user.role == Role.VISITOR:
        return rows.filter(rung=Rung.CREW_MATE, watch__visit__crew__in=user.crews.values("pk"))
    if user.role in ROLE_OF:
        return rows.filter(scope(user, "watch__visit__branch"), rung=ROLE_OF[Role(user.role)])
    return rows.none()


def notices(user: User) -> QuerySet[Escalation]:
    """What still asks for this user's answer, an SOS first; whoever called for help is not asked."""
    rows = concerns(user).filter(settled_at__isnull=True, acknowledged_at__isnull=True)
    return rows.exclude(watch__sos_by=user).order_by("-kind", "raised_at")


def watches(user: User) -> QuerySet[Watch]:
    """The open watches of the user's branch and below."""
    require(user, "see_safety")
    rows = Watch.objects.filter(scope(user, "visit__branch"), over_at__isnull=True)
    told = "escalations__acknowledged_by"
    return rows.select_related("visit__crew", "visit__branch", "sos_by").prefetch_related("escalations", told)


def told(escalation: Escalation) -> QuerySet[User]:
    """The people of one rung, for the adapter: the crew, or the role in the branch and above it."""
    visit = escalation.watch.visit
    if escalation.rung == Rung.CREW_MATE:
        return Crew.objects.get(pk=visit.crew_id).members.filter(is_active=True)
    role = next(role for role, rung in ROLE_OF.items() if rung == escalation.rung)
    codes = visit.branch.path.rstrip("/").split("/")
    paths = Q(branch__path__in=["/".join(codes[: n + 1]) + "/" for n in range(len(codes))])
    return User.objects.filter(paths, role=role, is_active=True)
