"""The bank's own figures on collection agencies (委外催收机构); a bank changes them here, not in code paths."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class AgencyPolicy:
    """Days and points. Only `evaluation_days` is from outside: at least once a year (GB/T 45251-2025)."""

    evaluation_days: int = 365
    warn_days: int = 60  # before contract, licence or evaluation end
    pass_score: int = 70
    least_part: int = 60  # no part of an evaluation may be worse
    complaint_points: int = 5  # taken off for each complaint that was upheld
    least_trained: int = 1
    certificate_days: int = 15  # from the end of a placement to the certificate of deletion
    longest_days: int = 180  # of one placement, extensions included
    extensions: int = 2  # 留案
    complaint_days: int = 30  # after its end, in which a complaint may still be about the agency
    review_percent: int = 20  # of an agency's contacts that the review desk draws; own visits have their own rate

    def __post_init__(self) -> None:
        if min(self.evaluation_days, self.longest_days, self.certificate_days) < 1:
            raise BadInput("An agency policy counts in whole days from one on. Correct the figures.")
        if not 0 <= self.review_percent <= 100:
            raise BadInput(f"{self.review_percent} is no percentage. Give 0 to 100.")
