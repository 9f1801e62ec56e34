"""Recurring work: when due, by one ticker, once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.server.staffing import TODAY
from tests.server.world import a_customer
from zoufang.server.agreements.models import Promise
from zoufang.server.jobs import ticks
from zoufang.server.jobs.models import TickState
from zoufang.server.jobs.ticks import TICKS, Tick, run_due
from zoufang.server.staff.clock import machine_time

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def beats(monkeypatch):
    seen = []
    monkeypatch.setattr(ticks, "TICKS", {"beat": Tick("beat", MINUTE, seen.append)})
    return seen


def test_it_is_done_when_due_and_not_before(beats):
    at = machine_time()
    for later in (timedelta(), timedelta(seconds=30), MINUTE):
        run_due(at + later)
    assert beats == [at, at + MINUTE]


def test_what_another_ticker_has_claimed_is_left_to_it(beats):
    at = machine_time()
    TickState.objects.create(name="beat", due_at=at + ticks.CLAIMED_FOR)
    assert run_due(at) == []
    assert run_due(at + ticks.CLAIMED_FOR) == ["beat"]


def test_one_that_fails_is_noted_and_tried_again_in_its_turn(monkeypatch):
    def fail(at):
        raise RuntimeError("no")

    monkeypatch.setattr(ticks, "TICKS", {"beat": Tick("beat", MINUTE, fail)})
    at = machine_time()
    assert run_due(at) == []
    state = TickState.objects.get()
    assert (state.error, state.due_at) == ("RuntimeError", at + MINUTE)


def test_what_is_registered_is_safe_to_repeat():
    assert {"lost_jobs", "old_jobs", "stale_uploads", "due_promises"} <= set(TICKS)
    at = machine_time()
    assert sorted(run_due(at)) == sorted(TICKS)
    assert run_due(at) == []
    assert sorted(run_due(at + timedelta(days=2))) == sorted(TICKS)


def test_a_promise_past_its_grace_is_judged_without_a_day_run():
    party = a_customer("1")
    loan = party.loans.get()
    for number, due in enumerate((TODAY - timedelta(days=4), TODAY - timedelta(days=3))):
        Promise.objects.create(
            id=uuid4(),
            loan=loan,
            party=party,
            branch=party.branch,
            amount_fen=100_00 + number,
            due=due,
            made_on=TODAY - timedelta(days=9),
        )
    TICKS["due_promises"].work(machine_time())
    assert list(Promise.objects.order_by("due").values_list("status", flat=True)) == ["broken", "open"]


def test_an_upload_that_was_given_up_is_gone_after_a_day(settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path
    for name, age in (("old", timedelta(hours=25)), ("new", timedelta(hours=1))):
        folder = Path(tmp_path, "uploads", name)
        folder.mkdir(parents=True)
        os.utime(folder, times=((machine_time() - age).timestamp(),) * 2)
    TICKS["stale_uploads"].work(machine_time())
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["new"]
