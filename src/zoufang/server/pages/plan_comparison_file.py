"""Two plans side by side as XLSX: totals, crews, who pays, and each visit that differs. Names stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.planning import CrewFigures
from zoufang.core.values import hhmm, mask_address, mask_name
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.server.pages.plan_comparison import ChangeRow, SideBySide, totals
from zoufang.server.visiting.models import PlannedStop


def comparison_file(both: SideBySide, mark: str = "") -> bytes:
    target = BytesIO()
    title = f"A: {both.before.name} · B: {both.after.name}"
    write_report(target, title, [_totals(both), _visits(both), _crews(both), _shares(both)], mark)
    return target.getvalue()


def _totals(both: SideBySide) -> ReportSheet:
    columns = (ReportColumn(_("Figure"), width=28), ReportColumn("A"), ReportColumn("B"))
    rows = [(row["name"], *(shown(row["kind"], row[side]) for side in ("a", "b"))) for row in totals(both)]
    kinds = [(name, str(n), "") for _kind, name, n in both.counts()]
    notes = (_("Names and addresses are masked. The app shows them in full, where each look is recorded."),)
    return ReportSheet(_("Totals"), columns, [*rows, *kinds], notes)


def shown(kind: str, value: int) -> str:
    """A figure of the totals in words of its kind."""
    if kind == "fen":
        return f"{value / 100:,.2f}"
    if kind == "hours":
        return hhmm(value // 60)
    return f"{value / 1000:.1f}" if kind == "km" else f"{value:,}"


def _visits(both: SideBySide) -> ReportSheet:
    sides = [column for name in ("A", "B") for column in _columns_of(name)]
    columns = (ReportColumn(_("Customer")), ReportColumn(_("Difference"), width=24), *sides)
    return ReportSheet(_("Visits that differ"), columns, (tuple(_visit(row)) for row in both.rows))


def _columns_of(name: str) -> Iterator[ReportColumn]:
    yield ReportColumn(f"{name}: {_('Crew')}")
    yield ReportColumn(f"{name}: {_('Arrival')}", width=10)
    yield ReportColumn(f"{name}: {_('Address')}", width=34)
    yield ReportColumn(f"{name}: {_('Net value')}", "fen")


def _visit(row: ChangeRow) -> Iterator[Any]:
    yield mask_name(str(row.stop.whom.identity["name"]))
    yield ", ".join(text for text, _tone in row.badges)
    for stop in (row.before, row.after):
        yield from _stop(stop) if stop is not None else (None, None, None, None)


def _stop(stop: PlannedStop) -> Iterator[Any]:
    yield stop.crew.name
    yield hhmm(stop.arrive)
    yield mask_address(str(stop.address.place["text"]))
    yield stop.value_fen


def _crews(both: SideBySide) -> ReportSheet:
    names = (
        _("Visits"),
        _("Hours"),
        _("Way (km)"),
        _("Net value"),
        _("Left of the shift (minutes)"),
        _("May run late by (minutes)"),
    )
    pairs = [ReportColumn(f"{side}: {name}") for name in names for side in ("A", "B")]
    rows = (
        (name, *(cell for cells in zip(_figures(c.before), _figures(c.after), strict=True) for cell in cells))
        for name, c in both.crews
    )
    return ReportSheet(_("Crews"), (ReportColumn(_("Crew")), *pairs), rows)


def _figures(crew: CrewFigures | None) -> tuple[str | None, ...]:
    if crew is None:
        return (None,) * 6
    slack = (None if seconds is None else str(seconds // 60) for seconds in (crew.left_s, crew.late_s))
    worth = shown("fen", crew.value_fen)
    return (str(crew.visits), shown("hours", crew.away_s), shown("km", crew.metres), worth, *slack)


def _shares(both: SideBySide) -> ReportSheet:
    columns = (
        ReportColumn(_("Group"), width=40),
        ReportColumn(f"A: {_('Visits')}", "int"),
        ReportColumn(f"B: {_('Visits')}", "int"),
        ReportColumn(f"A: {_('Expected value')}", "fen"),
        ReportColumn(f"B: {_('Expected value')}", "fen"),
    )
    rows = (
        (
            name,
            share.before and share.before.visits,
            share.after and share.after.visits,
            share.before and share.before.value_fen,
            share.after and share.after.value_fen,
        )
        for name, share in both.shares
    )
    return ReportSheet(_("Who pays for the gain"), columns, rows)
