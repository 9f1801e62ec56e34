"""A visitor learns, practises and is examined here; a finding asks for a course again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_visitor, certified
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.training import best_points
from zoufang.files.training_files import shipped_scenarios
from zoufang.server.daily.crews import crews_on
from zoufang.server.staff.ids import new_id
from zoufang.server.training import exams
from zoufang.server.training.models import Certificate, Course, Practice, Prescription, Sitting
from zoufang.server.training.services import prescribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    a_bank()
    return certified(a_visitor(1), except_for="law")


@pytest.fixture
def law(visitor):
    return Course.objects.get(code="law")


def sit(course, by, *, at=NOW):
    return exams.begin(course=course, by=by, on=TODAY, at=at)


def right_answers(sitting):
    return {asked.question.code: sorted(asked.right) for asked in exams.paper_of(sitting).asked}


def hand_in(sitting, answers, by, *, minutes=5):
    at = NOW + timedelta(minutes=minutes)
    return exams.hand_in(sitting=sitting, answers=answers, by=by, on=TODAY, at=at)


class TestExamination:
    def test_a_pass_writes_the_certificate_and_the_crew_may_go(self, visitor, law):
        a_crew("K1", members=(visitor, certified(a_visitor(2))))
        assert crews_on(a_bank(), TODAY).going == ()
        sitting = sit(law, visitor)
        assert hand_in(sitting, right_answers(sitting), visitor).result.passed
        assert Certificate.objects.get(officer=visitor, course=law, issued=TODAY).score == 100
        assert [crew.crew_id for crew in crews_on(a_bank(), TODAY).going] == ["K1"]

    def test_the_open_paper_is_the_same_when_the_page_is_loaded_again(self, visitor, law):
        assert sit(law, visitor) == sit(law, visitor, at=NOW + timedelta(minutes=10))
        assert Sitting.objects.count() == 1

    def test_a_paper_handed_in_twice_is_graded_once(self, visitor, law):
        sitting = sit(law, visitor)
        first = hand_in(sitting, {}, visitor)
        again = hand_in(sitting, right_answers(sitting), visitor, minutes=6)
        assert (first.result.score, again.result.score, again.result.passed) == (0, 0, False)
        assert not Certificate.objects.filter(officer=visitor, course=law).exists()

    def test_late_is_failed_and_the_next_paper_comes_after_twelve_hours(self, visitor, law):
        sitting = sit(law, visitor)
        assert not hand_in(sitting, right_answers(sitting), visitor, minutes=sitting.minutes + 1).result.passed
        with pytest.raises(Conflict, match="twelve hours"):
            sit(law, visitor, at=NOW + timedelta(hours=11))
        assert sit(law, visitor, at=NOW + timedelta(hours=13)) != sitting

    def test_a_paper_that_was_walked_away_from_has_failed(self, visitor, law):
        sitting = sit(law, visitor)
        with pytest.raises(Conflict, match="twelve hours"):
            sit(law, visitor, at=NOW + timedelta(hours=1))
        sitting.refresh_from_db()
        assert sitting.passed in (False, None)

    def test_nobody_hands_in_for_somebody_else(self, visitor, law):
        sitting = sit(law, visitor)
        with pytest.raises(BadInput, match="somebody else"):
            hand_in(sitting, right_answers(sitting), a_visitor(2))

    def test_who_does_not_train_takes_no_examination(self, law):
        with pytest.raises(NotPermitted):
            sit(law, a_member("approver"))

    def test_when_the_questions_change_nobody_fails_by_it(self, visitor, law):
        sitting = sit(law, visitor)
        Sitting.objects.update(content_version="older")
        assert sit(law, visitor) != sitting
        sitting.refresh_from_db()
        assert (sitting.passed, sitting.score) == (None, None)

    def test_the_bank_may_ask_for_more_points_than_the_course(self, visitor, law):
        law.pass_mark = 100
        law.save()
        sitting = sit(law, visitor)
        answers = right_answers(sitting)
        harmless = next(a.question.code for a in exams.paper_of(sitting).asked if not a.question.red_line)
        assert not hand_in(sitting, answers | {harmless: []}, visitor).result.passed


class TestPages:
    def test_from_the_list_through_the_paper_to_the_certificate(self, client, visitor, law):
        client.force_login(visitor)
        assert_speaks_both(client, reverse("learning"))
        assert_speaks_both(client, reverse("course", args=["law"]))
        paper = client.post(reverse("exam_begin", args=["law"]), follow=True)
        sitting = Sitting.objects.get()
        assert paper.content.decode().count("<fieldset") == 10
        assert "right" not in {key for asked in paper.context["asked"] for key in asked}
        answers = {
            f"q-{code}": [str(place) for place in places] for code, places in right_answers(sitting).items()
        }
        done = client.post(reverse("exam", args=[sitting.pk]), answers, follow=True)
        assert done.context["sitting"].passed
        assert Certificate.objects.filter(officer=visitor, course=law).exists()

    def test_a_failed_paper_shows_what_was_missed_and_why(self, client, visitor, law):
        client.force_login(visitor)
        client.post(reverse("exam_begin", args=["law"]))
        page = reverse("exam", args=[Sitting.objects.get().pk])
        client.post(page, {})
        assert_speaks_both(client, page)
        assert len(client.get(page).context["missed"]) == 10

    def test_the_paper_of_somebody_else_is_not_there(self, client, visitor, law):
        sitting = sit(law, visitor)
        client.force_login(a_visitor(2))
        assert client.get(reverse("exam", args=[sitting.pk])).status_code == 404

    def test_a_practice_talk_is_played_by_its_links_and_kept_once(self, client, visitor):
        client.force_login(visitor)
        scenario = next(one for one in shipped_scenarios() if one.code == "grief")
        picks, scene = [], scenario.by_code[scenario.start]
        while scene.answers:
            url = reverse("practice", args=["grief"]) + f"?picks={','.join(map(str, picks))}"
            assert len(client.get(url).context["answers"]) == len(scene.answers)
            clean = [i for i, a in enumerate(scene.answers) if not a.breaks]
            best = max(
                clean,
                key=lambda i: scene.answers[i].points + (best_points(scenario, scene.answers[i].leads_to) or 0),
            )
            picks.append(best)
            scene = scenario.by_code[scene.answers[best].leads_to]
        kept = {"picks": ",".join(map(str, picks)), "id": str(new_id())}
        for _ in range(2):
            assert client.post(reverse("practice", args=["grief"]), kept).status_code == 302
        assert Practice.objects.get().passed

    def test_a_talk_that_broke_a_rule_tells_which_in_plain_words(self, client, visitor):
        client.force_login(visitor)
        page = reverse("practice", args=["third-party-at-the-door"]) + "?picks=1"
        assert_speaks_both(client, page)
        rules = client.get(page).context["rules"]
        assert {"CN-P2", "CN-P4"} == {rule for rule, _ in rules}
        assert all(words for _, words in rules)

    @pytest.mark.parametrize("picks", ["x", "9", "0,0,0,0,0,0,0"])
    def test_choices_that_the_talk_lacks_are_an_error_by_name(self, client, visitor, picks):
        client.force_login(visitor)
        assert client.get(reverse("practice", args=["grief"]) + f"?picks={picks}").status_code == 422

    def test_a_talk_is_kept_only_at_its_end(self, client, visitor):
        client.force_login(visitor)
        half = {"picks": "0", "id": str(new_id())}
        assert client.post(reverse("practice", args=["grief"]), half).status_code == 422
        assert not Practice.objects.exists()


class TestAskedForAgain:
    def test_a_certificate_from_before_the_finding_no_longer_counts(self, visitor, law):
        crew = (certified(a_visitor(2)), certified(a_visitor(3)))
        a_crew("K1", members=crew)
        assert len(crews_on(a_bank(), TODAY).going) == 1
        prescribe(
            id=new_id(), officer=crew[0], course=law, why="未核实身份", on=TODAY, by=a_member("trainer"), at=NOW
        )
        at_home = crews_on(a_bank(), TODAY).at_home
        assert "CN-O3" in {finding.rule_id for finding in at_home[0].findings}
        sitting = sit(law, crew[0])
        hand_in(sitting, right_answers(sitting), crew[0])
        assert len(crews_on(a_bank(), TODAY).going) == 1

    def test_the_visitor_reads_why_and_the_trainer_asks_by_a_form(self, client, visitor):
        client.force_login(a_member("trainer"))
        assert_speaks_both(client, reverse("prescribe_training"))
        psychology = Course.objects.get(code="psychology")
        given = {"officer": visitor.pk, "course": psychology.pk, "why": "对方哭泣时继续追问"}
        assert client.post(reverse("prescribe_training"), given).status_code == 302
        assert Prescription.objects.get().since == TODAY
        client.force_login(visitor)
        assert "对方哭泣时继续追问" in client.get(reverse("learning")).content.decode()

    def test_a_visitor_asks_nobody(self, client, visitor):
        client.force_login(visitor)
        assert client.get(reverse("prescribe_training")).status_code == 403
