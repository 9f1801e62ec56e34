"""A planner orders a visit to one party of a debt, with the reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, PartyRole, Purpose, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import LoanParty, Party
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Crew, DayPlan, PlannerOrder

PUBLISHED = gettext_noop("The plan of %(branch)s for %(day)s is published and frozen. Choose a later day.")


@transaction.atomic
def order_visit(
    *,
    day: date,
    party: Party,
    target: Party,
    role: PartyRole,
    purpose: Purpose,
    reason: str,
    by: User,
    at: datetime,
    crew: Crew | None = None,
    arrive: int | None = None,
) -> PlannerOrder:
    """The planner's next run makes the visit a required one, if the gate clears it. One order a debtor and day.
    `arrive`: the minute after midnight that was promised to the customer.

    Conflict: the day's plan is published. BadInput: no reason, or `target` doesn't stand in the debt as `role`.
    """
    require(by, "make_plan", party)
    if not reason.strip():
        raise BadInput(Message(gettext_noop("An ordered visit needs its reason. Say why it is needed.")))
    _stands_in(party, target, role)
    _still_open(party, day)
    given, _ = PlannerOrder.objects.update_or_create(
        day=day,
        party=party,
        defaults={
            "branch": party.branch,
            "kind": PlannerOrder.Kind.GO,
            "target": target if target != party else None,
            "target_role": role,
            "purpose": purpose,
            "sealed_reason": vault.seal(party.key, reason.strip(), "note"),
            "crew": crew,
            "arrive": arrive,
            "by": by,
            "at": at,
        },
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="plan_go",
        subject_kind="party",
        subject_id=party.id,
        branch_code=party.branch.code,
        details={
            "day": day.isoformat(),
            "target": str(target.id),
            "role": role,
            "crew": crew.code if crew else "",
        },
    )
    return given


def _stands_in(party: Party, target: Party, role: PartyRole) -> None:
    if target == party:
        known = role is PartyRole.DEBTOR
    else:
        known = LoanParty.objects.filter(loan__debtor=party, party=target, role=role).exists()
    if not known:
        raise BadInput(Message(gettext_noop("This person has no such part in the debt. Choose one of the list.")))


def _still_open(party: Party, day: date) -> None:
    frozen = DayPlan.objects.filter(day=day, status=DayPlan.Status.PUBLISHED).select_related("branch")
    for plan in frozen:
        if party.branch.path.startswith(plan.branch.path):
            raise Conflict(Message(PUBLISHED, {"branch": plan.branch.name, "day": day}))


def reason_of(order: PlannerOrder) -> str:
    """Why the planner ordered it; "" for a pin or a drop."""
    return str(vault.unseal(order.party.key, order.sealed_reason, "note")) if order.sealed_reason else ""
