"""After a sign of self-harm: hold all collection at once, follow up by somebody trained, release by two people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.safety import DutyKind, SafetyPolicy, duty_due_at
from zoufang.core.values import BANK_ZONE, Channel, Message, Purpose, gettext_noop
from zoufang.files.policy_packs import shipped_courses
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.safety.models import Crisis, Duty
from zoufang.server.safety.reminders import remind
from zoufang.server.safety.rest import rest_after
from zoufang.server.safety.watches import POLICY
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.training.services import qualifications
from zoufang.server.visiting.events import withdraw
from zoufang.server.visiting.models import Visit

STOPPED = Message(gettext_noop("There was a sign of self-harm: all collection is on hold."))


@transaction.atomic
def report(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    whom: Party,
    by: User,
    at: datetime,
    visit: Visit | None = None,
    policy: SafetyPolicy = POLICY,
) -> Crisis:
    """Hold all collection of `party`'s debt, in every channel, from now on; a second report changes nothing."""
    require(by, "set_stop", party)
    Party.objects.select_for_update().get(pk=party.pk)
    earlier = Crisis.objects.filter(pk=id) | Crisis.objects.filter(party=party, whom=whom, released_at=None)
    if (known := earlier.first()) is not None:
        return known
    stops = [
        oversight.set_stop(
            id=uuid5(id, str(person.pk)), party=person, kind=Stop.Kind.SELF_HARM, since=_day(at), by=by, at=at
        )
        for person in {party.pk: party, whom.pk: whom}.values()
    ]
    return _open(id, party, whom, stops, by, at, visit, policy)


def adopt(stop: Stop, at: datetime, policy: SafetyPolicy = POLICY) -> Crisis:
    """A stop that was set by another way (a form, the bank's own feed) is followed up as well."""
    with transaction.atomic():
        running = Crisis.objects.select_for_update().filter(Q(party=stop.party_id) | Q(whom=stop.party_id))
        if (known := running.filter(released_at=None).first()) is not None:
            known.stops.add(stop)
            return known
        return _open(uuid5(stop.pk, "crisis"), stop.party, stop.party, [stop], stop.by, at, None, policy)


def _open(
    key: UUID,
    party: Party,
    whom: Party,
    stops: list[Stop],
    by: User | None,
    at: datetime,
    visit: Visit | None,
    policy: SafetyPolicy,
) -> Crisis:
    first = {"party": party, "whom": whom, "branch": party.branch, "visit": visit, "reported_by": by, "at": at}
    crisis, made = Crisis.objects.get_or_create(id=key, defaults=first)
    crisis.stops.add(*stops)
    if made:
        due = duty_due_at(DutyKind.FOLLOW_UP, at, policy)
        owed = {"kind": DutyKind.FOLLOW_UP, "branch": party.branch, "since": at, "due_at": due, "visit": visit}
        duty = Duty.objects.create(crisis=crisis, **owed)
        remind(duty.pk, at, policy)
        _audit(crisis, by, at, "report_self_harm")
        if visit is not None:
            rest_after(visit, _day(at), policy)
        _withdraw_visits(party, by, at)
    return crisis


def _withdraw_visits(party: Party, by: User | None, at: datetime) -> None:
    """What is planned from today on does not begin; a care visit may."""
    waiting = Visit.objects.filter(party=party, started_at=None, withdrawn_reason__isnull=True, day__gte=_day(at))
    for visit in waiting.exclude(purpose=Purpose.CARE_VISIT):
        withdraw(visit=visit, reason=STOPPED.as_json(), actor=by.employee_no if by else "feed", at=at)


def trained_on(day: date) -> list[User]:
    """Who holds every certificate that care asks for, and may thus follow up."""
    needed = {course.code for course in shipped_courses().needed_for(Purpose.CARE_VISIT)}
    held: dict[str, set[str]] = defaultdict(set)
    for one in qualifications():
        if one.valid_on(day):
            held[one.officer_id].add(one.course)
    able = [officer for officer, codes in held.items() if codes >= needed]
    return list(User.objects.filter(pk__in=able, is_active=True).order_by("employee_no"))


@transaction.atomic
def follow_up(*, crisis: Crisis, who: User, how: Channel, note: str, by: User, at: datetime) -> Crisis:
    """Somebody trained has seen or rung the person; the task of 24 hours is done. The hold stays."""
    require(by, "follow_up_crisis", crisis)
    row = _locked(crisis)
    if not note.strip():
        raise BadInput(Message(gettext_noop("Say how the person is and who cares for them now.")))
    if who not in trained_on(_day(at)):
        text = gettext_noop("%(who)s holds no valid certificate for care. Choose somebody who is trained.")
        raise Conflict(Message(text, {"who": who.full_name}))
    if row.followed_at is not None:
        raise Conflict(Message(gettext_noop("The follow-up is on record already.")))
    row.followed_by, row.followed_at, row.followed_how = who, at, how
    row.sealed_follow_up = vault.seal(row.party.key, note.strip(), "crisis_follow_up")
    row.save(update_fields=["followed_by", "followed_at", "followed_how", "sealed_follow_up"])
    duty = Duty.objects.select_for_update().get(crisis=row)
    duty.done_at, duty.done_by = at, by
    duty.save(update_fields=["done_at", "done_by"])
    duty.escalations.filter(settled_at=None).update(settled_at=at)
    _audit(row, by, at, "follow_up_self_harm", who=who.employee_no, how=str(how))
    return row


@transaction.atomic
def propose_release(*, crisis: Crisis, why: str, by: User, at: datetime) -> Crisis:
    """The first of two: says why collection may go on. Nothing changes yet."""
    row = _may_release(crisis, by)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why collection may go on, and what protects the person.")))
    if row.release_by_id is not None:
        raise Conflict(Message(gettext_noop("The release waits for a second person already.")))
    row.release_by, row.release_at = by, at
    row.sealed_release = vault.seal(row.party.key, why.strip(), "crisis_release")
    row.save(update_fields=["release_by", "release_at", "sealed_release"])
    _audit(row, by, at, "propose_release")
    return row


@transaction.atomic
def approve_release(*, crisis: Crisis, by: User, at: datetime) -> Crisis:
    """The second: the hold ends now, if nothing else stands against contact."""
    row = _may_release(crisis, by)
    if row.release_by_id is None:
        raise Conflict(Message(gettext_noop("Nobody has proposed the release yet.")))
    if row.release_by_id == by.pk:
        raise Conflict(Message(gettext_noop("The release needs a second person. Ask a colleague.")))
    row.released_by, row.released_at = by, at
    row.save(update_fields=["released_by", "released_at"])
    for stop in row.stops.filter(lifted_at=None):
        # The same person may stand in another hold that goes on.
        if not stop.crises.filter(released_at=None).exists():
            oversight.lift_held_stop(stop=stop, by=by, at=at)
    _audit(row, by, at, "release_self_harm", proposed_by=row.release_by.employee_no if row.release_by else "")
    return row


@transaction.atomic
def refuse_release(*, crisis: Crisis, by: User, at: datetime) -> Crisis:
    """The hold stays; somebody may propose again later."""
    row = _may_release(crisis, by)
    if row.release_by_id is None:
        raise Conflict(Message(gettext_noop("Nobody has proposed the release yet.")))
    row.release_by, row.release_at, row.sealed_release = None, None, None
    row.save(update_fields=["release_by", "release_at", "sealed_release"])
    _audit(row, by, at, "refuse_release")
    return row


def _may_release(crisis: Crisis, by: User) -> Crisis:
    require(by, "release_crisis", crisis)
    row = _locked(crisis)
    if row.released_at is not None:
        raise Conflict(Message(gettext_noop("This hold has been released already.")))
    if row.reported_by_id == by.pk:
        raise Conflict(Message(gettext_noop("Whoever reported the sign does not release it. Ask two colleagues.")))
    if row.followed_at is None:
        raise Conflict(Message(gettext_noop("Nobody has followed up yet. A trained person sees to it first.")))
    return row


def _locked(crisis: Crisis) -> Crisis:
    return Crisis.objects.select_for_update(of=("self",)).select_related("party", "branch").get(pk=crisis.pk)


def _day(at: datetime) -> date:
    return at.astimezone(BANK_ZONE).date()


def _audit(crisis: Crisis, by: User | None, at: datetime, action: str, **details: object) -> None:
    audit.record(
        at=at,
        actor=by.employee_no if by else "feed",
        action=action,
        subject_kind="party",
        subject_id=crisis.party_id,
        branch_code=crisis.branch.code,
        details={"crisis": str(crisis.pk)} | details,
    )
