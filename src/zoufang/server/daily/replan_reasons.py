"""Why a published plan should be looked at again within its day: what has happened to its open visits."""

from __future__ import annotations

from collections.abc import Sequence

from zoufang.core.values import Message, gettext_noop
from zoufang.server.book.models import LoanState
from zoufang.server.daily.crews import crews_on
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.safety.models import Escalation, RefusedStop
from zoufang.server.visiting.models import DayPlan, Visit
from zoufang.server.visiting.recusals import recused_from
from zoufang.server.visiting.revisions import going

PAID = gettext_noop("Open visits to customers who owe nothing any more: %(n)s")
STOPPED = gettext_noop("Open visits to customers with an open complaint or a stop: %(n)s")
CREW_OUT = gettext_noop("Crew %(crew)s is out")
LEFT_FOR_SAFETY = gettext_noop("Crew %(crew)s left a door for safety; ask before it goes on")
SOS = gettext_noop("SOS of crew %(crew)s; ask before it goes on")
REFUSED = gettext_noop("Visits that their crew would not make, which is its right: %(n)s")
RECUSED = gettext_noop("Open visits from which an officer of the crew is recused: %(n)s")


def reasons_to_replan(plan: DayPlan) -> tuple[Message, ...]:
    """What the store says has happened to the open visits since the plan was published."""
    waiting = [visit for visit in going(plan) if visit.started_at is None]
    parties = {visit.party_id for visit in waiting}
    owed = LoanState.objects.filter(loan__debtor__in=parties, open=True, arrears_fen__gt=0)
    paid = parties - set(owed.values_list("loan__debtor", flat=True))
    stops = Stop.objects.filter(party__in=parties, lifted_at__isnull=True, since__lte=plan.day)
    complaints = Complaint.objects.filter(party__in=parties, closed_on__isnull=True)
    stopped = set(stops.values_list("party", flat=True)) | set(complaints.values_list("party", flat=True))
    home = {one.code for one in crews_on(plan.branch, plan.day).at_home}
    out = sorted({visit.crew.code: visit.crew.name for visit in waiting if visit.crew.code in home}.values())
    found = [Message(PAID, {"n": len(paid)})] if paid else []
    found += [Message(STOPPED, {"n": len(stopped)})] if stopped else []
    found += [Message(CREW_OUT, {"crew": name}) for name in out]
    return (*found, *_safety(plan), *_recused(waiting))


def _safety(plan: DayPlan) -> list[Message]:
    """Crews that left a door for safety: whether they go on is a person's decision."""
    rows = Visit.objects.filter(stop__plan=plan, events__kind="left_for_safety")
    names = sorted(set(rows.values_list("crew__name", flat=True)))
    calls = Visit.objects.filter(stop__plan=plan, watch__escalations__kind=Escalation.Kind.SOS)
    called = sorted(set(calls.values_list("crew__name", flat=True)))
    found = [Message(SOS, {"crew": name}) for name in called]
    refused = RefusedStop.objects.filter(visit__stop__plan=plan).values("visit").distinct().count()
    found += [Message(REFUSED, {"n": refused})] if refused else []
    return found + [Message(LEFT_FOR_SAFETY, {"crew": name}) for name in names]


def _recused(waiting: Sequence[Visit]) -> list[Message]:
    """Open visits to which an officer of the crew may no longer go."""
    away = recused_from({visit.party_id for visit in waiting} | {visit.whom.pk for visit in waiting})
    crews = {visit.crew_id: visit.crew for visit in waiting} if away else {}
    officers = {pk: {str(one.pk) for one in crew.members.all()} for pk, crew in crews.items()}
    kept_from = [away.get(v.party_id, frozenset()) | away.get(v.whom.pk, frozenset()) for v in waiting]
    n = sum(bool(officers.get(v.crew_id, set()) & away) for v, away in zip(waiting, kept_from, strict=True))
    return [Message(RECUSED, {"n": n})] if n else []
