"""Two people score a visit, neither seeing the other's score; where they differ a third decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.review import Mark, ReviewForm, check_marks, disputed, settled
from zoufang.core.values import Message, gettext_noop
from zoufang.files.review_form import shipped_review_form
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.review.lessons import at_the_door, learn_from_review
from zoufang.server.review.models import Review, Score
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may, require

FIELD = "review"
THIRD = 3
State = Review.State
OWN = Message(gettext_noop("Nobody reviews an own visit, one of the own crew, or one where they went along."))


@transaction.atomic
def score_visit(
    *,
    id: UUID,  # noqa: A002 - made with the form, so that sending it twice counts once
    review: Review,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    by: User,
    on: date,
    at: datetime,
) -> Review:
    """Keep one score; the second settles the review or opens the dispute, the third settles it.

    NotPermitted: the own visit or crew, or scored already. Conflict: settled meanwhile.
    """
    require(by, "review_visit", review)
    held = (
        Review.objects.select_for_update(of=("self",)).select_related("visit__party", "branch").get(pk=review.pk)
    )
    if held.scores.filter(pk=id, by=by).exists():
        return held
    if why_not := hindrance(held, by):
        raise (Conflict if held.state == State.DONE else NotPermitted)(why_not)
    check_marks(form_of(held), marks, reasons, asked_of(held))
    said = {code: words.strip() for code, words in reasons.items() if words.strip() and code in marks}
    place = THIRD if held.state == State.DISPUTED else held.scores.count() + 1
    Score.objects.create(
        id=id,
        review=held,
        place=place,
        marks={code: str(mark) for code, mark in marks.items()},
        sealed_reasons=vault.seal(held.visit.whom.key, said, FIELD) if said else None,
        by=by,
        on=on,
        at=at,
    )
    _audit(held, "score_visit", {"place": place}, by, at)
    if place > 1:
        _settle(held, by=by, on=on, at=at)
    return held


def form_of(review: Review) -> ReviewForm:
    """The form by which it is scored. Conflict: its version is no longer here."""
    form = shipped_review_form()
    if form.version != review.form_version:
        text = gettext_noop("This review was opened with form %(version)s, which is no longer here.")
        raise Conflict(Message(text, {"version": review.form_version}))
    return form


def asked_of(review: Review) -> frozenset[str]:
    """Items to mark now: all, or those on which the two differ."""
    if review.state == State.DISPUTED:
        return disputed(*(marks_of(score) for score in review.scores.filter(place__lt=THIRD).order_by("place")))
    return frozenset(form_of(review).by_code)


def marks_of(score: Score) -> dict[str, Mark]:
    return {code: Mark(mark) for code, mark in score.marks.items()}


def reasons_of(score: Score, review: Review) -> dict[str, str]:
    """What the reviewer wrote; for those who may read it, see `may_read`."""
    if score.sealed_reasons is None:
        return {}
    said: dict[str, str] = vault.unseal(review.visit.whom.key, score.sealed_reasons, FIELD)
    return said


def hindrance(review: Review, user: User) -> Message | None:
    """Why this user cannot score this review now; None: it is theirs to score."""
    if review.state == State.DONE:
        return Message(gettext_noop("This review is settled."))
    if involved(review, user):
        return OWN
    if any(score.by_id == user.pk for score in review.scores.all()):
        return Message(gettext_noop("You have scored this visit. A colleague scores it next."))
    return None


def involved(review: Review, user: User) -> bool:
    visit = review.visit
    own = user in at_the_door(visit) or visit.crew.members.filter(pk=user.pk).exists()
    return own or visit.observations.filter(by=user).exists()


def require_uninvolved(review: Review, user: User) -> None:
    require(user, "review_visit", review)
    if involved(review, user):
        raise NotPermitted(OWN)


def may_read(review: Review, user: User) -> bool:
    """The scores of others are shown once both are in: to those who review, and in the own scope."""
    return review.state != State.OPEN and may(user, "review_visit", review)


def _settle(review: Review, *, by: User, on: date, at: datetime) -> None:
    first, second, *third = (marks_of(score) for score in review.scores.order_by("place"))
    if disputed(first, second) and not third:
        review.state = State.DISPUTED
        review.save(update_fields=["state"])
        return
    final = settled(first, second, third[0] if third else None)
    review.marks = {code: str(mark) for code, mark in final.items()}
    review.state, review.done_on = State.DONE, on
    review.save(update_fields=["marks", "state", "done_on"])
    review.officers.set(at_the_door(review.visit))
    found = learn_from_review(review, by=by, on=on, at=at)
    _audit(review, "settle_review", {"not_kept": sorted({one.item for one in found})}, by, at)


def _audit(review: Review, action: str, details: dict[str, object], by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="visit",
        subject_id=review.visit_id,
        branch_code=review.branch.code,
        details=details,
    )
