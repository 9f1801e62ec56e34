"""What can be paid, what is offered, who approves it, and whether it was kept."""

from zoufang.core.repayment.affordability import Affordability, Bearable, Capacity, affordable
from zoufang.core.repayment.agreement import Agreement, Clause, Signatories, draft_agreement, missing_contents
from zoufang.core.repayment.allocation import AllocationRule, Owed, PaymentSplit, allocate, rule_for, share_out
from zoufang.core.repayment.approval import Authority, AuthorityLimit, approver_role, check_approver
from zoufang.core.repayment.business_days import Calendar, HolidayShift, pay_day, pay_days
from zoufang.core.repayment.case import BalanceBasis, Case, RepaymentPolicy
from zoufang.core.repayment.concessions import Concessions
from zoufang.core.repayment.cost import Valuation, all_in_rate_bp, present_value_fen
from zoufang.core.repayment.day_count import Compounding, DayCount, interest_fen
from zoufang.core.repayment.distribution import DebtOnDay, Distribution, Payer, Receipt, distribute
from zoufang.core.repayment.due_dates import due_dates, months_begun
from zoufang.core.repayment.limits import limit_findings
from zoufang.core.repayment.many_schedules import ManySchedules, ManyTerms, build_schedules
from zoufang.core.repayment.matching import (
    Attribution,
    Ledger,
    Match,
    PlannedInstalment,
    VisitMade,
    judge_all,
    match_payments,
)
from zoufang.core.repayment.means import (
    Asset,
    Certainty,
    ComingChange,
    IncomeRhythm,
    IncomeSource,
    MeansStatement,
    OtherDebt,
)
from zoufang.core.repayment.needs import Need, ask_first, lacking, missing_from
from zoufang.core.repayment.offers import what_it_rests_on
from zoufang.core.repayment.plain_words import in_plain_words
from zoufang.core.repayment.plan_account import LateTerms, PlanAccount, PlanLine, plan_account
from zoufang.core.repayment.plan_value import PlanValue, ValueModel, cure_months, plan_value, strain_bp
from zoufang.core.repayment.promises import Promise, PromiseStatus, PromiseVerdict, judge
from zoufang.core.repayment.propose import HardshipRoute, NotOffered, Permitted, Proposal, nothing_more, propose
from zoufang.core.repayment.reading import Reading, next_step, reading_of
from zoufang.core.repayment.rounding import Rounding
from zoufang.core.repayment.schedule import Method, Terms, build_schedule
from zoufang.core.repayment.search import Front, Ranked, search_offers
from zoufang.core.repayment.standards import EVERYWHERE, TEMPLATE_SOURCE, LivingStandard, Standards, Trust
from zoufang.core.repayment.treatments import Treatment, default_treatments

__all__ = [
    "EVERYWHERE",
    "TEMPLATE_SOURCE",
    "Affordability",
    "Agreement",
    "AllocationRule",
    "Asset",
    "Attribution",
    "Authority",
    "AuthorityLimit",
    "BalanceBasis",
    "Bearable",
    "Calendar",
    "Capacity",
    "Case",
    "Certainty",
    "Clause",
    "ComingChange",
    "Compounding",
    "Concessions",
    "DayCount",
    "DebtOnDay",
    "Distribution",
    "Front",
    "HardshipRoute",
    "HolidayShift",
    "IncomeRhythm",
    "IncomeSource",
    "LateTerms",
    "Ledger",
    "LivingStandard",
    "ManySchedules",
    "ManyTerms",
    "Match",
    "MeansStatement",
    "Method",
    "Need",
    "NotOffered",
    "OtherDebt",
    "Owed",
    "Payer",
    "PaymentSplit",
    "Permitted",
    "PlanAccount",
    "PlanLine",
    "PlanValue",
    "PlannedInstalment",
    "Promise",
    "PromiseStatus",
    "PromiseVerdict",
    "Proposal",
    "Ranked",
    "Reading",
    "Receipt",
    "RepaymentPolicy",
    "Rounding",
    "Signatories",
    "Standards",
    "Terms",
    "Treatment",
    "Trust",
    "Valuation",
    "ValueModel",
    "VisitMade",
    "affordable",
    "all_in_rate_bp",
    "allocate",
    "approver_role",
    "ask_first",
    "build_schedule",
    "build_schedules",
    "check_approver",
    "cure_months",
    "default_treatments",
    "distribute",
    "draft_agreement",
    "due_dates",
    "in_plain_words",
    "interest_fen",
    "judge",
    "judge_all",
    "lacking",
    "limit_findings",
    "match_payments",
    "missing_contents",
    "missing_from",
    "months_begun",
    "next_step",
    "nothing_more",
    "pay_day",
    "pay_days",
    "plan_account",
    "plan_value",
    "present_value_fen",
    "propose",
    "reading_of",
    "rule_for",
    "search_offers",
    "share_out",
    "strain_bp",
    "what_it_rests_on",
]
