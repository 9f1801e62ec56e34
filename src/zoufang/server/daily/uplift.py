"""What a visit is expected to add, from the bank's own newest evaluation where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from zoufang.core.planning import documented_prior
from zoufang.core.planning.feedback import calibrated
from zoufang.core.values import UpliftEstimate, gettext_noop
from zoufang.server.studies.models import Study

# What is told of each visit; which study, with which weight, stands once, in the plan's versions.
BY_STUDY = gettext_noop("documented prior, brought to the level of the last study")


def uplift_of(day: date) -> Callable[[int, int], UpliftEstimate]:
    """A function of (arrears in fen, days past due), resting on studies that were frozen before `day`."""
    feedback = _feedback(day)
    if not feedback:
        return documented_prior
    # A report of before the weighing was planning's own work keeps only the weighed level.
    measured = UpliftEstimate(**(feedback.get("measured") or feedback["uplift"]))

    def estimated(arrears_fen: int, dpd: int) -> UpliftEstimate:
        prior = documented_prior(arrears_fen, dpd)
        found = calibrated(prior, feedback["prior_fen"], measured)
        return prior if found is prior else replace(found, method=BY_STUDY)

    return estimated


def uplift_source(day: date) -> str:
    """The study behind the expectations of `day`, with its snapshot and weight; "" while none has ended."""
    feedback = _feedback(day)
    return str(feedback["uplift"]["method"]) if feedback else ""


def _feedback(day: date) -> dict[str, Any]:
    study = Study.objects.filter(frozen_on__lt=day, report__isnull=False).order_by("-frozen_on", "-id").first()
    return ((study.report or {}).get("feedback") or {}) if study else {}
