"""What a customer asks of who visits, what officers bring, and whom the plan then sends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.errors import BadInput, NotPermitted
from zoufang.core.values import Gender, Language, Message
from zoufang.server.audit.models import AuditLine
from zoufang.server.book.models import VisitNeeds
from zoufang.server.book.visit_needs import AskedFor, note_visit_needs, visit_needs_of
from zoufang.server.daily.crews import years_of_service
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState, User
from zoufang.server.staff.people import Skills, describe_officer

pytestmark = pytest.mark.django_db
HAKKA = AskedFor(language=Language.HAKKA, basis="客户 5 月 8 日电话要求")


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()


@pytest.fixture
def town():
    """One customer on the list, two crews."""
    party = a_customer("1", north=0.01)
    a_study({party: "free"})
    return party, a_crew("K1"), a_crew("K2")


def noted(party, asked=HAKKA, by="planner") -> VisitNeeds:
    return note_visit_needs(party=party, asked=asked, by=a_member(by), on=TODAY, at=NOW)


def speaks(crew, *languages, **more) -> User:
    officer = crew.members.order_by("pk").first()
    skills = Skills(frozenset(languages), **more)
    return describe_officer(user=officer, skills=skills, by=a_member("planner"), at=NOW)


def planned():
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(5))


def why_left_out(plan) -> str:
    return str(Message.from_json(plan.left_out.get(kind="unplanned").reasons[0]))


class TestThePlan:
    def test_the_crew_that_speaks_the_language_is_sent(self, town):
        party, _one, other = town
        noted(party)
        speaks(other, Language.HAKKA)
        assert planned().stops.get().crew == other

    def test_where_nobody_speaks_it_the_plan_says_so_by_name(self, town):
        noted(town[0])
        assert why_left_out(planned()) == "No crew of this day speaks Hakka."

    def test_nothing_asked_for_keeps_nobody_from_going(self, town):
        assert planned().stops.count() == 1

    @pytest.mark.parametrize(
        ("asked", "brought"),
        [
            (AskedFor(gender=Gender.FEMALE, basis="本人要求"), {"gender": Gender.FEMALE}),
            (AskedFor(service_years=5, basis="本人要求"), {"in_service_since": date(2021, 5, 11)}),
        ],
    )
    def test_sex_and_experience_asked_for_choose_the_crew_too(self, town, asked, brought):
        party, _one, other = town
        noted(party, asked)
        plan = planned()
        assert not plan.stops.exists()
        speaks(other, **brought)
        assert planned().stops.get().crew == other

    @pytest.mark.parametrize(
        ("since", "years"),
        [(date(2021, 5, 11), 5), (date(2021, 5, 12), 4), (TODAY + timedelta(days=1), 0), (None, 0)],
    )
    def test_years_of_service_are_whole_years(self, since, years):
        assert years_of_service(User(in_service_since=since), TODAY) == years


class TestTheFact:
    def test_it_lies_sealed_and_the_audit_tells_that_but_not_what(self, town):
        party = town[0]
        row = noted(party)
        assert b"hak" not in bytes(row.sealed)
        line = AuditLine.objects.get(action="note_visit_needs")
        assert "hak" not in str(line.details)
        assert visit_needs_of([party.pk]) == {party.pk: HAKKA}

    def test_a_need_without_who_asked_for_it_is_refused(self, town):
        with pytest.raises(BadInput, match="origin"):
            noted(town[0], AskedFor(language=Language.HAKKA))

    @pytest.mark.parametrize("role", ["analyst", "approver", "trainer", "administrator"])
    def test_others_do_not_note_it(self, town, role):
        with pytest.raises(NotPermitted):
            noted(town[0], by=role)

    def test_with_the_persons_key_gone_nothing_can_be_read(self, town):
        noted(town[0])
        town[0].__class__.objects.filter(pk=town[0].pk).update(wrapped_key=b"")
        assert visit_needs_of([town[0].pk]) == {}


class TestPages:
    def test_a_planner_notes_it_on_the_customers_page(self, client, town):
        party = town[0]
        client.force_login(a_member("planner"))
        address = reverse("customer_visit_needs", args=[party.pk])
        client.post(address, {"language": "hak", "gender": "", "service_years": "", "basis": ""})
        assert not VisitNeeds.objects.exists()
        client.post(address, {"language": "hak", "gender": "", "service_years": "", "basis": "本人电话要求"})
        assert visit_needs_of([party.pk])[party.pk].language is Language.HAKKA
        assert_speaks_both(client, reverse("customer", args=[party.pk]))
        assert_speaks_both(client, address)

    def test_a_planner_says_what_an_officer_speaks(self, client, town):
        officer = town[1].members.order_by("pk").first()
        client.force_login(a_member("planner"))
        address = reverse("officer", args=[officer.pk])
        assert_speaks_both(client, address)
        given = {"languages": ["cmn", "hak"], "gender": "female", "in_service_since": "2019-03-01"}
        client.post(address, given)
        officer.refresh_from_db()
        assert (officer.languages, officer.gender) == (["cmn", "hak"], "female")
        assert AuditLine.objects.filter(action="describe_officer", subject_id=str(officer.pk)).exists()
        page = client.get(reverse("crew_list")).content.decode()
        assert "Standard Mandarin, Hakka" in page
        assert_speaks_both(client, reverse("crew_list"))

    def test_a_first_day_that_lies_ahead_is_refused_in_place(self, client, town):
        officer = town[1].members.first()
        client.force_login(a_member("planner"))
        answer = client.post(reverse("officer", args=[officer.pk]), {"in_service_since": "2026-05-12"})
        assert answer.context["form"].errors.keys() == {"in_service_since"}

    @pytest.mark.parametrize("role", ["compliance", "visitor", "trainer", "analyst"])
    def test_others_describe_no_officer(self, client, town, role):
        officer = town[1].members.first()
        client.force_login(a_member(role))
        assert client.post(reverse("officer", args=[officer.pk]), {"languages": ["hak"]}).status_code == 403
        officer.refresh_from_db()
        assert officer.languages == []

    def test_an_administrator_comes_to_it_from_the_staff_page(self, client, town):
        officer = town[1].members.first()
        client.force_login(a_member("administrator"))
        assert reverse("officer", args=[officer.pk]) in client.get(reverse("staff_list")).content.decode()
        assert_speaks_both(client, reverse("officer", args=[officer.pk]))

    def test_an_officer_of_another_branch_is_not_found(self, client, town):
        crew = a_crew("K9", branch=another_branch())
        client.force_login(a_member("planner"))
        assert client.get(reverse("officer", args=[crew.members.first().pk])).status_code == 404
