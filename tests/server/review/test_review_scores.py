"""Two score alone, a third decides what they differ on, and what is found asks for the very course again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.review.review_world import AFTER, ALL_KEPT, NEXT, a_review, finished_visits, score
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import officers
from tests.server.world import a_visitor
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.review import Mark, Verdict
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.crews import crews_on
from zoufang.server.review.models import Finding, Observation, Review
from zoufang.server.review.observing import observe
from zoufang.server.review.observing import reasons_of as words_of
from zoufang.server.review.queries import count_waiting, lessons, results, strata, waiting_for
from zoufang.server.review.scoring import asked_of, hindrance, may_read, reasons_of
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Role, User
from zoufang.server.training.models import Certificate, Course, Prescription

pytestmark = pytest.mark.django_db
NO = {"identified": Mark.NO}


@pytest.fixture
def review(db):
    return a_review()


def fresh(review):
    return Review.objects.select_related("visit__party", "branch").get(pk=review.pk)


class TestTwoAlone:
    def test_where_both_agree_the_review_is_settled(self, review):
        score(review, "compliance", NO)
        done = score(review, "trainer", NO)
        assert (done.state, done.marks["identified"], done.done_on) == ("done", "no", NEXT)

    def test_neither_reads_the_others_score_before_both_are_in(self, review):
        score(review, "compliance", NO)
        assert not may_read(fresh(review), a_member("trainer"))
        score(review, "trainer")
        assert may_read(fresh(review), a_member("trainer"))
        assert not may_read(fresh(review), a_member("visitor"))

    def test_nobody_scores_twice(self, review):
        score(review, "compliance")
        with pytest.raises(NotPermitted):
            score(review, "compliance")

    def test_the_same_form_sent_twice_counts_once(self, review):
        same = new_id()
        score(review, "compliance", id=same)
        score(review, "compliance", id=same)
        assert review.scores.count() == 1

    def test_nobody_reviews_an_own_visit(self, review):
        mate = officers(review.visit)[0]
        User.objects.filter(pk=mate.pk).update(role=Role.TRAINER)
        mate.refresh_from_db()
        with pytest.raises(NotPermitted):
            score(review, "trainer", by=mate)

    def test_nor_one_of_the_own_crew_that_others_made(self, review):
        trainer = a_member("trainer")
        review.visit.crew.members.add(trainer)
        with pytest.raises(NotPermitted):
            score(review, "trainer")

    @pytest.mark.parametrize("role", ["visitor", "planner", "analyst", "approver", "administrator"])
    def test_those_who_plan_and_visit_review_nothing(self, review, role):
        with pytest.raises(NotPermitted):
            score(review, role)

    def test_a_no_without_a_reason_is_no_score(self, review):
        with pytest.raises(BadInput):
            score(review, "compliance", NO, reasons={})

    def test_an_item_left_out_is_no_score(self, review):
        with pytest.raises(BadInput):
            score(review, "compliance", {"hours": Mark.YES}, whole=False)

    def test_reasons_are_sealed_by_the_customers_key(self, review):
        kept = score(review, "compliance", NO).scores.get()
        assert "录音".encode() not in bytes(kept.sealed_reasons)
        assert reasons_of(kept, review) == {"identified": "见录音3分10秒"}

    def test_each_score_and_the_settling_stand_on_the_audit_chain(self, review):
        score(review, "compliance", NO)
        score(review, "trainer", NO)
        assert AuditLine.objects.filter(action="score_visit").count() == 2
        assert AuditLine.objects.get(action="settle_review").details["not_kept"] == ["identified"]


class TestTheThird:
    @pytest.fixture
    def split(self, review):
        score(review, "compliance", NO)
        return score(review, "trainer")

    def test_only_what_they_differ_on_goes_to_a_third(self, split):
        assert (split.state, asked_of(split)) == ("disputed", {"identified"})
        done = score(split, "manager", NO, whole=False)
        assert (done.state, done.marks["identified"]) == ("done", "no")

    def test_neither_of_the_two_is_the_third(self, split):
        for role in ("compliance", "trainer"):
            with pytest.raises(NotPermitted):
                score(split, role, NO, whole=False)

    def test_it_waits_for_the_third_alone(self, split):
        assert waiting_for(a_member("manager"))[0].pk == split.pk
        assert split.pk not in {one.pk for one in waiting_for(a_member("trainer"))}
        for reader in (a_member("manager"), a_member("trainer")):
            waiting = waiting_for(reader)
            late = [one for one in waiting if one.due_on < split.due_on + timedelta(days=1)]
            assert count_waiting(reader, split.due_on + timedelta(days=1)) == (len(waiting), len(late))

    def test_a_settled_review_takes_no_score(self, split):
        score(split, "manager", {"identified": Mark.YES}, whole=False)
        assert hindrance(fresh(split), a_member("manager")) is not None
        with pytest.raises(Conflict):
            score(split, "manager", NO, whole=False)

    def test_a_no_that_the_third_rejects_is_no_finding(self, split):
        score(split, "manager", {"identified": Mark.YES}, whole=False)
        assert not Finding.objects.exists()


def settle(review, marks=NO):
    score(review, "compliance", marks)
    return score(review, "trainer", marks)


class TestFindings:
    def test_a_finding_asks_everybody_at_the_door_for_the_very_course(self, review):
        settle(review)
        asked = Prescription.objects.all()
        assert {one.officer for one in asked} == set(officers(review.visit))
        assert {(one.course.code, one.since) for one in asked} == {("law", NEXT)}

    def test_until_it_is_passed_again_the_crew_stays_at_home(self, review):
        assert crews_on(review.branch, NEXT).at_home == ()
        settle(review)
        assert "CN-O3" in {found.rule_id for found in crews_on(review.branch, NEXT).at_home[0].findings}

    def test_two_findings_of_one_course_ask_for_it_once(self, review):
        settle(review, NO | {"introduced": Mark.NO, "no_pressure": Mark.NO})
        mate = officers(review.visit)[0]
        codes = sorted(Prescription.objects.filter(officer=mate).values_list("course__code", flat=True))
        assert codes == ["communication", "law"]
        assert Finding.objects.filter(officer=mate).count() == 3

    def test_conduct_from_before_the_course_was_asked_for_asks_no_second_time(self):
        first, second = finished_visits()
        settle(a_review(first))
        settle(a_review(second))
        assert Prescription.objects.count() == 2
        assert Finding.objects.filter(asked=False, prescription__isnull=False).count() == 2

    def test_without_a_finding_nothing_is_asked(self, review):
        settle(review, {"affordability": Mark.NOT_SEEN})
        assert not Prescription.objects.exists()


class TestWhetherItImproved:
    def test_too_few_reviews_are_said_to_be_too_few_and_the_visit_that_asked_stays_out(self, review):
        settle(review)
        mate = officers(review.visit)[0]
        one = lessons([mate])[0]
        assert (one.change.before.visits, one.change.verdict, one.passed_on) == (0, Verdict.TOO_FEW, None)

    def test_reviewed_visits_before_and_after_the_course_are_counted(self):
        first, second, third = finished_visits(3)
        reviews = [a_review(visit) for visit in (first, second, third)]
        mate = officers(first)[0]
        settle(reviews[0])
        settle(reviews[1])
        law = Course.objects.get(code="law")
        later = NEXT + timedelta(days=3)
        Certificate.objects.create(officer=mate, course=law, issued=later, expires=later, score=90)
        third.__class__.objects.filter(pk=third.pk).update(day=later)
        settle(reviews[2], {})
        one = lessons([mate])[0]
        assert one.passed_on == later
        assert (one.change.before.found, one.change.before.visits) == (1, 1)
        assert (one.change.after.found, one.change.after.visits) == (0, 1)


class TestResults:
    def test_agreement_items_and_the_weighted_share_come_from_what_is_settled(self):
        first, second = finished_visits()
        settle(a_review(first))
        score(a_review(second), "compliance")
        found = results(a_member("compliance"), TODAY, NEXT)
        assert (found.settled, found.disputes, found.overall.visits) == (1, 0, 1)
        assert (found.sample.visits, found.sample.found) == (1, 1)
        assert next(one for one in found.items if one.item.code == "identified").not_kept == 1

    def test_without_a_score_there_are_no_figures(self, review):
        found = results(a_member("compliance"), TODAY, NEXT)
        assert (found.overall.kappa, found.sample.rate) == (None, None)
        assert found.overall.why is not None

    def test_the_frame_is_told_by_share(self, review):
        (row,) = strata(a_member("compliance"), TODAY, NEXT)
        assert (row.share, row.visits, row.drawn) == (100, 2, 2)


class TestObservation:
    def seen(self, officer, by="trainer", **given):
        sent = {"kind": Observation.Kind.RIDE_ALONG, "marks": ALL_KEPT | NO, "reasons": {"identified": "先报金额"}}
        sent |= {"on": TODAY, "id": new_id()}
        author = by if isinstance(by, User) else a_member(by)
        return observe(officer=officer, by=author, today=NEXT, at=AFTER, **(sent | given))

    def test_a_supervisors_score_is_kept_and_asks_for_no_course(self, review):
        mate = officers(review.visit)[0]
        kept = self.seen(mate, visit=review.visit)
        assert (kept.score, words_of(kept)) == (90, {"identified": "先报金额"})
        assert not Prescription.objects.exists()

    def test_whoever_went_along_does_not_review_that_visit(self, review):
        self.seen(officers(review.visit)[0], visit=review.visit)
        with pytest.raises(NotPermitted):
            score(review, "trainer")

    def test_nobody_observes_themselves(self, review):
        mate = officers(review.visit)[0]
        User.objects.filter(pk=mate.pk).update(role=Role.TRAINER)
        mate.refresh_from_db()
        with pytest.raises(NotPermitted):
            self.seen(mate, by=mate)

    def test_a_visitor_observes_nobody(self, review):
        one, two = officers(review.visit)
        with pytest.raises(NotPermitted):
            self.seen(one, by=two)

    def test_only_a_visit_that_the_officer_made_that_day_is_named(self, review):
        with pytest.raises(BadInput):
            self.seen(officers(review.visit)[0], visit=review.visit, on=NEXT)
        with pytest.raises(BadInput):
            self.seen(a_visitor(9), visit=review.visit)
        with pytest.raises(BadInput):
            self.seen(officers(review.visit)[0], on=NEXT + timedelta(days=1))
