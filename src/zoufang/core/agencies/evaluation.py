"""The yearly evaluation of an agency: conduct, results and information security, less upheld complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.agencies.policy import AgencyPolicy
from zoufang.core.errors import BadInput

WEIGHTS = (("conduct", 50), ("security", 30), ("results", 20))  # bank policy: conduct weighs more than money


@dataclass(frozen=True, slots=True)
class Scores:
    """Points of 0 to 100 each."""

    conduct: int
    results: int
    security: int

    def __post_init__(self) -> None:
        if any(not 0 <= part <= 100 for part in self.parts):
            raise BadInput(f"Scores {self.parts} are not points of 0 to 100. Correct them.")

    @property
    def parts(self) -> tuple[int, ...]:
        return self.conduct, self.results, self.security


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    score: int
    passed: bool
    due: date  # the next one


def evaluate_agency(
    scores: Scores, upheld: int, on: date, contract_until: date | None, policy: AgencyPolicy | None = None
) -> EvaluationResult:
    """Half points count up; each upheld complaint takes points off. Next: in a year, or by the contract's end."""
    policy = policy or AgencyPolicy()
    if upheld < 0:
        raise BadInput(f"{upheld} upheld complaints are impossible. Give 0 or more.")
    weighed = sum(getattr(scores, name) * weight for name, weight in WEIGHTS)
    score = max(0, (weighed + 50) // 100 - upheld * policy.complaint_points)
    passed = score >= policy.pass_score and min(scores.parts) >= policy.least_part
    due = on + timedelta(days=policy.evaluation_days)
    if contract_until is not None and on < contract_until < due:
        due = contract_until
    return EvaluationResult(score, passed, due)
