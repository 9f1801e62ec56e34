"""Everything that proves one visit, read from the registers that keep it. Nothing is stored, nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from zoufang.core.evidence import (
    Graded,
    Original,
    PartFound,
    VisitProof,
    completeness,
    grade_visit,
)
from zoufang.core.training import qualified
from zoufang.core.values import Finding, Purpose, Qualification
from zoufang.core.visits import VisitRecord
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.policies import training_policy
from zoufang.server.evidence.models import PaperVisit
from zoufang.server.evidence.trail import events_hold, lines_of, links_hold
from zoufang.server.oversight.models import Verdict
from zoufang.server.papers.models import Paper
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.training.models import Certificate, Prescription
from zoufang.server.visiting.events import record_of
from zoufang.server.visiting.evidence import original_of
from zoufang.server.visiting.models import Visit, VisitEvent
from zoufang.server.visiting.queries import visit_to_read


@dataclass(frozen=True, slots=True)
class OfficerThen:
    """A member of the crew as of the day of the visit; `lacking`: certificates that were not valid then."""

    user: User
    came: bool
    certificates: tuple[Certificate, ...]
    lacking: tuple[Finding, ...]


@dataclass(frozen=True)
class Pack:
    """One visit's evidence. `paper`: set where its record was keyed in from paper."""

    visit: Visit
    record: VisitRecord
    events: tuple[VisitEvent, ...]
    officers: tuple[OfficerThen, ...]
    originals: dict[UUID, Original]
    papers: tuple[Paper, ...]
    verdict: Verdict | None
    trail: tuple[AuditLine, ...]
    trail_holds: bool
    paper: PaperVisit | None

    @cached_property
    def proof(self) -> VisitProof:
        skews = [(row.server_at - row.device_at).total_seconds() for row in self.events]
        came = [one for one in self.officers if one.came]
        return VisitProof(
            record=self.record,
            papers=tuple(paper.course for paper in self.papers),
            originals={str(key): found for key, found in self.originals.items()},
            certified=not any(one.lacking for one in came) if came else None,
            cleared=self.verdict.cleared if self.verdict else None,
            skew_s=round(max(skews, key=abs, default=0)),
            chained=self.trail_holds,
            from_paper=self.paper is not None,
        )

    @cached_property
    def parts(self) -> tuple[PartFound, ...]:
        return completeness(self.proof)

    @cached_property
    def graded(self) -> Graded:
        return grade_visit(self.proof)


def pack_of(visit_id: UUID, by: User) -> Pack:
    """The pack of a visit that the reader may see. NotFound for others' visits."""
    require(by, "see_evidence")
    visit = visit_to_read(visit_id, by)
    require(by, "see_evidence", visit)
    return gathered(visit)


def gathered(visit: Visit) -> Pack:
    """The pack of a visit whose address opens; whoever calls has checked who may see it."""
    events = tuple(visit.events.select_related("by").order_by("device_at", "pk"))
    for row in events:
        row.visit = visit
    papers = tuple(visit.papers.select_related("party", "branch", "loan").prefetch_related("steps__by"))
    trail = lines_of(visit, papers)
    record, paper = (
        record_of(visit),
        PaperVisit.objects.filter(visit=visit).select_related("keyed_by", "reviewed_by").first(),
    )
    return Pack(
        visit=visit,
        record=record,
        events=events,
        officers=_officers(visit, record, events),
        originals={row.pk: original_of(row) for row in events if row.kind == "evidence_added"},
        papers=papers,
        verdict=_verdict(visit, paper),
        trail=trail,
        trail_holds=links_hold(trail) and events_hold(events, record, trail),
        paper=paper,
    )


def _verdict(visit: Visit, paper: PaperVisit | None) -> Verdict | None:
    """Of a visit from paper the word for the time on the paper; else the word that cleared the stop."""
    if paper is not None and paper.verdict is not None:
        return paper.verdict
    return visit.stop.verdict if visit.stop else None


def _officers(visit: Visit, record: VisitRecord, events: Iterable[VisitEvent]) -> tuple[OfficerThen, ...]:
    """Who checked in, and members of the crew who did not."""
    people = {row.by_id: row.by for row in events} | {user.pk: user for user in visit.crew.members.all()}
    came = set(record.officers)
    shown = sorted(people.values(), key=lambda user: (str(user.pk) not in came, user.employee_no))
    return tuple(_officer(user, str(user.pk) in came, visit.day, Purpose(visit.purpose)) for user in shown)


def _officer(user: User, came: bool, day: date, purpose: Purpose) -> OfficerThen:
    held = _held(user, day)
    name = str(user)
    known = [Qualification(name, row.course.code, row.issued, row.expires) for row in held]
    check = qualified(name, known, purpose, day, training_policy(day))
    return OfficerThen(user, came, tuple(row for row in held if day <= row.expires), check.findings)


def _held(user: User, day: date) -> list[Certificate]:
    """Issued by that day; one from before a module was prescribed by that day no longer counted."""
    asked = Prescription.objects.filter(officer=user, since__lte=day).order_by("since")
    again = {one.course_id: one.since for one in asked}
    rows = Certificate.objects.filter(officer=user, issued__lte=day).select_related("course")
    return [
        row for row in rows.order_by("course__code", "issued") if row.issued >= again.get(row.course_id, date.min)
    ]
