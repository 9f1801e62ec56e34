"""Staff and branches for the administrator, certificates for trainers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.world import a_visitor, another_branch, certified
from zoufang.server.audit.models import AuditLine
from zoufang.server.staff.models import Branch, User
from zoufang.server.training.models import Certificate, Course

pytestmark = pytest.mark.django_db
NEW = {
    "full_name": "新员工",
    "employee_no": "N001",
    "username": "newcomer",
    "role": "visitor",
    "password": "four-words-in-a-row",
}


@pytest.fixture(autouse=True)
def bank(db) -> Branch:
    return a_bank()


def as_(client, role):
    client.force_login(a_member(role))
    return client


def test_the_administrator_sees_the_tree_of_his_branch_with_its_people(client):
    a_visitor(1, branch=another_branch())
    answer = as_(client, "administrator").get(reverse("staff_list"))
    assert [office.branch for office in answer.context["offices"]] == [a_bank()]
    assert "V001" not in answer.content.decode()


@pytest.mark.parametrize("page", ["staff_list", "staff_new"])
def test_pages_of_staff_speak_both_languages_and_refuse_others(client, page):
    as_(client, "administrator")
    assert_speaks_both(client, reverse(page))
    assert as_(client, "manager").get(reverse(page)).status_code == 403


def test_a_new_member_may_log_in_and_the_trail_says_who_admitted_him(client, bank):
    as_(client, "administrator").post(reverse("staff_new"), NEW | {"branch": bank.pk})
    assert User.objects.get(username="newcomer").check_password(NEW["password"])
    assert AuditLine.objects.get(action="add_user", actor=a_member("administrator").employee_no)


@pytest.mark.parametrize(
    "wrong", [{"password": "1234567890"}, {"employee_no": "E008"}, {"role": "king"}, {"branch": 0}]
)
def test_a_weak_password_a_used_number_or_a_strange_branch_admits_nobody(client, bank, wrong):
    as_(client, "administrator")
    answer = client.post(reverse("staff_new"), NEW | {"branch": bank.pk} | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not User.objects.filter(username="newcomer").exists()


def test_nobody_is_admitted_into_another_branch(client, bank):
    as_(client, "administrator")
    answer = client.post(reverse("staff_new"), NEW | {"branch": another_branch().pk})
    assert "branch" in answer.context["form"].errors


def test_a_closed_account_is_logged_out_at_once_and_may_be_opened_again(client):
    planner = a_member("planner")
    client.force_login(planner)
    administrator = type(client)()
    administrator.force_login(a_member("administrator"))
    close = reverse("staff_close", args=[planner.pk])
    administrator.post(close)
    assert client.get(reverse("customer_list")).status_code == 302
    administrator.post(close)
    planner.refresh_from_db()
    assert planner.is_active
    actions = AuditLine.objects.filter(subject_id=str(planner.pk)).order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["deactivate_user", "reactivate_user"]


def test_the_administrator_cannot_close_his_own_account(client):
    mine = a_member("administrator")
    assert as_(client, "administrator").post(reverse("staff_close", args=[mine.pk])).status_code == 409


def test_someone_of_another_branch_is_not_found(client):
    stranger = a_visitor(1, branch=another_branch())
    assert as_(client, "administrator").post(reverse("staff_close", args=[stranger.pk])).status_code == 404


def test_training_tells_who_is_qualified_for_what_and_what_lapses_soon(client):
    full = certified(a_visitor(1))
    bare = a_visitor(2)
    soon = Certificate.objects.filter(officer=full).first()
    Certificate.objects.filter(pk=soon.pk).update(expires=TODAY + timedelta(days=20))
    people = {
        one.user: one for one in as_(client, "trainer").get(reverse("training_overview")).context["visitors"]
    }
    assert people[full].may
    assert not people[full].may_not
    assert not people[bare].may
    states = {cell.course.pk: cell.state for cell in people[full].cells}
    assert states.pop(soon.course_id) == "lapsing"
    assert set(states.values()) == {"valid"}
    assert_speaks_both(client, reverse("training_overview"))


def test_a_visitor_sees_only_his_own_certificates(client):
    a_visitor(1)
    visitors = as_(client, "visitor").get(reverse("training_overview")).context["visitors"]
    assert [one.user for one in visitors] == [a_member("visitor")]


def test_a_passed_examination_certifies_and_a_failed_one_says_so(client):
    officer = certified(a_visitor(1))
    course = Course.objects.first()
    Certificate.objects.all().delete()
    given = {"officer": officer.pk, "course": course.pk, "score": course.pass_mark, "on": TODAY}
    url = reverse("certify")
    assert as_(client, "manager").get(url).status_code == 403
    as_(client, "trainer")
    assert_speaks_both(client, url)
    assert "score" in client.post(url, given | {"score": course.pass_mark - 1}).context["form"].errors
    assert "on" in client.post(url, given | {"on": TODAY + timedelta(days=1)}).context["form"].errors
    assert client.post(url, given).status_code == 302
    assert Certificate.objects.get().by == a_member("trainer")


def test_the_administrator_enters_a_work_id_and_the_list_says_until_when(client):
    officer = a_visitor(1, work_id_until=None)
    as_(client, "administrator")
    assert_speaks_both(client, reverse("staff_list"))
    client.post(reverse("staff_work_id", args=[officer.pk]), {"until": "2027-01-31"})
    officer.refresh_from_db()
    assert officer.work_id_until.isoformat() == "2027-01-31"
    assert 'value="2027-01-31"' in client.get(reverse("staff_list")).content.decode()
    assert AuditLine.objects.filter(action="enter_work_id").count() == 1


def test_a_work_id_needs_a_day_and_an_administrator_of_the_branch(client):
    officer, stranger = a_visitor(1, work_id_until=None), a_visitor(2, branch=another_branch(), work_id_until=None)
    as_(client, "administrator")
    assert client.post(reverse("staff_work_id", args=[officer.pk]), {"until": "soon"}).status_code == 422
    assert client.post(reverse("staff_work_id", args=[stranger.pk]), {"until": "2027-01-31"}).status_code == 404
    as_(client, "manager")
    assert client.post(reverse("staff_work_id", args=[officer.pk]), {"until": "2027-01-31"}).status_code == 403
    assert not User.objects.filter(work_id_until__isnull=False).exists()
