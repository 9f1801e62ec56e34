"""Rights that end within 90, 30 and 7 days: which stand in the list, for whom, and what was done."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.visit_world import TEN, a_published_day, officers
from tests.server.world import a_customer, another_branch
from zoufang.core.values import GuaranteeKind, PartyRole, Purpose
from zoufang.core.visits import PaperKind
from zoufang.server.book.models import Loan, LoanEntry, LoanParty, LoanState
from zoufang.server.daily.time_limits import time_limits
from zoufang.server.papers.services import make_paper
from zoufang.server.staff.models import BankState
from zoufang.server.visiting.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nine_in_the_morning(db):
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))


def ends_in(days: int, key: str, **more) -> Loan:
    """The loan matured three years before the day on which its limitation ends."""
    loan = a_customer(key, **more).loans.get()
    end = TODAY + timedelta(days=days)
    loan.matures_on = end.replace(year=end.year - 3)
    loan.save(update_fields=["matures_on"])
    return loan


def a_guarantee(loan: Loan, days: int, kind=GuaranteeKind.JOINT, key="G1") -> LoanParty:
    return LoanParty.objects.create(
        loan=loan,
        party=a_customer(key, name="赵保证"),
        role=PartyRole.GUARANTOR,
        guarantee=kind,
        guarantee_until=TODAY + timedelta(days=days),
    )


def seen(role="compliance"):
    return time_limits(a_member(role), TODAY)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-91, "not there"),
        (-90, None),
        (-1, None),
        (0, 7),
        (7, 7),
        (8, 30),
        (30, 30),
        (31, 90),
        (90, 90),
        (91, "not there"),
    ],
)
def test_a_loan_stands_in_the_list_by_the_days_that_are_left(days, step):
    ends_in(days, "C1")
    assert [one.step for one in seen()] == ([] if step == "not there" else [step])


def test_the_soonest_stands_first_and_a_loan_far_from_its_end_is_not_there():
    ends_in(80, "C1")
    ends_in(5, "C2")
    a_customer("C3")
    assert [one.loan.debtor.source_key for one in seen()] == ["C2", "C1"]


def test_a_payment_puts_the_end_off():
    loan = ends_in(5, "C1")
    paid = TODAY - timedelta(days=400)
    LoanEntry.objects.create(
        id=uuid4(), loan=loan, kind=LoanEntry.Kind.PAYMENT, on=paid, posted_on=paid, amount_fen=100, reference="R1"
    )
    assert seen() == []


def test_without_a_maturity_the_day_on_which_arrears_began_counts():
    loan = a_customer("C1").loans.get()
    Loan.objects.filter(pk=loan.pk).update(matures_on=None)
    LoanState.objects.filter(loan=loan).update(dpd=3 * 365)
    (one,) = seen()
    assert 0 <= one.days <= 2


def test_a_paid_or_transferred_loan_has_no_clock():
    LoanState.objects.filter(loan=ends_in(5, "C1")).update(balance_fen=0)
    Loan.objects.filter(pk=ends_in(5, "C2").pk).update(transferred_on=TODAY)
    assert seen() == []


def test_a_guarantee_stands_beside_its_loan_and_names_its_guarantor(client):
    guarantee = a_guarantee(a_customer("C1").loans.get(), 20)
    (one,) = seen()
    assert (one.kind, one.guarantor, one.step, one.kept) == ("guarantee", guarantee.party, 30, False)


def test_a_visit_that_served_the_demand_is_told_with_its_outcome_and_a_planned_one_as_planned():
    visit = a_published_day(1)[0]
    Loan.objects.filter(debtor=visit.party).update(matures_on=TODAY.replace(year=TODAY.year - 3))
    Visit.objects.filter(pk=visit.pk).update(purpose=Purpose.SERVE_DEMAND)
    (one,) = seen()
    assert [(deed.on, deed.ahead) for deed in one.deeds] == [(TODAY, True)]
    Visit.objects.filter(pk=visit.pk).update(ended_at=NOW, outcome="not_home")
    (one,) = seen()
    assert [(deed.visit.outcome, deed.ahead) for deed in one.deeds] == [("not_home", False)]
    Visit.objects.filter(pk=visit.pk).update(withdrawn_reason={"template": "x", "params": {}})
    assert seen()[0].deeds == ()


def test_a_paper_is_told_with_its_grade():
    visit = a_published_day(1)[0]
    loan = visit.party.loans.get()
    loan.state.figure_source, loan.state.overdue_principal_fen = "computed", 3_000_000
    loan.state.save()
    make_paper(visit=visit, by=officers(visit)[0], at=TEN, id=uuid4(), kind=PaperKind.DEMAND, loan=loan)
    Loan.objects.filter(pk=loan.pk).update(matures_on=TODAY.replace(year=TODAY.year - 3))
    (one,) = seen()
    assert [deed.grade for deed in one.deeds] == ["D"]


def test_the_list_takes_the_same_queries_whatever_its_length(django_assert_max_num_queries):
    for n in range(6):
        ends_in(n, f"C{n}")
    a_member("compliance")
    with django_assert_max_num_queries(12):
        assert len(seen()) == 6


def test_another_branchs_rights_are_not_seen(client):
    ends_in(5, "C1", branch=another_branch())
    assert seen() == []


def test_the_page_counts_filters_and_speaks_both_languages(client):
    a_guarantee(ends_in(5, "C1"), 40, GuaranteeKind.ORDINARY)
    ends_in(-3, "C2")
    client.force_login(a_member("manager"))
    url = reverse("time_limit_list")
    assert len(client.get(url).context["page"].object_list) == 3
    assert [one.step for one in client.get(url, {"step": "7"}).context["page"].object_list] == [7]
    assert [one.days for one in client.get(url, {"step": "over"}).context["page"].object_list] == [-3]
    for address in (url, f"{url}?step=30"):
        assert_speaks_both(client, address)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("manager", 200),
        ("compliance", 200),
        ("planner", 403),
        ("visitor", 403),
        ("analyst", 403),
        ("trainer", 403),
    ],
)
def test_manager_and_compliance_see_it_and_nobody_else(client, role, status):
    client.force_login(a_member(role))
    assert client.get(reverse("time_limit_list")).status_code == status


def test_a_stranger_is_sent_to_the_login_page(client):
    assert client.get(reverse("time_limit_list")).status_code == 302


@pytest.mark.parametrize("role", ["manager", "compliance"])
def test_the_start_page_tells_of_rights_that_end_soon(client, role):
    ends_in(5, "C1")
    a_guarantee(ends_in(25, "C2"), 60)
    ends_in(-3, "C3")
    client.force_login(a_member(role))
    html = client.get(reverse("start"), follow=True).content.decode()
    tile = html[html.index("30日内届满的权利") :][:400]
    assert "其中7日内1笔" in tile
    assert ">2<" in tile.replace("\n", "").replace(" ", "")
