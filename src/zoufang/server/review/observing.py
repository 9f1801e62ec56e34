"""A supervisor goes along or watches a practice talk, and scores the same items; no course is asked for by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.review import Mark, check_marks, kept_score
from zoufang.core.values import Message, gettext_noop
from zoufang.files.review_form import shipped_review_form
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.review.models import Observation
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

FIELD = "observation"
Kind = Observation.Kind


@transaction.atomic
def observe(
    *,
    id: UUID,  # noqa: A002 - made with the form, so that sending it twice counts once
    officer: User,
    kind: Observation.Kind,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    by: User,
    on: date,
    today: date,
    at: datetime,
    visit: Visit | None = None,
    scenario: str = "",
) -> Observation:
    """NotPermitted: of oneself. BadInput: no visitor, a day to come, or a visit that the officer did not make."""
    require(by, "observe_visitor", officer)
    kept = Observation.objects.filter(pk=id).first()
    if kept is not None:
        return kept
    _check(officer, kind, by, on, today, visit)
    form = shipped_review_form()
    check_marks(form, marks, reasons, frozenset(form.by_code))
    key, said = vault.new_key(), {code: words.strip() for code, words in reasons.items() if words.strip()}
    made = Observation.objects.create(
        id=id,
        officer=officer,
        kind=kind,
        visit=visit,
        scenario=scenario,
        form_version=form.version,
        marks={code: str(mark) for code, mark in marks.items()},
        score=kept_score(marks),
        wrapped_key=vault.wrap(key, f"observation {id}"),
        sealed_reasons=vault.seal(key, said, FIELD) if said else None,
        by=by,
        on=on,
        at=at,
    )
    _audit(made, at)
    return made


def _check(officer: User, kind: Kind, by: User, on: date, today: date, visit: Visit | None) -> None:
    if officer.pk == by.pk:
        raise NotPermitted(Message(gettext_noop("Nobody observes themselves. Ask a colleague.")))
    if officer.role != Role.VISITOR:
        raise BadInput(Message(gettext_noop("Only visitors are observed.")))
    if on > today:
        raise BadInput(Message(gettext_noop("The day of an observation cannot be in the future.")))
    if visit is not None and (kind != Kind.RIDE_ALONG or visit not in visits_to_name(officer, on)):
        raise BadInput(Message(gettext_noop("This visitor made no such visit on that day.")))


def visits_to_name(officer: User, on: date) -> QuerySet[Visit]:
    """The officer's visits of that day, of which one may be named."""
    return Visit.objects.filter(crew__members=officer, day=on, started_at__isnull=False).order_by(
        "started_at", "id"
    )


def reasons_of(observation: Observation) -> dict[str, str]:
    if observation.sealed_reasons is None:
        return {}
    key = vault.unwrap(observation.wrapped_key, f"observation {observation.pk}")
    said: dict[str, str] = vault.unseal(key, observation.sealed_reasons, FIELD)
    return said


def _audit(made: Observation, at: datetime) -> None:
    audit.record(
        at=at,
        actor=made.by.employee_no,
        action="observe_visitor",
        subject_kind="user",
        subject_id=made.officer_id,
        branch_code=made.officer.branch.code if made.officer.branch else "",
        details={"kind": str(made.kind), "score": made.score, "observation": str(made.pk)},
    )
