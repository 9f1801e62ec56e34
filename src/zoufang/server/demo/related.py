"""Guarantors, co-debtors, heirs and collateral of the simulated bank as rows of its files."""

from __future__ import annotations

from decimal import Decimal

from zoufang.core.simulation import SimulatedBank
from zoufang.core.values import GuaranteeKind, PartyKind, PartyRole, SecurityKind

KINDS = {PartyKind.PERSON: "自然人", PartyKind.SOLE_TRADER: "个体工商户", PartyKind.COMPANY: "企业"}
ROLES = {
    PartyRole.CO_DEBTOR: "共同借款人",
    PartyRole.GUARANTOR: "保证人",
    PartyRole.LEGAL_REP: "法定代表人",
    PartyRole.CONTROLLER: "实际控制人",
    PartyRole.HEIR: "继承人",
    PartyRole.CONTACT: "联系人",
}
GUARANTEES = {GuaranteeKind.ORDINARY: "一般保证", GuaranteeKind.JOINT: "连带责任保证"}
SECURITY = {SecurityKind.MORTGAGE: "抵押", SecurityKind.PLEDGE: "质押"}


def party_rows(bank: SimulatedBank) -> list[dict[str, str]]:
    people = {party.party_id: party for party in (*bank.customers, *bank.others)}
    rows = []
    for role in bank.roles:
        if role.role not in ROLES:
            continue
        party = people[role.party_id]
        home = party.addresses[0] if party.addresses else None
        rows.append(
            {
                "借据号": role.loan_id,
                "角色": ROLES[role.role],
                "姓名": party.name,
                "主体类型": KINDS[party.kind],
                "证件号码": party.id_number,
                "手机号码": party.phones[0] if party.phones else "",
                "地址": home.text if home else "",
                "县区": home.county if home else "",
                "乡镇街道": home.township if home else "",
                "村社区": home.village if home else "",
                "纬度": f"{home.point.lat:.6f}" if home and home.point else "",
                "经度": f"{home.point.lon:.6f}" if home and home.point else "",
                "保证方式": GUARANTEES[role.guarantee] if role.guarantee else "",
                "保证到期日": role.guarantee_until.isoformat() if role.guarantee_until else "",
                "信息来源": "合同",
            }
        )
    return rows


def collateral_rows(bank: SimulatedBank) -> list[dict[str, str]]:
    return [
        {
            "借据号": thing.loan_id,
            "担保方式": SECURITY[thing.kind],
            "抵质押物": f"{thing.description} {thing.number}",
            "评估价值": f"{Decimal(thing.value_fen) / 100:.2f}",
            "评估日期": thing.valued_on.isoformat(),
            "抵押顺位": str(thing.rank),
            "坐落": thing.place,
        }
        for thing in bank.collateral
    ]
