"""The draw of a proposal that both offices have signed: chance speaks once, and its seed is logged."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.study import open_cycle
from zoufang.server.jobs.kinds import Ended, Kind, Tell, add_kind
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.services import start
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.models import User
from zoufang.server.studies.models import Proposal, Study
from zoufang.server.studies.proposals import keep_draw
from zoufang.server.studies.queries import proposal as proposal_of

DRAWING = Message(gettext_noop("Asking gate and strategy for whom a visit is the treatment, then drawing"))
DRAWN = Message(gettext_noop("Drawn. The arms stand before any plan is made."))


def register() -> None:
    add_kind(Kind("draw", Message(gettext_noop("Draw of a study")), "sign_study", run_draw, "study_list"))


def start_draw(*, proposal: Proposal, by: User) -> Job:
    """Whoever asks, a proposal is drawn once."""
    arguments = {"proposal": str(proposal.pk)}
    return start(kind="draw", key=str(proposal.pk), by=by, branch=proposal.branch, arguments=arguments)


def run_draw(job: Job, tell: Tell) -> Ended:
    tell(0, 0, DRAWING)
    proposal = proposal_of(UUID(job.arguments["proposal"]), job.by)
    study = draw(proposal=proposal, seed=fresh_seed(), on=business_date(), at=now())
    return Ended("study", str(study.pk), DRAWN, level="success")


def fresh_seed() -> int:
    """Nobody can know it beforehand, else a day or a form could be chosen for its arms."""
    return secrets.randbelow(2**31)


@transaction.atomic
def draw(*, proposal: Proposal, seed: int, on: date, at: datetime) -> Study:
    """The study of a signed proposal, made once. Conflict: signatures are missing, or a study runs."""
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("branch", "proposed_by", "study")
        .get(pk=proposal.pk)
    )
    if row.study is not None:
        return row.study
    if row.state != Proposal.State.SIGNED:
        raise Conflict(Message(gettext_noop("Both offices have to sign before chance draws. Ask them.")))
    study = open_cycle(
        branch=row.branch,
        day=on,
        capacity=row.capacity,
        seed=seed,
        by=row.proposed_by,
        at=at,
        window_days=row.window_days,
        hold_out_share=row.hold_out_percent / 100,
        must_visit_share=row.must_visit_percent / 100,
    )
    keep_draw(proposal=row, study=study)
    return study
