"""What a person asks of who visits them: language, sex, experience. Sealed: a language may tell an origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Gender, Language, Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party, VisitNeeds
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

FIELD = "visit_needs"
MOST_YEARS = 50


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Empty: nobody asked for it, which keeps nobody from going. `basis`: who said so, and when."""

    language: Language | None = None
    gender: Gender | None = None
    service_years: int = 0
    basis: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.service_years <= MOST_YEARS:
            raise BadInput(Message(gettext_noop("Years of service lie between 0 and 50. Correct them.")))

    @property
    def nothing(self) -> bool:
        return self.language is None and self.gender is None and not self.service_years


NOTHING = AskedFor()


@transaction.atomic
def note_visit_needs(*, party: Party, asked: AskedFor, by: User, on: date, at: datetime) -> VisitNeeds:
    """In place of what was noted before; a file no longer changes it. The audit tells that, not what."""
    require(by, "note_visit_needs", party)
    if not asked.nothing and not asked.basis.strip():
        raise BadInput(Message(gettext_noop("Say who asked for it and when: nobody's origin is guessed.")))
    sealed = vault.seal(party.key, asdict(asked), FIELD)
    row, _made = VisitNeeds.objects.update_or_create(
        party=party, defaults={"sealed": sealed, "noted_by": by, "noted_on": on}
    )
    audit.record(
        at=at,
        actor=by.employee_no,
        action="note_visit_needs",
        subject_kind="party",
        subject_id=party.pk,
        branch_code=party.branch.code,
        details={"asked": not asked.nothing},
    )
    return row


def visit_needs_of(party_ids: Iterable[UUID]) -> dict[UUID, AskedFor]:
    """Of those about whom something is noted, and whose data is not erased."""
    rows = VisitNeeds.objects.filter(party__in=set(party_ids)).select_related("party")
    return {row.party_id: opened(row) for row in rows if row.party.wrapped_key}


def opened(row: VisitNeeds) -> AskedFor:
    told = vault.unseal(row.party.key, row.sealed, FIELD)
    return AskedFor(
        language=Language(told["language"]) if told["language"] else None,
        gender=Gender(told["gender"]) if told["gender"] else None,
        service_years=told["service_years"],
        basis=told["basis"],
    )
