"""Send escalations out of the bank's pages: a signed POST to the bank's own SMS gate. Off unless a URL is set.

The body holds staff numbers, crew, branch and the visit's id; never a word of the customer, nor where they live.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from urllib.request import Request, urlopen

from django.conf import settings
from django.db.models import Q

from zoufang.server.safety.models import Escalation
from zoufang.server.safety.queries import WHOSE, told

logger = logging.getLogger(__name__)
TIMEOUT_S, MOST_TRIES = 5.0, 12
SENDING_S = 20.0
DOUBLINGS = 7
LONGEST_WAIT = timedelta(seconds=10 * 2**DOUBLINGS)
Post = Callable[[Request], object]


def _post(request: Request) -> None:
    with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  # the bank's own address, from its settings
        answer.read(1)


def send_waiting(at: datetime, post: Post = _post) -> int:
    """Send what nobody has taken; a failure is tried again after 10, 20, 40 ... seconds. How many were taken."""
    if not settings.ZOUFANG_SAFETY_WEBHOOK_URL:
        return 0
    # A next try further off than the longest wait was set before the clock went back: it is due now.
    ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at) | Q(next_try_at__gt=at + LONGEST_WAIT)
    # What nobody has answered is tried on and on; what is settled by now, only so often.
    waits = Q(tries__lt=MOST_TRIES) | Q(settled_at=None, acknowledged_at=None)
    rows = Escalation.objects.filter(ready, waits, sent_at__isnull=True)
    sent, end = 0, monotonic() + SENDING_S
    for row in rows.select_related(*WHOSE):
        sent += _send(row, at, post)
        if monotonic() > end:  # a gate that hangs must not keep the next look from raising what is due
            break
    return sent


def _send(row: Escalation, at: datetime, post: Post) -> bool:
    # Claimed before it is sent: a second ticker beside this one leaves it alone.
    wait = at + timedelta(seconds=10 * 2 ** min(row.tries, DOUBLINGS))
    mine = Escalation.objects.filter(pk=row.pk, tries=row.tries, sent_at__isnull=True)
    if not mine.update(tries=row.tries + 1, next_try_at=wait):
        return False
    try:
        post(request_for(row))
    except OSError as failure:
        logger.warning("Escalation %s was not taken: %s", row.pk, type(failure).__name__)
        return False
    Escalation.objects.filter(pk=row.pk).update(sent_at=at)
    return True


def request_for(row: Escalation) -> Request:
    """The POST, signed with HMAC-SHA256. The id stays the same on each try: the receiver drops a second one."""
    visit = row.visit
    body = json.dumps(
        {
            "id": row.pk,
            "kind": row.kind,
            "rung": row.rung,
            "due_at": row.due_at.isoformat(),
            "visit": str(visit.pk) if visit else "",
            "crew": visit.crew.code if visit else "",
            "branch": row.branch.code,
            "to": sorted(told(row).values_list("employee_no", flat=True)),
        }
    ).encode()
    key = settings.ZOUFANG_SAFETY_WEBHOOK_SECRET.encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(row.pk),
        "X-Zoufang-Signature": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }
    return Request(settings.ZOUFANG_SAFETY_WEBHOOK_URL, data=body, headers=headers, method="POST")  # noqa: S310
