"""Cast each finished visit's lot once, and open the reviews that are drawn. Safe to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.review import Risk, Shares, lot
from zoufang.core.values import Message, gettext_noop
from zoufang.files.review_form import shipped_review_form
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.oversight.models import Complaint
from zoufang.server.review.models import Lot, Review, SharesVersion
from zoufang.server.review.risks import risks_by_visit
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, require_above_sub_branch
from zoufang.server.visiting.models import Visit

BACK = timedelta(days=30)  # a visit that syncs later than this has no lot
DUE = timedelta(days=7)
ALL = 100


@transaction.atomic
def draw_reviews(*, today: date, at: datetime) -> int:
    """Lots of all visits that ended before `today` and have none; how many reviews are new.

    A lot rests on the day's seed and the visit's id, its share on the risks known now and on the shares that were
    set before the visit's day: whoever sets shares cannot know which visits they will catch.
    """
    ended = Visit.objects.filter(day__lt=today, day__gte=today - BACK, ended_at__isnull=False)
    rows = ended.filter(review_lot__isnull=True).select_related("branch", "party", "target", "address")
    visits = list(rows.order_by("day", "id"))
    risks = risks_by_visit(visits)
    days = {visit.day: (seed_of(visit.day), shares_on(visit.day)) for visit in visits}
    lots = [_cast(visit, risks[visit.pk], *days[visit.day], today) for visit in visits]
    Lot.objects.bulk_create(lots, batch_size=500)
    opened = [one.visit for one in lots if one.drawn]
    _open(opened, Review.Why.LOT, today)
    for branch in sorted({visit.branch for visit in visits}, key=lambda one: one.code):
        _audit_draw(branch, [one for one in lots if one.branch_id == branch.pk], today, at)
    return len(opened) + _open_for_cause(today, at)


def _cast(visit: Visit, risks: frozenset[Risk], seed: str, shares: Shares, today: date) -> Lot:
    share, value = shares.of(risks), lot(seed, str(visit.pk))
    return Lot(
        visit=visit,
        branch=visit.branch,
        cast_on=today,
        risks=sorted(risks),
        share=share,
        value=value,
        drawn=value < share / ALL,
    )


def _open_for_cause(today: date, at: datetime) -> int:
    """Complaints that came in after the lot was cast: looked at too, and left out of rates of the sample."""
    complained = Complaint.objects.filter(opened_on__gte=today - BACK, visit_id__isnull=False).values("visit_id")
    rows = Visit.objects.filter(pk__in=complained, review_lot__drawn=False, review__isnull=True)
    visits = list(rows.select_related("branch").order_by("day", "id"))
    _open(visits, Review.Why.CAUSE, today)
    for visit in visits:
        _record(visit.branch, {"visit": str(visit.pk), "why": str(Review.Why.CAUSE)}, at)
    return len(visits)


def _open(visits: Sequence[Visit], why: Review.Why, today: date) -> None:
    version = shipped_review_form().version
    Review.objects.bulk_create(
        Review(visit=v, branch=v.branch, why=why, form_version=version, opened_on=today, due_on=today + DUE)
        for v in visits
    )


def seed_of(day: date) -> str:
    """Of a simulated bank by its own seed; else by the installation key, which nobody at a desk knows."""
    own = bank_state().seed
    if own is not None:
        return sha256(f"review|{own}|{day.isoformat()}".encode()).hexdigest()[:32]
    return vault.blind_index(day.isoformat(), "review_seed").hex()


def shares_on(day: date) -> Shares:
    """Those in force for visits of that day."""
    row = SharesVersion.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return Shares(row.base, {Risk(k): n for k, n in row.by_risk.items()}) if row else Shares.usual()


@transaction.atomic
def set_shares(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    shares: Shares,
    valid_from: date,
    reason: str,
    by: User,
    today: date,
    at: datetime,
) -> SharesVersion:
    """For visits of days to come only. Sent twice it counts once. Conflict: that day has its shares already."""
    require(by, "set_review_shares")
    require_above_sub_branch(by)
    kept = SharesVersion.objects.filter(pk=id).first()
    if kept is not None:
        return kept
    if valid_from <= today:
        raise Conflict(Message(gettext_noop("Visits of this day have begun. Choose a day after today.")))
    if not reason.strip():
        raise BadInput(Message(gettext_noop("Say why so many visits are reviewed.")))
    if SharesVersion.objects.filter(valid_from=valid_from).exists():
        raise Conflict(Message(gettext_noop("Other shares begin on that day already. Choose another day.")))
    row = SharesVersion.objects.create(
        id=id,
        valid_from=valid_from,
        base=shares.base,
        by_risk={str(risk): n for risk, n in shares.by_risk.items()},
        reason=reason.strip(),
        by=by,
        at=at,
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="set_review_shares",
        subject_kind="review_shares",
        subject_id=row.pk,
        branch_code=by.branch.code if by.branch else "",
        details={"valid_from": valid_from.isoformat(), "base": row.base, "by_risk": row.by_risk},
    )
    return row


def _audit_draw(branch: Branch, lots: Sequence[Lot], today: date, at: datetime) -> None:
    """Seeds, shares and a digest of the whole frame: anybody can cast the lots again."""
    frame = "\n".join(f"{one.visit_id} {one.share}" for one in lots)
    details = {
        "day": today.isoformat(),
        "seeds": {day.isoformat(): seed_of(day) for day in sorted({one.visit.day for one in lots})},
        "among": len(lots),
        "frame_sha256": sha256(frame.encode()).hexdigest(),
        "drawn": {str(one.visit_id): one.share for one in lots if one.drawn},
    }
    _record(branch, details, at)


def _record(branch: Branch, details: dict[str, object], at: datetime) -> None:
    audit.record(
        at=at,
        actor="daily",
        action="draw_reviews",
        subject_kind="branch",
        subject_id=branch.code,
        branch_code=branch.code,
        details=details,
    )
