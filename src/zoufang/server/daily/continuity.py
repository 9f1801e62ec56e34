"""Which officers a customer knows: the account owner and the stand-in, and who has called before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from zoufang.core.planning import KnownTo, Tie
from zoufang.server.book.models import Loan
from zoufang.server.staff.models import Role, User
from zoufang.server.visiting.models import Visit

LATELY = timedelta(days=365)


def known_to(party_ids: Iterable[UUID], day: date) -> Mapping[UUID, tuple[KnownTo, ...]]:
    """By customer; an owner whom the file names counts where exactly one visitor has that number or name."""
    ids = set(party_ids)
    found: dict[UUID, set[KnownTo]] = defaultdict(set)
    officers = _officers()
    owners = Loan.objects.filter(debtor__in=ids, state__open=True, state__arrears_fen__gt=0).exclude(owner_no="")
    for party, owner_no in owners.values_list("debtor_id", "owner_no").distinct():
        for owner in officers.get(owner_no.strip(), ()):
            found[party].add(KnownTo(str(owner.pk), Tie.OWNER))
            if owner.stand_in_id is not None:
                found[party].add(KnownTo(str(owner.stand_in_id), Tie.STAND_IN))
    for party, officer in _callers(ids, day):
        found[party].add(KnownTo(str(officer), Tie.CALLED_BEFORE))
    return {party: tuple(sorted(ties, key=lambda one: (one.officer_id, one.tie))) for party, ties in found.items()}


def _officers() -> dict[str, list[User]]:
    """Visitors by employee number, and by name where only one has it."""
    rows = User.objects.filter(role=Role.VISITOR, is_active=True)
    by_number: dict[str, list[User]] = {row.employee_no: [row] for row in rows if row.employee_no}
    by_name: dict[str, list[User]] = defaultdict(list)
    for row in rows:
        by_name[row.full_name].append(row)
    return {name: same for name, same in by_name.items() if len(same) == 1} | by_number


def _callers(ids: set[UUID], day: date) -> set[tuple[UUID, int]]:
    """Who has checked in at a visit to this customer within the last year."""
    rows = Visit.objects.filter(
        party__in=ids, day__lt=day, day__gte=day - LATELY, events__kind="checked_in", target__isnull=True
    )
    return set(rows.values_list("party_id", "events__by_id").distinct())
