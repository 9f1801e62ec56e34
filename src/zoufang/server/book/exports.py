"""Files that leave the system: who took what, when, under which number, so that a leaked one can be traced.

The number stands in the file where the file can bear it; its SHA-256 finds the others too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zoufang.core.values import BANK_ZONE
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Export
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
RANDOM = 6


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file bears: its number, the reader with branch, and the time."""

    number: str
    by: User
    at: datetime

    @property
    def line(self) -> str:
        named = {
            "number": self.number,
            "who": f"{self.by.full_name} {self.by.employee_no}",
            "branch": self.by.branch.name if self.by.branch else "–",
            "at": f"{self.at.astimezone(BANK_ZONE):%Y-%m-%d %H:%M}",
        }
        text = _(
            "Export %(number)s, taken by %(who)s, %(branch)s, %(at)s. For work only; every copy can be traced."
        )
        return text % named


def stamp(by: User, at: datetime) -> Stamp:
    """A fresh number: the day, and letters that nobody guesses."""
    mixed = "".join(secrets.choice(LETTERS) for _n in range(RANDOM))
    return Stamp(f"X{at.astimezone(BANK_ZONE):%y%m%d}-{mixed}", by, at)


@transaction.atomic
def keep_export(
    *, mark: Stamp, kind: str, content: bytes, subject: str = "", branch: Branch | None = None
) -> Export:
    """The row and the audit line of a file just made; whoever calls has checked the right."""
    digest = sha256(content).hexdigest()
    where = branch or mark.by.branch
    row = Export.objects.create(
        id=new_id(),
        number=mark.number,
        kind=kind,
        subject=subject,
        digest=digest,
        size=len(content),
        branch=where,
        by=mark.by,
        at=mark.at,
    )
    audit.record(
        at=mark.at,
        actor=mark.by.employee_no,
        action="export",
        subject_kind="export",
        subject_id=mark.number,
        branch_code=where.code if where else "",
        details={"kind": kind, "subject": subject, "sha256": digest},
    )
    return row


def exports(user: User, *, asked: str = "", reader: str = "") -> QuerySet[Export]:
    """The newest first. `asked`: a number (or its end), or the SHA-256 of a file that was found."""
    require(user, "see_reveals")
    found = Export.objects.filter(scope(user)).select_related("by", "branch")
    if asked:
        found = found.filter(traced(asked))
    return found.filter(by__employee_no=reader) if reader else found


def traced(asked: str) -> Q:
    text = asked.strip()
    return Q(number__iendswith=text) | Q(digest=text.lower())


def trace(asked: str) -> list[Export]:
    """For the command line: whoever may open the installation's folder may ask."""
    return list(Export.objects.filter(traced(asked)).select_related("by", "branch")[:20])
