"""A study needs three people: one proposes, a manager and a compliance officer sign. Then chance draws, once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, a_study, another_branch, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily import draws
from zoufang.server.jobs.models import Job
from zoufang.server.staff.models import BankState, User
from zoufang.server.studies import proposals
from zoufang.server.studies.models import Proposal, Study

pytestmark = pytest.mark.django_db
TERMS = proposals.Terms(capacity=40, window_days=28, hold_out_percent=25, must_visit_percent=5)


@pytest.fixture(autouse=True)
def book(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    return [a_customer(str(n), name=f"孙{n}", north=0.01 * n, dpd=100 + n) for n in range(12)]


def proposed(role="analyst") -> Proposal:
    by = a_member(role)
    return proposals.propose(id=uuid4(), branch=a_bank(), terms=TERMS, by=by, on=TODAY, at=NOW)


def second(role) -> User:
    """Another member with this role."""
    return User.objects.create_user(
        f"second-{role}",
        password="x",
        role=role,
        branch=a_bank(),
        full_name="第二人",
        employee_no=f"Z-{role}"[:20],
    )


def signed(proposal, *people) -> Proposal:
    for person in people or (a_member("manager"), a_member("compliance")):
        proposal = proposals.sign(proposal=proposal, by=person, at=NOW)
    return proposal


class TestSigning:
    @pytest.mark.parametrize("first", ["manager", "compliance"])
    def test_one_signature_is_not_enough(self, first):
        proposal = signed(proposed(), a_member(first))
        assert proposal.state == "proposed"
        with pytest.raises(Conflict):
            draws.draw(proposal=proposal, seed=1, on=TODAY, at=NOW)
        assert not Study.objects.exists()

    def test_two_managers_do_not_stand_in_for_compliance(self):
        proposal = signed(proposed(), a_member("manager"))
        with pytest.raises(Conflict):
            signed(proposal, second("manager"))

    def test_nobody_signs_what_they_proposed(self):
        with pytest.raises(NotPermitted):
            signed(proposed("manager"), a_member("manager"))
        assert signed(Proposal.objects.get(), second("manager"), a_member("compliance")).state == "signed"

    @pytest.mark.parametrize("role", ["planner", "analyst", "approver", "administrator"])
    def test_other_roles_do_not_sign(self, role):
        proposal = proposed()
        with pytest.raises(NotPermitted):
            signed(proposal, second(role))

    def test_a_refused_proposal_is_neither_signed_nor_drawn(self):
        proposal = proposals.refuse(proposal=proposed(), why="比例过高", by=a_member("compliance"), at=NOW)
        with pytest.raises(Conflict):
            signed(proposal, a_member("manager"))
        assert proposed().state == "proposed"

    def test_a_refusal_needs_its_reason_and_an_office_or_the_proposer(self):
        proposal = proposed()
        with pytest.raises(BadInput):
            proposals.refuse(proposal=proposal, why=" ", by=a_member("compliance"), at=NOW)
        with pytest.raises(NotPermitted):
            proposals.refuse(proposal=proposal, why="x", by=a_member("planner"), at=NOW)
        assert proposals.refuse(proposal=proposal, why="x", by=a_member("analyst"), at=NOW).state == "refused"

    def test_one_proposal_of_a_branch_waits_at_a_time(self):
        proposed()
        with pytest.raises(Conflict):
            proposed("manager")

    def test_each_act_stands_in_the_audit_trail(self):
        signed(proposed())
        acts = list(AuditLine.objects.filter(subject_kind="study").values_list("action", "details__as"))
        assert acts == [("propose_study", None), ("approve_study", "manager"), ("approve_study", "compliance")]


class TestDrawing:
    def test_drawn_twice_it_is_one_study(self):
        proposal = signed(proposed())
        first = draws.draw(proposal=proposal, seed=1, on=TODAY, at=NOW)
        assert draws.draw(proposal=proposal, seed=2, on=TODAY, at=NOW) == first
        assert Study.objects.get().seed == 1

    def test_the_seed_is_made_at_the_draw_and_differs(self):
        assert len({draws.fresh_seed() for _turn in range(5)}) > 1

    def test_a_draw_that_was_refused_can_be_asked_for_again(self, client, book):
        proposal = signed(proposed(), a_member("manager"))
        running = a_study({book[0]: Arm.FREE})
        client.force_login(a_member("compliance"))
        assert client.post(reverse("study_sign", args=[proposal.pk])).status_code == 409
        proposal.refresh_from_db()
        assert proposal.state == "signed"
        running.assignments.all().delete()
        running.delete()
        client.post(reverse("study_draw", args=[proposal.pk]))
        assert Study.objects.count() == 1
        assert [job.state for job in Job.objects.order_by("asked_at")] == ["refused", "done"]


class TestPages:
    def test_the_list_shows_what_waits_and_the_page_offers_the_missing_signature(self, client):
        proposal = proposed()
        address = reverse("study_proposal", args=[proposal.pk])
        client.force_login(a_member("manager"))
        assert address in client.get(reverse("study_list")).content.decode()
        sign = reverse("study_sign", args=[proposal.pk])
        assert sign in client.get(address).content.decode()
        client.post(sign)
        assert sign not in client.get(address).content.decode()
        client.force_login(a_member("analyst"))
        assert sign not in client.get(address).content.decode()

    def test_another_branch_finds_no_such_proposal(self, client):
        proposal = proposed()
        stranger = second("manager")
        User.objects.filter(pk=stranger.pk).update(branch=another_branch())
        client.force_login(stranger)
        for name in ("study_sign", "study_draw", "study_refuse"):
            assert client.post(reverse(name, args=[proposal.pk]), {"why": "x"}).status_code == 404

    def test_the_pages_speak_both_languages(self, client):
        proposal = proposed()
        client.force_login(a_member("compliance"))
        assert_speaks_both(client, reverse("study_proposal", args=[proposal.pk]))
        assert_speaks_both(client, reverse("study_list"))
