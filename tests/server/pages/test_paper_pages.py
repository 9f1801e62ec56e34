"""Papers on the record of a visit, from making to the seal and the print, and the list of those that wait."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.server.door_phone import login
from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_member
from tests.server.world import a_visitor, another_branch
from zoufang.server.papers.models import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def demand(visit):
    """Made by the manager on the page of the visit's record."""
    loan = visit.party.loans.get()
    loan.state.figure_source, loan.state.overdue_principal_fen = "computed", 3_000_000
    loan.state.save()
    given = {"id": uuid4(), "kind": "demand", "loan": loan.pk}
    assert login(a_member("manager")).post(reverse("paper_make", args=[visit.pk]), given).status_code == 302
    return Paper.objects.get()


def send(client, paper, step, **more):
    given = {"id": uuid4(), "step": step, "on": TODAY.isoformat()} | more
    return client.post(reverse("paper_step", args=[paper.pk]), given)


def test_the_record_of_a_visit_shows_its_papers_and_their_grade(visit, demand):
    manager = login(a_member("manager"))
    html = manager.get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert demand.number in html
    assert_speaks_both(manager, reverse("visit_detail", args=[visit.pk]))


def test_an_approver_seals_what_waits_and_it_is_printed_the_same_again(visit, demand):
    manager, approver = login(a_member("manager")), login(a_member("approver"))
    assert send(manager, demand, "seal_asked").status_code == 302
    waiting = approver.get(reverse("paper_waiting"))
    assert demand.number in waiting.content.decode()
    assert_speaks_both(approver, reverse("paper_waiting"))
    assert send(approver, demand, "sealed").url == reverse("paper_waiting")
    assert send(manager, demand, "printed").status_code == 302
    first = manager.get(reverse("paper_file", args=[demand.pk]))
    assert first.content.startswith(b"%PDF-")
    assert first.content == manager.get(reverse("paper_file", args=[demand.pk])).content


def test_whoever_asked_for_the_seal_is_refused_its_confirmation(demand):
    manager = login(a_member("manager"))
    send(manager, demand, "seal_asked")
    assert send(manager, demand, "sealed").status_code == 403


def test_the_form_offers_no_step_that_cannot_come_next(demand):
    assert send(login(a_member("manager")), demand, "arrived").status_code == 422
    assert Paper.objects.get().step == "made"


def test_strangers_and_other_branches_find_no_paper(demand):
    for user in (a_member("analyst"), a_member("trainer")):
        assert login(user).get(reverse("paper_waiting")).status_code == 403
    far = login(a_visitor(88, branch=another_branch()))
    assert far.get(reverse("paper_file", args=[demand.pk])).status_code == 404


def test_a_visitor_of_another_crew_does_not_read_the_paper(demand):
    assert login(a_visitor(77)).get(reverse("paper_file", args=[demand.pk])).status_code == 404
