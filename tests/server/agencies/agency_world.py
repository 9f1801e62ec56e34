"""An agency in good standing with one trained person who logs in, and customers that may be placed with it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_customer, vouched_facts
from zoufang.core.agencies import Scores
from zoufang.core.portfolio import Bucket
from zoufang.core.values import SourceCode
from zoufang.server.agencies import people, register
from zoufang.server.agencies.batches import Order
from zoufang.server.agencies.models import Agency, Batch, Licence, Person
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
from zoufang.server.daily.placing import place_segment
from zoufang.server.oversight.models import Attestation
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import BankState, User

DUE = TODAY + timedelta(days=60)


def nine_o_clock() -> None:
    """The bank's clock stands at NOW; what its book lacks is attested."""
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    if not Attestation.objects.exists():
        vouched_facts()


def an_agency(code: str = "DA", *, approved: bool = True, user: User | None = None) -> Agency:
    """Proposed by compliance, approved by the manager, under contract for a year, evaluated, licensed, trained."""
    compliance, manager = a_member("compliance"), a_member("manager")
    about = register.AboutAgency(code, f"德安服务{code}", f"91371400MA3{code:0>7}"[:18], "0534-2212345")
    made = register.propose_agency(id=new_id(), about=about, branch=a_bank(), by=compliance, at=NOW)
    if not approved:
        return made
    made = register.approve_agency(agency=made, listed_on=TODAY, by=manager, at=NOW)
    a_contract(made)
    scores = Scores(conduct=85, results=75, security=80)
    register.evaluate(id=new_id(), agency=made, scores=scores, on=TODAY, by=compliance, at=NOW)
    people.add_licence(
        agency=made, kind=Licence.Kind.BUSINESS, number="L1", until=TODAY + timedelta(days=700), by=manager, at=NOW
    )
    a_person(made, user)
    return made


def a_contract(
    agency: Agency, *, since: date = TODAY - timedelta(days=30), days: int = 395, may_visit: bool = True
):
    rates = {bucket: 750 + 250 * number for number, bucket in enumerate(Bucket) if number}
    terms = register.Terms(
        f"{agency.code}-{since}", "贷后逾期提醒与催告", since, since + timedelta(days=days), rates, 3, may_visit
    )
    made = register.propose_contract(id=new_id(), agency=agency, terms=terms, by=a_member("compliance"), at=NOW)
    return register.approve_contract(contract=made, by=a_member("manager"), at=NOW)


def a_person(agency: Agency, user: User | None = None) -> Person:
    person = people.add_person(
        id=new_id(),
        agency=agency,
        name="何外催",
        staff_no="001",
        trained_on=TODAY - timedelta(days=10),
        trained_until=TODAY + timedelta(days=355),
        by=a_member("manager"),
        at=NOW,
    )
    return people.let_in(person=person, user=user, by=a_member("manager"), at=NOW) if user else person


def a_debtor(key: str, **more: object) -> Party:
    """With a phone of lawful source, called without an answer often enough for a first visit."""
    party = a_customer(key, **more)  # type: ignore[arg-type]
    number = f"139053400{len(Phone.objects.all()):02}"
    Phone.objects.create(
        party=party,
        sealed=vault.seal(party.key, number, "phone"),
        number_index=vault.blind_index(number, "phone"),
        last4_index=vault.blind_index(number[-4:], "phone_last4"),
        source_code=SourceCode.CONTRACT,
        source_on=TODAY - timedelta(days=700),
    )
    return party


def a_batch(agency: Agency, *parties: Party, due_back: date = DUE, purpose: str = "visits") -> Batch:
    order = Order(uuid4(), agency, a_bank(), Batch.Purpose(purpose), TODAY, due_back)
    return place_segment(order=order, parties=[p.pk for p in parties], by=a_member("manager"), at=NOW)
