"""Whatever fails meanwhile, whoever must be told is told, and once: worker, signal, clock, the bank's SMS gate."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.door_phone import arrive, login
from tests.server.safety.sms_gate import Gate, open_gate
from tests.server.staffing import a_member
from zoufang.server.jobs.models import TickState
from zoufang.server.jobs.ticks import TICKS, run_one
from zoufang.server.safety import adapter
from zoufang.server.safety.adapter import MOST_TRIES, send_waiting
from zoufang.server.safety.duties import raise_duties
from zoufang.server.safety.models import Escalation
from zoufang.server.safety.watches import POLICY, follow, raise_due
from zoufang.server.staff.clock import machine_time, now
from zoufang.server.staff.models import BankState

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 240
LADDER = ["crew_mate", "supervisor", "manager"]


def silence(visit):
    """From when the silence of this crew counts."""
    watch = follow(visit, now())
    return watch.started + timedelta(minutes=watch.expected_minutes + POLICY.grace_minutes)


def told(kind="silence"):
    rows = Escalation.objects.filter(kind=kind).order_by("due_at", "pk")
    return list(rows.values_list("rung", flat=True))


@pytest.mark.django_db
class TestTheClock:
    @pytest.mark.parametrize("seed", range(6))
    def test_it_jumps_to_and_fro_and_ticks_come_late_or_twice(self, seed, begun, phones):
        """The set of those told depends on the latest moment seen alone, for silence, SOS and owed reports."""
        lots, due = random.Random(seed), silence(begun)
        phones[1].client.post(reverse("visit_sos", args=[begun.pk])) if seed % 2 else None
        kind = "sos" if seed % 2 else "silence"
        moments = [due + timedelta(minutes=lots.uniform(-60, 30)) for _ in range(8)]
        for at in [*moments, due + timedelta(hours=3), *moments, due + timedelta(hours=3)]:
            for _ in range(lots.randint(1, 2)):
                raise_due(at)
                raise_duties(at)
        assert sorted(told(kind)) == sorted(LADDER)
        assert sorted(told("report")) == (sorted(LADDER) if seed % 2 else [])

    def test_a_machine_clock_set_back_by_hours_does_not_stop_the_timer(self, begun, monkeypatch):
        late = silence(begun)
        monkeypatch.setattr("zoufang.server.safety.timer.now", lambda: late)
        ahead = machine_time() + timedelta(hours=5)
        assert run_one("safety", ahead)
        assert TickState.objects.get(name="safety").due_at > machine_time() + timedelta(hours=4)
        monkeypatch.setattr("zoufang.server.safety.timer.now", lambda: late + timedelta(minutes=5))
        assert run_one("safety", machine_time())
        assert told() == LADDER[:2]

    def test_a_bank_clock_set_back_does_not_keep_a_message_from_its_next_try(self, begun, settings):
        settings.ZOUFANG_SAFETY_WEBHOOK_URL = "https://sms.bank.test/"
        late, sent = silence(begun), []
        raise_due(late)

        def down(request):
            raise TimeoutError

        send_waiting(late + timedelta(hours=6), down)
        assert send_waiting(late, sent.append) == 1
        assert len(sent) == 1


@pytest.mark.django_db
class TestAPhoneWithoutSignal:
    def test_the_server_escalates_what_it_has_not_heard_of_and_a_new_silence_anew(self, begun, phones):
        first = silence(begun)
        raise_due(first + timedelta(minutes=1))
        assert told() == LADDER[:1]
        back = first + timedelta(minutes=2)
        BankState.objects.update(clock_shift_s=int((back - timezone.now()).total_seconds()))
        phones[0].client.post(reverse("visit_longer", args=[begun.pk]), {"id": str(uuid4()), "minutes": "30"})
        raise_due(back + timedelta(minutes=1))
        assert not Escalation.objects.filter(settled_at=None).exists()
        for minutes in (29, 30, 35, 45, 45, 600):
            raise_due(first + timedelta(minutes=minutes))
        later = Escalation.objects.exclude(since=first).order_by("due_at")
        assert list(later.values_list("rung", flat=True)) == LADDER
        assert Escalation.objects.filter(since=first).count() == 1

    def test_what_a_phone_kept_and_sends_late_settles_what_was_told(self, begun, phones):
        late = silence(begun) + timedelta(minutes=30)
        raise_due(late)
        BankState.objects.update(clock_shift_s=int((late - timezone.now()).total_seconds()))
        then = (late - timedelta(minutes=50)).isoformat()
        given = {"ability": "not_assessed", "willingness": "not_assessed", "reason": "not_stated"}
        phones[0].take("person_met", who="nobody", device_at=then)
        phones[0].take("outcome_recorded", outcome="not_home", device_at=then, **given)
        for phone in phones:
            phone.take("checked_out", device_at=then)
        raise_due(late + timedelta(minutes=1))
        assert told() == LADDER
        assert not Escalation.objects.filter(settled_at=None).exists()

    def test_a_check_in_that_arrives_hours_late_is_watched_from_when_the_server_heard(self, visit, phones):
        raise_due(now())
        assert told() == []
        arrive(phones)
        raise_due(silence(visit) + timedelta(minutes=20))
        assert told() == LADDER


@pytest.mark.django_db
class TestTheGate:
    @pytest.fixture(autouse=True)
    def on(self, settings):
        settings.ZOUFANG_SAFETY_WEBHOOK_URL = "https://sms.bank.test/"

    def test_what_fails_for_an_hour_arrives_once_and_the_pages_told_all_the_while(self, begun, phones):
        phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
        at, lots, taken = now(), random.Random(1), []

        def flaky(request):
            if at < begun_at + timedelta(hours=1) or lots.random() < 0.5:
                raise ConnectionResetError
            taken.append(request.get_header("Idempotency-key"))

        begun_at = at
        assert reverse("safety_board") in login(a_member("manager")).get(reverse("start")).content.decode()
        assert len(told("sos")) == 3
        for _ in range(600):
            send_waiting(at, flaky)
            at += timedelta(seconds=20)
        assert sorted(taken) == sorted(str(pk) for pk in Escalation.objects.values_list("pk", flat=True))

    def test_a_gate_that_is_down_all_day_gets_what_nobody_has_answered(self, begun, phones):
        phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
        at, sent = now(), []

        def down(request):
            raise ConnectionRefusedError

        for _ in range(200):
            send_waiting(at, down)
            at += timedelta(minutes=15)
        assert min(Escalation.objects.values_list("tries", flat=True)) > MOST_TRIES
        assert send_waiting(at + timedelta(minutes=30), sent.append) == 3

    def test_a_gate_that_hangs_does_not_hold_up_the_next_look(self, begun, phones, monkeypatch):
        phones[0].client.post(reverse("visit_sos", args=[begun.pk]))
        clock = iter(range(0, 1000, 15))
        monkeypatch.setattr(adapter, "monotonic", lambda: next(clock))
        tried = []

        def hangs(request):
            tried.append(request)
            raise TimeoutError

        send_waiting(now(), hangs)
        assert len(tried) == 2


@pytest.fixture
def gate() -> Iterator[Gate]:
    with open_gate() as gate:
        yield gate


@pytest.fixture
def surroundings(tmp_path, gate) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if n != "DATABASE_URL" and not n.lower().endswith("_proxy")}
    told = {"ZOUFANG_HOME": str(tmp_path / "home"), "PYTHONPATH": f"{ROOT}:{ROOT}/src"}
    told |= {"ZOUFANG_SAFETY_WEBHOOK_URL": gate.url, "ZOUFANG_SAFETY_WEBHOOK_SECRET": "k"}
    return kept | told | {"DJANGO_SETTINGS_MODULE": "zoufang.server.settings.dev"}


@pytest.fixture
def worker(surroundings) -> Iterator[Callable[[], subprocess.Popen]]:
    started = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "zoufang.server.jobs"]
        started.append(subprocess.Popen(command, env=surroundings, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


class Bank:
    """The killed and restarted bank's database, looked at from outside."""

    def __init__(self, home: str) -> None:
        self.path = Path(home) / "zoufang.sqlite3"

    def ask(self, text: str) -> list[tuple]:
        with closing(sqlite3.connect(self.path, timeout=30)) as database, database:
            return database.execute(text).fetchall()

    def turn_clock(self, minutes: int) -> None:
        self.ask(f"UPDATE staff_bankstate SET clock_shift_s = clock_shift_s + {minutes * 60}")

    def told(self) -> list[str]:
        return [rung for (rung,) in self.ask("SELECT rung FROM safety_escalation ORDER BY due_at, id")]

    def unsent(self) -> int:
        return self.ask("SELECT count(*) FROM safety_escalation WHERE sent_at IS NULL")[0][0]

    def ticks(self) -> str:
        return str(self.ask("SELECT ran_at FROM jobs_tickstate WHERE name = 'safety'"))


def until(wanted: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not wanted():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.mark.slow
def test_workers_killed_a_failing_and_a_hanging_gate_and_a_jumping_clock_miss_and_double_nothing(
    surroundings, gate, worker
):
    begin = [sys.executable, "-m", "tests.server.safety.a_silent_crew"]
    done = subprocess.run(begin, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    bank = Bank(surroundings["ZOUFANG_HOME"])

    bank.turn_clock(41)  # two workers, and a gate that fails
    pair = [worker(), worker()]
    until(lambda: bank.told() == LADDER[:1] and bool(gate.came), "the crew mate was not told")
    for one in pair:
        one.send_signal(signal.SIGKILL)
        one.wait()

    bank.turn_clock(5)  # nobody runs while the supervisor's time comes; then a worker dies while the gate hangs
    gate.mode = "hangs"
    seen = len(gate.came)
    third = worker()
    until(lambda: bank.told() == LADDER[:2] and len(gate.came) > seen, "the supervisor was not told")
    third.send_signal(signal.SIGKILL)
    third.wait()
    assert bank.unsent() == 2

    bank.turn_clock(10)
    gate.mode = "takes"
    worker()
    until(lambda: bank.told() == LADDER and bank.unsent() == 0, "the manager was not told, or a message is lost")

    for minutes in (-120, 900):
        bank.turn_clock(minutes)
        before = bank.ticks()
        until(lambda before=before: bank.ticks() != before, "the timer stands still")
    assert bank.told() == LADDER
    assert sorted(gate.taken) == sorted(str(pk) for (pk,) in bank.ask("SELECT id FROM safety_escalation"))


def test_the_timer_is_looked_at_often_enough_for_its_shortest_step():
    tick = TICKS["safety"]
    assert tick.every <= timedelta(seconds=10)
    assert tick.claimed_for <= timedelta(minutes=1)
