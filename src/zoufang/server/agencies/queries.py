"""Which agencies there are, how each stands today, and which cases are with whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from zoufang.core.agencies import AgencyFacts, AgencyPolicy, Reminder, placing_findings, reminders
from zoufang.core.errors import NotFound
from zoufang.core.values import Channel, Decision, Finding, Message, gettext_noop, strictest
from zoufang.server.agencies.models import Agency, AgencyContact, Batch, Contract, Person, Placement
from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

WITH_AGENCY = gettext_noop("With the agency %(agency)s until %(due)s. Recall the case first.")


@dataclass(frozen=True, slots=True)
class Standing:
    """One agency on a day: what forbids new cases, and what ends soon."""

    agency: Agency
    facts: AgencyFacts
    findings: tuple[Finding, ...]
    reminders: tuple[Reminder, ...]

    @property
    def takes_cases(self) -> bool:
        return strictest(self.findings) is not Decision.BLOCK


def agencies(user: User) -> QuerySet[Agency]:
    """Of the reader's branches."""
    require(user, "see_agencies")
    rows = Agency.objects.filter(scope(user)).select_related("branch", "proposed_by", "approved_by")
    return rows.order_by("name", "pk")


def agency_of(agency_id: UUID, user: User) -> Agency:
    found = agencies(user).filter(pk=agency_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such agency in your branch.")))
    return found


def standing_of(agency: Agency, day: date, due_back: date | None = None) -> Standing:
    facts = facts_of_agency(agency, day)
    return Standing(agency, facts, placing_findings(facts, day, due_back), reminders(facts, day))


def facts_of_agency(agency: Agency, day: date) -> AgencyFacts:
    contract = contract_on(agency, day) or _next_contract(agency, day)
    last = agency.evaluations.order_by("-on", "-at").first()
    licence = agency.licences.order_by("-until").first()
    return AgencyFacts(
        approved=agency.approved,
        listed_on=agency.listed_on,
        suspended=agency.suspended,
        contract_from=contract.since if contract else None,
        contract_until=contract.until if contract else None,
        evaluated_on=last.on if last else None,
        evaluation_due=last.due if last else None,
        passed=bool(last and last.passed),
        licence_until=licence.until if licence else None,
        trained=agency.people.filter(left_on__isnull=True, trained_until__gte=day).count(),
        deletions_overdue=deletions_owed(agency).filter(ended_on__lt=day - _certificate_time()).count(),
    )


def _certificate_time() -> timedelta:
    return timedelta(days=AgencyPolicy().certificate_days)


def contract_on(agency: Agency, day: date) -> Contract | None:
    """The approved one that runs on `day`."""
    rows = agency.contracts.filter(approved_by__isnull=False, since__lte=day, until__gte=day)
    return rows.order_by("since").first()


def _next_contract(agency: Agency, day: date) -> Contract | None:
    """Where none runs: the newest approved one, so that its days can be told."""
    return agency.contracts.filter(approved_by__isnull=False).order_by("-until").first()


def deletions_owed(agency: Agency) -> QuerySet[Placement]:
    """Cases that ended and whose data nobody has certified as deleted."""
    return agency.placements.filter(ended_at__isnull=False, certificate__isnull=True)


def placed_with(party_ids: Collection[UUID]) -> dict[UUID, Message]:
    """Who is with an agency now, and the reason why nobody of the bank goes there meanwhile."""
    rows = Placement.objects.filter(party_id__in=party_ids, ended_at__isnull=True)
    told = rows.values_list("party_id", "agency__code", "due_back")
    return {party: Message(WITH_AGENCY, {"agency": code, "due": due}) for party, code, due in told}


def batches(user: User) -> QuerySet[Batch]:
    """With their cases counted, the newest first."""
    require(user, "see_agencies")
    counted = {
        "n_cases": Count("placements"),
        "n_open": Count("placements", filter=Q(placements__ended_at__isnull=True)),
        "arrears_fen": Sum("placements__arrears_fen"),
    }
    rows = Batch.objects.filter(scope(user)).select_related("agency__branch", "contract", "branch", "by")
    return rows.annotate(**counted).order_by("-placed_on", "-number")


def batch_of(batch_id: UUID, user: User) -> Batch:
    found = batches(user).filter(pk=batch_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such batch in your branch.")))
    return found


def person_of(user: User, day: date) -> Person | None:
    """Whom this account belongs to, while they may work: trained, not left, of an agency in good standing."""
    rows = Person.objects.filter(
        user=user,
        left_on__isnull=True,
        trained_until__gte=day,
        agency__approved_by__isnull=False,
        agency__suspended_at__isnull=True,
    )
    return rows.select_related("agency__branch").first()


def own_cases(user: User, day: date) -> QuerySet[Placement]:
    """What an agency's user sees: cases with their agency, not ended and not past the day due back."""
    require(user, "see_placed_cases")
    person = person_of(user, day)
    if person is None:
        return Placement.objects.none()
    rows = person.agency.placements.filter(ended_at__isnull=True, placed_on__lte=day, due_back__gte=day)
    return rows.select_related("party__branch", "batch__contract", "agency__branch").order_by(
        "due_back", "case_no"
    )


def own_case(placement_id: UUID, user: User, day: date) -> Placement:
    """NotFound also for another agency's case and for one that was recalled: nothing is told of it."""
    found = own_cases(user, day).filter(pk=placement_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("This case is not with you.")))
    return found


def agency_contacts_of(
    agency: Agency | None, since: date, until: date, *, channel: Channel | None = None
) -> QuerySet[AgencyContact]:
    """Contacts that agencies made from one day to another (in the bank's zone), of one agency or of all.

    The review desk draws from these at AgencyPolicy.review_percent.
    """
    rows = AgencyContact.objects.filter(contact__at__date__gte=since, contact__at__date__lte=until)
    if agency is not None:
        rows = rows.filter(agency=agency)
    if channel is not None:
        rows = rows.filter(contact__channel=channel)
    return rows.select_related("contact__debtor__branch", "agency", "placement", "person").order_by("contact__at")


def agency_visits_of(agency: Agency | None, since: date, until: date) -> QuerySet[AgencyContact]:
    """Door visits that agencies made, for the review desk."""
    return agency_contacts_of(agency, since, until, channel=Channel.VISIT)


def complaints_to_attribute(agency: Agency) -> list[tuple[Complaint, Placement]]:
    """Of people who were with the agency when they complained or shortly before, and nobody has decided yet."""
    after = timedelta(days=AgencyPolicy().complaint_days)
    placements = {one.party_id: one for one in agency.placements.order_by("placed_on")}
    rows = Complaint.objects.filter(party__in=placements, of_agency__isnull=True).order_by("opened_on", "id")
    found = [(row, placements[row.party_id]) for row in rows.select_related("party", "branch")]
    return [
        (row, one)
        for row, one in found
        if one.placed_on <= row.opened_on and (one.ended_on is None or row.opened_on <= one.ended_on + after)
    ]
