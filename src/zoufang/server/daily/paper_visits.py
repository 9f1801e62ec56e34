"""What a form says of a visit, carried to every register as if the app had told it, beside what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zoufang.core.compliance import Refusal
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.core.visits import EVENT_NAMES, AnyVisitEvent, NotTaken, VisitRecord, sift
from zoufang.server.daily.crew_by_risk import CUSTOMARY, needed_at
from zoufang.server.daily.field import carry, said_at
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Verdict
from zoufang.server.safety.rest import resting
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import append_from_paper, obligations_of, record_of
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.recusals import recused_from

REFUSED = gettext_noop("By what is known now, the rules would not have let this visit begin: %(why)s")
WITHDRAWN = gettext_noop("The visit had been withdrawn: %(why)s")
RECUSED = gettext_noop("An officer who is recused from this customer came along")
RESTED = gettext_noop("An officer came who was to rest after an incident")
TOO_FEW_CAME = gettext_noop("Danger is on record there and asks for %(size)s officers; %(present)s came")
OUT_OF_ORDER = gettext_noop("Not taken over: %(event)s at %(at)s. %(why)s")
NOT_CARRIED = gettext_noop("%(event)s stands in the record and in no register: %(why)s")
STILL_OPEN = gettext_noop("The visit stays open. %(why)s")


@dataclass(frozen=True, slots=True)
class Written:
    """`flags`: what a person should look at; `verdict`: the gate's word for the time on the paper."""

    record: VisitRecord
    taken: tuple[AnyVisitEvent, ...]
    flags: tuple[Message, ...]
    verdict: Verdict | None


@transaction.atomic
def take_written(*, visit: Visit, events: Sequence[AnyVisitEvent], by: User, at: datetime) -> Written:
    """The visit was made, so nothing refuses it any more: a breach is kept as a finding, never left out."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    record = record_of(visit)
    begins = next((event for event in events if event.kind == "checked_in"), None)
    flags = list(_against(visit, events))
    verdict = _judged(visit, begins.at, at, flags) if begins and not record.check_ins else None
    sifted = sift(record, events, obligations_of(visit))
    append_from_paper(visit=visit, events=sifted.taken, record=sifted.record, by=by, at=at)
    flags += [_out_of_order(one) for one in sifted.left]
    flags += _carried(visit, sifted.taken, at)
    return Written(sifted.record, sifted.taken, tuple(flags), verdict)


def _against(visit: Visit, events: Sequence[AnyVisitEvent]) -> Iterator[Message]:
    came = {event.by for event in events if event.kind == "checked_in"}
    if came and visit.withdrawn_reason is not None:
        yield Message(WITHDRAWN, {"why": Message.from_json(visit.withdrawn_reason)})
    met = any(event.kind == "person_met" for event in events)
    if met and len(came) < (size := needed_at(visit)) and size > CUSTOMARY:
        yield Message(TOO_FEW_CAME, {"size": size, "present": len(came)})
    recused = frozenset().union(*recused_from({visit.party_id, visit.whom.pk}).values())
    if came & recused:
        yield Message(RECUSED)
    if resting(visit.day).filter(officer__in=[int(one) for one in came]).exclude(visit=visit.pk).exists():
        yield Message(RESTED)


def _judged(visit: Visit, begun: datetime, at: datetime, flags: list[Message]) -> Verdict:
    said = said_at(visit, begun)
    if isinstance(said, Refusal):
        flags.append(Message(REFUSED, {"why": Message.joined(reason.message for reason in said.reasons)}))
    one = oversight.SaidOfParty(visit.party_id, visit.address_id, visit.branch_id, said.verdict)
    return oversight.keep_verdicts([one], day=visit.day, at=at)[0]


def _out_of_order(one: NotTaken) -> Message:
    if one.event.kind == "closed":
        return Message(STILL_OPEN, {"why": one.why})
    when = f"{one.event.at.astimezone(BANK_ZONE):%H:%M}"
    return Message(OUT_OF_ORDER, {"event": Message(EVENT_NAMES[one.event.kind]), "at": when, "why": one.why})


def _carried(visit: Visit, events: Iterable[AnyVisitEvent], at: datetime) -> Iterator[Message]:
    """A promise that the register refuses stays what was written; the register's reason is a finding."""
    officers = {str(member.pk): member for member in visit.crew.members.all()}
    for event in events:
        try:
            with transaction.atomic():
                carry(visit, event, officers[event.by], at)
        except (BadInput, Conflict) as error:
            said = error.args[0]
            why = said if isinstance(said, Message) else Message(str(said))
            yield Message(NOT_CARRIED, {"event": Message(EVENT_NAMES[event.kind]), "why": why})
