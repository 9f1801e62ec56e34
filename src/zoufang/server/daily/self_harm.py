"""The button at the door after a threat or sign of self-harm: hold everything, and turn the visit to leaving."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from zoufang.core.compliance import Vulnerability
from zoufang.core.visits import VulnerabilityChecked, allowed_next
from zoufang.server.safety import crisis
from zoufang.server.safety.models import Crisis
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.events import accept_events, record_of
from zoufang.server.visiting.models import Visit


@transaction.atomic
def report_at_door(*, id: UUID, visit: Visit, by: User, at: datetime) -> Crisis:  # noqa: A002
    """One press, whatever the state of the visit; pressed again it changes nothing.

    Where the visit's record can take it, the sign stands there too, which ends the talk.
    """
    require(by, "conduct_visit", visit)
    held = crisis.report(id=id, party=visit.party, whom=visit.whom, visit=visit, by=by, at=at)
    record = record_of(visit)
    seen = record.vulnerabilities and Vulnerability.SELF_HARM_RISK in record.vulnerabilities
    if not seen and "vulnerability_checked" in allowed_next(record):
        event = VulnerabilityChecked(
            id=str(uuid5(id, "sign")),
            visit_id=str(visit.pk),
            by=str(by.pk),
            at=at,
            signs=(*(record.vulnerabilities or ()), Vulnerability.SELF_HARM_RISK),
        )
        accept_events(visit=visit, events=[event], officers=[by], at=at)
    return held
