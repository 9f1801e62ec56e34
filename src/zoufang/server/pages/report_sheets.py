"""The report as sheets of a workbook: one line a branch, head office first, then branches and sub-branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.portfolio import BUCKETS, Movement
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.files.workbooks import CellType
from zoufang.server.book.branch_days import Figures
from zoufang.server.pages import units
from zoufang.server.pages.book_words import MOVEMENTS
from zoufang.server.pages.report_figures import AFTER_VISIT_DAYS, DAILY, WEEKLY, ReportFigures
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import is_simulated

MONEY, COUNT, RATIO = "money", "int", "percent"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of each branch: by its name, or computed from the branch's figures."""

    title: str
    kind: str
    name: str = ""
    compute: Callable[[dict[str, int]], float | None] | None = None

    def of(self, row: dict[str, int]) -> Any:
        return self.compute(row) if self.compute else row.get(self.name, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the report, as a page shows it too."""

    name: str
    columns: tuple[Column, ...]
    figures: Figures
    notes: tuple[str, ...] = ()


def title_of(figures: ReportFigures) -> str:
    period = figures.period
    shown = {
        "branch": figures.branches[0].name if figures.branches else "",
        "first": period.first,
        "last": period.last,
    }
    if period.kind == DAILY:
        return _("%(branch)s: daily report of %(first)s") % shown
    if period.kind == WEEKLY:
        return _("%(branch)s: weekly report, %(first)s to %(last)s") % shown
    return _("%(branch)s: monthly report, %(first)s to %(last)s") % shown


def sheets_of(figures: ReportFigures) -> tuple[Sheet, ...]:
    return (_book(figures), _moved(figures), _visits(figures), _repayment(figures), _complaints(figures))


def as_xlsx(figures: ReportFigures, unit: str, mark: str = "") -> bytes:
    """The workbook with amounts in 元 or 万元; cells that come from outside stay text."""
    title = title_of(figures) + f" ({units.label_of(unit)})"
    if is_simulated():
        title += " · " + _("Simulated")
    into = BytesIO()
    write_report(into, title, [_written(sheet, figures, unit) for sheet in sheets_of(figures)], mark)
    return into.getvalue()


def _written(sheet: Sheet, figures: ReportFigures, unit: str) -> ReportSheet:
    money: CellType = "wan" if unit == units.WAN else "fen"
    kinds: dict[str, CellType] = {MONEY: money, COUNT: "int", RATIO: "percent"}
    head = (ReportColumn(_("Branch"), width=28), ReportColumn(_("Level"), width=12))
    columns = head + tuple(ReportColumn(column.title, kinds[column.kind], 18) for column in sheet.columns)
    return ReportSheet(sheet.name, columns, _lines(sheet, figures), sheet.notes)


def _lines(sheet: Sheet, figures: ReportFigures) -> Iterator[tuple[Any, ...]]:
    for branch in figures.branches:
        row = sheet.figures.get(branch.path, {})
        values = (column.of(row) for column in sheet.columns)
        yield ("　" * (branch.path.count("/") - 1) + branch.name, str(branch.get_level_display()), *values)


def _book(figures: ReportFigures) -> Sheet:
    columns = (
        Column(_("Loans"), COUNT, "loans"),
        Column(_("Balance"), MONEY, "balance"),
        Column(_("Overdue balance"), MONEY, "overdue"),
        Column(_("In arrears"), MONEY, "arrears"),
        Column(_("Non-performing balance"), MONEY, "npl"),
        Column(_("NPL ratio"), RATIO, compute=_npl_ratio),
        *(Column(bucket.value, MONEY, bucket.value) for bucket in BUCKETS[1:]),
    )
    day = figures.book_on.isoformat() if figures.book_on else "–"
    note = _("The book as stored on %(day)s; written-off loans are not counted.") % {"day": day}
    return Sheet(_("Loan book"), columns, figures.book, (note,))


def _npl_ratio(row: dict[str, int]) -> float | None:
    return row["npl"] / row["balance"] if row.get("balance") else None


def _moved(figures: ReportFigures) -> Sheet:
    columns = [Column(_("Loans before"), COUNT, "before")]
    for movement in Movement:
        columns.append(Column(str(MOVEMENTS[movement]), COUNT, movement.value))
        columns.append(
            Column(_("%(what)s: balance before") % {"what": MOVEMENTS[movement]}, MONEY, f"{movement}_fen")
        )
    if figures.moved_from is None:
        note = _("No stored day before the period: nothing can be compared.")
    else:
        note = _("From the book of %(first)s to that of %(last)s.") % {
            "first": figures.moved_from.isoformat(),
            "last": figures.book_on.isoformat() if figures.book_on else "–",
        }
    return Sheet(_("Movements"), tuple(columns), figures.moved, (note,))


def _visits(figures: ReportFigures) -> Sheet:
    columns = (
        Column(_("Visits planned"), COUNT, "planned"),
        Column(_("Withdrawn before"), COUNT, "withdrawn"),
        Column(_("Visits made"), COUNT, "made"),
        Column(_("Debtor met"), COUNT, "met"),
        Column(_("Share met"), RATIO, compute=lambda row: row["met"] / row["made"] if row.get("made") else None),
        *(Column(word(name.removeprefix("outcome:"), "outcome"), COUNT, name) for name in figures.outcomes),
    )
    return Sheet(_("Visits"), columns, figures.work)


def _repayment(figures: ReportFigures) -> Sheet:
    columns = (
        Column(_("Promises made"), COUNT, "promises"),
        Column(_("Amount promised"), MONEY, "promised"),
        Column(_("Promises kept"), COUNT, "kept"),
        Column(_("Partly kept"), COUNT, "partly_kept"),
        Column(_("Promises broken"), COUNT, "broken"),
        Column(_("Repayment plans made"), COUNT, "plans"),
        Column(_("Their amount"), MONEY, "plans_total"),
        Column(_("Plans awaiting approval"), COUNT, "plans_waiting"),
        Column(_("Plans performing"), COUNT, "plans_performing"),
        Column(_("Plans broken"), COUNT, "plans_broken"),
        Column(_("Plans completed"), COUNT, "plans_completed"),
        Column(_("Received from visited customers"), MONEY, "received"),
    )
    notes = (
        _(
            "Received: payments of the period from customers visited in the %(days)s days before. Much of it "
            "would have come without a visit: it is no effect of visits. The effect stands under Evaluation."
        )
        % {"days": AFTER_VISIT_DAYS},
        _("Promises kept and broken were judged in the period; the states of plans are those of the moment."),
    )
    return Sheet(_("Promises and plans"), columns, figures.work, notes)


def _per_1000_visits(row: dict[str, int]) -> float | None:
    return round(1_000 * row.get("complaints", 0) / row["made"], 1) if row.get("made") else None


def _complaints(figures: ReportFigures) -> Sheet:
    columns = (
        Column(_("Complaints received"), COUNT, "complaints"),
        Column(_("Complaints closed"), COUNT, "complaints_closed"),
        Column(_("Open at the end"), COUNT, "complaints_open"),
        Column(_("Open beyond their day"), COUNT, "complaints_late"),
        Column(
            _("Complaints per 1,000 visits"),
            COUNT,
            compute=_per_1000_visits,
        ),
    )
    return Sheet(_("Complaints"), columns, figures.work)
