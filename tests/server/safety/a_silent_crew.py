"""Run apart by the fault-injection test: a bank in ZOUFANG_HOME whose crew has checked in and then says nothing.

Prints nothing; what comes of it is read from the database.
"""

from __future__ import annotations

from zoufang.cli.installation import open_installation


def begin() -> None:
    from tests.server.visit_world import a_published_day, officers
    from zoufang.core.values import Point
    from zoufang.core.visits import CheckedIn
    from zoufang.server.daily.field import accept
    from zoufang.server.staff.clock import now
    from zoufang.server.staff.ids import new_id

    visit = a_published_day(1)[0]
    where = {"position": Point(37.16, 116.43), "accuracy_m": 12.0}
    for officer in officers(visit):
        base = {"id": str(new_id()), "visit_id": str(visit.pk), "by": str(officer.pk), "at": now()}
        accept(visit=visit, events=[CheckedIn(**base, **where)], officers=[officer], at=now())


if __name__ == "__main__":
    open_installation()
    begin()
