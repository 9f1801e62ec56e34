"""What a visit is expected to add, from the bank's own newest evaluation where there is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from zoufang.core.planning import documented_prior
from zoufang.core.planning.feedback import calibrated
from zoufang.core.values import UpliftEstimate
from zoufang.server.studies.models import Study


def uplift_of(day: date) -> Callable[[int, int], UpliftEstimate]:
    """A function of (arrears in fen, days past due), resting on studies that were frozen before `day`."""
    study = Study.objects.filter(frozen_on__lt=day, report__isnull=False).order_by("-frozen_on", "-id").first()
    feedback = (study.report or {}).get("feedback") if study else None
    if not feedback:
        return documented_prior

    def estimated(arrears_fen: int, dpd: int) -> UpliftEstimate:
        prior = documented_prior(arrears_fen, dpd)
        return calibrated(prior, feedback["prior_fen"], UpliftEstimate(**feedback["uplift"]))

    return estimated
