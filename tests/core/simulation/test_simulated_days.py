from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest

from zoufang.core.errors import NotFound
from zoufang.core.evaluation import Arm, Study, UnitOutcome, Verdict, evaluate
from zoufang.core.evaluation.estimators import Redraws, Sample, intention_to_treat
from zoufang.core.simulation import (
    BankSize,
    Contact,
    History,
    Promise,
    Response,
    arrears_on,
    book_rows,
    call_outcome,
    make_bank,
    payment_rows,
    payments_on,
    recovered,
    true_effect,
    truth_of,
    visit_outcome,
)
from zoufang.core.values import BANK_ZONE, Channel
from zoufang.core.visits import Outcome

START, DAYS = date(2026, 3, 2), 28
BANK = make_bank(START, seed=7, size=BankSize(customers=600, crews=6))
IDS = [customer.party_id for customer in BANK.customers]
HOME = {customer.party_id: customer.addresses[0].address_id for customer in BANK.customers}


def at(day, hour=10):
    return datetime.combine(day, time(hour), BANK_ZONE)


def one_visit_each(customers=IDS):
    return tuple(
        visit_outcome(BANK, who, HOME[who], at(START + timedelta(days=i % 12), 9 + i % 9)).contact
        for i, who in enumerate(customers)
    )


VISITS = one_visit_each()
WITH, WITHOUT = recovered(BANK, VISITS, START, DAYS), recovered(BANK, (), START, DAYS)


def test_a_day_replays_the_same_whatever_the_order_of_its_history():
    day = START + timedelta(days=9)
    history = History(VISITS, payments_on(BANK, START, History()))
    assert payments_on(BANK, day, history) == payments_on(BANK, day, replace(history, contacts=VISITS[::-1]))


def test_a_visit_replays_the_same():
    who = IDS[5]
    assert visit_outcome(BANK, who, HOME[who], at(START)) == visit_outcome(BANK, who, HOME[who], at(START))


def test_what_happens_later_does_not_change_today():
    later = Contact(IDS[0], START + timedelta(days=5), Channel.VISIT, met=True)
    today = START + timedelta(days=3)
    assert payments_on(BANK, today, History((later,))) == payments_on(BANK, today, History())


def test_a_visit_that_met_nobody_changes_no_payment():
    shut = tuple(replace(visit, met=False, promise=None) for visit in VISITS)
    assert recovered(BANK, shut, START, DAYS) == WITHOUT


def test_nobody_pays_more_than_is_overdue():
    history = History(VISITS)
    for offset in range(12):
        day = START + timedelta(days=offset)
        paid = {loan.loan_id: 0 for loan in BANK.loans}
        for payment in history.payments:
            paid[payment.loan_id] += payment.amount_fen
        owed = {loan.loan_id: arrears_on(loan, day, paid[loan.loan_id]) for loan in BANK.loans}
        made = payments_on(BANK, day, history)
        assert all(0 < payment.amount_fen <= owed[payment.loan_id] for payment in made)
        history = replace(history, payments=history.payments + made)


def test_visits_help_on_average_and_about_a_quarter_of_customers_are_harmed_or_unmoved():
    assert true_effect(BANK, VISITS, IDS, START, DAYS) > 0
    cold = [truth_of(7, who).response in (Response.HARMED, Response.UNMOVED) for who in IDS]
    assert np.mean(cold) == pytest.approx(0.25, abs=0.05)


def test_those_whom_a_visit_harms_pay_less_after_it():
    everyone_met = tuple(Contact(who, START, Channel.VISIT, met=True) for who in IDS)
    met = recovered(BANK, everyone_met, START, DAYS)
    harmed = [who for who in IDS if truth_of(7, who).response is Response.HARMED]
    assert all(met[who] <= WITHOUT[who] for who in harmed if WITHOUT[who])
    assert sum(met[who] for who in harmed) < sum(WITHOUT[who] for who in harmed)


def test_the_true_effect_is_of_visits_only_with_calls_left_as_they_are():
    calls = tuple(Contact(who, START, Channel.CALL, met=True) for who in IDS)
    assert true_effect(BANK, calls, IDS, START, DAYS) == 0


def test_a_promise_is_kept_as_often_as_the_customer_is_true_to_their_word():
    due = START + timedelta(days=4)
    promise = Promise(77_700, due)
    contacts = tuple(Contact(who, START, Channel.CALL, met=False, promise=promise) for who in IDS)
    kept = {p.customer_id for p in payments_on(BANK, due, History(contacts)) if p.amount_fen == 77_700}
    expected = np.mean([truth_of(7, who).keeps_promise for who in IDS])
    assert len(kept) / len(IDS) == pytest.approx(expected, abs=0.07)


def test_doors_tell_the_moved_the_dead_and_the_absent_apart():
    seen = {visit_outcome(BANK, who, HOME[who], at(START, hour)).outcome for who in IDS for hour in (10, 19)}
    assert {
        Outcome.MET,
        Outcome.NOT_HOME,
        Outcome.MOVED,
        Outcome.THIRD_PARTY,
        Outcome.REFUSED,
    } <= seen
    dead = next(stop.customer_id for stop in BANK.stops if stop.kind == "deceased")
    assert visit_outcome(BANK, dead, HOME[dead], at(START)).outcome is Outcome.DECEASED


def test_more_customers_are_at_home_in_the_evening():
    met = {hour: sum(visit_outcome(BANK, who, HOME[who], at(START, hour)).met for who in IDS) for hour in (10, 19)}
    assert met[19] > met[10]


def test_a_promise_made_at_the_door_never_exceeds_what_is_owed():
    for who in IDS:
        outcome = visit_outcome(BANK, who, HOME[who], at(START, 19))
        if outcome.promise is not None:
            owed = max(arrears_on(loan, START) for loan in BANK.loans if loan.customer_id == who)
            assert 0 < outcome.promise.amount_fen <= owed
            assert outcome.promise.due > START


def test_some_calls_are_answered_and_some_of_those_bring_a_promise():
    calls = [call_outcome(BANK, who, at(START, 15)) for who in IDS]
    assert 0.3 < np.mean([call.reached for call in calls]) < 0.7
    assert any(call.promise for call in calls)
    assert all(call.reached for call in calls if call.promise)


def test_an_unknown_door_is_an_error():
    with pytest.raises(NotFound, match="no customer C-none"):
        visit_outcome(BANK, "C-none", "door", at(START))


def test_the_book_of_a_later_day_counts_the_payments_received():
    made = payments_on(BANK, START, History())
    before = {row["借据号"]: float(row["贷款余额"]) + float(row["欠息"]) for row in book_rows(BANK, START)}
    after = {row["借据号"]: float(row["贷款余额"]) + float(row["欠息"]) for row in book_rows(BANK, START, made)}
    first = made[0]
    assert before[first.loan_id] - after.get(first.loan_id, 0.0) == pytest.approx(first.amount_fen / 100)
    assert payment_rows(made)[0]["还款金额"] == f"{first.amount_fen / 100:.2f}"


def potential(ids):
    return np.array([WITH[w] for w in ids], float), np.array([WITHOUT[w] for w in ids], float)


def test_the_estimator_finds_the_known_effect_of_the_simulated_bank():
    """Both worlds are known for every customer; each draw shows one of them."""
    visited, alone = potential(IDS)
    truth = (visited - alone).mean()
    assert truth == pytest.approx(true_effect(BANK, VISITS, IDS, START, DAYS))
    rng, covered, errors = np.random.default_rng(1), [], []
    flat, codes = np.full(len(IDS), 0.2), np.zeros(len(IDS), np.int64)
    for seed in range(600):
        assigned = rng.random(len(IDS)) >= 0.2
        sample = Sample(np.where(assigned, visited, alone), assigned, flat, codes, np.arange(len(IDS)))
        found = intention_to_treat(sample, 0.95, Redraws(199, seed))
        covered.append(found.low <= truth <= found.high)
        errors.append(found.effect - truth)
    assert np.mean(covered) >= 0.95 - 2 * (0.95 * 0.05 / 600) ** 0.5
    assert abs(np.mean(errors)) < 3 * np.std(errors) / 600**0.5


def test_worst_first_without_a_draw_gets_the_sign_wrong():
    """The old practice visits the worst payers; comparing them with the rest says that visits do harm."""
    worst = sorted(IDS, key=lambda who: truth_of(7, who).ability + truth_of(7, who).willingness)[:300]
    naive = np.mean([WITH[who] for who in worst]) - np.mean([WITHOUT[who] for who in IDS if who not in worst])
    assert naive < 0 < true_effect(BANK, VISITS, IDS, START, DAYS)


def test_a_simulated_study_is_labelled_so_and_an_a_a_study_of_it_cannot_tell():
    units = tuple(
        UnitOutcome(who, Arm.HOLD_OUT if i % 5 == 0 else Arm.FREE, WITHOUT[who], visited=False, p_hold_out=0.2)
        for i, who in enumerate(IDS)
    )
    found = evaluate(Study("a-a", units, simulated=True))
    assert found.simulated
    assert found.verdict is Verdict.CANNOT_TELL
