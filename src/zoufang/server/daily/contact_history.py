"""What has passed between the bank and each person, on every channel, about whose debt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q

from zoufang.core.compliance import ContactOutcome, PastContact
from zoufang.core.values import Channel, PartyRole
from zoufang.server.daily.targets import target_met
from zoufang.server.outreach.models import Contact
from zoufang.server.visiting.models import Visit

# What an imported log calls a number that is dead or somebody else's: for the lost-contact test (CN-P3) it is not
# a call that merely nobody took.
WRONG_NUMBER = "wrong_number"


@dataclass(slots=True)
class History:
    """The log by debtor, and by person where someone was contacted about another's debt."""

    about: dict[UUID, list[PastContact]] = field(default_factory=lambda: defaultdict(list))
    abroad: dict[UUID, list[PastContact]] = field(default_factory=lambda: defaultdict(list))

    def log_of(self, debtor_id: UUID, target_id: UUID) -> tuple[PastContact, ...]:
        """Everything about the debtor, then what the target heard about other debts, their own among them."""
        found = list(self.about.get(debtor_id, ()))
        found += [one for one in self.abroad.get(target_id, ()) if one.about != str(debtor_id)]
        if target_id != debtor_id:
            found += self.about.get(target_id, ())
        return tuple(found)


def history_of(debtors: Iterable[UUID], others: Iterable[UUID] = ()) -> History:
    """In two queries; `others` are people who may be contacted about these debtors' loans."""
    ids = [*debtors, *others]
    history = History()
    calls = Contact.objects.filter(Q(debtor__in=ids) | Q(target__in=ids)).order_by("at", "id")
    for row in calls.annotate(agency=F("of_agency__agency")).iterator():
        _enter(history, row.debtor_id, row.target_id, _call(row, str(row.agency or "")))
    visits = Visit.objects.filter(Q(party__in=ids) | Q(target__in=ids), started_at__isnull=False)
    for visit in visits.order_by("started_at", "id").iterator():
        _enter(history, visit.party_id, visit.target_id, _visit(visit))
    return history


def _enter(history: History, debtor_id: UUID, target_id: UUID | None, log: PastContact) -> None:
    history.about[debtor_id].append(log)
    if target_id is not None:
        history.abroad[target_id].append(log)


def note_contact(history: History, row: Contact, agency: str = "") -> None:
    """One more, made since the history was read."""
    _enter(history, row.debtor_id, row.target_id, _call(row, agency))


def _call(row: Contact, agency: str = "") -> PastContact:
    """Of an unnamed third party nobody knows who it was: it counts for the debtor, and for nobody else."""
    person = row.target_id or (row.debtor_id if row.reached_role == PartyRole.DEBTOR else "")
    return PastContact(
        at=row.at,
        channel=Channel(row.channel),
        party_id=str(person),
        role=PartyRole(row.reached_role),
        outcome=_outcome(row),
        phone_id=str(row.phone_id or ""),
        agency=agency,
        about=str(row.debtor_id),
    )


def _outcome(row: Contact) -> ContactOutcome:
    if row.reached:
        return ContactOutcome.REACHED
    if row.result == WRONG_NUMBER:
        return ContactOutcome.NUMBER_INVALID
    if row.result in {outcome.value for outcome in ContactOutcome}:
        return ContactOutcome(row.result)
    if row.channel == Channel.VISIT:  # of an agency: our own visits stand in visiting
        return ContactOutcome.NOT_MET
    return ContactOutcome.UNANSWERED if row.channel == Channel.CALL else ContactOutcome.SENT


def _visit(visit: Visit) -> PastContact:
    assert visit.started_at is not None  # noqa: S101 - the query asks for it
    return PastContact(
        at=visit.started_at,
        channel=Channel.VISIT,
        party_id=str(visit.target_id or visit.party_id),
        role=PartyRole(visit.target_role),
        outcome=ContactOutcome.REACHED if target_met(visit) else ContactOutcome.NOT_MET,
        about=str(visit.party_id),
    )
