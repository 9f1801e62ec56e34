"""The log of looks at personal data in the clear: a row each, with its purpose, besides the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Reveal, RevealPurpose
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope

FIELD = "reveal_reason"


@dataclass(frozen=True, slots=True)
class ReaderDay:
    """How many people one reader looked at on one day."""

    by_id: int
    on: date
    people: int


def note_reveal(
    *,
    party: Party | None,
    what: str,
    purpose: RevealPurpose | str,
    by: User,
    at: datetime,
    reason: str = "",
    subject: str = "",
    branch: Branch | None = None,
) -> Reveal:
    """Keep that `by` saw this. Whoever calls has checked the right, and writes the audit line.

    BadInput without a purpose of the list, or with another one that isn't named.
    """
    if purpose not in RevealPurpose.values:
        raise BadInput(Message(gettext_noop("Say why this data is needed: choose one of the purposes.")))
    if purpose == RevealPurpose.OTHER and not reason.strip():
        raise BadInput(Message(gettext_noop("Say in words what else this data is needed for.")))
    kept = reason.strip() and party is not None and bool(party.wrapped_key)
    return Reveal.objects.create(
        id=new_id(),
        party=party,
        branch=branch or _branch(party, by),
        what=what,
        subject=subject,
        purpose=str(purpose),
        sealed_reason=vault.seal(party.key, reason.strip(), FIELD) if kept and party else None,
        by=by,
        on=at.astimezone(BANK_ZONE).date(),
        at=at,
    )


def note_once_a_day(
    *, party: Party | None, what: str, purpose: RevealPurpose, by: User, at: datetime, subject: str, branch: Branch
) -> None:
    """For pages that open a text each time they are read: one row for each reader, text and day."""
    on = at.astimezone(BANK_ZONE).date()
    if not Reveal.objects.filter(by=by, on=on, what=what, subject=subject).exists():
        note_reveal(party=party, what=what, purpose=purpose, by=by, at=at, subject=subject, branch=branch)


def reveals(
    user: User,
    *,
    reader: str = "",
    customer: str = "",
    purpose: str = "",
    day: date | None = None,
) -> QuerySet[Reveal]:
    """The newest first, of the reader's branches. `reader`: employee number; `customer`: source number or id."""
    require(user, "see_reveals")
    found = Reveal.objects.filter(scope(user)).select_related("party", "by", "branch")
    if reader:
        found = found.filter(by__employee_no=reader)
    if customer:
        found = found.filter(party__source_key=customer)
    if purpose:
        found = found.filter(purpose=purpose)
    return found if day is None else found.filter(on=day)


def busy_days(user: User, since: date) -> list[ReaderDay]:
    """Readers who on one day looked at more people than a day's work asks for, the most first."""
    require(user, "see_reveals")
    rows = Reveal.objects.filter(scope(user), on__gte=since, party__isnull=False).values("by", "on")
    counted = rows.annotate(people=Count("party", distinct=True)).filter(people__gt=settings.ZOUFANG_REVEALS_A_DAY)
    return [ReaderDay(row["by"], row["on"], row["people"]) for row in counted.order_by("-people", "by")]


def reason_of(row: Reveal) -> str:
    """The purpose in words; "" where none was given, or the person's data is gone."""
    if not row.sealed_reason or row.party is None or not row.party.wrapped_key:
        return ""
    return str(vault.unseal(row.party.key, row.sealed_reason, FIELD))


def _branch(party: Party | None, by: User) -> Branch:
    found = party.branch if party is not None else by.branch
    if found is None:
        raise BadInput(Message(gettext_noop("You belong to no branch. Ask the administrator.")))
    return found
