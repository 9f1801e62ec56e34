"""Disposing of a debt (处置): stages as data, entry checks, who is due, costs, pursuit, and the case file."""

from zoufang.core.disposal.answers import Answer, Checked
from zoufang.core.disposal.casefile import LACKS, FilePart, Held, missing_parts, parts_of
from zoufang.core.disposal.checks import CHECKS, review_entry, standing_in_the_way
from zoufang.core.disposal.due import Due, due_stages, reasons_for
from zoufang.core.disposal.facts import CaseFacts, Stated
from zoufang.core.disposal.fees import CostLine, Costs, Fee, MoneyStep, costs_of, expected_fees, fee_of
from zoufang.core.disposal.kinds import (
    Check,
    ContactEffect,
    DateKind,
    Evidence,
    FeeKind,
    Outcome,
    StageKind,
)
from zoufang.core.disposal.pursuit import PursuitKind, PursuitRule, PursuitStep, pursuit_gaps
from zoufang.core.disposal.stages import (
    CheckRule,
    DateRule,
    DueClause,
    FeeRule,
    FeeTier,
    StagePolicy,
    StageRule,
    furthest,
)
from zoufang.core.disposal.village import WORDS_VERSION, tells_of_debt, village_limits, village_words

__all__ = [
    "CHECKS",
    "LACKS",
    "WORDS_VERSION",
    "Answer",
    "CaseFacts",
    "Check",
    "CheckRule",
    "Checked",
    "ContactEffect",
    "CostLine",
    "Costs",
    "DateKind",
    "DateRule",
    "Due",
    "DueClause",
    "Evidence",
    "Fee",
    "FeeKind",
    "FeeRule",
    "FeeTier",
    "FilePart",
    "Held",
    "MoneyStep",
    "Outcome",
    "PursuitKind",
    "PursuitRule",
    "PursuitStep",
    "StageKind",
    "StagePolicy",
    "StageRule",
    "Stated",
    "costs_of",
    "due_stages",
    "expected_fees",
    "fee_of",
    "furthest",
    "missing_parts",
    "parts_of",
    "pursuit_gaps",
    "reasons_for",
    "review_entry",
    "standing_in_the_way",
    "tells_of_debt",
    "village_limits",
    "village_words",
]
