"""What visits are worth and what harm costs: compliance proposes, another person approves, later plans use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.planning import Harm, figures_of
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy, values_of_day, with_values
from zoufang.server.oversight.models import ValuesVersion
from zoufang.server.oversight.visit_values import approve_values, propose_values, refuse_values
from zoufang.server.staff.models import BankState, User

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
LATER = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def of_the_bank(role) -> User:
    """A member with this role at the head office."""
    found = User.objects.filter(username=f"head-{role}").first()
    return found or User.objects.create_user(
        f"head-{role}",
        password="x",
        role=role,
        branch=a_bank().parent,
        full_name="总行人",
        employee_no=f"H-{role}"[:20],
    )


def a_second_officer() -> User:
    return User.objects.create_user(
        "second", password="x", role="compliance", branch=a_bank().parent, full_name="第二人", employee_no="Z1"
    )


def proposed(complaint_fen=500_000, valid_from=LATER, by=None, **more) -> ValuesVersion:
    base = values_of_day(valid_from)
    figures = figures_of(base)
    given = {
        "id": uuid4(),
        "base": base,
        "figures": replace(figures, harm_fen={**figures.harm_fen, Harm.COMPLAINT: complaint_fen}),
        "valid_from": valid_from,
        "reason": "合规委员会决议〔2026〕8号",
        "by": by or of_the_bank("compliance"),
        "today": TODAY,
        "at": NOW,
    }
    return propose_values(**given | more)


def approved(row, by=None, today=TODAY, at=NOW) -> ValuesVersion:
    return approve_values(row=row, by=by or of_the_bank("manager"), today=today, at=at)


def price_on(day):
    return with_values(planning_policy(), day).harm_price_fen[Harm.COMPLAINT]


class TestTwoPeople:
    def test_a_proposal_alone_changes_no_plan(self):
        proposed()
        assert price_on(LATER) == 60_000

    def test_approved_figures_count_from_their_first_day_and_not_before(self):
        approved(proposed())
        assert [price_on(TODAY), price_on(LATER - timedelta(days=1)), price_on(LATER)] == [60_000, 60_000, 500_000]

    @pytest.mark.parametrize("role", ["manager", "compliance"])
    def test_the_second_is_a_manager_or_another_compliance_officer(self, role):
        row = proposed()
        by = of_the_bank("manager") if role == "manager" else a_second_officer()
        assert approved(row, by).state == "approved"

    def test_nobody_approves_what_they_proposed(self):
        with pytest.raises(NotPermitted, match="Nobody approves what they proposed"):
            approved(proposed(), of_the_bank("compliance"))

    def test_the_database_itself_refuses_one_person_for_both(self):
        row = proposed()
        with pytest.raises(IntegrityError), transaction.atomic():
            ValuesVersion.objects.filter(pk=row.pk).update(state="approved", decided_by=row.proposed_by_id)

    @pytest.mark.parametrize("role", ["manager", "planner", "analyst", "administrator"])
    def test_only_compliance_proposes(self, role):
        with pytest.raises(NotPermitted):
            proposed(by=of_the_bank(role))

    def test_a_sub_branch_decides_nothing_that_binds_the_bank(self):
        with pytest.raises(NotPermitted, match="binds the whole bank"):
            proposed(by=a_member("compliance"))
        row = proposed(by=a_second_officer())
        with pytest.raises(NotPermitted, match="binds the whole bank"):
            approved(row, a_member("manager"))

    def test_refused_figures_never_count_and_others_may_be_proposed(self):
        row = proposed()
        refuse_values(row=row, why="先算清影响", by=of_the_bank("manager"), at=NOW)
        with pytest.raises(Conflict):
            approved(row)
        approved(proposed(700_000))
        assert price_on(LATER) == 700_000

    def test_a_proposal_waits_alone(self):
        proposed()
        with pytest.raises(Conflict, match="wait already"):
            proposed(700_000)

    def test_each_step_leaves_who_and_what_in_the_audit(self):
        approved(proposed())
        lines = list(AuditLine.objects.filter(subject_kind="visit_values").order_by("at", "pk"))
        assert {line.action for line in lines} == {"propose_values", "approve_values"}
        told = next(line for line in lines if line.action == "propose_values").details
        assert told["figures"] == {"harm.complaint": [60_000, 500_000]}


class TestDays:
    @pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)])
    def test_a_day_that_has_begun_keeps_its_prices(self, day):
        with pytest.raises(Conflict, match="has begun"):
            proposed(valid_from=day)

    def test_figures_approved_too_late_have_to_be_proposed_anew(self):
        with pytest.raises(Conflict, match="has begun"):
            approved(proposed(valid_from=TOMORROW), today=TOMORROW)

    def test_of_two_versions_that_begin_on_one_day_the_one_approved_last_counts(self):
        approved(proposed(500_000))
        approved(proposed(300_000), at=NOW + timedelta(minutes=5))
        assert price_on(LATER) == 300_000
        assert ValuesVersion.objects.values("version").distinct().count() == 2

    def test_a_newer_file_does_not_undo_what_two_people_approved(self, settings, tmp_path):
        settings.HOME = tmp_path
        approved(proposed())
        (tmp_path / "visit-values.toml").write_text(
            f'[[version]]\nversion = "file-2"\nvalid_from = {LATER + timedelta(days=1)}\nsource = "x"\n'
            "[version.harm_price_fen]\ncomplaint = 1\n",
            encoding="utf-8",
        )
        assert price_on(LATER + timedelta(days=2)) == 500_000

    def test_a_plan_keeps_the_version_and_the_figures_of_its_day(self):
        vouched_facts()
        a_study({a_customer(str(n), name=f"赵{n}某", north=0.012 * n): "free" for n in range(3)})
        a_crew("K1")
        row = approved(proposed(valid_from=TOMORROW))
        by = a_member("planner")
        old, new = (
            plan_day(branch=a_bank(), day=day, seed=3, by=by, at=NOW, policy=planning_policy(5))
            for day in (TODAY, TOMORROW)
        )
        assert old.policy["version"] == "visit-values-2026-1"
        assert old.policy["harm_price_fen"]["complaint"] == 60_000
        assert (new.policy["version"], new.policy["harm_price_fen"]["complaint"]) == (row.version, 500_000)

    def test_without_a_reason_there_is_no_proposal(self):
        with pytest.raises(BadInput, match="reason"):
            proposed(reason="  ")


class TestPages:
    def fields(self, **changed):
        base = values_of_day(LATER)
        figures = figures_of(base)
        return {
            "valid_from": LATER.isoformat(),
            "reason": "合规委员会决议",
            **{f"{figure}_{of}": f"{fen / 100:.2f}" for figure, of, fen in figures},
        } | changed

    def test_proposed_on_the_page_approved_by_another_and_told_in_the_rules(self, client):
        client.force_login(of_the_bank("compliance"))
        client.post(reverse("values_propose"), self.fields(harm_incident="5000"))
        row = ValuesVersion.objects.get()
        page = client.get(reverse("values_version", args=[row.pk])).content.decode()
        assert reverse("values_approve", args=[row.pk]) not in page
        client.force_login(of_the_bank("manager"))
        assert (
            reverse("values_approve", args=[row.pk])
            in client.get(reverse("values_version", args=[row.pk])).content.decode()
        )
        client.post(reverse("values_approve", args=[row.pk]))
        assert with_values(planning_policy(), LATER).harm_price_fen[Harm.INCIDENT] == 500_000
        assert row.version in client.get(reverse("rule_list")).content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"harm_complaint": ""},
            {"harm_complaint": "x"},
            {"value_care_visit": "-1"},
            {"valid_from": "2026-05-11"},
        ],
    )
    def test_a_wrong_field_is_told_in_place_and_nothing_is_proposed(self, client, wrong):
        client.force_login(of_the_bank("compliance"))
        answer = client.post(reverse("values_propose"), self.fields(**wrong))
        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == wrong.keys()
        assert not ValuesVersion.objects.exists()

    def test_the_pages_speak_both_languages(self, client):
        row = proposed()
        client.force_login(of_the_bank("compliance"))
        for page in (
            reverse("rule_list"),
            reverse("values_propose"),
            reverse("values_version", args=[row.pk]),
        ):
            assert_speaks_both(client, page)

    def test_a_visitor_reads_the_history_and_proposes_nothing(self, client):
        row = proposed()
        client.force_login(a_member("visitor"))
        assert client.get(reverse("values_version", args=[row.pk])).status_code == 200
        assert client.get(reverse("values_propose")).status_code == 403
        client.post(reverse("values_approve", args=[row.pk]))
        row.refresh_from_db()
        assert row.state == "proposed"
