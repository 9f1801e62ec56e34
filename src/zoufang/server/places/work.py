"""Placing the book's text-only addresses as a piece of background work."""

from __future__ import annotations

from zoufang.core.errors import NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.server.jobs.kinds import Ended, Kind, Tell, add_kind
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.services import start
from zoufang.server.places import queries
from zoufang.server.places.services import place_addresses
from zoufang.server.staff.clock import now
from zoufang.server.staff.models import User

PLACING = Message(gettext_noop("Placing addresses by the gazetteer"))
PLACED = gettext_noop("%(n)s text addresses were looked at.")
NO_BRANCH = Message(gettext_noop("You belong to no branch. Ask the administrator."))


def register() -> None:
    add_kind(Kind("place_addresses", PLACING, "import_file", run_placing, "place_list"))


def start_placing(*, by: User) -> Job:
    """One at a time for each gazetteer: what is placed already is not asked again."""
    if by.branch is None:
        raise NotPermitted(NO_BRANCH)
    return start(kind="place_addresses", key=str(queries.version()), by=by, branch=by.branch, arguments={})


def run_placing(job: Job, tell: Tell) -> Ended:
    def told(done: int, total: int) -> None:
        tell(done, total, PLACING)

    counts = place_addresses(by=job.by, at=now(), progress=told)
    return Ended("place_list", note=Message(PLACED, {"n": counts.looked_at}), level="success")
