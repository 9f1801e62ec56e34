"""What stands against contact on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from zoufang.server.oversight.models import Attestation, Complaint, Stop


def stops_in_force(day: date) -> QuerySet[Stop]:
    return Stop.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day), since__lte=day, lifted_at__isnull=True
    ).order_by("since", "id")


def stops_by_party(party_ids: Iterable[UUID], day: date) -> dict[UUID, list[Stop]]:
    found: dict[UUID, list[Stop]] = defaultdict(list)
    for stop in stops_in_force(day).filter(party__in=set(party_ids)):
        found[stop.party_id].append(stop)
    return found


def parties_with_open_complaint(day: date) -> set[UUID]:
    open_then = Complaint.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day)
    return set(open_then.values_list("party_id", flat=True))


def attestations_on(day: date) -> list[Attestation]:
    """Those with both signatures, not expired."""
    signed = Attestation.objects.filter(second_by__isnull=False, expires__gte=day)
    return list(signed.select_related("first_by", "second_by").order_by("first_at", "id"))
