"""A crew's day on paper: each print numbered, given back or declared lost; a loss is weighed by compliance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.evidence.models import DayPack
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.day_sheets import number_print
from zoufang.server.visiting.models import Crew, DayPlan, PlannedStop, Visit

NOT_HERE = Message(gettext_noop("No such day pack among yours."))


@dataclass(frozen=True, slots=True)
class Drawn:
    """The PDF and how many pages it has."""

    content: bytes
    pages: int


Draw = Callable[[str, Sequence[str]], Drawn]


@transaction.atomic
def print_pack(
    *, plan: DayPlan, crew: Crew, stops: Sequence[PlannedStop], draw: Draw, by: User, at: datetime
) -> tuple[DayPack, bytes]:
    """`draw(serial, form numbers)`: one form a stop. Names and addresses are on it, each a look on record."""
    if not stops:
        raise NotFound(Message(gettext_noop("No such crew goes out by this plan.")))
    serial = number_print(plan=plan, crew=crew, stops=stops, in_clear=True, by=by, at=at)
    visits = dict(Visit.objects.filter(stop__in=stops).values_list("stop", "pk"))
    forms = [
        {"no": f"{serial}-{stop.number:02d}", "visit": str(visits[stop.pk]), "stop": stop.number} for stop in stops
    ]
    drawn = draw(serial, [str(form["no"]) for form in forms])
    pack = DayPack.objects.create(
        serial=serial,
        plan=plan,
        crew=crew,
        branch=plan.branch,
        day=plan.day,
        forms=forms,
        pages=drawn.pages,
        digest=sha256(drawn.content).hexdigest(),
        printed_by=by,
        printed_at=at,
    )
    details = {"forms": len(forms), "pages": drawn.pages, "sha256": pack.digest, "plan": str(plan.pk)}
    _record(pack, "print_day_pack", by, at, details)
    return pack, drawn.content


def packs(by: User) -> QuerySet[DayPack]:
    """The newest first; a visitor's own crew's only."""
    require(by, "see_paper_visits")
    rows = DayPack.objects.filter(scope(by)).select_related(
        "crew", "branch", "printed_by", "lost_by", "returned_by"
    )
    if by.role == Role.VISITOR:
        rows = rows.filter(crew__in=by.crews.values("pk"))
    return rows.order_by("-day", "-printed_at")


def pack_seen(serial: str, by: User) -> DayPack:
    found = packs(by).filter(pk=serial).first()
    if found is None:
        raise NotFound(NOT_HERE)
    return found


def still_out(by: User, today: date) -> QuerySet[DayPack]:
    """Of days that are over: neither back nor declared lost."""
    return packs(by).filter(returned_at=None, lost_at=None, day__lt=today)


def lost_packs(by: User) -> QuerySet[DayPack]:
    """Lost, and compliance has not said yet what it means."""
    return packs(by).filter(Q(lost_at__isnull=False), assessed_at=None)


@transaction.atomic
def take_back(*, pack: DayPack, pages: int, by: User, at: datetime) -> DayPack:
    """All pages are back and counted by somebody who did not carry them; fewer pages are a loss to be declared."""
    require(by, "take_back_day_pack", pack)
    row = _locked(pack)
    if row.returned_at is not None:
        raise Conflict(Message(gettext_noop("This pack is back already.")))
    if row.crew.members.filter(pk=by.pk).exists():
        raise NotPermitted(Message(gettext_noop("Who carried the pack does not take it back. Ask a colleague.")))
    if pages != row.pages:
        text = gettext_noop(
            "%(pages)s pages were printed and %(back)s are back. Count again, or declare the pack lost."
        )
        raise BadInput(Message(text, {"pages": row.pages, "back": pages}))
    row.returned_by, row.returned_at = by, at
    row.save(update_fields=["returned_by", "returned_at"])
    _record(row, "take_back_day_pack", by, at, {"pages": pages})
    return row


@transaction.atomic
def declare_lost(*, pack: DayPack, part: DayPack.Part, where: str, by: User, at: datetime) -> DayPack:
    """At once, by anybody who notices: compliance sees it on its start page. No second loss of one pack."""
    require(by, "declare_pack_lost", pack)
    row = _locked(pack)
    if row.lost_at is not None:
        raise Conflict(Message(gettext_noop("This pack is declared lost already.")))
    if row.returned_at is not None:
        raise Conflict(Message(gettext_noop("This pack is back already.")))
    if not where.strip():
        raise BadInput(Message(gettext_noop("Say where and when it was last seen.")))
    row.lost_part, row.lost_where, row.lost_by, row.lost_at = part, where.strip(), by, at
    row.save(update_fields=["lost_part", "lost_where", "lost_by", "lost_at"])
    _record(row, "declare_pack_lost", by, at, {"part": str(part)})
    return row


@transaction.atomic
def assess_loss(*, pack: DayPack, effect: DayPack.Effect, note: str, by: User, at: datetime) -> DayPack:
    """What the loss means and what was done (个人信息保护法 57): by another person than who declared it."""
    require(by, "assess_lost_pack", pack)
    row = _locked(pack)
    if not row.to_assess:
        raise Conflict(Message(gettext_noop("There is no loss of this pack to assess.")))
    if by.pk in (row.lost_by_id, row.printed_by_id):
        raise NotPermitted(
            Message(gettext_noop("Who lost or printed the pack does not assess it. Ask a colleague."))
        )
    if not note.strip():
        raise BadInput(Message(gettext_noop("Say what was found out and done.")))
    if effect is DayPack.Effect.HARMLESS and row.lost_part == DayPack.Part.ALL:
        text = gettext_noop("A whole pack names people and what was found at their doors. Tell them.")
        raise BadInput(Message(text))
    row.effect, row.assessment, row.assessed_by, row.assessed_at = effect, note.strip(), by, at
    row.save(update_fields=["effect", "assessment", "assessed_by", "assessed_at"])
    _record(row, "assess_lost_pack", by, at, {"effect": str(effect)})
    return row


def people_named(pack: DayPack) -> int:
    """How many people's names and addresses are on the route sheet."""
    return Visit.objects.filter(pk__in=[UUID(form["visit"]) for form in pack.forms]).count()


def _locked(pack: DayPack) -> DayPack:
    return DayPack.objects.select_for_update(of=("self",)).select_related("branch", "crew").get(pk=pack.pk)


def _record(pack: DayPack, action: str, by: User, at: datetime, details: dict[str, object]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="day_pack",
        subject_id=pack.pk,
        branch_code=pack.branch.code,
        details=details,
    )
