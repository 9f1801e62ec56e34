"""Who stands in what relation to a debt, and how they may be reached."""

from __future__ import annotations

from enum import StrEnum


class PartyKind(StrEnum):
    PERSON = "person"  # 自然人
    SOLE_TRADER = "sole_trader"  # 个体工商户
    COMPANY = "company"  # 企业


class PartyRole(StrEnum):
    """A party's role towards one loan. Contacts are never collected from (CN-P1)."""

    DEBTOR = "debtor"  # 借款人
    CO_DEBTOR = "co_debtor"  # 共同借款人
    GUARANTOR = "guarantor"  # 保证人
    LEGAL_REP = "legal_rep"  # 法定代表人
    CONTROLLER = "controller"  # 实际控制人
    HEIR = "heir"  # 继承人
    CONTACT = "contact"  # 联系人


class GuaranteeKind(StrEnum):
    ORDINARY = "ordinary"  # 一般保证
    JOINT = "joint"  # 连带责任保证


class SecurityKind(StrEnum):
    CREDIT = "credit"  # 信用
    GUARANTEE = "guarantee"  # 保证
    MORTGAGE = "mortgage"  # 抵押
    PLEDGE = "pledge"  # 质押


class Channel(StrEnum):
    VISIT = "visit"
    CALL = "call"
    SMS = "sms"
    LETTER = "letter"


class Purpose(StrEnum):
    """Why a visit is made; decides script, evidence, who may go and what it is worth."""

    FIRST_TALK = "first_talk"  # 首次面谈
    PROMISE_FOLLOW_UP = "promise_follow_up"  # 承诺跟进
    SERVE_DEMAND = "serve_demand"  # 送达催收通知书
    GUARANTOR_DEMAND = "guarantor_demand"  # 向保证人主张权利
    COLLATERAL_CHECK = "collateral_check"  # 抵押物核查
    ADDRESS_CHECK = "address_check"  # 地址核实
    CARE_VISIT = "care_visit"  # 困难关怀
    WRITE_OFF_EVIDENCE = "write_off_evidence"  # 核销取证


class AddressKind(StrEnum):
    HOME = "home"
    WORK = "work"
    PREMISES = "premises"
    REGISTERED = "registered"  # 户籍地址
    COLLATERAL = "collateral"


class SourceCode(StrEnum):
    """The six lawful origins of contact data (CBA 2026 guidance, CN-P5)."""

    CONTRACT = "contract"
    LEFT_BY_CUSTOMER = "left_by_customer"
    AUTHORISED = "authorised"
    PUBLIC = "public"
    RESERVED_CONTACT = "reserved_contact"
    CREDIT_BUREAU = "credit_bureau"
