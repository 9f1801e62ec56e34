"""The workbook that a bank may fill in for each kind of import, and the mapping that reads it back."""

from __future__ import annotations

from typing import Any

from zoufang.files.fields import Field, Schema, code_examples, schema
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.rows import EXAMPLE_MARK, HELP_MARK
from zoufang.files.workbooks import Pen, Target, workbook

SYSTEM = "template"
_ROWS_TO_FILL = 5_000
_TEXT_ALWAYS = ("key", "id", "phone", "text", "code", "codes", "flag")
_CODE_HEAD = ("字段 Field", "填写 Write", "也可写 Also understood", "系统代码 Code")


def template_mapping(kind: str) -> Mapping:
    """The mapping of a filled-in template: every column by its Chinese name, money in yuan."""
    of = schema(kind)
    return Mapping(f"{of.zh}模板", SYSTEM, of.kind, tuple(_rule(field) for field in of.fields))


def write_template(target: Target, kind: str) -> None:
    """Headers (required ones in orange), a row of help, an example row, and a sheet that explains the codes.

    The help and example rows are recognised by their first cell and never imported.
    """
    of = schema(kind)
    with workbook(target) as pen:
        _write_form(pen, of)
        _write_codes(pen, of)


def header_of(field: Field) -> str:
    return f"{field.zh}（元）" if field.type == "money" else field.zh


def _rule(field: Field) -> ColumnRule:
    return ColumnRule(field.name, header_of(field), unit="yuan" if field.type == "money" else None)


def _write_form(pen: Pen, of: Schema) -> None:
    sheet = pen.book.add_worksheet(of.zh)
    for place, field in enumerate(of.fields):
        sheet.set_column(
            place,
            place,
            22,
            pen.formats["text" if field.type in _TEXT_ALWAYS else "date"] if _typed(field) else None,
        )
        if field.codes and field.type != "codes":
            _offer_codes(sheet, place, field)
    sheet.set_row(1, 62)
    sheet.freeze_panes(1, 1)
    for place, field in enumerate(of.fields):
        pen.text(sheet, 0, place, header_of(field), pen.required if field.required else pen.heading)
    for place, field in enumerate(of.fields):
        pen.text(sheet, 1, place, _help(field, first=place == 0), pen.faint)
    for place, field in enumerate(of.fields):
        pen.text(sheet, 2, place, f"{EXAMPLE_MARK}-{field.example}" if place == 0 else field.example, pen.faint)


def _typed(field: Field) -> bool:
    return field.type in (*_TEXT_ALWAYS, "date")


def _offer_codes(sheet: Any, place: int, field: Field) -> None:
    """A list to choose from, which still lets other spellings pass."""
    words = [texts[0] for texts in code_examples(field.codes).values()]
    options = {"validate": "list", "source": words, "ignore_blank": True, "error_type": "warning"}
    sheet.data_validation(3, place, _ROWS_TO_FILL, place, options)


def _help(field: Field, *, first: bool) -> str:
    need = "必填 required" if field.required else "选填 optional"
    text = f"{field.en} ({need})\n{field.help_zh}\n{field.help_en}"
    return f"{HELP_MARK} {text}" if first else text


def _write_codes(pen: Pen, of: Schema) -> None:
    sheet = pen.book.add_worksheet("代码说明")
    for place, (text, width) in enumerate(zip(_CODE_HEAD, (22, 22, 70, 20), strict=True)):
        sheet.set_column(place, place, width)
        pen.text(sheet, 0, place, text, pen.heading)
    row = 1
    for field in of.fields:
        for word, texts in code_examples(field.codes).items() if field.codes else ():
            for place, text in enumerate((field.zh, texts[0], "、".join(texts[1:]), word)):
                pen.text(sheet, row, place, text)
            row += 1
