"""The policies of a day, as the installation holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zoufang.core.compliance import HolidayTable, Policy, policy_on
from zoufang.core.planning import (
    PlanningPolicy,
    RuralCalendar,
    SightPolicy,
    TownshipPolicy,
    VisitValues,
    values_on,
)
from zoufang.core.training import CourseList, TrainingPolicy
from zoufang.files.policy_packs import shipped_courses, shipped_holidays
from zoufang.files.rural_calendar import read_rural_calendar, shipped_rural_calendar
from zoufang.files.visit_values import read_visit_values, shipped_visit_values
from zoufang.server.oversight.rule_figures import Standing, standing
from zoufang.server.oversight.visit_values import approved_values

SATURDAY = 5
CALENDAR_FILE = "rural-calendar.toml"
VALUES_FILE = "visit-values.toml"


def planning_policy(iterations: int = 2_000) -> PlanningPolicy:
    """With the newest visit values; `with_values` puts in those of a day."""
    policy = PlanningPolicy(
        iterations=iterations,
        rural_daylight_only=settings.ZOUFANG_RURAL_DAYLIGHT_ONLY,
        sight=SightPolicy(),
        townships=TownshipPolicy(),
    )
    return with_values(policy, date.max)


def with_values(policy: PlanningPolicy, day: date) -> PlanningPolicy:
    """The visit values belong to the day, whoever set the rest of the policy."""
    values = values_of_day(day)
    return replace(
        policy,
        version=values.version,
        exploration_share=values.exploration_share,
        harm_price_fen=dict(values.harm_price_fen),
        purposes=dict(values.purposes),
    )


def values_of_day(day: date) -> VisitValues:
    """What two people approved, as soon as any of it has begun; until then the file."""
    approved = [one for one in approved_values() if one.valid_from <= day]
    return values_on(approved or visit_values(), day)


def visit_values() -> tuple[VisitValues, ...]:
    """All versions of the bank's own file in the installation's folder, else of the shipped one."""
    own = Path(settings.HOME) / VALUES_FILE
    return _values(own, own.stat().st_mtime_ns if own.is_file() else None)


@lru_cache(maxsize=2)
def _values(own: Path, changed: int | None) -> tuple[VisitValues, ...]:
    if changed is None:
        return shipped_visit_values()
    return read_visit_values(own.read_text(encoding="utf-8"), own.name)


def rural_calendar() -> RuralCalendar:
    """The bank's own file in the installation's folder, else the assumptions that come with Zoufang."""
    own = Path(settings.HOME) / CALENDAR_FILE
    return _calendar(own, own.stat().st_mtime_ns if own.is_file() else None)


@lru_cache(maxsize=2)
def _calendar(own: Path, changed: int | None) -> RuralCalendar:
    if changed is None:
        return shipped_rural_calendar()
    return read_rural_calendar(own.read_text(encoding="utf-8"), own.name)


def is_working_day(day: date) -> bool:
    """By the holiday table; a year without one goes by its weekdays."""
    said = _holidays().is_working_day(day)
    return day.weekday() < SATURDAY if said is None else said


def next_working_day(after: date) -> date:
    day = after + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_from(first: date, count: int) -> tuple[date, ...]:
    """The first `count` days from `first` on, itself included, on which the bank works."""
    days: list[date] = []
    day = first - timedelta(days=1)
    while len(days) < count:
        day = next_working_day(day)
        days.append(day)
    return tuple(days)


def working_days(first: date, days: int) -> int:
    """How many of the `days` days from `first` on the bank works."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(days))


@lru_cache(maxsize=1)
def _holidays() -> HolidayTable:
    return shipped_holidays()


def compliance_policy(day: date, *, known_at: datetime | None = None) -> Policy:
    """The strictest rules in force on `day`, the bank's own figures among them; one query.

    `known_at`: with no figure that was approved later, to judge an old decision again.
    """
    return _policy(standing(day, known_at))


@lru_cache(maxsize=64)
def _policy(approved: Standing) -> Policy:
    return policy_on(approved.packs(), approved.day, approved.jurisdiction, shipped_holidays())


def training_policy(day: date) -> TrainingPolicy:
    """The courses, and the age at which certificates lapse by the rules of `day`."""
    return TrainingPolicy(_courses(), compliance_policy(day).number("CN-O3", "max_age_days"))


@lru_cache(maxsize=1)
def _courses() -> CourseList:
    return shipped_courses()
