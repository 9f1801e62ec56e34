"""What somebody tells the bank at the door pauses visits at once, by the registers that the gate reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from tests.server.staffing import NOW, PASSWORD, TODAY, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import another_branch
from zoufang.core.errors import BadInput, NotPermitted
from zoufang.server.audit.models import AuditLine
from zoufang.server.borrower import words
from zoufang.server.borrower.models import DoorWord
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.staff import services as staff
from zoufang.server.staff.ids import new_id
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
Kind = DoorWord.Kind


@pytest.fixture
def visit():
    return a_published_day(2)[0]


def begun(visit):
    visit.started_at = TEN
    visit.save(update_fields=["started_at"])
    return visit


def tell(visit, kind, *, text="孩子住院，没有收入", key=None):
    officer = officers(visit)[0]
    given = {"id": key or new_id(), "kind": kind, "officer": officer, "text": text, "phone": ""}
    return words.tell_bank(**given, on=TODAY, at=TEN)


def next_plan(visit):
    """The plan of the next day; whoever a rule refuses stands in it with the rule."""
    Visit.objects.all().update(started_at=None, withdrawn_reason={})
    made = plan_day(
        branch=visit.branch, day=TOMORROW, seed=3, by=a_member("planner"), at=TEN, policy=planning_policy(20)
    )
    refused = made.left_out.filter(kind="refused")
    return {
        row.party_id: {finding["rule_id"] for finding in row.verdict.body["findings"]} for row in refused
    }, set(made.stops.values_list("party_id", flat=True))


@pytest.mark.parametrize(("kind", "rule"), [(Kind.HARDSHIP, "CN-X5"), (Kind.COMPLAINT, "CN-O5")])
def test_the_next_plan_leaves_out_who_told_of_difficulties_or_complained(visit, kind, rule):
    tell(begun(visit), kind)
    refused, stops = next_plan(visit)
    assert rule in refused[visit.party_id]
    assert visit.party_id not in stops
    assert stops, "the other customer is still visited"


def test_told_twice_it_stands_once_and_on_the_audit_chain(visit):
    one = new_id()
    for _ in range(2):
        tell(begun(visit), Kind.HARDSHIP, key=one)
    stop = Stop.objects.get()
    assert (stop.party, stop.kind, stop.since) == (visit.whom, Stop.Kind.HARDSHIP_REVIEW, TODAY)
    assert AuditLine.objects.filter(action="door_word_entered").count() == 1


def test_a_complaint_keeps_its_words_sealed_beside_the_visit_and_its_clock_runs(visit):
    tell(begun(visit), Kind.COMPLAINT, text="敲门太响")
    complaint = Complaint.objects.get()
    assert (complaint.visit_id, complaint.channel) == (visit.pk, Complaint.Channel.VISIT)
    assert complaint.due_on == TODAY + timedelta(days=15)
    assert "敲门太响".encode() not in bytes(complaint.sealed_text)


@pytest.mark.parametrize("kind", [Kind.WRONG_PERSON, Kind.OTHER_TIME])
def test_other_words_set_no_stop(visit, kind):
    tell(begun(visit), kind)
    assert not Stop.objects.exists()
    assert not Complaint.objects.exists()


class TestAWordThatBelongsToNoVisitYet:
    def test_it_waits_until_somebody_says_which_visit_it_was_about(self, visit):
        word = tell(visit, Kind.HARDSHIP)
        assert not Stop.objects.exists()
        for _ in range(2):
            words.match(word=word, visit=visit, by=a_member("compliance"), on=TODAY, at=TEN)
        assert Stop.objects.get().party == visit.whom

    def test_matched_days_later_its_clock_has_run_since_it_came(self, visit):
        word = tell(visit, Kind.COMPLAINT)
        late = TODAY + timedelta(days=4)
        words.match(word=word, visit=visit, by=a_member("compliance"), on=late, at=TEN + timedelta(days=4))
        assert Complaint.objects.get().opened_on == TODAY

    def test_another_visitors_visit_is_refused(self, visit):
        word = tell(visit, Kind.HARDSHIP)
        Visit.objects.filter(pk=visit.pk).update(day=TODAY - timedelta(days=30))
        visit.refresh_from_db()
        with pytest.raises(BadInput):
            words.match(word=word, visit=visit, by=a_member("compliance"), on=TODAY, at=TEN)
        assert not Stop.objects.exists()

    def test_only_who_sees_to_such_words_may_match_one(self, visit):
        word = tell(visit, Kind.HARDSHIP)
        elsewhere = staff.add_user(
            username="elsewhere",
            full_name="周经理",
            employee_no="M900",
            role="manager",
            branch=another_branch(),
            password=PASSWORD,
            at=NOW,
        )
        for who in (a_member("visitor"), elsewhere):
            with pytest.raises(NotPermitted):
                words.match(word=word, visit=visit, by=who, on=TODAY, at=TEN)

    def test_the_page_offers_the_visits_and_says_what_holds_since(self, client, visit):
        word = tell(visit, Kind.COMPLAINT)
        client.force_login(a_member("compliance"))
        assert str(visit.pk) in client.get(reverse("door_word_list")).content.decode()
        assert client.post(reverse("door_word_match", args=[word.pk]), {"visit": "x"}).status_code == 422
        assert client.post(reverse("door_word_match", args=[word.pk]), {"visit": str(visit.pk)}).status_code == 302
        assert Complaint.objects.get().party == visit.whom
        assert "投诉" in client.get(reverse("door_word_list")).content.decode()


def test_the_public_page_itself_opens_the_review(client, visit):
    begun(visit)
    passed = signing.dumps(officers(visit)[0].pk, salt="door-word")
    given = {"pass": passed, "id": str(new_id()), "kind": "hardship", "text": "失业"}
    assert client.post(reverse("door_word"), given).status_code == 200
    assert Stop.objects.get().kind == Stop.Kind.HARDSHIP_REVIEW
