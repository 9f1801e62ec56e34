"""A case file as tables to read: the same on the page and in the PDF that leaves the bank."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from zoufang.core.disposal import Evidence
from zoufang.core.portfolio import DueLine, Parts
from zoufang.core.values import format_yuan, mask_account, mask_name
from zoufang.server.disposal.models import DisposalStage
from zoufang.server.evidence.case_file import CaseFile
from zoufang.server.pages.disposal import name_of
from zoufang.server.pages.disposal_words import DISPOSAL_TONES
from zoufang.server.pages.evidence_cells import Cell, Section
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.words import word


def sections_of(file: CaseFile, *, in_clear: bool) -> tuple[Section, ...]:
    """In the reader's language; names masked unless `in_clear`. What is missing stands first."""
    asked = Evidence.PURSUIT in file.rule.evidence
    return (
        _parts(file),
        _contract(file, in_clear),
        _arrears(file),
        _demands(file),
        _visits(file),
        _guarantors(file, in_clear),
        _collateral(file),
        _stages(file),
        *((_gaps(file), _pursuit(file)) if asked else ()),
    )


def _parts(file: CaseFile) -> Section:
    tones = DISPOSAL_TONES["case_held"]
    return Section(
        "parts",
        _("What is there, and what is missing"),
        (_("Part"), _("Standing"), _("What is seen")),
        tuple(
            (
                Cell(word(one.part, "case_part")),
                Cell(word(one.held, "case_held"), tone=tones[one.held]),
                Cell(said(one.what)),
            )
            for one in file.parts
        ),
    )


def _contract(file: CaseFile, in_clear: bool) -> Section:
    loan, facts = file.loan, file.facts
    name = str(loan.debtor.identity.get("name", ""))
    account = loan.source_key if in_clear else mask_account(loan.source_key)
    rate = _("not known") if loan.annual_rate_bp is None else f"{loan.annual_rate_bp / 100:.2f}%"
    pairs: list[tuple[str, str, bool]] = [
        (_("Borrower"), name if in_clear else mask_name(name), True),
        (_("Loan"), account, True),
        (_("Contract number"), loan.contract_no or _("not known"), bool(loan.contract_no)),
        (_("Product"), word(loan.product, "product"), False),
        (_("Amount paid out"), _yuan(loan.amount_fen), True),
        (_("Paid out on"), _day(loan.opened_on), True),
        (_("Maturity"), _day(loan.matures_on), True),
        (_("Rate a year"), rate, loan.annual_rate_bp is not None),
        (_("Security"), word(loan.security, "security"), False),
        (_("Limitation ends on"), _day(facts.limitation_ends), True),
        (_("Last demand with proof"), _day(facts.demanded_on), True),
        (_("Met at the address"), _day(facts.address_confirmed_on), True),
    ]
    rows = tuple((Cell(label), Cell(text, data=data)) for label, text, data in pairs)
    return Section("contract", _("Contract and clocks"), ("", ""), rows)


def _arrears(file: CaseFile) -> Section:
    sheet = file.sheet
    title = _("Arrears, instalment by instalment")
    columns = (
        _("Due"),
        _("Charged"),
        _("Paid"),
        _("Waived or replaced"),
        _("Left unpaid"),
        _("Days"),
        _("Default interest"),
    )
    if sheet is None:
        note = _("The book has no instalments of this loan. By the bank's own figures ¥%(fen)s are in arrears.")
        return Section(
            "arrears", title, columns, (), empty=note % {"fen": format_yuan(file.loan.state.arrears_fen)}
        )
    total = tuple(
        Cell(text, data=True)
        for text in (
            "Σ", _three(sheet.charged), _three(sheet.paid), _three(sheet.given_up), _three(sheet.left), "",
            _yuan(sheet.default_fen),
        )
    )  # fmt: skip
    return Section("arrears", title, columns, (*(_line(one) for one in sheet.lines), total), note=_formula(file))


def _formula(file: CaseFile) -> str:
    sheet = file.sheet
    assert sheet is not None  # noqa: S101 - the caller has asked
    said_ = _("Charged - paid - waived or replaced = left; each as principal + interest + fees, in yuan.")
    said_ += " " + _("Arrears ¥%(left)s + principal not yet due ¥%(ahead)s%(default)s = claim ¥%(claim)s.") % {
        "left": format_yuan(sheet.left.total_fen),
        "ahead": format_yuan(sheet.not_due_fen),
        "default": "" if sheet.default_fen is None else f" + ¥{format_yuan(sheet.default_fen)}",
        "claim": format_yuan(sheet.claim_fen),
    }
    if sheet.rate_bp is None:
        return said_ + " " + _("No default interest: the contract's overdue rate was not given.")
    rule = _(
        "Default interest: unpaid principal x days x %(rate)s a year / 360, rounded half up once an instalment."
    )
    return said_ + " " + rule % {"rate": f"{sheet.rate_bp / 100:.2f}%"}


def _line(one: DueLine) -> tuple[Cell, ...]:
    texts = (
        one.due.isoformat(), _three(one.charged), _three(one.paid), _three(one.given_up), _three(one.left),
        str(one.days), _yuan(one.default_fen),
    )  # fmt: skip
    return tuple(Cell(text, data=True) for text in texts)


def _three(parts: Parts) -> str:
    if not parts.total_fen:
        return "–"
    return " + ".join(format_yuan(fen) for fen in (parts.principal_fen, parts.interest_fen, parts.fees_fen))


def _demands(file: CaseFile) -> Section:
    rows = tuple(
        (
            Cell(paper.number, data=True),
            Cell(str(paper.get_kind_display())),
            Cell(paper.grade.value, data=True),
            Cell("; ".join(f"{step.get_step_display()} {step.on:%Y-%m-%d}" for step in paper.steps.all())),
        )
        for paper in file.papers
    )
    columns = (_("Number"), _("Paper"), _("Evidence grade"), _("Course of the case"))
    return Section("demands", _("Demand notices"), columns, rows, empty=_("None was made."))


def _visits(file: CaseFile) -> Section:
    rows = tuple(
        (
            Cell(visit.day.isoformat(), data=True),
            Cell(word(visit.purpose, "purpose")),
            Cell(word(visit.outcome, "outcome") if visit.outcome else "–"),
            Cell(word(visit.met_role, "role") if visit.met_role else "–"),
            Cell(visit.crew.name, data=True),
        )
        for visit in file.visits
    )
    columns = (_("Day"), _("Purpose"), _("Outcome"), _("Met"), _("Crew"))
    return Section("visits", _("Visit records"), columns, rows, empty=_("None was made."))


def _guarantors(file: CaseFile, in_clear: bool) -> Section:
    def name(raw: str) -> str:
        return raw if in_clear else mask_name(raw)

    rows = tuple(
        (
            Cell(name(str(one.party.identity.get("name", ""))), data=True),
            Cell(word(one.guarantee, "guarantee") if one.guarantee else _("not known")),
            Cell(_day(one.guarantee_until), data=True),
        )
        for one in file.guarantors
    )
    columns = (_("Guarantor"), _("Kind of guarantee"), _("Period ends"))
    return Section("guarantors", _("Guarantees and their periods"), columns, rows, empty=_("There is none."))


def _collateral(file: CaseFile) -> Section:
    rows = tuple(
        (
            Cell(one.number, data=True),
            Cell(word(one.kind, "security")),
            Cell(one.description, data=True),
            Cell(_yuan(one.value_fen), data=True),
            Cell(_day(one.valued_on), data=True),
            Cell(str(one.rank), data=True),
        )
        for one in file.collateral
    )
    columns = (_("Number"), _("Kind"), _("Description"), _("Value (yuan)"), _("Valued on"), _("Rank"))
    return Section("collateral", _("Collateral"), columns, rows, empty=_("There is none."))


def _stages(file: CaseFile) -> Section:
    rows = tuple(row for stage in file.stages for row in _stage(stage))
    columns = (_("Stage"), _("Day"), _("Step"), _("Body and number"))
    return Section("stages", _("Legal and other stages"), columns, rows, empty=_("None was opened."))


def _stage(stage: DisposalStage) -> Iterator[tuple[Cell, ...]]:
    body = f"{stage.body_name} {stage.case_number}".strip() or "–"
    for step in stage.steps.all():
        kind = word(step.kind, "stage_step")
        yield Cell(name_of(stage.kind)), Cell(step.on.isoformat(), data=True), Cell(kind), Cell(body, data=True)


def _gaps(file: CaseFile) -> Section:
    rows = tuple((Cell(str(n), data=True), Cell(said(one))) for n, one in enumerate(file.gaps, 1))
    title = _("Gaps in the evidence of pursuit")
    return Section("gaps", title, (_("Number"), _("What is missing")), rows, empty=_("No gap was found."))


def _pursuit(file: CaseFile) -> Section:
    rows = tuple(
        (
            Cell(one.on.isoformat(), data=True),
            Cell(word(one.kind, "pursuit")),
            Cell(said(one.what)),
            Cell(_("yes") if one.reached else _("no")),
            Cell(one.proof or "–", data=True),
        )
        for one in file.pursuit
    )
    columns = (_("Day"), _("Kind"), _("What"), _("Reached the debtor's side"), _("Evidence grade"))
    return Section(
        "pursuit", _("Pursuit, step by step"), columns, rows, empty=_("None is on record."), folded=True
    )


def _yuan(fen: int | None) -> str:
    return "–" if fen is None else format_yuan(fen)


def _day(on: object) -> str:
    return on.isoformat() if hasattr(on, "isoformat") else "–"
