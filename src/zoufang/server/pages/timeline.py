"""One line of time through everything that happened with a customer, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from zoufang.core.values import BANK_ZONE
from zoufang.server.pages.customer_file import CustomerFile
from zoufang.server.pages.words import contact_outcome, word

KINDS = {
    "visit": (_("Visits"), "map-pin"),
    "contact": (_("Calls and letters"), "phone"),
    "payment": (_("Payments"), "coins"),
    "promise": (_("Promises"), "hand-stop"),
    "plan": (_("Repayment plans"), "heart-handshake"),
    "complaint": (_("Complaints"), "message-report"),
    "stop": (_("Stops"), "ban"),
    "verdict": (_("Verdicts"), "shield-check"),
}
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Moment:
    """`amount_fen` is shown in the reader's unit; `tone` is a badge's; a day without an hour has `hour` False."""

    at: datetime
    kind: str
    title: Any
    detail: str = ""
    amount_fen: int | None = None
    tone: str = "secondary"
    hour: bool = False

    @property
    def icon(self) -> str:
        return KINDS[self.kind][1]


def timeline(file: CustomerFile, kind: str = "") -> list[Moment]:
    """All kinds, or one."""
    moments = [m for source in SOURCES for m in source(file) if kind in ("", m.kind)]
    return sorted(moments, key=lambda m: m.at, reverse=True)[:SHOWN]


def _day(on: date) -> datetime:
    return datetime.combine(on, time(), BANK_ZONE)


def _visits(file: CustomerFile) -> Iterator[Moment]:
    for visit in file.visits:
        title = word(visit.outcome, "outcome") if visit.outcome else word(visit.state, "visit_state")
        tone = "green" if visit.outcome == "met" else "blue"
        at = visit.started_at or _day(visit.day)
        detail = f"{word(visit.purpose, 'purpose')} · {visit.crew.name}"
        yield Moment(at, "visit", title, detail, tone=tone, hour=visit.started_at is not None)


def _contacts(file: CustomerFile) -> Iterator[Moment]:
    for contact in file.contacts:
        title = f"{word(contact.channel, 'channel')} · {word(contact_outcome(contact), 'contact_result')}"
        who = contact.by.full_name if contact.by else ""
        yield Moment(
            contact.at, "contact", title, who, tone="green" if contact.reached else "secondary", hour=True
        )


def _payments(file: CustomerFile) -> Iterator[Moment]:
    for line in file.payments:
        tone = "green" if line.entry.kind == "payment" else "red"
        title = word(line.entry.kind, "entry")
        yield Moment(_day(line.entry.on), "payment", title, "", line.entry.amount_fen, tone)


def _promises(file: CustomerFile) -> Iterator[Moment]:
    for promise in file.promises:
        yield Moment(
            _day(promise.made_on), "promise", _("Promise given"), f"{promise.due:%Y-%m-%d}", promise.amount_fen
        )
        if promise.judged_on:
            tone = {"kept": "green", "partly_kept": "yellow"}.get(promise.status, "red")
            title = f"{_('Promise')} · {word(promise.status, 'promise')}"
            yield Moment(_day(promise.judged_on), "promise", title, "", promise.received_fen, tone)


def _plans(file: CustomerFile) -> Iterator[Moment]:
    for view in file.plans:
        plan = view.plan
        title = word(plan.kind, "offer")
        yield Moment(plan.made_at, "plan", title, plan.number, plan.total_fen, "blue", hour=True)
        for approval in plan.approvals.all():
            done = _("Plan approved") if approval.approved else _("Plan rejected")
            tone = "green" if approval.approved else "red"
            yield Moment(approval.at, "plan", done, approval.by.full_name, tone=tone, hour=True)


def _complaints(file: CustomerFile) -> Iterator[Moment]:
    for complaint in file.complaints:
        about = word(complaint.about, "complaint")
        yield Moment(_day(complaint.opened_on), "complaint", _("Complaint received"), about, tone="red")
        if complaint.closed_on:
            found = word(complaint.finding, "finding")
            yield Moment(_day(complaint.closed_on), "complaint", _("Complaint closed"), found)


def _stops(file: CustomerFile) -> Iterator[Moment]:
    for stop in file.stops:
        yield Moment(_day(stop.since), "stop", stop.get_kind_display(), tone="red")
        if stop.lifted_at:
            yield Moment(stop.lifted_at, "stop", _("Stop lifted"), stop.get_kind_display(), hour=True)


def _verdicts(file: CustomerFile) -> Iterator[Moment]:
    for verdict in file.verdicts:
        tone = {"allow": "green", "warn": "yellow"}.get(verdict.decision, "red")
        title = f"{word(verdict.channel, 'channel')} · {word(verdict.decision, 'decision')}"
        yield Moment(verdict.at, "verdict", title, word(verdict.purpose, "purpose"), tone=tone, hour=True)


SOURCES = (_visits, _contacts, _payments, _promises, _plans, _complaints, _stops, _verdicts)
