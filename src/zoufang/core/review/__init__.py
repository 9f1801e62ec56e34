"""Whether visits are conducted as they should be: which are looked at, by what form, how far reviewers agree."""

from zoufang.core.review.agreement import Agreement, agreement
from zoufang.core.review.change import Change, Rate, Verdict, changed
from zoufang.core.review.drawing import Limits, Risk, Shares, Signs, lot, risks_of
from zoufang.core.review.estimate import SampleRate, sample_rate
from zoufang.core.review.form import Item, Mark, ReviewForm
from zoufang.core.review.settling import Marks, check_marks, disputed, kept_score, settled

__all__ = [
    "Agreement",
    "Change",
    "Item",
    "Limits",
    "Mark",
    "Marks",
    "Rate",
    "ReviewForm",
    "Risk",
    "SampleRate",
    "Shares",
    "Signs",
    "Verdict",
    "agreement",
    "changed",
    "check_marks",
    "disputed",
    "kept_score",
    "lot",
    "risks_of",
    "sample_rate",
    "settled",
]
