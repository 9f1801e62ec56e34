"""The review desk, the form, the results and a visitor's record, as each role meets them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.server.door_phone import Phone, leave, talk
from tests.server.language_check import assert_speaks_both
from tests.server.review.review_world import AFTER, ITEMS, NEXT, a_review, all_are_drawn, score
from tests.server.staffing import TODAY, a_member
from tests.server.visit_world import a_published_day, officers
from tests.server.world import another_branch
from zoufang.core.review import Mark, Risk
from zoufang.server.audit.models import AuditLine
from zoufang.server.review.drawing import draw_reviews
from zoufang.server.review.models import Observation, Review, Score, SharesVersion
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import VisitEvent

pytestmark = pytest.mark.django_db
NO = {"identified": Mark.NO}


@pytest.fixture
def review(settings, tmp_path):
    """Of a visit that was really made at the door, with a photo and a note."""
    settings.ZOUFANG_FILES = tmp_path / "files"
    visit = a_published_day()[0]
    phones = [Phone(visit, user) for user in officers(visit)]
    talk(phones)
    phones[0].take("evidence_added", evidence="door_photo", file=SimpleUploadedFile("d.jpg", b"\xff\xd8\xff x"))
    leave(phones)
    BankState.objects.update(business_date=NEXT)
    all_are_drawn()
    draw_reviews(today=NEXT, at=AFTER)
    return Review.objects.select_related("visit__party", "branch").get(visit=visit)


def sent(marks=None, **given):
    whole = dict.fromkeys(ITEMS, "yes") | {code: str(mark) for code, mark in (marks or {}).items()}
    form = {"id": str(new_id())} | {f"mark-{code}": mark for code, mark in whole.items()}
    return form | {f"reason-{code}": "先报了金额" for code, mark in whole.items() if mark == "no"} | given


def get(client, role, name, *args):
    client.force_login(role if not isinstance(role, str) else a_member(role))
    return client.get(reverse(name, args=args))


class TestTheDesk:
    def test_it_speaks_both_languages_in_each_state(self, client, review):
        page, own = reverse("review_desk"), reverse("review", args=[review.pk])
        for role in ("compliance", "trainer", "manager"):
            client.force_login(a_member(role))
            assert_speaks_both(client, page)
            assert_speaks_both(client, own)
            if role != "manager":
                client.post(own, sent(NO if role == "trainer" else None), follow=True)
        client.post(
            own, {"id": str(new_id()), "mark-identified": "no", "reason-identified": "录音可证"}, follow=True
        )
        for url in (page, own, reverse("review_results")):
            assert_speaks_both(client, url)

    def test_what_one_has_scored_waits_for_a_colleague(self, client, review):
        client.force_login(a_member("compliance"))
        answer = client.post(reverse("review", args=[review.pk]), sent(), follow=True)
        assert [one.pk for one in answer.context["mine"]] == []
        assert [one.pk for one in answer.context["others"]] == [review.pk]
        assert [one.pk for one in get(client, "trainer", "review_desk").context["mine"]] == [review.pk]

    @pytest.mark.parametrize("role", ["visitor", "planner", "approver", "analyst", "administrator"])
    def test_it_is_closed_to_those_who_plan_and_visit(self, client, review, role):
        for name, args in (("review_desk", ()), ("review", (review.pk,)), ("review_results", ())):
            assert get(client, role, name, *args).status_code == 403

    def test_reviews_of_another_branch_are_not_there(self, client, review):
        Review.objects.update(branch=another_branch())
        assert get(client, "compliance", "review", review.pk).status_code == 404


class TestTheForm:
    def test_the_evidence_stands_beside_the_form_without_anybodys_name(self, client, review):
        page = get(client, "trainer", "review", review.pk)
        html = page.content.decode()
        assert {section.key for section in page.context["sections"]} >= {"parts", "people", "events", "files"}
        assert review.visit.whom.identity["name"] not in html
        assert not any("checked" in part for part in html.split('type="radio"')[1:2])

    def test_no_mark_of_the_other_is_on_the_page_before_both_are_in(self, client, review):
        score(review, "compliance", NO, {"identified": "独一无二的理由"})
        assert "独一无二的理由" not in get(client, "trainer", "review", review.pk).content.decode()
        score(review, "trainer")
        assert "独一无二的理由" in get(client, "manager", "review", review.pk).content.decode()

    def test_a_no_without_a_reason_comes_back_with_what_was_filled_in(self, client, review):
        client.force_login(a_member("trainer"))
        answer = client.post(reverse("review", args=[review.pk]), sent(NO) | {"reason-identified": ""})
        assert (answer.status_code, Score.objects.count()) == (200, 0)
        assert "field-error" in answer.content.decode()

    def test_notes_and_files_open_for_reviewers_and_each_look_is_recorded(self, client, review):
        client.force_login(a_member("trainer"))
        page = client.post(reverse("review", args=[review.pk]), {"open": "1"})
        assert "客户不同意录音" in page.content.decode()
        photo = VisitEvent.objects.get(kind="evidence_added")
        answer = client.get(reverse("review_file", args=[review.pk, photo.pk]))
        assert answer.content.startswith(b"\xff\xd8\xff")
        looks = AuditLine.objects.filter(actor=a_member("trainer").employee_no)
        assert {"read_visit_notes", "read_evidence"} <= set(looks.values_list("action", flat=True))

    def test_whoever_went_along_opens_neither_pack_nor_files(self, client, review):
        trainer = a_member("trainer")
        review.visit.crew.members.add(trainer)
        page = get(client, trainer, "review", review.pk)
        assert (page.context["form"], page.context["sections"]) == (None, [])
        photo = VisitEvent.objects.get(kind="evidence_added")
        assert get(client, trainer, "review_file", review.pk, photo.pk).status_code == 403


class TestShares:
    def given(self, **changed):
        whole = {"id": str(new_id()), "base": "10", "valid_from": str(NEXT.replace(day=20)), "reason": "季度方案"}
        return whole | {f"of_{risk}": "60" for risk in Risk} | changed

    def test_compliance_of_the_bank_sets_them_by_a_form(self, client, a_head_officer, review):
        client.force_login(a_head_officer)
        assert_speaks_both(client, reverse("review_shares"))
        assert client.post(reverse("review_shares"), self.given()).status_code == 302
        assert SharesVersion.objects.filter(base=10, by=a_head_officer).exists()

    def test_a_risk_below_the_base_is_told_on_the_form(self, client, a_head_officer, review):
        client.force_login(a_head_officer)
        answer = client.post(reverse("review_shares"), self.given(base="70"))
        assert (answer.status_code, SharesVersion.objects.count()) == (200, 1)

    def test_others_do_not_see_the_form(self, client, review):
        assert get(client, "manager", "review_shares").status_code == 403


class TestTheVisitorsRecord:
    def test_it_shows_examinations_observations_and_findings_to_the_visitor_too(self, client, review):
        mate, other = officers(review.visit)
        score(review, "compliance", NO)
        score(review, "trainer", NO)
        client.force_login(a_member("manager"))
        assert_speaks_both(client, reverse("observe_visitor", args=[mate.pk]))
        watched = {"kind": "ride_along", "on": str(TODAY), "visit": str(review.visit.pk), "scenario": ""}
        answer = client.post(reverse("observe_visitor", args=[mate.pk]), sent({"hours": Mark.NO}, **watched))
        assert client.get(answer.url).status_code == 200
        assert Observation.objects.get().visit == review.visit
        client.force_login(mate)
        url = reverse("visitor_record", args=[mate.pk])
        assert_speaks_both(client, url)
        page = client.get(url)
        assert "先报了金额" in page.content.decode()
        assert (len(page.context["findings"]), len(page.context["lessons"])) == (1, 1)
        assert client.get(reverse("visitor_record", args=[other.pk])).status_code == 404

    def test_a_visitor_observes_nobody_not_even_by_the_address(self, client, review):
        mate, _other = officers(review.visit)
        assert get(client, mate, "observe_visitor", mate.pk).status_code == 403

    def test_lists_link_to_the_record(self, client, review):
        mate, _other = officers(review.visit)
        link = reverse("visitor_record", args=[mate.pk])
        assert link in get(client, "trainer", "training_overview").content.decode()
        assert link in get(client, mate, "learning").content.decode()


def test_results_over_many_reviews_show_kappa_with_its_interval(client, review):
    second = a_review(review.visit)
    score(second, "compliance", NO)
    score(second, "trainer")
    page = get(client, "compliance", "review_results")
    assert page.context["found"].disputes == 1
    assert page.context["chart"] is None
