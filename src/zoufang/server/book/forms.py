"""The upload form, and the choices that the wizard offers for a column."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zoufang.files.fields import KINDS, Field, code_examples, code_words, schema
from zoufang.server.book.mappings import mapping_names
from zoufang.server.book.previewing import masked
from zoufang.server.book.wizard import Draft, DraftColumn

UNITS = (("yuan", _("yuan")), ("wan", _("10k yuan")), ("fen", _("fen")))
DATES = (
    ("", _("As it is written")),
    ("dmy", _("Day first")),
    ("mdy", _("Month first")),
    ("serial", _("Excel serial number")),
)
MODES = (("full", _("Full: what is missing has left the book")), ("delta", _("Delta: only what changed")))
FAULTS = (
    ("reject", _("Keep the row out")),
    ("blank", _("Take the row and leave the cell empty")),
)


SUMS = (
    ("", _("Keep one of them")),
    ("reject", _("Add them up; a row with a blank part is kept out")),
    ("zero", _("Add them up; a blank part counts as 0")),
)
SHOWN = 3


class UploadForm(forms.Form):
    """A file, whose it is, and how it is read."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX, XLS, WPS or Parquet"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xlsm,.xls,.et,.ett,.parquet"}),
    )
    mapping = forms.ChoiceField(
        label=_("Mapping"), required=False, help_text=_("Saved from an earlier file of the same source")
    )
    kind = forms.ChoiceField(label=_("Kind of file"), required=False)
    system = forms.CharField(
        label=_("Source system"),
        max_length=40,
        initial="core",
        help_text=_("Numbers of customers and loans are unique within it; keep the same name each time"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in mapping_names()]
        self.fields["mapping"].choices = [("", _("Propose one from the header")), *names]  # type: ignore[attr-defined]
        kinds = [(kind, title(schema(kind))) for kind in KINDS]
        self.fields["kind"].choices = [("", _("Find out from the header")), *kinds]  # type: ignore[attr-defined]


def title(named: Any) -> str:
    """A field's or schema's name in the reader's language."""
    return str(named.en if get_language() == "en" else named.zh)


def column_choices(draft: Draft) -> list[dict[str, Any]]:
    """What the wizard shows of each column, with the selects' choices."""
    fields = schema(draft.kind).fields
    options = [(field.name, title(field)) for field in fields]
    return [_column(column, options, draft.kind) for column in draft.columns if column.proposed.header]


def sum_choices(draft: Draft) -> list[dict[str, Any]]:
    """Amounts that several columns hold, with what may be done about it."""
    of, told = schema(draft.kind), dict(draft.sums)
    return [
        {"field": of.field(name), "headers": headers, "chosen": told.get(name, ""), "options": SUMS}
        for name, headers in draft.doubled.items()
    ]


def _column(column: DraftColumn, options: list[tuple[str, str]], kind: str) -> dict[str, Any]:
    field = schema(kind).field(column.rule.field) if column.rule else None
    return {
        "column": column.proposed,
        "samples": [masked(field, text) if field else text for text in column.proposed.samples[:SHOWN]],
        "chosen": field.name if field else "",
        "sure": column.sure,
        "options": options,
        "units": UNITS if field and field.type == "money" else (),
        "unit": (column.rule.unit if column.rule else None) or "yuan",
        "dates": DATES if field and field.type in ("date", "datetime") else (),
        "form": _form(column),
        "codes": _codes(column, field),
    }


def _form(column: DraftColumn) -> str:
    forms_said = column.rule.dates if column.rule else ()
    known = [form for form, _label in DATES if form in forms_said]
    return known[0] if len(known) == 1 else ""


def _codes(column: DraftColumn, field: Field | None) -> list[dict[str, Any]]:
    """Values that the code list does not know, each with the words it may mean."""
    if field is None or not field.codes or column.rule is None:
        return []
    told = dict(column.rule.codes)
    english = get_language() == "en"
    spelt = code_examples(field.codes)
    words = [(w, w.replace("_", " ") if english else spelt[w][0]) for w in code_words(field.codes)]
    return [
        {"number": number, "text": text, "chosen": told.get(text, ""), "words": words}
        for number, text in enumerate(column.proposed.unknown_codes)
    ]
