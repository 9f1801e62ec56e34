"""Loans with schedules and a history of payments that ends where the arrears begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp

from zoufang.core.portfolio import Loan, Payment, Product, WriteOff, add_months
from zoufang.core.simulation.bank import SimulatedLoan
from zoufang.core.simulation.chance import between, lognormal, pick, uniform, weighted, whole
from zoufang.core.simulation.people import truth_of
from zoufang.core.values import Instalment, PartyKind, SecurityKind, SourceKey, round_fen

SYSTEM = "sim"
LIMITATION_MONTHS = 36  # 民法典 188: three years, here from the last instalment (189)
NEAR_LIMITATION, WRITTEN_OFF = 0.015, 0.03
PRODUCTS = {
    PartyKind.PERSON: (
        (Product.CONSUMER, 0.45),
        (Product.FARM, 0.25),
        (Product.AUTO, 0.12),
        (Product.MORTGAGE, 0.08),
        (Product.BUSINESS, 0.10),
    ),
    PartyKind.SOLE_TRADER: ((Product.BUSINESS, 1.0),),
    PartyKind.COMPANY: ((Product.CORPORATE, 1.0),),
}
NAMES = {
    Product.CONSUMER: "个人消费贷款",
    Product.FARM: "农户贷款",
    Product.AUTO: "汽车贷款",
    Product.MORTGAGE: "个人住房贷款",
    Product.BUSINESS: "个人经营贷款",
    Product.CORPORATE: "流动资金贷款",
}
MIDDLE_YUAN = {
    Product.CONSUMER: 60_000,
    Product.FARM: 50_000,
    Product.AUTO: 90_000,
    Product.MORTGAGE: 350_000,
    Product.BUSINESS: 120_000,
    Product.CORPORATE: 600_000,
}
MONTHS = {Product.MORTGAGE: (180, 240), Product.AUTO: (36, 48), Product.CORPORATE: (12, 24)}
SECURITY = {
    Product.CONSUMER: ((SecurityKind.CREDIT, 0.8), (SecurityKind.GUARANTEE, 0.2)),
    Product.FARM: ((SecurityKind.CREDIT, 0.4), (SecurityKind.GUARANTEE, 0.6)),
    Product.AUTO: ((SecurityKind.MORTGAGE, 1.0),),
    Product.MORTGAGE: ((SecurityKind.MORTGAGE, 1.0),),
    Product.BUSINESS: ((SecurityKind.GUARANTEE, 0.5), (SecurityKind.MORTGAGE, 0.3), (SecurityKind.CREDIT, 0.2)),
    Product.CORPORATE: ((SecurityKind.MORTGAGE, 0.6), (SecurityKind.PLEDGE, 0.1), (SecurityKind.GUARANTEE, 0.3)),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """When the instalments fall due, and from which on nothing was paid."""

    months: int
    paid: int
    first_unpaid: date
    written_off_on: date | None

    def due(self, number: int) -> date:
        return add_months(self.first_unpaid, number - self.paid)


def loan_of(
    seed: int, start: date, customer_id: str, kind: PartyKind, branch_code: str, number: int
) -> SimulatedLoan:
    """The `number`-th loan of a customer: overdue on `start`, the worse the payer the longer."""
    loan_id = f"L{customer_id[1:]}-{number}"
    who = (seed, "loan", loan_id)
    product = weighted(PRODUCTS[kind], *who, "product")
    terms = _terms(seed, start, customer_id, loan_id, product)
    amount = round(lognormal(MIDDLE_YUAN[product], 0.5, *who, "amount") / 1_000) * 100_000
    rate = whole(435, 1_150, *who, "rate")
    dues = _dues(amount, rate, terms)
    write_offs = (WriteOff(f"{loan_id}-W", terms.written_off_on),) if terms.written_off_on else ()
    ledger = Loan(
        loan_id,
        SourceKey(SYSTEM, loan_id),
        product,
        dues,
        _paid(seed, loan_id, dues, terms),
        write_offs=write_offs,
    )
    return SimulatedLoan(
        loan_id=loan_id,
        customer_id=customer_id,
        branch_code=branch_code,
        contract_no=f"HT{loan_id[1:]}",
        product_name=NAMES[product],
        amount_fen=amount,
        annual_rate_bp=rate,
        opened_on=terms.due(-1),
        matures_on=dues[-1].due,
        security=weighted(SECURITY[product], *who, "security"),
        limitation_ends=add_months(dues[-1].due, LIMITATION_MONTHS),
        ledger=ledger,
    )


def _terms(seed: int, start: date, customer_id: str, loan_id: str, product: Product) -> Terms:
    who, truth = (seed, "terms", loan_id), truth_of(seed, customer_id)
    months = pick(MONTHS.get(product, (12, 24, 36)), *who, "months")
    paid = whole(2, months - 3, *who, "paid")
    fate = uniform(*who, "fate")
    if fate < NEAR_LIMITATION:
        matures = add_months(start + timedelta(days=whole(20, 110, *who, "near")), -LIMITATION_MONTHS)
        return Terms(12, 6, add_months(matures, -5), None)
    if fate < NEAR_LIMITATION + WRITTEN_OFF:
        since = start - timedelta(days=whole(420, 800, *who, "old"))
        return Terms(months, paid, since, start - timedelta(days=whole(20, 150, *who, "off")))
    worse = exp(-0.35 * truth.willingness - 0.25 * truth.ability)
    days = min(400, max(2, round(lognormal(48, 0.8, *who, "dpd") * worse)))
    return Terms(months, paid, start - timedelta(days=days), None)


def _dues(amount_fen: int, rate_bp: int, terms: Terms) -> tuple[Instalment, ...]:
    """Equal principal (等额本金), the last instalment taking the rest; interest of one month on what is left."""
    each, dues = amount_fen // terms.months, []
    for number in range(terms.months):
        left = amount_fen - each * number
        principal = left if number == terms.months - 1 else each
        interest = round_fen(Decimal(left) * rate_bp / (10_000 * 12))
        dues.append(Instalment(terms.due(number), principal, interest))
    return tuple(dues)


def _paid(seed: int, loan_id: str, dues: tuple[Instalment, ...], terms: Terms) -> tuple[Payment, ...]:
    """Every instalment before the first unpaid, a few days late at times; sometimes a part of that one."""
    paid = []
    for number, due in enumerate(dues[: terms.paid]):
        late = whole(0, 6, seed, loan_id, number, "late") if uniform(seed, loan_id, number, "slow") < 0.2 else 0
        paid.append(Payment(f"{loan_id}-P{number:03d}", due.due + timedelta(days=late), due.amount_fen))
    if uniform(seed, loan_id, "part") < 0.12:
        part = round(dues[terms.paid].amount_fen * between(0.1, 0.6, seed, loan_id, "share"))
        paid.append(Payment(f"{loan_id}-P{terms.paid:03d}", terms.first_unpaid + timedelta(days=1), part))
    return tuple(paid)
