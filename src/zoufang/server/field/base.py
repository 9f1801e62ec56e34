"""What a phone last knew of a visit: equal tags mean that nobody else has changed it since."""

from __future__ import annotations

import json
from hashlib import sha256

from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit


def base_of(visit: Visit, user: User) -> str:
    """12 hex digits over withdrawal, crew, place in the day and the events of others; one's own don't count."""
    stop = visit.stop
    others = visit.events.exclude(by=user).values_list("pk", flat=True)
    known = [
        visit.withdrawn_reason is not None,
        visit.crew_id,
        str(visit.day),
        [stop.number, stop.arrive] if stop is not None else None,
        sorted(str(key) for key in others),
    ]
    return sha256(json.dumps(known).encode()).hexdigest()[:12]
