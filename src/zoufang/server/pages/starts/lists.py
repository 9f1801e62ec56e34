"""Rows that several start pages show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.book.models import ImportBatch
from zoufang.server.oversight.models import Complaint
from zoufang.server.pages import queries_start as waiting
from zoufang.server.pages.starts.cockpit import Row, link
from zoufang.server.pages.words import word
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import DayPlan


def clock(minute: int | None) -> str:
    """Minutes after midnight as hours and minutes."""
    return "–" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def crew_rows(user: User, day: date) -> tuple[Row, ...]:
    rows = []
    for crew in waiting.crews_on(user, day):
        about = _("%(stops)s stops, the first at %(first)s") % {
            "stops": crew["stops"],
            "first": clock(crew["first"]),
        }
        badge = _("%(done)s of %(stops)s done") % crew
        rows.append(
            Row(crew["crew__name"], about, link("plan_list"), badge, "green" if crew["done"] else "secondary")
        )
    return tuple(rows)


def plan_rows(plans: Iterable[DayPlan]) -> tuple[Row, ...]:
    rows = []
    for plan in plans:
        published = plan.status == DayPlan.Status.PUBLISHED
        about = _("%(n)s visits") % {"n": plan.counts.get("planned", 0)}
        badge = str(plan.get_status_display())
        rows.append(
            Row(
                f"{plan.day.isoformat()} {plan.branch.name}",
                about,
                link("plan", plan.pk),
                badge,
                "green" if published else "yellow",
            )
        )
    return tuple(rows)


def complaint_rows(complaints: Iterable[Complaint], today: date) -> tuple[Row, ...]:
    rows = []
    for one in complaints:
        left = (one.due_on - today).days
        if left < 0:
            badge, tone = _("%(n)s days late") % {"n": -left}, "red"
        else:
            badge, tone = (
                _("%(n)s days left") % {"n": left},
                "yellow" if left <= waiting.DUE_SOON.days else "secondary",
            )
        about = _("opened %(day)s, answer due %(due)s") % {
            "day": one.opened_on.isoformat(),
            "due": one.due_on.isoformat(),
        }
        rows.append(Row(word(one.about, "complaint"), about, link("complaint", one.pk), badge, tone, data=False))
    return tuple(rows)


def waiting_rows(plans: Iterable[RepaymentPlan]) -> tuple[Row, ...]:
    return tuple(
        Row(
            plan.number,
            _("%(kind)s, made %(day)s")
            % {"kind": word(plan.kind, "offer"), "day": plan.made_at.date().isoformat()},
            link("approval", plan.pk),
            fen=plan.total_fen,
        )
        for plan in plans
    )


def import_rows(batches: Iterable[ImportBatch]) -> tuple[Row, ...]:
    rows = []
    for batch in batches:
        failed = batch.status == ImportBatch.Status.FAILED
        n = batch.counts.get("rejected", 0)
        badge = str(batch.get_status_display()) if failed else _("%(n)s rows rejected") % {"n": n}
        rows.append(
            Row(
                batch.file_name,
                batch.at.date().isoformat(),
                link("import_result", batch.pk),
                badge,
                "red" if failed else "yellow",
            )
        )
    return tuple(rows)
