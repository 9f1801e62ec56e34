"""The loan book in pictures: buckets, classes, delay, branches, what rolled where, and the days gone by."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from zoufang.core.portfolio import BUCKETS, BucketRow, NplReport, RollMatrix, RollTo, Transition
from zoufang.server.book.analysis import Band, DayOfBook, Share
from zoufang.server.pages.book_words import landing
from zoufang.server.pages.charts import Chart, Series, bars, heatmap, lines
from zoufang.server.pages.words import word

# What left the book has no balance after: there its balance before counts.
LEFT = (RollTo.WRITTEN_OFF, RollTo.GONE)


def buckets_chart(rows: Sequence[BucketRow]) -> Chart:
    return bars(
        "buckets",
        _("Balance in each bucket"),
        [row.bucket.value for row in rows],
        [Series(_("Balance"), tuple(row.balance_fen for row in rows), tone="blue")],
        unit="money",
        first_column=_("Bucket"),
    )


def classes_chart(npl: NplReport) -> Chart:
    return bars(
        "classes",
        _("Balance in each of the five classes"),
        [word(row.five_class, "five_class") for row in npl.classes],
        [Series(_("Balance"), tuple(row.balance_fen for row in npl.classes), tone="blue")],
        unit="money",
        first_column=_("Class"),
    )


def delay_chart(bands: Sequence[Band]) -> Chart:
    return bars(
        "delay",
        _("Loans by days past due"),
        [band_name(band) for band in bands],
        [Series(_("Loans"), tuple(band.loans for band in bands), tone="blue")],
        unit="count",
        first_column=_("Days past due"),
    )


def band_name(band: Band) -> str:
    if band.high is None:
        return f">{band.low - 1}"
    return str(band.low) if band.low == band.high else f"{band.low}–{band.high}"


def branches_chart(shares: Sequence[Share]) -> Chart:
    """Under their short names, without the bank's own in front."""
    return bars(
        "branches",
        _("Overdue and non-performing balance of each branch"),
        [share.name.removeprefix(settings.ZOUFANG_BANK) or share.name for share in shares],
        [
            Series(_("Overdue"), tuple(share.overdue_fen for share in shares), tone="blue"),
            Series(_("Non-performing"), tuple(share.npl_fen for share in shares), tone="red"),
        ],
        unit="money",
        first_column=_("Branch"),
        proper_names=True,
    )


def trend_chart(days: Sequence[DayOfBook]) -> Chart:
    """Overdue balance, bucket upon bucket."""
    return bars(
        "trend",
        _("Overdue balance by bucket, each stored day"),
        [day.day.isoformat() for day in days],
        [
            Series(bucket.value, tuple(day.balance_fen[place] for day in days), stack="overdue")
            for place, bucket in enumerate(BUCKETS)
            if place
        ],
        unit="money",
        first_column=_("Day"),
    )


def npl_chart(days: Sequence[DayOfBook]) -> Chart:
    return lines(
        "npl-trend",
        _("NPL ratio, each stored day"),
        [day.day.isoformat() for day in days],
        [Series(_("NPL ratio"), tuple(day.npl_ratio for day in days), tone="red")],
        unit="percent",
        first_column=_("Day"),
    )


def roll_chart(matrix: RollMatrix, *, by_balance: bool) -> Chart:
    """From the bucket on the left to the one above: shares of the bucket before."""
    title = _("Roll rates by balance") if by_balance else _("Roll rates by number of loans")
    return heatmap(
        "roll-balance" if by_balance else "roll-count",
        title,
        [landing(to) for to in RollTo],
        [
            Series(row.origin.value, tuple(_share(matrix, row.origin.months, to, by_balance) for to in RollTo))
            for row in matrix.rows
        ],
        first_column=_("From"),
    )


def _share(matrix: RollMatrix, origin: int, to: RollTo, by_balance: bool) -> float | None:
    row = matrix.rows[origin]
    cells = [cell for cell in matrix.transitions if cell.origin is row.origin and cell.to is to]
    if not by_balance:
        return sum(cell.count for cell in cells) / row.count if row.count else None
    return sum(map(_weight, cells)) / row.balance_fen if row.balance_fen else None


def _weight(cell: Transition) -> int:
    return cell.before_fen if cell.to in LEFT else cell.after_fen
