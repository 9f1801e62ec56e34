"""May we contact, visit, and with whom? Policy packs as dated data; verdicts with reasons and sources."""

from zoufang.core.compliance.attestation import ATTESTABLE, Attestation
from zoufang.core.compliance.case import FACT_NAMES, Rule
from zoufang.core.compliance.contact_log import LostContact, LostTest, lost_contact
from zoufang.core.compliance.crew import (
    CREW_RULES,
    AssignmentVerdict,
    CrewMember,
    crew_findings,
    review_assignment,
)
from zoufang.core.compliance.duties import Obligation, RecordCode, StopCode, StopCondition
from zoufang.core.compliance.facts import (
    Consent,
    ContactData,
    ContactOutcome,
    Facts,
    Guarantee,
    LegalStage,
    PastContact,
    PlanState,
    QuietDays,
    QuietKind,
    Vulnerability,
)
from zoufang.core.compliance.figures import (
    OVERLAY,
    BankFigures,
    bank_figures,
    figures_stated,
    is_own,
    with_confirmed,
    with_figures,
)
from zoufang.core.compliance.holidays import HolidayTable, HolidayYear
from zoufang.core.compliance.many import Coded, ManyCases, Reviewed, encoded, gathered, review_many
from zoufang.core.compliance.offer_request import Ask, OfferRequest
from zoufang.core.compliance.offer_review import OF_CONTACTS, OFFER_RULES, OfferVerdict, review_offer
from zoufang.core.compliance.packs import (
    Confidence,
    Force,
    NumberUnit,
    Pack,
    PolicyRule,
    RuleNumber,
    Stricter,
)
from zoufang.core.compliance.policy import Policy, RuleInForce
from zoufang.core.compliance.request import ContactRequest, Override
from zoufang.core.compliance.resolve import policy_on
from zoufang.core.compliance.review import eligible, review, review_contact
from zoufang.core.compliance.rules import JURISDICTIONS, RULES, numbers_needed, rules_of
from zoufang.core.compliance.unknown import UNKNOWN, Unknown
from zoufang.core.compliance.verdict import ClearedVisit, DayWindow, Refusal, Verdict, to_plain

__all__ = [
    "ATTESTABLE",
    "CREW_RULES",
    "FACT_NAMES",
    "JURISDICTIONS",
    "OFFER_RULES",
    "OF_CONTACTS",
    "OVERLAY",
    "RULES",
    "UNKNOWN",
    "Ask",
    "AssignmentVerdict",
    "Attestation",
    "BankFigures",
    "ClearedVisit",
    "Coded",
    "Confidence",
    "Consent",
    "ContactData",
    "ContactOutcome",
    "ContactRequest",
    "CrewMember",
    "DayWindow",
    "Facts",
    "Force",
    "Guarantee",
    "HolidayTable",
    "HolidayYear",
    "LegalStage",
    "LostContact",
    "LostTest",
    "ManyCases",
    "NumberUnit",
    "Obligation",
    "OfferRequest",
    "OfferVerdict",
    "Override",
    "Pack",
    "PastContact",
    "PlanState",
    "Policy",
    "PolicyRule",
    "QuietDays",
    "QuietKind",
    "RecordCode",
    "Refusal",
    "Reviewed",
    "Rule",
    "RuleInForce",
    "RuleNumber",
    "StopCode",
    "StopCondition",
    "Stricter",
    "Unknown",
    "Verdict",
    "Vulnerability",
    "bank_figures",
    "crew_findings",
    "eligible",
    "encoded",
    "figures_stated",
    "gathered",
    "is_own",
    "lost_contact",
    "numbers_needed",
    "policy_on",
    "review",
    "review_assignment",
    "review_contact",
    "review_many",
    "review_offer",
    "rules_of",
    "to_plain",
    "with_confirmed",
    "with_figures",
]
