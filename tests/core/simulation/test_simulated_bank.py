from collections import Counter
from datetime import date, timedelta

import phonenumbers
import pytest
from stdnum.cn import ric, uscc

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import age
from zoufang.core.simulation import BankSize, book_rows, call_rows, make_bank, uuid_of
from zoufang.core.values import PartyKind, PartyRole, SecurityKind, distance_m

START = date(2026, 3, 2)
BANK = make_bank(START, seed=7, size=BankSize(customers=600, crews=6))
PEOPLE = BANK.customers + BANK.others


def test_the_same_seed_makes_the_same_bank_and_another_seed_another():
    small = BankSize(customers=40, crews=2)
    assert make_bank(START, 3, small) == make_bank(START, 3, small)
    one, other = make_bank(START, 3, small), make_bank(START, 4, small)
    assert {c.party_id for c in one.customers}.isdisjoint(c.party_id for c in other.customers)


def test_a_larger_bank_begins_with_the_same_customers():
    """Draws are keyed by customer, not taken in a row, so one more customer changes nobody else."""
    small = make_bank(START, 3, BankSize(customers=30))
    large = make_bank(START, 3, BankSize(customers=60))
    assert large.customers[:30] == small.customers


def test_identity_numbers_are_right_in_form_and_in_place_of_birth():
    for person in PEOPLE:
        if person.kind is PartyKind.PERSON:
            assert ric.is_valid(person.id_number), person.id_number
        else:
            assert uscc.is_valid(person.id_number), person.id_number
            assert ric.is_valid(person.legal_rep_id)
    assert "德城区" in {ric.get_birth_place(p.id_number)["county"] for p in PEOPLE if p.kind is PartyKind.PERSON}


def test_the_organisation_part_of_a_credit_code_has_its_own_right_check_character():
    """GB 11714 by hand: weights 3 7 9 10 5 8 4 2, eleven less the remainder."""
    for company in (p for p in BANK.customers if p.kind is not PartyKind.PERSON):
        body, check = company.id_number[8:16], company.id_number[16]
        rest = 11 - sum(int(d) * w for d, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        assert check == {10: "X", 11: "0"}.get(rest, str(rest))


def test_phones_are_valid_mobile_numbers_and_no_two_are_alike():
    phones = [phone for person in PEOPLE for phone in person.phones]
    assert len(set(phones)) == len(phones)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone, "CN")) for phone in phones[:100])


def test_everyone_owes_something_overdue_on_the_first_day():
    for loan in BANK.loans:
        assert age(loan.ledger, START).dpd >= 1


def test_the_bank_has_every_kind_of_party_security_and_role():
    assert {c.kind for c in BANK.customers} == set(PartyKind)
    assert {loan.security for loan in BANK.loans} == set(SecurityKind)
    roles = {role.role for role in BANK.roles}
    assert {PartyRole.GUARANTOR, PartyRole.CO_DEBTOR, PartyRole.HEIR, PartyRole.CONTACT} <= roles
    assert {thing.kind for thing in BANK.collateral} == {SecurityKind.MORTGAGE, SecurityKind.PLEDGE}


def test_some_loans_are_near_limitation_and_some_are_written_off_and_still_owed():
    near = [loan for loan in BANK.loans if START < loan.limitation_ends <= START + timedelta(days=118)]
    written_off = [age(loan.ledger, START) for loan in BANK.loans if loan.ledger.write_offs]
    assert near
    assert written_off
    assert all(snapshot.owed_fen > 0 for snapshot in written_off)


def test_some_customers_share_a_door_and_some_a_guarantor():
    doors = Counter(customer.addresses[0].text for customer in BANK.customers)
    guarantors = Counter(role.party_id for role in BANK.roles if role.role is PartyRole.GUARANTOR)
    assert max(doors.values()) >= 2
    assert max(guarantors.values()) >= 2


def test_every_reference_leads_somewhere():
    parties, loans = {p.party_id for p in PEOPLE}, {loan.loan_id for loan in BANK.loans}
    branches = {branch.code for branch in BANK.branches}
    assert len(parties) == len(PEOPLE)
    assert len(loans) == len(BANK.loans)
    assert {loan.customer_id for loan in BANK.loans} == {c.party_id for c in BANK.customers}
    assert all(role.party_id in parties and role.loan_id in loans for role in BANK.roles)
    assert all(loan.branch_code in branches for loan in BANK.loans)
    assert all(branch.parent in branches or branch.level == "head_office" for branch in BANK.branches)


def test_doors_stand_within_reach_of_their_county_seat():
    seats = {branch.name[4:-2]: branch.point for branch in BANK.branches if branch.level == "sub_branch"}
    for customer in BANK.customers:
        for address in customer.addresses:
            if address.point is not None:
                assert distance_m(address.point, seats[address.county[:-1]]) < 19_000


def test_crews_are_two_officers_of_one_branch():
    home = {officer.employee_no: officer.branch_code for officer in BANK.officers}
    for crew in BANK.crews:
        assert len(set(crew.officers)) == 2
        assert {home[officer] for officer in crew.officers} == {crew.branch_code}


def test_most_officers_hold_the_courses_that_every_visit_needs():
    always = {"communication", "psychology", "law", "safety"}
    ready = [always <= {q.course for q in o.qualifications if q.valid_on(START)} for o in BANK.officers]
    assert sum(ready) >= 0.8 * len(ready)


def test_the_call_log_lies_within_the_thirty_days_before_the_start():
    assert all(timedelta(0) < START - call.at.date() < timedelta(days=30) for call in BANK.calls)
    assert len(call_rows(BANK)) == len(BANK.calls)


def test_a_book_row_tells_what_the_ledger_says():
    rows = {row["借据号"]: row for row in book_rows(BANK, START)}
    assert len(rows) == len(BANK.loans)
    for loan in BANK.loans[:50]:
        stands = age(loan.ledger, START)
        assert rows[loan.loan_id]["逾期天数"] == str(stands.dpd)
        assert rows[loan.loan_id]["贷款余额"] == f"{stands.principal_fen / 100:.2f}"


def test_ids_derive_from_the_seed_and_are_of_version_eight():
    assert uuid_of(7, "visit", "C1") == uuid_of(7, "visit", "C1")
    assert uuid_of(7, "visit", "C1") != uuid_of(8, "visit", "C1")
    assert uuid_of(7, "visit", "C1").version == 8


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"customers": 20_001}, {"crews": 0}])
def test_an_impossible_size_is_refused(wrong):
    with pytest.raises(BadInput):
        BankSize(**wrong)
