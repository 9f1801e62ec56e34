"""Open a study with its draw, and freeze it when its window has ended."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.evaluation import Assignment as Draw
from zoufang.core.evaluation import Design, StudyUnit, assign, draw_digest
from zoufang.core.values import SourceKey
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require
from zoufang.server.studies.models import Assignment, Study


@transaction.atomic
def open_study(
    *,
    id: UUID,  # noqa: A002
    name: str,
    units: tuple[StudyUnit, ...],
    parties: dict[SourceKey, UUID],
    design: Design,
    seed: int,
    branch: Branch,
    by: User | None,
    at: datetime,
) -> Study:
    """Draw the arms by chance before anything is planned, and keep every probability and digest."""
    if by is not None:
        require(by, "open_study", branch)
    if not units:
        raise BadInput("A study needs customers. Widen the shortlist.")
    draws = assign(units, design, seed)
    study = Study.objects.create(
        id=id,
        name=name,
        branch=branch,
        opened_on=design.drawn_on,
        window_end=design.drawn_on + timedelta(days=design.window_days - 1),
        seed=seed,
        design=_plain(asdict(design)),
        by=by,
    )
    Assignment.objects.bulk_create([_row(study, draw, parties[draw.key]) for draw in draws], batch_size=500)
    _audit(at, by, "open_study", study, {"seed": seed, "draw": draw_digest(draws), "units": len(draws)})
    return study


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


def _row(study: Study, draw: Draw, party_id: UUID) -> Assignment:
    return Assignment(
        study=study,
        party_id=party_id,
        arm=draw.arm,
        probability=draw.probability,
        p_hold_out=draw.p_hold_out,
        stratum=draw.stratum,
        household=str(draw.household),
        drawn_on=draw.drawn_on,
        digest=draw.digest,
        reason=draw.reason or "",
    )


@transaction.atomic
def freeze_study(
    *, study: Study, snapshot: dict[str, Any], snapshot_id: str, report: dict[str, Any], on: date, at: datetime
) -> Study:
    """Keep the snapshot that the report was made from; a frozen study is analysed again, never changed."""
    if study.frozen_on is not None:
        raise Conflict(f"Study {study.name} was frozen on {study.frozen_on}. Analyse its snapshot.")
    study.snapshot, study.snapshot_hash, study.report, study.frozen_on = snapshot, snapshot_id, report, on
    study.save(update_fields=["snapshot", "snapshot_hash", "report", "frozen_on"])
    _audit(at, None, "freeze_study", study, {"snapshot": snapshot_id})
    return study


def _audit(at: datetime, by: User | None, action: str, study: Study, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no if by else "daily",
        action=action,
        subject_kind="study",
        subject_id=study.id,
        branch_code=study.branch.code,
        details=details,
    )
