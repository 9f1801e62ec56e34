"""A piece of work: asked for once, done once, told of while it runs, and never lost with its worker."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import a_bank, a_member
from tests.server.world import another_branch
from zoufang.core.errors import Conflict, NotFound, NotPermitted
from zoufang.core.values import Message
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.work import STOPPED_EARLY
from zoufang.server.jobs import queries, running, services, states
from zoufang.server.jobs.kinds import KINDS, Ended, Interrupted, Kind
from zoufang.server.jobs.models import Job
from zoufang.server.jobs.services import start, take_up_lost
from zoufang.server.staff.clock import machine_time
from zoufang.server.staff.models import User

pytestmark = pytest.mark.django_db
LABEL = Message("Plan of a day")
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def done(monkeypatch):
    """A kind of work that counts its turns."""
    turns: list[str] = []

    def run(job, tell):
        turns.append(str(job.pk))
        tell(1, 2, LABEL)
        return Ended("plan_list")

    monkeypatch.setitem(KINDS, "trial", Kind("trial", LABEL, "make_plan", run, "plan_list", stoppable=True))
    return turns


@pytest.fixture
def parked(monkeypatch):
    """Nobody works: what is asked for waits. Those handed over are named."""
    handed: list[str] = []
    monkeypatch.setattr(services, "hand_over", lambda job: handed.append(str(job.pk)))
    return handed


def ask(key="a", role="planner", **more) -> Job:
    by = a_member(role)
    return start(kind="trial", key=key, by=by, branch=a_bank(), arguments={"day": "2026-05-11"}, **more)


def trial(monkeypatch, run) -> None:
    monkeypatch.setitem(KINDS, "trial", Kind("trial", LABEL, "make_plan", run, "plan_list"))


def silent_since(job: Job, ago=LONG_AGO, **fields) -> None:
    Job.objects.filter(pk=job.pk).update(heard_at=machine_time() - ago, **fields)


class TestAsking:
    def test_asked_for_it_is_done_with_its_result(self, done):
        job = ask()
        assert (job.state, job.result_page, job.done, job.total) == ("done", "plan_list", 1, 2)
        assert done == [str(job.pk)]

    def test_the_same_asked_twice_while_unfinished_is_one_job(self, done, parked):
        first, second = ask(), ask(role="manager")
        assert first.pk == second.pk
        assert parked == [str(first.pk)]

    def test_after_its_end_the_same_may_be_asked_for_again(self, done):
        assert ask().pk != ask().pk

    def test_who_may_not_do_it_may_not_ask_for_it(self, done):
        with pytest.raises(NotPermitted):
            ask(role="visitor")
        assert not Job.objects.exists()

    def test_a_refusal_is_kept_in_its_own_words(self, monkeypatch):
        def refuse(job, tell):
            raise Conflict(Message("Published by %(name)s", {"name": "x"}))

        trial(monkeypatch, refuse)
        job = ask()
        assert (job.state, job.error_code) == ("refused", "conflict")
        assert Message.from_json(job.error[0]).params == {"name": "x"}

    def test_an_error_of_the_program_tells_its_kind_but_not_its_text(self, monkeypatch):
        def break_down(job, tell):
            raise RuntimeError("张三 371402198503152715")

        trial(monkeypatch, break_down)
        job = ask()
        assert job.state == "failed"
        assert "RuntimeError" in str(job.error)
        assert "张三" not in str(job.error)


class TestStopping:
    def test_what_has_not_begun_is_stopped_at_once_and_never_done(self, done, parked):
        job = services.request_stop(job=ask(), by=a_member("planner"))
        assert job.state == "stopped"
        running.perform.call(str(job.pk))
        assert done == []

    def test_running_work_is_asked_and_keeps_what_it_has(self, monkeypatch):
        def run(job, tell):
            services.request_stop(job=Job.objects.get(pk=job.pk), by=a_member("planner"))
            return Ended("plan_list", stopped=not tell(1, 9))

        monkeypatch.setitem(KINDS, "trial", Kind("trial", LABEL, "make_plan", run, "plan_list", stoppable=True))
        job = ask()
        assert (job.state, job.result_page) == ("stopped", "plan_list")
        assert AuditLine.objects.get(action="stop_job").subject_id == str(job.pk)

    def test_work_that_cannot_end_half_way_is_not_stopped(self, monkeypatch, parked):
        trial(monkeypatch, lambda job, tell: Ended("plan_list"))
        with pytest.raises(Conflict):
            services.request_stop(job=ask(), by=a_member("planner"))


class TestLostWorkers:
    def test_the_job_of_a_dead_worker_is_begun_anew_and_done_once(self, done, parked):
        job = ask()
        states.claim(job.pk, "dead")
        silent_since(job)
        assert take_up_lost(machine_time()) == 1
        assert parked == [str(job.pk)] * 2
        running.perform.call(str(job.pk))
        running.perform.call(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.attempts, len(done)) == ("done", 2, 1)

    def test_a_job_that_was_heard_of_lately_is_left_alone(self, done, parked):
        job = ask()
        states.claim(job.pk, "alive")
        assert take_up_lost(machine_time()) == 0

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="its workers may be on other machines")
    def test_a_worker_of_this_machine_that_has_ended_is_not_waited_for(self, done, parked):
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        for key, pid in (("gone", ended.pid), ("there", os.getpid())):
            states.claim(ask(key).pk, f"{running.HOST}:{pid}:x")
        assert take_up_lost(machine_time()) == 1
        assert list(Job.objects.filter(state="running").values_list("key", flat=True)) == ["trial:there"]

    def test_what_this_process_works_at_is_not_taken_for_lost(self, done, parked):
        job = ask()
        states.claim(job.pk, "here")
        silent_since(job)
        assert take_up_lost(machine_time(), besides={job.pk}) == 0

    def test_after_three_turns_it_is_given_up_and_says_what_to_do(self, done, parked):
        job = ask()
        states.claim(job.pk, "dead")
        silent_since(job, attempts=3)
        take_up_lost(machine_time())
        job.refresh_from_db()
        assert job.state == "failed"
        assert "start it again" in str(job.error)

    def test_a_worker_that_was_given_up_cannot_end_the_job_of_its_follower(self, done, parked):
        job = ask()
        first = states.claim(job.pk, "first")
        silent_since(job)
        take_up_lost(machine_time())
        states.claim(job.pk, "second")
        assert states.report(first, 1, 2, None) is None
        assert not states.finish(first, Ended("plan_list"))
        job.refresh_from_db()
        assert (job.state, job.worker) == ("running", "second")

    def test_a_job_whose_task_was_lost_is_handed_over_again(self, done, parked):
        job = ask()
        silent_since(job)
        assert take_up_lost(machine_time()) == 1
        assert parked == [str(job.pk)] * 2

    def test_a_worker_that_leaves_gives_the_job_back_without_losing_a_turn(self, monkeypatch):
        turns = []

        def run(job, tell):
            turns.append(job.pk)
            if len(turns) == 1:
                raise Interrupted
            return Ended("plan_list")

        trial(monkeypatch, run)
        job = ask()
        assert (job.state, job.attempts, len(turns)) == ("done", 1, 2)


class TestPages:
    @pytest.fixture
    def planner(self, client):
        client.force_login(a_member("planner"))
        return client

    def test_running_work_shows_its_bar_and_a_line_on_every_page(self, planner, done, parked):
        job = ask()
        states.report(states.claim(job.pk, "w"), 30, 120, LABEL)
        text = planner.get(reverse("job", args=[job.pk])).content.decode()
        assert (
            '<progress class="work-bar" aria-label="某日计划" value="30" max="120">' in text
            or 'value="30"' in text
        )
        assert 'http-equiv="refresh"' in text
        elsewhere = planner.get(reverse("start")).content.decode()
        assert reverse("job", args=[job.pk]) in elsewhere
        assert "25 %" in elsewhere

    def test_where_no_worker_runs_the_page_says_whom_to_ask(self, planner, done, parked):
        job = ask()
        address = reverse("job", args=[job.pk])
        assert "zoufang worker" not in planner.get(address).content.decode()
        Job.objects.update(asked_at=machine_time() - timedelta(minutes=1))
        assert "zoufang worker" in planner.get(address).content.decode()
        states.claim(ask("b").pk, "busy")
        assert "zoufang worker" not in planner.get(address).content.decode()

    def test_polled_after_its_end_it_leads_to_the_result(self, planner, done):
        address = reverse("job", args=[ask().pk])
        assert planner.get(address).headers["Location"] == reverse("plan_list")
        assert planner.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == reverse("plan_list")

    def test_the_word_about_the_result_is_in_the_readers_language(self, planner, monkeypatch):
        trial(monkeypatch, lambda job, tell: Ended("plan_list", note=STOPPED_EARLY))
        answer = planner.get(reverse("job", args=[ask().pk]), follow=True)
        assert "已提前停止" in answer.content.decode()

    def test_a_refused_job_says_why_and_leads_back(self, planner, monkeypatch):
        def refuse(job, tell):
            raise Conflict(Message("Published by %(name)s", {"name": "x"}))

        trial(monkeypatch, refuse)
        text = planner.get(reverse("job", args=[ask().pk])).content.decode()
        assert "Published by x" in text
        assert reverse("plan_list") in text

    def test_a_stranger_finds_no_such_job(self, client, done, parked):
        job = ask()
        stranger = User.objects.create_user(
            "stranger", password="x", role="planner", branch=another_branch(), full_name="外", employee_no="X1"
        )
        client.force_login(stranger)
        assert client.get(reverse("job", args=[job.pk])).status_code == 404
        assert client.post(reverse("job_stop", args=[job.pk])).status_code == 404
        with pytest.raises(NotFound):
            queries.job_of(job.pk, stranger)

    def test_the_planner_stops_it_from_its_page(self, planner, done, parked):
        job = ask()
        planner.post(reverse("job_stop", args=[job.pk]))
        job.refresh_from_db()
        assert job.state == "stopped"

    def test_the_pages_speak_both_languages(self, planner, done, parked):
        job = ask()
        assert_speaks_both(planner, reverse("job", args=[job.pk]))
        assert_speaks_both(planner, reverse("job_list"))
