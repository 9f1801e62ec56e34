"""What is owed and how late it is: ageing, buckets, five classes, non-performing loans, roll rates.

`frames` (Ibis expressions for large panels) is imported by its own name, because Ibis is slow to load.
"""

from zoufang.core.portfolio.ageing import LoanSnapshot, age, splits
from zoufang.core.portfolio.allocation import CARD, CIVIL_CODE, Allocation, Part
from zoufang.core.portfolio.buckets import (
    BUCKETS,
    Bucket,
    BucketRow,
    Position,
    bucket_of,
    bucket_of_months,
    bucket_table,
)
from zoufang.core.portfolio.day_count import add_months
from zoufang.core.portfolio.entries import Pause, Payment, Restructure, Reversal, Waiver, WriteOff
from zoufang.core.portfolio.five_class import (
    ClassFacts,
    Classification,
    FiveClass,
    Impairment,
    Trigger,
    classify,
)
from zoufang.core.portfolio.given import (
    ComputedFigures,
    Difference,
    Figure,
    FigureUsed,
    GivenFigures,
    Origin,
    compare,
    figure_used,
)
from zoufang.core.portfolio.ledger import Split
from zoufang.core.portfolio.loan import Entry, Loan, Product
from zoufang.core.portfolio.npl import ClassedBalance, ClassRow, NplReport, npl
from zoufang.core.portfolio.policy import AgeingPolicy, ClassPolicy
from zoufang.core.portfolio.roll_rate import (
    Movement,
    Rate,
    RollMatrix,
    RollRow,
    RollTo,
    Suspicion,
    Transition,
    flow_to_loss,
    months_between,
    pair_transitions,
    pool,
    roll_matrix,
)
from zoufang.core.portfolio.standing import BookReport, Standing, report, standing
from zoufang.core.portfolio.statement import DueLine, Parts, Statement, statement
from zoufang.core.portfolio.watch import RestructureStanding, Watch

__all__ = [
    "BUCKETS",
    "CARD",
    "CIVIL_CODE",
    "AgeingPolicy",
    "Allocation",
    "BookReport",
    "Bucket",
    "BucketRow",
    "ClassFacts",
    "ClassPolicy",
    "ClassRow",
    "ClassedBalance",
    "Classification",
    "ComputedFigures",
    "Difference",
    "DueLine",
    "Entry",
    "Figure",
    "FigureUsed",
    "FiveClass",
    "GivenFigures",
    "Impairment",
    "Loan",
    "LoanSnapshot",
    "Movement",
    "NplReport",
    "Origin",
    "Part",
    "Parts",
    "Pause",
    "Payment",
    "Position",
    "Product",
    "Rate",
    "Restructure",
    "RestructureStanding",
    "Reversal",
    "RollMatrix",
    "RollRow",
    "RollTo",
    "Split",
    "Standing",
    "Statement",
    "Suspicion",
    "Transition",
    "Trigger",
    "Waiver",
    "Watch",
    "WriteOff",
    "add_months",
    "age",
    "bucket_of",
    "bucket_of_months",
    "bucket_table",
    "classify",
    "compare",
    "figure_used",
    "flow_to_loss",
    "months_between",
    "npl",
    "pair_transitions",
    "pool",
    "report",
    "roll_matrix",
    "splits",
    "standing",
    "statement",
]
