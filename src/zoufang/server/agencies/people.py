"""Licences of an agency and its people: trained, tied to their account, gone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agencies.models import Agency, Licence, Person
from zoufang.server.agencies.register import keep
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role, User
from zoufang.server.staff.permissions import require


@transaction.atomic
def add_licence(*, agency: Agency, kind: Licence.Kind, number: str, until: date, by: User, at: datetime) -> None:
    require(by, "propose_agency", agency)
    Licence.objects.create(id=new_id(), agency=agency, kind=kind, number=number, until=until, by=by, at=at)
    keep(agency, "agency_licence", by, at, {"kind": str(kind), "until": until.isoformat()})


@transaction.atomic
def add_person(
    *,
    id: UUID,  # noqa: A002
    agency: Agency,
    name: str,
    staff_no: str,
    trained_on: date | None,
    trained_until: date | None,
    by: User,
    at: datetime,
) -> Person:
    """Or, under a staff number that is known, the person's newer training."""
    require(by, "propose_agency", agency)
    if (trained_on is None) != (trained_until is None) or (
        trained_on and trained_until and trained_until < trained_on
    ):
        raise BadInput(Message(gettext_noop("Training has a day and a later end. Give both, or neither.")))
    values = {"name": name, "trained_on": trained_on, "trained_until": trained_until, "left_on": None}
    person, _made = Person.objects.update_or_create(
        agency=agency, staff_no=staff_no, defaults=values, create_defaults={**values, "id": id}
    )
    keep(agency, "agency_person", by, at, {"staff_no": staff_no})
    return person


@transaction.atomic
def let_in(*, person: Person, user: User | None, by: User, at: datetime) -> Person:
    """Tie an account of role agency, made by an administrator, to a person; None takes it away, at once."""
    require(by, "approve_agency", person.agency)
    if user is not None and user.role != Role.AGENCY:
        raise BadInput(Message(gettext_noop("Only an account with the role Collection agency can be tied.")))
    if user is not None and Person.objects.filter(user=user).exclude(pk=person.pk).exists():
        raise Conflict(Message(gettext_noop("This account belongs to another person of an agency.")))
    person.user = user
    person.save(update_fields=["user"])
    keep(person.agency, "agency_login", by, at, {"person": str(person.pk), "open": user is not None})
    return person


@transaction.atomic
def person_left(*, person: Person, on: date, by: User, at: datetime) -> Person:
    """Nothing is shown to them from now on."""
    require(by, "propose_agency", person.agency)
    person.left_on = on
    person.save(update_fields=["left_on"])
    keep(person.agency, "agency_person_left", by, at, {"person": str(person.pk)})
    return person
