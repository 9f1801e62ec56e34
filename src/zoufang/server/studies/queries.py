"""Who is in which study and arm."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.evaluation import Arm, SetAside
from zoufang.core.evaluation import Assignment as Draw
from zoufang.core.values import Message, SourceKey, gettext_noop
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.studies.models import Assignment, Proposal, Study


def study_on(day: date, branch: Branch) -> Study | None:
    """The study of this branch or of one above it whose window holds `day`, the newest if there are several."""
    return _running(day).filter(branch__path__in=_paths_above(branch)).first()


def overlapping_study(day: date, branch: Branch) -> Study | None:
    """A running study that shares customers with this branch: its own, one above, or one below."""
    shared = Q(branch__path__in=_paths_above(branch)) | Q(branch__path__startswith=branch.path)
    return _running(day).filter(shared).first()


def _running(day: date) -> QuerySet[Study]:
    running = Study.objects.filter(opened_on__lte=day, window_end__gte=day)
    return running.select_related("branch").order_by("-opened_on", "-id")


def _paths_above(branch: Branch) -> list[str]:
    """The branch's own path and those of all branches above it."""
    codes = branch.path.rstrip("/").split("/")
    return ["/".join(codes[: i + 1]) + "/" for i in range(len(codes))]


def draws_of(study: Study) -> tuple[Draw, ...]:
    """The stored assignments as core values, sorted by source key."""
    rows = study.assignments.select_related("party").order_by("party__source_system", "party__source_key")
    return tuple(_draw(row, study.seed) for row in rows)


def _draw(row: Assignment, seed: int) -> Draw:
    system, _, key = row.household.partition(":")
    return Draw(
        key=SourceKey(row.party.source_system, row.party.source_key),
        household=SourceKey(system, key),
        stratum=row.stratum,
        arm=Arm(row.arm),
        probability=row.probability,
        p_hold_out=row.p_hold_out,
        drawn_on=row.drawn_on,
        seed=seed,
        digest=row.digest,
        reason=SetAside(row.reason) if row.reason else None,
    )


def studies(user: User) -> QuerySet[Study]:
    """Studies of the reader's branches with the size of each arm, the newest first."""
    require(user, "see_evaluation")
    arms = {f"n_{arm.value}": Count("assignments", filter=Q(assignments__arm=arm)) for arm in Arm}
    found = Study.objects.filter(scope(user)).select_related("branch", "by").annotate(**arms)
    return found.order_by("-opened_on", "-id")


def study(study_id: UUID, user: User) -> Study:
    found = studies(user).filter(pk=study_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such study in your branch.")))
    return found


def proposals(user: User) -> QuerySet[Proposal]:
    """Of the reader's branches, those that wait first, then the newest."""
    require(user, "see_evaluation")
    rows = Proposal.objects.filter(scope(user)).select_related(
        "branch", "proposed_by", "manager_by", "compliance_by", "refused_by", "study"
    )
    return rows.order_by("-proposed_at", "-id")


def proposal(proposal_id: UUID, user: User) -> Proposal:
    found = proposals(user).filter(pk=proposal_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such proposal in your branch.")))
    return found


def newest_finished(user: User) -> Study | None:
    """The last study that has a report."""
    return (
        studies(user).filter(frozen_on__isnull=False, report__isnull=False).order_by("-frozen_on", "-id").first()
    )
