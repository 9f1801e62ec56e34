"""What stages, checks, evidence, fees, dates and outcomes are called."""

from __future__ import annotations

from enum import StrEnum


class StageKind(StrEnum):
    MEDIATION = "mediation"  # 诉前调解
    PAYMENT_ORDER = "payment_order"  # 支付令
    ARBITRATION = "arbitration"  # 仲裁
    LITIGATION = "litigation"  # 诉讼
    NOTARIAL = "notarial"  # 公证强制执行
    PRESERVATION = "preservation"  # 保全
    ENFORCEMENT = "enforcement"  # 执行
    WRITE_OFF = "write_off"  # 核销（账销案存）
    TRANSFER = "transfer"  # 债权转让


class ContactEffect(StrEnum):
    """What a running stage does to every contact about the debt."""

    BY_LEAVE = "by_leave"  # only by counsel's leave (CN-X6)
    STOPS = "stops"  # none from its day on (CN-X7)
    UNDER_RULE = "under_rule"  # as before, under the same rules (A10)


class Check(StrEnum):
    """What is asked before a stage is entered; each is answered by `checks.CHECKS`."""

    AMOUNT = "amount"
    NOT_EXPIRED = "not_expired"
    DEMANDED = "demanded"
    ADDRESS_CONFIRMED = "address_confirmed"
    ALIVE = "alive"
    NO_DISPUTE = "no_dispute"
    NO_COMPLAINT = "no_complaint"
    NO_PLAN = "no_plan"
    HARDSHIP_REVIEWED = "hardship_reviewed"
    NO_HOLD = "no_hold"
    NOT_TRANSFERRED = "not_transferred"
    NO_COUNTER_DEBT = "no_counter_debt"
    CONTRACT_AT_HAND = "contract_at_hand"
    ARBITRATION_AGREED = "arbitration_agreed"
    NO_ARBITRATION_CLAUSE = "no_arbitration_clause"
    NOTARISED = "notarised"
    EFFECTIVE_PAPER = "effective_paper"
    WITHIN_ENFORCEMENT_TIME = "within_enforcement_time"
    ASSETS_FOUND = "assets_found"
    DAYS_PAST_DUE = "days_past_due"
    CLASSED_LOW = "classed_low"
    PURSUED = "pursued"
    TRANSFER_PERMITTED = "transfer_permitted"


class Evidence(StrEnum):
    """What a case file should hold; each is looked for by `gaps`."""

    CONTRACT = "contract"
    DISBURSEMENT = "disbursement"
    ARREARS = "arrears"
    DEMAND = "demand"
    VISITS = "visits"
    ADDRESS = "address"
    LIMITATION = "limitation"
    GUARANTEES = "guarantees"
    COLLATERAL = "collateral"
    CONTACTS = "contacts"
    EFFECTIVE_PAPER = "effective_paper"
    PURSUIT = "pursuit"
    NOTICE = "notice"


class FeeKind(StrEnum):
    COURT = "court"  # 案件受理费
    PAYMENT_ORDER = "payment_order"  # 支付令申请费
    PRESERVATION = "preservation"  # 保全申请费
    SECURITY = "security"  # 保全担保（保函）费
    ARBITRATION = "arbitration"  # 仲裁费
    NOTARY = "notary"  # 公证费
    ENFORCEMENT = "enforcement"  # 执行费（先执行后收取）
    LAWYER = "lawyer"  # 律师费
    PUBLICATION = "publication"  # 公告费
    APPRAISAL = "appraisal"  # 评估、鉴定费
    OTHER = "other"


class DateKind(StrEnum):
    FILE_BY = "file_by"
    HEARING = "hearing"
    MEDIATION = "mediation"
    EVIDENCE_BY = "evidence_by"
    APPEAL_BY = "appeal_by"
    OBJECTION_BY = "objection_by"
    SUE_BY = "sue_by"
    RENEW_BY = "renew_by"
    APPLY_BY = "apply_by"
    AUCTION = "auction"
    REVIEW = "review"
    HANDOVER = "handover"
    OTHER = "other"


class Outcome(StrEnum):
    PAID = "paid"
    SETTLED = "settled"  # 调解、和解
    ORDERED = "ordered"  # 判决、裁决、支付令、执行证书生效
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    NOTHING_FOUND = "nothing_found"  # 终结本次执行
    SECURED = "secured"  # 财产已保全
    DONE = "done"  # 已核销、已转让
