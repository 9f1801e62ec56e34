"""What a person should know before a file is taken over: nothing is left out in silence."""

from __future__ import annotations

import polars as pl

from zoufang.core.values import Message, gettext_noop
from zoufang.files.cells import column_letter
from zoufang.files.mapping import Mapping
from zoufang.files.places import Places
from zoufang.files.rows import OddRow, RowKind
from zoufang.files.tables import SheetInfo, Table
from zoufang.files.totals import TotalCheck

_SHOWN = 20
_OVERDUE = ("dpd", "overdue_since", "overdue_principal")


def warnings_of(
    table: Table,
    mapping: Mapping,
    odd: tuple[OddRow, ...],
    totals: tuple[TotalCheck, ...],
    hidden: list[int],
    faults: int,
    phones: pl.DataFrame,
) -> tuple[Message, ...]:
    """Messages in the order in which a reader needs them: totals, hidden things, rows left out, other sheets."""
    return (
        *(total.message for total in totals if not total.agrees or total.visible_only),
        *_uncalculated(odd, table.places),
        *_hidden(table, mapping, hidden),
        *_left_out(odd, table.places),
        *_sheets(table),
        *_no_arrears(mapping),
        *_phones(phones),
        *_too_many(faults),
    )


def _uncalculated(odd: tuple[OddRow, ...], places: Places) -> list[Message]:
    text = gettext_noop(
        "Row %(row)s (%(label)s) could not be compared: its formulas have no stored result. "
        "Open the file in Excel or WPS, let it calculate, and save it again."
    )
    totals = [each for each in odd if each.uncalculated and each.kind in (RowKind.TOTAL, RowKind.SUBTOTAL)]
    return [Message(text, {"row": places.text(each.row), "label": each.label}) for each in totals]


def _hidden(table: Table, mapping: Mapping, rows: list[int]) -> list[Message]:
    messages, places = [], table.places
    if rows and mapping.hidden_rows == "import":
        text = gettext_noop(
            '%(count)s hidden rows were imported: %(rows)s. Set hidden_rows = "skip" to leave them out.'
        )
        messages.append(Message(text, {"count": len(rows), "rows": _list(rows, places)}))
    elif rows:
        text = gettext_noop("%(count)s hidden rows were skipped and stand among the rejects: %(rows)s.")
        messages.append(Message(text, {"count": len(rows), "rows": _list(rows, places)}))
    if table.hidden_columns:
        letters = ", ".join(column_letter(column) for column in table.hidden_columns[:_SHOWN])
        messages.append(
            Message(gettext_noop("Hidden columns were read as well: %(columns)s."), {"columns": letters})
        )
    return messages


def _left_out(odd: tuple[OddRow, ...], places: Places) -> list[Message]:
    texts = {
        RowKind.TOTAL: gettext_noop("%(count)s total rows are no records: rows %(rows)s."),
        RowKind.SUBTOTAL: gettext_noop("%(count)s subtotal rows are no records: rows %(rows)s."),
        RowKind.HEADER: gettext_noop("%(count)s rows repeat or number the header: rows %(rows)s."),
        RowKind.EXAMPLE: gettext_noop("%(count)s example rows of the template were left out: rows %(rows)s."),
    }
    messages = []
    for kind, text in texts.items():
        rows = [each.row for each in odd if each.kind is kind]
        if rows:
            messages.append(Message(text, {"count": len(rows), "rows": _list(rows, places)}))
    for each in [each for each in odd if each.kind is RowKind.NOTE][:_SHOWN]:
        text = gettext_noop("Row %(row)s is a note, no record: %(text)s")
        messages.append(
            Message(text, {"row": places.text(each.row), "text": " ".join(filter(None, each.cells))[:120]})
        )
    return messages


def _sheets(table: Table) -> list[Message]:
    chosen = [sheet for sheet in table.sheets if sheet.chosen]
    if not chosen or len(table.sheets) == 1:
        return []
    text = gettext_noop("Sheet %(sheet)s was read, the one of %(count)s that fits best.")
    told = Message(text, {"sheet": chosen[0].name, "count": len(table.sheets)})
    if len(chosen) > 1:
        text = gettext_noop("%(count)s sheets were read as one file: %(sheets)s.")
        told = Message(text, {"count": len(chosen), "sheets": ", ".join(sheet.name for sheet in chosen[:_SHOWN])})
    best = max(sheet.fits for sheet in chosen)
    return [told, *(_unread(sheet, best) for sheet in table.sheets if sheet.rows and not sheet.chosen)]


def _unread(sheet: SheetInfo, best: int) -> Message:
    if sheet.fits * 2 > best and sheet.fits >= 2:
        text = gettext_noop(
            "Sheet %(sheet)s (%(rows)s rows) was not read, though it fits as well: import it too, by its name."
        )
    elif sheet.known > max(sheet.fits, 1):
        text = gettext_noop(
            "Sheet %(sheet)s (%(rows)s rows) was not read: it holds another kind of file. Import it on its own."
        )
    else:
        text = gettext_noop("Sheet %(sheet)s (%(rows)s rows) was not read: its columns are not known.")
    return Message(text, {"sheet": sheet.name, "rows": sheet.rows})


def _phones(phones: pl.DataFrame) -> list[Message]:
    if phones.is_empty():
        return []
    others = phones.filter(pl.col("whose") != "").height
    text = gettext_noop(
        "Cells with several telephone numbers: %(own)s more of the same people, "
        "%(others)s noted as other people's. The latter are contacts, who are never told of the debt."
    )
    return [Message(text, {"own": phones.height - others, "others": others})]


def _no_arrears(mapping: Mapping) -> list[Message]:
    given = {rule.field for rule in mapping.all_rules}
    if mapping.kind != "loan_book" or given & set(_OVERDUE):
        return []
    return [
        Message(
            gettext_noop("No column says how long or how much a loan is overdue. Map one, or import payments too.")
        )
    ]


def _too_many(faults: int) -> list[Message]:
    if faults <= 1_000_000:
        return []
    text = gettext_noop(
        "%(count)s faults were found; the first million are listed. Check the units and forms in the mapping."
    )
    return [Message(text, {"count": faults})]


def _list(rows: list[int], places: Places) -> str:
    more = "" if len(rows) <= _SHOWN else f", … (+{len(rows) - _SHOWN})"
    return ", ".join(places.texts(rows[:_SHOWN])) + more
