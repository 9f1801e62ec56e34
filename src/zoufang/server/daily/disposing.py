"""Stages of disposal on the facts of the day: proposed, approved, and carried into the plan at once."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from zoufang.core.compliance import UNKNOWN
from zoufang.core.disposal import CaseFacts, Check, Checked, StageKind, Stated, review_entry
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.book.models import Loan
from zoufang.server.daily.disposal_facts import case_facts
from zoufang.server.daily.withdrawing import withdraw_visits
from zoufang.server.disposal import leave as leaves
from zoufang.server.disposal import opening
from zoufang.server.disposal.models import CounselLeave, DisposalStage
from zoufang.server.staff.models import User


def stated_of(stored: dict[str, Any]) -> Stated:
    """What was said of the paper file, as it was kept; a name that is not there is unknown."""
    said: dict[str, Any] = {}
    for one in fields(Stated):
        value = stored.get(one.name, UNKNOWN)
        if one.name == "effective_on" and value != UNKNOWN:
            value = date.fromisoformat(str(value))
        said[one.name] = UNKNOWN if value == UNKNOWN else value
    return Stated(**said)


def facts_for(loan: Loan, today: date, stated: Stated | None = None) -> CaseFacts:
    return case_facts([loan], today, stated)[loan.pk]


def entry_of(loan: Loan, kind: StageKind, today: date, stated: Stated | None = None) -> tuple[Checked, ...]:
    """What the checks of a stage would say today; nothing is kept."""
    return review_entry(shipped_stages().stage(kind, today), facts_for(loan, today, stated))


def facts_of_stage(stage: DisposalStage, today: date) -> CaseFacts:
    return facts_for(stage.loan, today, stated_of(stage.stated))


def propose_stage(*, asked: opening.Proposal, today: date, by: User, at: datetime) -> DisposalStage:
    return opening.propose(asked=asked, facts=facts_for(asked.loan, today, asked.stated), by=by, at=at)


def override_stage_check(
    *, stage: DisposalStage, check: Check, reason: str, today: date, by: User, at: datetime
) -> DisposalStage:
    facts = facts_of_stage(stage, today)
    return opening.override_check(stage=stage, check=check, reason=reason, facts=facts, by=by, at=at)


@transaction.atomic
def approve_stage(*, stage: DisposalStage, today: date, by: User, at: datetime) -> tuple[DisposalStage, int]:
    """The stage, and how many visits it withdrew: it counts for the plan of this very day."""
    held = opening.approve(stage=stage, facts=facts_of_stage(stage, today), by=by, at=at)
    return held, withdraw_visits(today, by.employee_no, at, about=[held.debtor_id])


@transaction.atomic
def end_leave(*, leave: CounselLeave, why: str, today: date, by: User, at: datetime) -> int:
    """Taken back; visits that rested on it are withdrawn. How many."""
    ended = leaves.end_leave(leave=leave, why=why, by=by, at=at)
    return withdraw_visits(today, by.employee_no, at, about=[ended.debtor_id])
