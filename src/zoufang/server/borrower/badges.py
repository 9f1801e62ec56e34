"""Is this visitor from the bank, today? Answered to anybody who stands before one, and telling nothing else."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from zoufang.server.book import vault
from zoufang.server.borrower.models import Badge, BadgeCheck
from zoufang.server.staff.models import Absence, Role, User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

SLOT_S = 300  # a code is good for these seconds and the same again, for slow readers
DIGITS = 6
WINDOW = timedelta(minutes=10)
WRONG_OF_A_BADGE, WRONG_OF_AN_ASKER = 5, 20  # within the window; then nobody guesses on


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    NOT_ON_DUTY = "not_on_duty"
    WRONG_CODE = "wrong_code"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer; the officer only where it is `CONFIRMED`."""

    answer: Answer
    officer: User | None = None


@dataclass(frozen=True, slots=True)
class CodeNow:
    """What the visitor shows on the phone, and for how many seconds more."""

    badge: Badge
    code: str
    seconds_left: int


@transaction.atomic
def code_now(*, officer: User, at: datetime) -> CodeNow:
    """The officer's code of these minutes; the badge is made when first asked for."""
    require(officer, "conduct_visit")
    badge, _made = Badge.objects.get_or_create(
        officer=officer, defaults={"token": secrets.token_urlsafe(12), "made_at": at}
    )
    return CodeNow(badge, _code(badge.token, _slot(at)), SLOT_S - int(at.timestamp()) % SLOT_S)


def check(*, token: str, code: str, asker: bytes, day: date, at: datetime) -> Checked:
    """Each question is kept, so that guessing ends. `day`: the bank's date."""
    badge = Badge.objects.select_related("officer__branch").filter(token=token).first()
    recent = BadgeCheck.objects.filter(confirmed=False, at__gt=at - WINDOW)
    tries = recent.filter(badge=badge).count() if badge else 0
    if tries >= WRONG_OF_A_BADGE or recent.filter(asker=asker).count() >= WRONG_OF_AN_ASKER:
        return Checked(Answer.TOO_MANY)
    answer = _answer(badge, code.strip(), day, at)
    BadgeCheck.objects.create(badge=badge, asker=asker, confirmed=answer is Answer.CONFIRMED, at=at)
    return Checked(answer, badge.officer if badge and answer is Answer.CONFIRMED else None)


def _answer(badge: Badge | None, code: str, day: date, at: datetime) -> Answer:
    if badge is None:
        return Answer.UNKNOWN
    good = [_code(badge.token, _slot(at) - back) for back in (0, 1)]
    if not any(hmac.compare_digest(code.encode(), one.encode()) for one in good):
        return Answer.WRONG_CODE
    return Answer.CONFIRMED if on_duty(badge.officer, day) else Answer.NOT_ON_DUTY


def on_duty(officer: User, day: date) -> bool:
    """Employed, with a valid work ID, not absent, and sent out today by a published plan."""
    if not officer.is_active or officer.role != Role.VISITOR or (officer.work_id_until or date.min) < day:
        return False
    if Absence.objects.filter(officer=officer, since__lte=day, until__gte=day).exists():
        return False
    return Visit.objects.filter(day=day, crew__members=officer, withdrawn_reason__isnull=True).exists()


def asker_of(address: str, day: date) -> bytes:
    """Whoever asks, as a keyed hash that changes each day: enough to count by, nothing to find them by."""
    return vault.blind_index(f"{day.isoformat()} {address}", "badge_asker")


def _slot(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_S


def _code(token: str, slot: int) -> str:
    return str(int.from_bytes(vault.blind_index(f"{token} {slot}", "badge_code")) % 10**DIGITS).zfill(DIGITS)
