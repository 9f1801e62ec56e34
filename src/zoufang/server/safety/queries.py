"""Whom an escalation concerns, and what stands on the live board."""

from __future__ import annotations

from django.db.models import Case, Q, QuerySet, When

from zoufang.core.safety import Rung
from zoufang.server.safety.models import Escalation, Watch
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope

# Who stands on which rung: the planner leads the day of the crews, the manager answers for them.
ROLE_OF = {Role.PLANNER: Rung.SUPERVISOR, Role.MANAGER: Rung.MANAGER, Role.COMPLIANCE: Rung.COMPLIANCE}
URGENT = (Escalation.Kind.SOS, Escalation.Kind.CRISIS, Escalation.Kind.SILENCE)
WHOSE = ("watch__visit__crew", "watch__visit__branch", "duty__visit__crew", "duty__branch")


def concerns(user: User) -> QuerySet[Escalation]:
    """Escalations that this user is told of: the crew's own, or those of the rung within the branch and below."""
    rows = Escalation.objects.select_related(*WHOSE, "acknowledged_by")
    if user.role == Role.VISITOR:
        mine = user.crews.values("pk")
        of_crew = Q(watch__visit__crew__in=mine) | Q(duty__visit__crew__in=mine)
        return rows.filter(of_crew, rung=Rung.CREW_MATE)
    if user.role in ROLE_OF:
        within = scope(user, "watch__visit__branch") | scope(user, "duty__branch")
        return rows.filter(within, rung=ROLE_OF[Role(user.role)])
    return rows.none()


def notices(user: User) -> QuerySet[Escalation]:
    """What still asks for this user's answer, an SOS first; whoever called for help is not asked."""
    rows = concerns(user).filter(settled_at__isnull=True, acknowledged_at__isnull=True)
    urgent = Case(*(When(kind=kind, then=n) for n, kind in enumerate(URGENT)), default=len(URGENT))
    return rows.exclude(watch__sos_by=user).order_by(urgent, "raised_at")


def watches(user: User) -> QuerySet[Watch]:
    """The open watches of the user's branch and below."""
    require(user, "see_safety")
    rows = Watch.objects.filter(scope(user, "visit__branch"), over_at__isnull=True)
    told = "escalations__acknowledged_by"
    return rows.select_related("visit__crew", "visit__branch", "sos_by").prefetch_related("escalations", told)


def told(escalation: Escalation) -> QuerySet[User]:
    """The people of one rung, for the adapter: the crew, or the role in the branch and above it."""
    visit, branch = escalation.visit, escalation.branch
    if escalation.rung == Rung.CREW_MATE:
        return visit.crew.members.filter(is_active=True) if visit is not None else User.objects.none()
    role = next(role for role, rung in ROLE_OF.items() if rung == escalation.rung)
    codes = branch.path.rstrip("/").split("/")
    paths = Q(branch__path__in=["/".join(codes[: n + 1]) + "/" for n in range(len(codes))])
    return User.objects.filter(paths, role=role, is_active=True)
