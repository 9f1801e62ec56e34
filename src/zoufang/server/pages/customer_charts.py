"""Arrears by day, as the bank gave them and as its entries give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.pages.charts import Chart, Series, lines
from zoufang.server.pages.customer_file import CustomerFile

DAYS = 60


def arrears_by_day(file: CustomerFile) -> Chart | None:
    """The sum over all loans on each day for which the bank gave figures; None before there are two days.

    Later files of a day replace earlier ones; a figure that was not given leaves a gap, never a zero.
    """
    by_day: dict[date, dict[object, int | None]] = defaultdict(dict)
    for row in file.figures:
        parts = (row.overdue_principal_fen, row.interest_fen, row.penalty_fen, row.fees_fen)
        known = [part for part in parts if part is not None]
        by_day[row.as_of][row.loan_id] = sum(known) if known else None
    days = sorted(by_day)[-DAYS:]
    if len(days) < 2:
        return None
    sums = tuple(_sum(by_day[day].values()) for day in days)
    series = [Series(_("Arrears"), sums, tone="red")]
    return lines("arrears", _("Arrears by day"), days, series, unit="money", first_column=_("Day"))


def _sum(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value or 0 for value in known)
