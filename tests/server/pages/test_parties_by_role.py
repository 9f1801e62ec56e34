"""The customer file says of each party, by role, whether they may be visited; a planner orders such a visit."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.parties import another_party
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.values import GuaranteeKind, PartyKind, PartyRole, Purpose
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.party_verdicts import verdicts_by_role
from zoufang.server.oversight.models import Stop
from zoufang.server.oversight.services import open_complaint, set_stop
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import PlannerOrder
from zoufang.server.visiting.orders import reason_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def debtor():
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    return a_customer("C1")


def page(client, party, role="planner", language="en") -> str:
    client.force_login(a_member(role))
    answer = client.get(reverse("customer", args=[party.pk]), headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def verdict_of(debtor, role) -> tuple[str, str]:
    """The decision on the first door of the first party of this role, and all that the rules said."""
    one = next(v for v in verdicts_by_role(debtor, TODAY) if v.target.role is role)
    door = one.doors[0]
    return door.decision.value, " ".join(f"{f.rule_id} {f.message}" for f in door.findings)


def test_each_role_is_judged_in_its_own_terms(debtor):
    another_party(debtor, PartyRole.CO_DEBTOR)
    another_party(debtor, PartyRole.GUARANTOR)
    another_party(debtor, PartyRole.HEIR)
    another_party(debtor, PartyRole.CONTACT)
    assert verdict_of(debtor, PartyRole.DEBTOR)[0] == "allow"
    decision, said = verdict_of(debtor, PartyRole.CO_DEBTOR)
    assert (decision, "owes the whole debt" in said) == ("allow", True)
    decision, said = verdict_of(debtor, PartyRole.GUARANTOR)
    assert (decision, "Civil Code 688" in said) == ("allow", True)
    decision, said = verdict_of(debtor, PartyRole.HEIR)
    assert (decision, "value of the estate" in said, "counsel's leave" in said) == ("block", True, True)
    decision, said = verdict_of(debtor, PartyRole.CONTACT)
    assert (decision, "may not be collected from" in said) == ("block", True)


def test_an_ordinary_guarantor_may_refuse_and_a_released_one_is_left_alone(debtor):
    another_party(debtor, PartyRole.GUARANTOR, guarantee=GuaranteeKind.ORDINARY)
    decision, said = verdict_of(debtor, PartyRole.GUARANTOR)
    assert (decision, "Civil Code 687" in said) == ("warn", True)
    other = a_customer("C2")
    another_party(other, PartyRole.GUARANTOR, until=TODAY - timedelta(days=1))
    decision, said = verdict_of(other, PartyRole.GUARANTOR)
    assert (decision, "released" in said) == ("block", True)


def test_a_guarantee_of_which_the_book_knows_no_end_blocks(debtor):
    another_party(debtor, PartyRole.GUARANTOR)
    debtor.loans.get().parties.update(guarantee_until=None)
    decision, said = verdict_of(debtor, PartyRole.GUARANTOR)
    assert (decision, "Nobody knows kind and period" in said) == ("block", True)


def test_stops_and_complaints_of_the_guarantor_count_for_the_guarantor_alone(debtor):
    guarantor = another_party(debtor, PartyRole.GUARANTOR)
    set_stop(id=uuid4(), party=guarantor, kind=Stop.Kind.VULNERABLE, since=TODAY, by=None, at=NOW)
    assert verdict_of(debtor, PartyRole.GUARANTOR)[0] == "warn"
    assert verdict_of(debtor, PartyRole.DEBTOR)[0] == "allow"
    open_complaint(id=uuid4(), party=guarantor, about="other", text="态度", opened_on=TODAY, by=None, at=NOW)
    assert verdict_of(debtor, PartyRole.GUARANTOR)[0] == "block"
    assert verdict_of(debtor, PartyRole.DEBTOR)[0] == "allow"


def test_representatives_of_a_company_are_met_where_the_company_is(debtor):
    another_party(debtor, PartyRole.CONTROLLER, door=False)
    assert verdict_of(debtor, PartyRole.CONTROLLER)[0] == "block"  # the debtor is a person: a controller is nobody
    debtor.kind = PartyKind.COMPANY
    debtor.save(update_fields=["kind"])
    one = next(v for v in verdicts_by_role(debtor, TODAY) if v.target.role is PartyRole.CONTROLLER)
    assert one.doors[0].cleared
    assert one.doors[0].address.party == debtor


def test_the_page_shows_a_row_for_each_party_and_door_in_both_languages(client, debtor):
    another_party(debtor, PartyRole.CO_DEBTOR, name="赵共借")
    another_party(debtor, PartyRole.GUARANTOR, guarantee=GuaranteeKind.ORDINARY)
    another_party(debtor, PartyRole.CONTACT, door=False)
    html = page(client, debtor)
    rows = re.findall(r'data-role="(\w+)" data-decision="(\w+)"', html)
    assert rows == [("debtor", "allow"), ("co_debtor", "allow"), ("guarantor", "warn"), ("contact", "block")]
    assert "赵共借" not in html
    assert_speaks_both(client, reverse("customer", args=[debtor.pk]))


def order(client, debtor, target, **changes):
    client.force_login(a_member("planner"))
    given = {
        "whom": f"{target.pk}:guarantor",
        "purpose": "guarantor_demand",
        "day": TODAY + timedelta(days=1),
        "crew": "",
        "reason": "保证人主动要求面谈",
    }
    return client.post(reverse("customer_order_visit", args=[debtor.pk]), given | changes)


def test_a_planner_orders_a_visit_to_a_guarantor_and_the_reason_is_kept(client, debtor):
    guarantor = another_party(debtor, PartyRole.GUARANTOR)
    assert order(client, debtor, guarantor).status_code == 302
    kept = PlannerOrder.objects.get()
    assert (kept.party, kept.target, kept.target_role) == (debtor, guarantor, PartyRole.GUARANTOR)
    assert (kept.purpose, reason_of(kept)) == (Purpose.GUARANTOR_DEMAND, "保证人主动要求面谈")
    assert AuditLine.objects.filter(action="plan_go", subject_id=str(debtor.pk)).exists()
    assert "保证人主动要求面谈" in page(client, debtor)


@pytest.mark.parametrize(
    "changes", [{"reason": " "}, {"purpose": "first_talk"}, {"day": TODAY - timedelta(days=1)}, {"whom": "nobody"}]
)
def test_an_order_without_reason_right_purpose_day_or_party_is_not_kept(client, debtor, changes):
    assert order(client, debtor, another_party(debtor, PartyRole.GUARANTOR), **changes).status_code == 200
    assert not PlannerOrder.objects.exists()


def test_a_contact_person_cannot_be_ordered_to(client, debtor):
    contact = another_party(debtor, PartyRole.CONTACT)
    assert order(client, debtor, contact, whom=f"{contact.pk}:contact", purpose="first_talk").status_code == 200
    assert not PlannerOrder.objects.exists()
    assert_speaks_both(client, reverse("customer_order_visit", args=[debtor.pk]))


def test_who_does_not_plan_orders_nothing(client, debtor):
    client.force_login(a_member("visitor"))
    assert client.get(reverse("customer_order_visit", args=[debtor.pk])).status_code == 403
