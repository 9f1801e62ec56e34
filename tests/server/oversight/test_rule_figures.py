"""Rules confirmed and changed: two people, a first day, never looser than the law, old decisions as they were."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Channel, Purpose
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.contacting import ask_for_visit
from zoufang.server.daily.policies import compliance_policy, training_policy
from zoufang.server.daily.rejudging import judge_again
from zoufang.server.oversight import rule_figures as services
from zoufang.server.oversight.complaints import limits_of
from zoufang.server.oversight.models import RuleFigure, Verdict
from zoufang.server.oversight.services import open_complaint
from zoufang.server.staff.models import User

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=7)
STANDARD = "cn-gbt45251@2025-02-28"


def of_the_bank(role: str, number: int = 1) -> User:
    """A member with this role at the head office."""
    name = f"head-{role}-{number}"
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(
        name,
        password="x",
        role=role,
        branch=a_bank().parent,
        full_name="总行人",
        employee_no=f"H{role[:6]}{number}",
    )


def a_change(rule_id="CN-F3", by=None, valid_from=LATER, at=NOW, reason="合规委员会决议〔2026〕8号", **values):
    return services.propose_change(
        id=uuid4(),
        rule_id=rule_id,
        values=values or {"per_30_days": 3},
        valid_from=valid_from,
        reason=reason,
        by=by or of_the_bank("compliance"),
        today=TODAY,
        at=at,
    )


def a_confirmation(rule_id="CN-T1", pack=STANDARD, by=None, **more):
    given = {
        "source_text": "每日22:00至次日8:00不得催收",
        "read_on": TODAY - timedelta(days=3),
        "where": "国家标准全文公开系统，5.3.2",
    }
    return services.propose_confirmation(
        id=uuid4(),
        pack=pack,
        rule_id=rule_id,
        by=by or of_the_bank("compliance"),
        today=TODAY,
        at=NOW,
        **given | more,
    )


def approved(row, by=None, today=TODAY, at=NOW) -> RuleFigure:
    return services.approve(row=row, by=by or of_the_bank("manager"), today=today, at=at)


def visits_in_30_days(day, **more):
    return compliance_policy(day, **more).number("CN-F3", "per_30_days")


class TestTwoPeople:
    def test_a_proposal_alone_changes_nothing(self):
        a_change()
        assert visits_in_30_days(LATER) == 4

    def test_approved_figures_count_from_their_first_day_and_not_before(self):
        approved(a_change())
        assert [visits_in_30_days(LATER - timedelta(days=1)), visits_in_30_days(LATER)] == [4, 3]

    def test_nobody_approves_what_they_proposed(self):
        for row in (a_change(), a_confirmation()):
            with pytest.raises(NotPermitted, match="Nobody approves what they proposed"):
                approved(row, of_the_bank("compliance"))

    def test_the_database_itself_refuses_one_person_for_both(self):
        row = a_change()
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleFigure.objects.filter(pk=row.pk).update(state="approved", decided_by=row.proposed_by_id)

    @pytest.mark.parametrize("role", ["manager", "planner", "analyst", "administrator", "visitor"])
    def test_only_compliance_proposes(self, role):
        with pytest.raises(NotPermitted):
            a_change(by=of_the_bank(role))
        with pytest.raises(NotPermitted):
            a_confirmation(by=of_the_bank(role))

    def test_a_planner_approves_nothing_and_another_officer_may(self):
        row = a_change()
        with pytest.raises(NotPermitted):
            approved(row, of_the_bank("planner"))
        assert approved(row, of_the_bank("compliance", 2)).state == "approved"

    def test_a_sub_branch_decides_nothing_that_binds_the_bank(self):
        with pytest.raises(NotPermitted, match="binds the whole bank"):
            a_change(by=a_member("compliance"))
        with pytest.raises(NotPermitted, match="binds the whole bank"):
            approved(a_change(), a_member("manager"))

    def test_one_proposal_a_rule_waits_and_a_refused_one_never_counts(self):
        row = a_change()
        with pytest.raises(Conflict, match="waits already"):
            a_change(per_30_days=2)
        services.refuse(row=row, why="先算清影响", by=of_the_bank("manager"), at=NOW)
        with pytest.raises(Conflict):
            approved(row)
        approved(a_change(per_30_days=2))
        assert visits_in_30_days(LATER) == 2

    def test_the_same_id_again_changes_nothing(self):
        row = a_change()
        again = services.propose_change(
            id=row.pk,
            rule_id="CN-F3",
            values={"per_30_days": 1},
            valid_from=LATER,
            reason="x",
            by=of_the_bank("compliance"),
            today=TODAY,
            at=NOW,
        )
        assert again.values == {"per_30_days": 3}

    def test_each_step_leaves_who_and_what_in_the_audit(self):
        approved(a_change())
        lines = AuditLine.objects.filter(subject_kind="rule_figures")
        assert {line.action for line in lines} == {"propose_rule_figures", "approve_rule_figures"}
        told = lines.get(action="propose_rule_figures").details
        assert (told["before"]["per_30_days"], told["values"]) == (4, {"per_30_days": 3})


class TestTheLaw:
    def test_a_bank_cannot_loosen_the_law_and_hears_why(self):
        with pytest.raises(BadInput, match="22:30 would loosen rule CN-T1: GB/T 45251-2025（报道） says 22:00"):
            a_change("CN-T1", until=22 * 60 + 30)
        assert not RuleFigure.objects.exists()

    def test_a_bank_may_be_stricter(self):
        approved(a_change("CN-T1", until=20 * 60))
        assert compliance_policy(LATER).number("CN-T1", "until", Channel.CALL) == 20 * 60
        assert compliance_policy(LATER).number("CN-T1", "from", Channel.CALL) == 8 * 60

    def test_its_own_proposals_may_be_moved_and_moved_back(self):
        approved(a_change(per_30_days=6))
        approved(a_change(per_30_days=5, valid_from=LATER + timedelta(days=1)))
        approved(a_change(per_30_days=4, valid_from=LATER + timedelta(days=2)))
        assert [visits_in_30_days(LATER + timedelta(days=n)) for n in range(3)] == [6, 5, 4]

    def test_a_later_change_keeps_the_other_figures_of_the_rule(self):
        approved(a_change(per_30_days=3))
        approved(a_change(per_7_days=1), at=NOW + timedelta(minutes=5))
        law = compliance_policy(LATER)
        assert (law.number("CN-F3", "per_30_days"), law.number("CN-F3", "per_7_days")) == (3, 1)

    def test_what_is_in_force_already_is_no_change(self):
        with pytest.raises(BadInput, match="Nothing changes"):
            a_change(per_30_days=4)

    @pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)])
    def test_a_day_that_has_begun_keeps_its_rules(self, day):
        with pytest.raises(Conflict, match="has begun"):
            a_change(valid_from=day)

    def test_figures_approved_too_late_have_to_be_proposed_anew(self):
        with pytest.raises(Conflict, match="has begun"):
            approved(a_change(), today=LATER)

    def test_another_jurisdiction_has_figures_of_its_own(self, settings):
        approved(a_change())
        settings.ZOUFANG_JURISDICTION = "IN"
        assert visits_in_30_days(LATER) == 4
        assert compliance_policy(LATER).number("IN-1", "until") == 19 * 60
        settings.ZOUFANG_JURISDICTION = "ATLANTIS"
        assert compliance_policy(LATER).problems

    def test_a_changed_age_of_certificates_reaches_the_training(self):
        approved(a_change("CN-O3", max_age_days=180))
        assert [training_policy(day).max_age_days for day in (TODAY, LATER)] == [365, 180]


class TestConfirmed:
    def test_a_confirmed_rule_shows_as_verified_and_decides_as_before(self):
        before = compliance_policy(TODAY).rule("CN-F1", Channel.CALL)
        approved(a_confirmation("CN-F1"))
        after = compliance_policy(TODAY).rule("CN-F1", Channel.CALL)
        assert (before.verified, after.verified) == (False, True)
        assert (before.numbers, before.effect) == (after.numbers, after.effect)

    def test_of_two_instruments_each_is_confirmed_for_itself(self):
        approved(a_confirmation("CN-T1"))
        assert not compliance_policy(TODAY).rule("CN-T1", Channel.CALL).verified

    @pytest.mark.parametrize(
        "wrong", [{"source_text": " "}, {"where": ""}, {"read_on": TODAY + timedelta(days=1)}], ids=str
    )
    def test_words_place_and_day_of_reading_are_given(self, wrong):
        with pytest.raises(BadInput, match="needs the words"):
            a_confirmation(**wrong)

    def test_a_rule_of_no_pack_here_is_not_confirmed(self):
        with pytest.raises(NotFound):
            a_confirmation("US-1", "us-regf@2021-11-30")


def decided(party, at=NOW) -> Verdict:
    answer = ask_for_visit(
        party=party, address=party.addresses.first(), purpose=Purpose.FIRST_TALK, by=a_member("planner"), at=at
    )
    return Verdict.objects.select_related("facts").get(pk=answer.verdict_id)


class TestOldDecisions:
    def test_a_decision_from_before_a_change_is_judged_the_same_again(self):
        """Asked on Monday for Monday; a change that begins on Tuesday and would refuse it leaves it alone."""
        vouched_facts()
        row = decided(a_customer("C1"))
        tomorrow = TODAY + timedelta(days=1)
        later = NOW + timedelta(hours=1)
        approved(a_change(valid_from=tomorrow, reached_before_visit=2, failed_before_visit=9), at=later)
        again = judge_again(row)
        assert again.same
        assert again.said.decision == row.decision

    def test_a_decision_for_a_day_that_was_changed_afterwards_is_judged_by_what_was_known(self):
        vouched_facts()
        row = decided(a_customer("C1"))
        Verdict.objects.filter(pk=row.pk).update(day=LATER)
        row.refresh_from_db()
        approved(a_change(per_30_days=1), at=NOW + timedelta(hours=1))
        assert visits_in_30_days(LATER) == 1
        assert visits_in_30_days(LATER, known_at=row.at) == 4
        assert judge_again(row).same

    def test_a_decision_under_the_banks_figures_names_them_and_stands(self):
        approved(a_change(valid_from=TODAY + timedelta(days=1)), at=NOW - timedelta(days=1))
        RuleFigure.objects.update(valid_from=TODAY)
        row = decided(a_customer("C1"))
        assert any(name.startswith("bank-figures@") for name in row.body["pack_versions"])
        approved(a_change(valid_from=TODAY + timedelta(days=1), per_30_days=2), at=NOW + timedelta(hours=1))
        assert judge_again(row).same

    def test_a_changed_record_does_not_pass(self):
        row = decided(a_customer("C1"))
        assert row.decision == "block"
        row.body["findings"] = row.body["findings"][1:]
        assert not judge_again(row).same

    def test_a_pack_that_is_gone_is_named(self):
        row = decided(a_customer("C1"))
        row.body["pack_versions"] = ["cn-statute@1999-01-01", *row.body["pack_versions"][1:]]
        assert judge_again(row).lacking == ("cn-statute@1999-01-01",)


class TestComplaints:
    def test_the_answer_is_due_by_the_days_of_the_day_on_which_it_came(self):
        approved(a_change("CN-O5", days_to_decide=10, days_if_complex=20))
        party = a_customer("C1")

        def due(on):
            return open_complaint(
                id=uuid4(), party=party, about="conduct", text="x", opened_on=on, by=None, at=NOW
            )

        before, after = due(TODAY), due(LATER)
        assert [(one.due_on - one.opened_on).days for one in (before, after)] == [15, 10]
        assert [limits_of(one) for one in (before, after)] == [(15, 30, 60), (10, 20, 50)]
