"""The list of customers, the customer file, and what is done from it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import SYSTEM, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.values import GuaranteeKind, PartyRole, SourceCode
from zoufang.server.agreements.matching import match_loans
from zoufang.server.agreements.promises import give_promise
from zoufang.server.audit.models import AuditLine
from zoufang.server.book import vault
from zoufang.server.book.models import (
    Collateral,
    GivenFigure,
    ImportBatch,
    LoanEntry,
    LoanParty,
    LoanState,
    Party,
    Phone,
)
from zoufang.server.book.services import add_phone
from zoufang.server.outreach.models import Contact
from zoufang.server.oversight.models import Complaint, Stop, Verdict
from zoufang.server.oversight.services import set_stop
from zoufang.server.pages.customer_file import customer_file
from zoufang.server.staff.models import BankState

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def nine_in_the_morning():
    a_bank()
    shift = int((NOW - timezone.now()).total_seconds())
    BankState.objects.update(clock_shift_s=shift)


@pytest.fixture
def customer(nine_in_the_morning) -> Party:
    vouched_facts()
    party = a_customer("C1")
    add_phone(
        party=party,
        number=PHONE,
        source_code=SourceCode.CONTRACT,
        source_on=TODAY - timedelta(days=700),
        by=a_member("manager"),
        at=NOW,
    )
    return party


def as_(client, role):
    client.force_login(a_member(role))
    return client


def page(client, party, role="manager") -> str:
    answer = as_(client, role).get(reverse("customer", args=[party.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def a_stop(party, **more) -> Stop:
    return set_stop(
        id=uuid4(), party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=a_member("compliance"), at=NOW, **more
    )


def some_figures(party, days=3) -> None:
    loan = party.loans.get()
    batch = ImportBatch.objects.create(
        id=uuid4(),
        kind="loan_book",
        file_name="book.csv",
        source_system=SYSTEM,
        mode="full",
        status=ImportBatch.Status.LANDED,
        branch=party.branch,
        at=NOW,
        wrapped_key=b"",
    )
    for back in range(days):
        GivenFigure.objects.create(
            loan=loan,
            batch=batch,
            as_of=TODAY - timedelta(days=back),
            balance_fen=9_000_000,
            overdue_principal_fen=2_000_000 + back,
            dpd=95 - back,
            five_class="substandard",
        )


def test_the_list_shows_the_greatest_arrears_first_and_never_a_name_in_the_clear(client, nine_in_the_morning):
    a_customer("C1", name="安全第一", arrears_fen=100_000)
    a_customer("C2", name="周瑜", arrears_fen=900_000)
    html = as_(client, "planner").get(reverse("customer_list")).content.decode()
    assert html.index("C2") < html.index("C1")
    assert "周*" in html
    assert "周瑜" not in html


def test_the_list_holds_to_the_readers_branch(client, nine_in_the_morning):
    a_customer("C1")
    a_customer("C9", branch=another_branch())
    html = as_(client, "planner").get(reverse("customer_list")).content.decode()
    assert "C1" in html
    assert "C9" not in html


@pytest.mark.parametrize(("stop", "shown"), [("yes", "C1"), ("no", "C2")])
def test_the_list_is_filtered_by_a_stop_in_force(client, nine_in_the_morning, stop, shown):
    a_stop(a_customer("C1"))
    a_customer("C2")
    page = as_(client, "planner").get(reverse("customer_list"), {"stop": stop}).context["page"]
    assert [line.party.source_key for line in page.object_list] == [shown]


def test_only_who_may_see_the_evaluation_sees_the_arm(client, nine_in_the_morning):
    party = a_customer("C1")
    a_study({party: Arm.HOLD_OUT})
    a_study({a_customer("C2"): Arm.FREE})
    assert "对照组" in page(client, party, "manager")
    assert "对照组" not in page(client, party, "visitor")
    lines = as_(client, "manager").get(reverse("customer_list"), {"arm": "hold_out"}).context["page"].object_list
    assert [line.party for line in lines] == [party]
    blind = as_(client, "visitor").get(reverse("customer_list"), {"arm": "hold_out"})
    assert len(blind.context["page"].object_list) == 2
    assert "评估分组" not in blind.content.decode()


def test_search_finds_by_whole_number_and_by_last_four_and_keeps_it_out_of_the_address(client, customer):
    for text in (PHONE, PHONE[-4:]):
        answer = as_(client, "planner").post(reverse("customer_list"), {"text": text})
        assert [line.party for line in answer.context["found"]] == [customer]
        assert answer.request["QUERY_STRING"] == ""
    assert not as_(client, "planner").post(reverse("customer_list"), {"text": "1381234"}).context["found"]


def test_another_branchs_customer_is_not_found_and_an_analyst_may_not_look(client, nine_in_the_morning):
    stranger = a_customer("C9", branch=another_branch())
    assert as_(client, "planner").get(reverse("customer", args=[stranger.pk])).status_code == 404
    assert as_(client, "analyst").get(reverse("customer", args=[stranger.pk])).status_code == 403


def test_the_file_speaks_both_languages_and_masks_who_and_where(client, customer):
    some_figures(customer)
    a_stop(customer)
    as_(client, "manager")
    assert_speaks_both(client, reverse("customer", args=[customer.pk]))
    assert_speaks_both(client, reverse("customer_list"))
    html = page(client, customer)
    assert "138****5678" in html
    for secret in (PHONE, "张三丰", "371426198001011235", "龙门街道0.010号"):
        assert secret not in html


def test_what_is_shown_takes_as_many_queries_for_a_long_file_as_for_a_short_one(client, customer):
    some_figures(customer, days=2)
    short = queries_of(client, customer)
    some_figures(customer, days=9)
    for number in range(7):
        a_stop(customer)
        Contact.objects.create(
            id=uuid4(), debtor=customer, channel="call", at=NOW, reached=bool(number % 2), result="unanswered"
        )
        add_phone(
            party=customer,
            number=f"1390000000{number}",
            source_code=SourceCode.CONTRACT,
            source_on=TODAY,
            by=a_member("manager"),
            at=NOW,
        )
    assert queries_of(client, customer) == short


def queries_of(client, party) -> int:
    as_(client, "manager")
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("customer", args=[party.pk]))
    return len(captured)


def test_the_arrears_by_day_are_the_sums_of_the_banks_figures(client, customer):
    some_figures(customer)
    as_(client, "manager")
    chart = client.get(reverse("customer", args=[customer.pk])).context["arrears"]
    assert chart.categories == tuple(str(TODAY - timedelta(days=back)) for back in (2, 1, 0))
    assert chart.series[0].values == (2_000_002, 2_000_001, 2_000_000)


def test_the_banks_delay_stands_beside_ours_with_the_one_that_rules_use(client, customer):
    some_figures(customer)
    LoanState.objects.update(computed_dpd=90, computed_five_class="special_mention", computed_arrears_fen=1)
    view = customer_file(customer, a_member("manager"), TODAY).loans[0]
    assert (view.given.dpd, view.state.computed_dpd, view.used.value) == (95, 90, 95)
    assert view.differs
    assert "银行认定值" in page(client, customer)


def test_a_guarantor_is_shown_with_the_days_that_are_left_and_collateral_with_its_rank(client, customer):
    loan = customer.loans.get()
    guarantor = a_customer("C5", name="李保证")
    LoanParty.objects.create(
        loan=loan,
        party=guarantor,
        role=PartyRole.GUARANTOR,
        guarantee=GuaranteeKind.JOINT,
        guarantee_until=TODAY + timedelta(days=40),
    )
    Collateral.objects.create(
        loan=loan,
        number="D1",
        kind="mortgage",
        description="商铺",
        value_fen=50_000_000,
        valued_on=TODAY,
        rank=2,
        sealed_place=vault.seal(customer.key, {"text": "德州市平原县龙门街道1号"}, "collateral"),
    )
    html = page(client, customer)
    assert "连带责任保证" in html
    assert "剩40天" in html
    assert "第2顺位" in html
    assert "龙门街道****" in html
    assert customer.pk in {
        link.loan.debtor_id for link in customer_file(guarantor, a_member("manager"), TODAY).elsewhere
    }


def test_a_payment_is_shown_with_the_promise_that_it_keeps(client, customer):
    loan = customer.loans.get()
    give_promise(
        id=uuid4(),
        loan=loan,
        amount_fen=50_000,
        due=TODAY,
        made_on=TODAY - timedelta(days=5),
        visit=None,
        by=a_member("manager"),
        at=NOW,
    )
    LoanEntry.objects.create(
        id=uuid4(),
        loan=loan,
        kind="payment",
        on=TODAY - timedelta(days=1),
        amount_fen=50_000,
        source_system=SYSTEM,
        reference="P1",
        posted_on=TODAY,
    )
    match_loans(loan_ids=[loan.id], today=TODAY)
    file = customer_file(customer, a_member("manager"), TODAY)
    assert [match.promise for match in file.payments[0].matches] == list(file.promises)
    assert "已履行" in page(client, customer)


def test_the_line_of_time_is_newest_first_and_filtered_by_kind(client, customer):
    a_stop(customer)
    Contact.objects.create(id=uuid4(), debtor=customer, channel="call", at=NOW, reached=True, result="reached")
    as_(client, "manager")
    moments = client.get(reverse("customer", args=[customer.pk])).context["moments"]
    assert [m.kind for m in moments] == ["contact", "stop"]
    part = client.get(reverse("customer", args=[customer.pk]), {"kind": "stop"}, headers={"hx-request": "true"})
    assert [m.kind for m in part.context["moments"]] == ["stop"]
    assert "<html" not in part.content.decode()


def test_showing_a_phone_needs_a_purpose_and_leaves_a_line_in_the_trail(client, customer):
    url = reverse("customer_reveal", args=[customer.pk])
    as_(client, "visitor")
    assert PHONE not in client.post(url, {"what": "phone"}).content.decode()
    assert not AuditLine.objects.filter(action="reveal_personal_data").exists()
    answer = client.post(url, {"what": "phone", "purpose": "call"})
    assert PHONE in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    line = AuditLine.objects.get(action="reveal_personal_data")
    assert (line.subject_id, line.details) == (str(customer.pk), {"what": "phone", "purpose": "call"})


def test_an_approver_may_look_at_the_file_but_not_reveal(client, customer):
    answer = as_(client, "approver").post(
        reverse("customer_reveal", args=[customer.pk]), {"what": "phone", "purpose": "call"}
    )
    assert answer.status_code == 403


def contact(client, party, **more):
    given = {"channel": "call", "phone": Phone.objects.get(party=party).pk, "result": "reached"} | more
    return as_(client, "manager").post(reverse("customer_contact", args=[party.pk]), given)


def test_a_call_that_the_gate_allows_is_recorded_with_its_verdict(client, customer):
    assert contact(client, customer).status_code == 302
    assert Contact.objects.get().reached
    assert Verdict.objects.get().cleared
    assert Phone.objects.get().last_success_at is not None


def test_a_call_that_the_gate_refuses_is_not_recorded_and_says_why(client, customer):
    a_stop(customer)
    answer = contact(client, customer)
    assert "CN-O6" in answer.content.decode()
    assert not Contact.objects.exists()
    assert Verdict.objects.get().decision == "block"


def test_a_result_that_does_not_fit_the_channel_is_bad_input(client, customer):
    assert "result" in contact(client, customer, result="delivered").context["form"].errors
    assert not Verdict.objects.exists()


def test_what_may_be_done_now_is_told_for_each_number_and_address_and_kept_nowhere(client, customer):
    ways = as_(client, "manager").get(reverse("customer_ask", args=[customer.pk])).context["ways"]
    assert [str(way.attempt.channel) for way in ways] == ["call", "sms", "letter"]
    assert not Verdict.objects.exists()


def test_asking_whether_one_may_visit_today_stores_the_verdict(client, customer):
    given = {"purpose": "first_talk", "address": customer.addresses.get().pk}
    answer = as_(client, "planner").post(reverse("customer_may_visit", args=[customer.pk]), given)
    kept = Verdict.objects.get()
    assert (kept.day, kept.channel, kept.purpose) == (TODAY, "visit", "first_talk")
    assert kept.decision == answer.context["answer"].said.verdict.decision


def test_a_new_number_needs_a_lawful_source_and_its_day(client, customer):
    url = reverse("customer_add_phone", args=[customer.pk])
    given = {"number": "139 0000 0001", "source_code": "authorised", "source_on": "2026-05-01"}
    as_(client, "planner")
    assert set(client.post(url, {"number": given["number"]}).context["form"].errors) == {
        "source_code",
        "source_on",
    }
    assert client.post(url, given | {"number": "12"}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert [phone.number for phone in customer.phones.order_by("pk")] == [PHONE, "13900000001"]
    assert AuditLine.objects.filter(action="add_phone").count() == 2


def test_a_new_address_keeps_its_source(client, customer):
    given = {"kind": "work", "text": "平原县1号", "source_code": "contract", "source_on": "2026-05-01"}
    as_(client, "planner").post(reverse("customer_add_address", args=[customer.pk]), given)
    assert customer.addresses.filter(kind="work", source_code="contract", source_on="2026-05-01").exists()


def test_a_stop_and_a_complaint_are_set_from_the_file(client, customer):
    as_(client, "visitor").post(reverse("customer_set_stop", args=[customer.pk]), {"kind": "deceased"})
    given = {"about": "conduct", "channel": "visit", "text": "来访语气不好"}
    client.post(reverse("customer_complain", args=[customer.pk]), given)
    assert Stop.objects.get().since == TODAY
    assert Complaint.objects.get().due_on == TODAY + timedelta(days=15)
    html = page(client, customer)
    assert "来访语气不好" not in html
    assert "未办结投诉" in html


def test_a_planner_may_not_set_a_stop(client, customer):
    assert as_(client, "planner").get(reverse("customer_set_stop", args=[customer.pk])).status_code == 403


def test_contacts_are_listed_for_the_readers_branches_and_filtered(client, nine_in_the_morning):
    mine, stranger = a_customer("C1"), a_customer("C9", branch=another_branch())
    call, sms = (
        Contact.objects.create(id=uuid4(), debtor=mine, channel=channel, at=NOW, reached=channel == "call")
        for channel in ("call", "sms")
    )
    Contact.objects.create(id=uuid4(), debtor=stranger, channel="call", at=NOW, reached=True)

    def shown(**query):
        page = as_(client, "planner").get(reverse("contact_list"), query).context["page"]
        return set(page.object_list)

    assert shown() == {call, sms}
    assert shown(channel="sms") == shown(reached="no") == {sms}
    assert shown(day=TODAY) == {call, sms}
    assert shown(day=TODAY - timedelta(days=1)) == set()
    assert_speaks_both(client, reverse("contact_list"))
    assert as_(client, "compliance").get(reverse("contact_list")).status_code == 403
