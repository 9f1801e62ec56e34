"""The bank's T+1 files: the full loan book of a day, the payments of a day, and the calls before the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from zoufang.core.portfolio import ClassFacts, FiveClass, Payment, age, classify
from zoufang.core.simulation.bank import SimulatedBank, SimulatedLoan, SimulatedParty
from zoufang.core.simulation.days import SimulatedPayment
from zoufang.core.values import AddressKind, PartyKind, SecurityKind

Row = dict[str, str]
KINDS = {PartyKind.PERSON: "自然人", PartyKind.SOLE_TRADER: "个体工商户", PartyKind.COMPANY: "企业"}
SECURITY = {
    SecurityKind.CREDIT: "信用",
    SecurityKind.GUARANTEE: "保证",
    SecurityKind.MORTGAGE: "抵押",
    SecurityKind.PLEDGE: "质押",
}
CLASSES = {
    FiveClass.NORMAL: "正常",
    FiveClass.SPECIAL_MENTION: "关注",
    FiveClass.SUBSTANDARD: "次级",
    FiveClass.DOUBTFUL: "可疑",
    FiveClass.LOSS: "损失",
}
WAYS = {
    "mobile_bank": "手机银行",
    "transfer": "转账",
    "counter": "柜面",
    "third_party": "微信",
    "direct_debit": "自动扣款",
}


def book_rows(bank: SimulatedBank, day: date, payments: Iterable[SimulatedPayment] = ()) -> tuple[Row, ...]:
    """The full file as of `day`, one row a loan, with the headers of the loan-book template; amounts in yuan.

    `payments` are those received since the bank's start; a loan that owes nothing any more has left the book.
    """
    since: dict[str, list[SimulatedPayment]] = defaultdict(list)
    for payment in payments:
        if payment.day <= day:
            since[payment.loan_id].append(payment)
    customers = {customer.party_id: customer for customer in bank.customers}
    branches = {branch.code: branch.name for branch in bank.branches}
    rows = (
        _row(loan, customers[loan.customer_id], branches[loan.branch_code], day, since[loan.loan_id])
        for loan in bank.loans
    )
    return tuple(row for row in rows if row is not None)


def payment_rows(payments: Iterable[SimulatedPayment]) -> tuple[Row, ...]:
    """One row a payment, with the headers of the payments template."""
    return tuple(
        {
            "流水号": payment.reference,
            "借据号": payment.loan_id,
            "还款日期": payment.day.isoformat(),
            "还款金额": _yuan(payment.amount_fen),
            "还款渠道": WAYS[payment.way],
        }
        for payment in payments
    )


def call_rows(bank: SimulatedBank) -> tuple[Row, ...]:
    """The call log before the start, with the headers of the contacts template."""
    return tuple(
        {
            "记录编号": call.reference,
            "客户号": call.customer_id,
            "联系时间": f"{call.at:%Y-%m-%d %H:%M}",
            "联系方式": "电话",
            "拨打号码": call.phone,
            "联系对象": "借款人",
            "联系结果": "接通" if call.reached else "未接",
        }
        for call in bank.calls
    )


def _row(
    loan: SimulatedLoan, customer: SimulatedParty, branch_name: str, day: date, since: list[SimulatedPayment]
) -> Row | None:
    received = tuple(Payment(p.reference, p.day, p.amount_fen) for p in since)
    stands = age(replace(loan.ledger, payments=loan.ledger.payments + received), day)
    if stands.owed_fen == 0:
        return None
    owner = f"{branch_name}客户经理{int(customer.party_id[-1]) % 3 + 1}"
    return {
        "借据号": loan.loan_id,
        "合同号": loan.contract_no,
        **_who(customer),
        "机构号": loan.branch_code,
        "机构名称": branch_name,
        "贷款品种": loan.product_name,
        "贷款金额": _yuan(loan.amount_fen),
        "贷款余额": _yuan(stands.principal_fen),
        "逾期本金": _yuan(stands.overdue_principal_fen),
        "欠息": _yuan(stands.interest_fen),
        "罚息": "0.00",
        "逾期天数": str(stands.dpd),
        "逾期起始日": (stands.oldest_due + timedelta(days=1)).isoformat()
        if stands.oldest_due and stands.dpd
        else "",
        "发放日期": loan.opened_on.isoformat(),
        "到期日期": loan.matures_on.isoformat(),
        "年利率": f"{Decimal(loan.annual_rate_bp) / 100}%",
        "五级分类": CLASSES[classify(ClassFacts.of(stands)).floor],
        "担保方式": SECURITY[loan.security],
        "数据日期": day.isoformat(),
        "管户人": owner,
        "是否核销": "是" if stands.written_off_on else "否",
    }


def _who(customer: SimulatedParty) -> Row:
    doors = {address.kind: address for address in customer.addresses}
    home = doors[AddressKind.HOME]
    premises, work = doors.get(AddressKind.PREMISES), doors.get(AddressKind.WORK)
    return {
        "客户号": customer.party_id,
        "姓名": customer.name,
        "客户类型": KINDS[customer.kind],
        "证件号码": customer.id_number,
        "法定代表人": customer.legal_rep_name,
        "法定代表人证件号码": customer.legal_rep_id,
        "实际控制人": customer.controller_name,
        "手机号码": customer.phones[0],
        "联系电话2": customer.phones[1] if len(customer.phones) > 1 else "",
        "居住地址": home.text,
        "单位地址": work.text if work else "",
        "经营地址": premises.text if premises else "",
        "县区": home.county,
        "乡镇街道": home.township,
        "村社区": home.village,
        "纬度": f"{home.point.lat:.6f}" if home.point else "",
        "经度": f"{home.point.lon:.6f}" if home.point else "",
    }


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"
