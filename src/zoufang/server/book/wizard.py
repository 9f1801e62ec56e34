"""The import wizard's draft: what was proposed for each column, and what the user made of it."""

from __future__ import annotations

from collections.abc import Mapping as Answers
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from zoufang.core.errors import BadField, BadInput
from zoufang.core.values import Message, Unit, gettext_noop
from zoufang.files.fields import Field, code_words, schema
from zoufang.files.mapping import Blank, ColumnRule, Mapping, added_up, missing_fields
from zoufang.files.problems import Reject
from zoufang.files.propose_mapping import SURE, Proposal, ProposedColumn, named_sheets
from zoufang.files.spelling import DateForm
from zoufang.files.tables import Table
from zoufang.files.validate import Checked, check

SAMPLE = 200
SHOWN_ROWS = 8
SHOWN_REJECTS = 20


@dataclass(frozen=True, slots=True)
class DraftColumn:
    """A column as proposed, with the rule that stands now (None: not used)."""

    proposed: ProposedColumn
    rule: ColumnRule | None

    @property
    def sure(self) -> bool:
        chosen = self.rule.field if self.rule else None
        return chosen is not None and (self.proposed.confidence >= SURE or chosen != self.proposed.field)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that the wizard shows and changes; `mapping()` is what it amounts to."""

    kind: str
    columns: tuple[DraftColumn, ...]
    name: str
    system: str
    as_of: str = ""
    mode: str = "full"
    optional_faults: str = "reject"
    notes: tuple[Message, ...] = ()
    base: Mapping | None = None
    sums: tuple[tuple[str, Blank], ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def doubled(self) -> dict[str, list[str]]:
        """Amounts that several columns are read as: what the user may have added up."""
        of = schema(self.kind)
        headers: dict[str, list[str]] = {}
        for column in self.columns:
            if column.rule and of.field(column.rule.field).type == "money":
                headers.setdefault(column.rule.field, []).append(column.proposed.header)
        return {name: each for name, each in headers.items() if len(each) > 1}

    def mapping(self) -> Mapping:
        """BadField where a required field has no column, or one has two."""
        sums = {name: blank for name, blank in self.sums if name in self.doubled}
        rules = added_up(tuple(column.rule for column in self.columns if column.rule), sums)
        fields = {rule.field for rule in rules}
        kept = self.base.constants if self.base else ()
        constants = {name: value for name, value in kept if name not in fields}
        if self.as_of and "as_of" not in fields and "as_of" in schema(self.kind).names:
            constants["as_of"] = self.as_of
        changed: dict[str, Any] = {
            "name": self.name.strip(),
            "system": self.system.strip(),
            "columns": rules,
            "constants": tuple(constants.items()),
            "mode": self.mode,
            "optional_faults": self.optional_faults,
        }
        if self.base is not None:
            return replace(self.base, **changed)
        return Mapping(kind=self.kind, sheet=self.sheet, sheets=self.sheets, **changed)  # type: ignore[arg-type]


def draft_of(proposal: Proposal, system: str, table: Table) -> Draft:
    constants = dict(proposal.constants)
    base = proposal.mapping
    return Draft(
        kind=proposal.kind,
        columns=tuple(DraftColumn(column, column.rule) for column in proposal.columns),
        name=base.name if base else f"{system} {schema(proposal.kind).zh}",
        system=system,
        as_of=constants.get("as_of", ""),
        notes=proposal.notes,
        base=base or None,
        sums=tuple((name, "reject") for name in proposal.sums),
        **named_sheets(table),
    )


def draft_from(mapping: Mapping, proposal: Proposal) -> Draft:
    """A stored mapping laid over this file's header; its own rules win over what is proposed."""
    rules = {header: replace(rule, header=header, plus=()) for rule in mapping.columns for header in rule.headers}
    return Draft(
        kind=mapping.kind,
        columns=tuple(DraftColumn(column, rules.get(column.header)) for column in proposal.columns),
        name=mapping.name,
        system=mapping.system,
        as_of=dict(mapping.constants).get("as_of", dict(proposal.constants).get("as_of", "")),
        mode=mapping.mode,
        optional_faults=mapping.optional_faults,
        base=mapping,
        sums=tuple((rule.field, rule.blank) for rule in mapping.columns if rule.plus),
    )


def with_answers(draft: Draft, answers: Answers[str, str]) -> Draft:
    """The draft as the user's form has it now."""
    of = schema(draft.kind)
    columns = []
    for column in draft.columns:
        place = column.proposed.index
        name = answers.get(f"field_{place}", column.rule.field if column.rule else "")
        rule = _answered(column, of.field(name), answers, place) if name else None
        columns.append(replace(column, rule=rule))
    return replace(
        draft,
        columns=tuple(columns),
        sums=_sums(draft, answers),
        name=answers.get("name", draft.name),
        system=answers.get("system", draft.system),
        as_of=answers.get("as_of", draft.as_of),
        mode=answers.get("mode", draft.mode),
        optional_faults=answers.get("optional_faults", draft.optional_faults),
    )


def _sums(draft: Draft, answers: Answers[str, str]) -> tuple[tuple[str, Blank], ...]:
    """What was said of each amount that several columns hold: not added up, or what a blank part means."""
    told = dict(draft.sums)
    for field in schema(draft.kind).fields:
        said = answers.get(f"sum_{field.name}")
        if said in ("reject", "zero"):
            told[field.name] = cast(Blank, said)
        elif said is not None:
            told.pop(field.name, None)
    return tuple(told.items())


def _answered(column: DraftColumn, field: Field, answers: Answers[str, str], place: int) -> ColumnRule:
    same = column.rule if column.rule and column.rule.field == field.name else None
    rule = same or ColumnRule(field.name, column.proposed.header)
    if field.type == "money":
        rule = replace(rule, unit=cast(Unit, answers.get(f"unit_{place}") or rule.unit or "yuan"))
    if field.type in ("date", "datetime") and (form := answers.get(f"dates_{place}")):
        rule = replace(rule, dates=(cast(DateForm, form),))
    return replace(rule, codes=_codes(rule, column, field, answers, place))


def _codes(
    rule: ColumnRule, column: DraftColumn, field: Field, answers: Answers[str, str], place: int
) -> tuple[tuple[str, str], ...]:
    """What the user says that values unknown to the code list mean."""
    if not field.codes:
        return ()
    told = {
        text: word
        for number, text in enumerate(column.proposed.unknown_codes)
        if (word := answers.get(f"code_{place}_{number}", "")) in code_words(field.codes)
    }
    return tuple((dict(rule.codes) | told).items())


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they were understood, and what stands against importing."""

    fields: tuple[Field, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    rejects: tuple[Reject, ...] = ()
    records: int = 0
    rejected_rows: int = 0
    warnings: tuple[Message, ...] = ()
    error: Message | None = None
    missing: tuple[Field, ...] = ()

    @property
    def ready(self) -> bool:
        return self.error is None and not self.missing


def preview(draft: Draft, table: Table, today: date) -> Preview:
    """Check a sample with the draft; what cannot work comes back as a message, not as an error."""
    of = schema(draft.kind)
    given = frozenset(column.rule.field for column in draft.columns if column.rule)
    missing = _missing(draft, given)
    if missing:
        return Preview(missing=tuple(of.field(name) for name in missing))
    if (clash := _clash(draft)) is not None:
        return Preview(error=clash)
    try:
        mapping = draft.mapping()
        checked = check(_sampled(table), mapping, today=today)
    except BadInput as error:
        return Preview(error=_cause(error))
    fields = tuple(of.field(name) for name in _in_order(checked, draft, mapping))
    columns = [field.column for field in fields]
    return Preview(
        fields=fields,
        rows=tuple(checked.good.select(columns).head(SHOWN_ROWS).iter_rows()) if columns else (),
        rejects=tuple(checked.each_reject(SHOWN_REJECTS)),
        records=checked.records,
        rejected_rows=checked.rejected_rows,
        warnings=checked.warnings,
    )


def _in_order(checked: Checked, draft: Draft, mapping: Mapping) -> list[str]:
    """Fields in the order of the file's columns, constants last; no second look at the identity number."""
    names = [column.rule.field for column in draft.columns if column.rule]
    there = set(checked.good.columns) - ({"loan_key"} if mapping.by_person else set())
    of = schema(draft.kind)
    rest = [field.name for field in of.fields if field.name not in names and field.column in there]
    return [name for name in dict.fromkeys((*names, *rest)) if of.field(name).column in there]


def _missing(draft: Draft, given: frozenset[str]) -> tuple[str, ...]:
    if draft.base is not None and draft.base.snapshots:
        return ()
    constants = {name for name, _value in draft.base.constants} if draft.base else set()
    told = given | (constants - {"as_of"}) | ({"as_of"} if draft.as_of else set())
    return missing_fields(schema(draft.kind), told, nameless=draft.base is not None and draft.base.analysis_only)


def _clash(draft: Draft) -> Message | None:
    """What the user can see and mend at once."""
    if not draft.name.strip() or not draft.system.strip():
        return Message(gettext_noop("Give the mapping and the source system a name."))
    summed = {name for name, _blank in draft.sums}
    fields = [column.rule.field for column in draft.columns if column.rule]
    twice = next((name for name in fields if fields.count(name) > 1 and name not in summed), None)
    if twice is None:
        return None
    headers = [column.proposed.header for column in draft.columns if column.rule and column.rule.field == twice]
    text = gettext_noop("Columns %(columns)s are read as the same field. Keep one of them.")
    return Message(text, {"columns": " / ".join(headers)})


def _sampled(table: Table) -> Table:
    first = table.sample(SAMPLE)
    return replace(table, batches=lambda _progress: iter([first]))


def _cause(error: BadInput) -> Message:
    if isinstance(error, BadField):
        text = gettext_noop("%(what)s (%(field)s). %(remedy)s")
        return Message(text, {"what": error.what, "field": error.field, "remedy": error.remedy})
    cause = error.args[0] if error.args else ""
    return cause if isinstance(cause, Message) else Message("%(text)s", {"text": str(error)})
