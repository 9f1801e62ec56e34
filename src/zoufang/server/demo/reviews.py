"""The review desk on the open day: most of what was drawn is settled, some waits; supervisors have gone along."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zoufang.core.review import Mark
from zoufang.core.simulation import SimulatedBank, uuid_of
from zoufang.core.simulation.chance import uniform
from zoufang.files.review_form import shipped_review_form
from zoufang.server.demo.found import PASS_SCORE, Staff
from zoufang.server.review.models import Finding, Observation, Review
from zoufang.server.review.observing import observe
from zoufang.server.review.scoring import asked_of, hindrance, score_visit
from zoufang.server.staff.models import User
from zoufang.server.training.services import certify

LEFT_OPEN = timedelta(days=4)  # the newest still wait
MOST = 60
NOT_KEPT, NOT_SEEN, SLIPS = 0.03, 0.12, 0.06
SELDOM_SEEN = ("hardship_heeded", "left_when_asked", "notices_given")
WHY = "录音与记录不符（模拟）"


def review_desk(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """Scored after the day's plan stands: whoever is asked for a course again passes it the same day."""
    rows = Review.objects.filter(state=Review.State.OPEN).select_related("visit__party", "visit__crew", "branch")
    reviews = list(rows.order_by("visit__day", "visit__party__source_key"))
    older = [one for one in reviews if one.visit.day < day - LEFT_OPEN][:MOST]
    for number, review in enumerate(older):
        _score(bank, review, team.compliance, day, at)
        _score(bank, review, team.trainer, day, at)
        if number:  # the first dispute is the manager's to settle by hand
            _settle(bank, review, team.manager, day, at)
    for review in [one for one in reviews if one not in older][:2]:
        _score(bank, review, team.compliance, day, at)
    _pass_again(team, day, at)
    _go_along(bank, team, day, at)


def _score(bank: SimulatedBank, review: Review, by: User, day: date, at: datetime) -> None:
    review.refresh_from_db(fields=["state"])
    if hindrance(review, by) is not None:
        return
    marks = {code: _mark(bank, review, code, by) for code in sorted(asked_of(review))}
    reasons = {code: WHY for code, mark in marks.items() if mark is Mark.NO}
    score_visit(
        id=uuid_of(bank.seed, "score", _key(review), by.employee_no),
        review=review,
        marks=marks,
        reasons=reasons,
        by=by,
        on=day,
        at=at,
    )


def _settle(bank: SimulatedBank, review: Review, by: User, day: date, at: datetime) -> None:
    review.refresh_from_db(fields=["state"])
    if review.state == Review.State.DISPUTED:
        _score(bank, review, by, day, at)


def _key(review: Review) -> str:
    return f"{review.visit.day}|{review.visit.party.source_key}"


def _mark(bank: SimulatedBank, review: Review, code: str, by: User) -> Mark:
    """What really was, and now and then a slip of this reviewer."""
    chance = uniform(bank.seed, "conduct", _key(review), code)
    seldom = NOT_SEEN if code in SELDOM_SEEN else 0.0
    truth = Mark.NO if chance < NOT_KEPT else Mark.NOT_SEEN if chance < NOT_KEPT + seldom else Mark.YES
    if uniform(bank.seed, "slip", _key(review), code, by.employee_no) >= SLIPS:
        return truth
    return Mark.NOT_SEEN if truth is Mark.YES else Mark.YES


def _pass_again(team: Staff, day: date, at: datetime) -> None:
    asked = Finding.objects.filter(asked=True, prescription__since=day).select_related("officer__branch", "course")
    for one in asked.order_by("officer__employee_no", "course__code"):
        if one.course is not None:
            certify(officer=one.officer, course=one.course, score=PASS_SCORE, on=day, by=team.trainer, at=at)


def _go_along(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """The manager with one visitor, the trainer at another's practice talk."""
    codes = [item.code for item in shipped_review_form().items]
    watched = (
        (team.manager, Observation.Kind.RIDE_ALONG, "affordability"),
        (team.trainer, Observation.Kind.PRACTICE, ""),
    )
    for (by, kind, missed), number in zip(watched, sorted(team.officers), strict=False):
        marks = dict.fromkeys(codes, Mark.YES) | ({missed: Mark.NO} if missed else {})
        observe(
            id=uuid_of(bank.seed, "observation", number),
            officer=team.officers[number],
            kind=kind,
            marks=marks,
            reasons={missed: "先谈分期，未问家庭支出（模拟）"} if missed else {},
            by=by,
            on=day - timedelta(days=3),
            today=day,
            at=at,
            scenario="hardship" if kind == Observation.Kind.PRACTICE else "",
        )
