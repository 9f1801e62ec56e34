"""The chain goes forward only, tells what was changed, and costs the same however long it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zoufang.core.errors import Conflict
from zoufang.server.audit.models import AuditDay, AuditLine
from zoufang.server.audit.services import close_day, record, verify

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-05-11T12:00:00+08:00")
DAY = timedelta(days=1)


def add(at: datetime = NOON, branch: str = "371426") -> AuditLine:
    return record(at=at, actor="E001", action="try", subject_kind="try", subject_id=1, branch_code=branch)


def queries(call) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_a_new_day_seals_the_day_before_and_carries_its_root():
    first, second = add(), add(NOON + DAY)
    first.day.refresh_from_db()
    assert first.day.root
    assert second.day.previous_root == first.day.root
    assert verify() == []


def test_a_clock_that_fell_back_adds_to_the_last_open_day_and_keeps_its_own_time():
    add(NOON + DAY)
    late = add(NOON)
    assert late.day.day == (NOON + DAY).date()
    assert late.at == NOON
    assert verify() == []


def test_a_closed_day_takes_nothing_more():
    line = add()
    close_day(branch_code="371426", on=line.day.day)
    with pytest.raises(Conflict):
        add()
    with pytest.raises(Conflict):
        add(NOON - DAY)


@pytest.mark.parametrize("change", [{"actor": "E999"}, {"details": {"n": 1}}, {"at": NOON + DAY}, {"number": 9}])
def test_a_changed_line_is_named(change):
    add()
    line = add()
    AuditLine.objects.filter(pk=line.pk).update(**change)
    assert verify()


def test_a_removed_line_or_day_is_noticed():
    add()
    add().delete()
    assert len(verify()) == 1
    add(branch="371402")
    AuditLine.objects.filter(day__branch_code="371402").delete()
    assert len(verify()) == 2
    AuditDay.objects.filter(branch_code="371402").delete()
    assert len(verify()) == 1


def test_one_more_line_and_the_proof_of_all_take_as_many_queries_in_a_long_chain_as_in_a_short_one():
    add()
    short = queries(add), queries(verify)
    for number in range(30):
        add(NOON + (number % 10) * DAY, branch=f"37142{number % 3}")
    assert (queries(lambda: add(NOON + 9 * DAY, branch="371420")), queries(verify)) == short
