"""Who pays for the gain, what constraints cost, and whether the chance to meet comes true: on their pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.planning import Constraint, DeadlineKind, Harm, PresenceResult, Whereabouts
from zoufang.core.values import AddressKind, Purpose
from zoufang.server.agreements.models import Statement
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.harms import affordable_by, deadline_of, harms_until
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy, with_values
from zoufang.server.oversight.models import Verdict
from zoufang.server.pages import presence_page
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import DayPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(monkeypatch) -> DayPlan:
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    monkeypatch.setattr("zoufang.server.daily.pricing.planning_policy", lambda: planning_policy(5))
    a_study({a_customer(str(n), name=f"赵{n}某", north=0.012 * n): "free" for n in range(3)})
    a_crew("K1")
    return plan_day(branch=a_bank(), day=TODAY, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(5))


def a_statement(party, high_fen, taken_on=TODAY):
    return Statement.objects.create(
        id=party.id, party=party, sealed=b"", high_fen=high_fen, taken_on=taken_on, by=a_member("visitor")
    )


def test_each_plan_keeps_who_pays_with_and_without_the_price_of_harm(draft):
    rows = [row for row in draft.report["who_pays"] if row["group"] == "place"]
    assert sum(row["visits"] for row in rows) == draft.stops.count() > 0
    assert all(row["value_fen"] < row["before_harm_fen"] for row in rows if row["visits"])


def test_the_planner_has_the_constraints_priced_and_no_verdict_or_plan_changes(client, draft):
    client.force_login(a_member("planner"))
    verdicts, value = Verdict.objects.count(), draft.value_fen
    client.post(reverse("plan_prices", args=[draft.pk]))
    draft.refresh_from_db()
    assert {row["constraint"] for row in draft.report["prices"]} >= {Constraint.HOURS, Constraint.HARM_PRICE}
    assert (Verdict.objects.count(), draft.value_fen) == (verdicts, value)
    assert draft.report["who_pays"]
    assert_speaks_both(client, reverse("plan", args=[draft.pk]))


@pytest.mark.parametrize("role", ["compliance", "analyst"])
def test_others_cannot_have_them_priced(client, draft, role):
    client.force_login(a_member(role))
    assert client.post(reverse("plan_prices", args=[draft.pk])).status_code in (403, 404)
    draft.refresh_from_db()
    assert "prices" not in draft.report


def test_the_check_of_the_chance_to_meet_speaks_both_languages(client, draft):
    client.force_login(a_member("analyst"))
    assert_speaks_both(client, reverse("presence_check"))


def test_a_planner_does_not_see_the_check(client, draft):
    client.force_login(a_member("planner"))
    assert client.get(reverse("presence_check")).status_code == 403


def test_recovery_is_bounded_by_the_newest_statement_of_the_last_year(draft):
    one, other, third = (stop.party for stop in draft.stops.order_by("party__source_key"))
    a_statement(one, 30_000)
    a_statement(other, 30_000, TODAY - timedelta(days=366))
    assert affordable_by([one.id, other.id, third.id], TODAY) == {one.id: 30_000}


def test_harm_is_priced_by_the_values_in_force_and_starts_from_the_documented_prior(draft):
    policy = with_values(planning_policy(), TODAY)
    assert policy.harm_price_fen[Harm.COMPLAINT] > 0
    assert policy.version == draft.policy["version"]
    assert {one.rate.method for one in harms_until(TODAY).chances("rural")} == {"documented prior"}


def test_a_demand_has_the_limitation_as_its_deadline(draft):
    party = draft.stops.first().party
    registers = read_registers([party], TODAY)
    registers.limitation[party.id] = date(2027, 1, 5)
    found = deadline_of(party.id, Purpose.SERVE_DEMAND, registers)
    assert (found.kind, found.on) == (DeadlineKind.LIMITATION, date(2027, 1, 5))
    assert deadline_of(party.id, Purpose.GUARANTOR_DEMAND, registers) is None


def test_the_check_tells_score_and_table_and_warns_where_forecasts_are_worthless(client, draft, monkeypatch):
    where = Whereabouts("371402", "a1", AddressKind.HOME, "evening", weekend=False)
    results = [PresenceResult(where, i % 2 == 0, TODAY - timedelta(days=40 - i)) for i in range(30)]
    monkeypatch.setattr("zoufang.server.pages.presence_page.presence_results", lambda day: results)
    presence_page._checked.cache_clear()
    client.force_login(a_member("analyst"))
    page = client.get(reverse("presence_check"))
    assert page.context["found"].n == 29
    assert_speaks_both(client, reverse("presence_check"))
    presence_page._checked.cache_clear()
