"""A repayment agreement as a printable PDF, in Chinese or English, the same bytes for the same agreement."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import typst

from zoufang.core.errors import Conflict
from zoufang.core.repayment import Agreement, missing_contents
from zoufang.core.values import format_yuan
from zoufang.files.capital_amount import capital_amount
from zoufang.files.face import fonts, require_drawable

FOLDER = Path(__file__).parent / "typst"
Language = Literal["zh", "en"]


def agreement_pdf(agreement: Agreement, language: Language = "zh") -> bytes:
    """The PDF. Conflict where a content that the law asks for is missing (CN-K2), BadInput for a rare character
    that the face lacks."""
    if missing := missing_contents(agreement):
        raise Conflict(f"Agreement {agreement.number} cannot be printed: " + " ".join(str(m) for m in missing))
    wording = tomllib.loads((FOLDER / f"agreement.{language}.toml").read_text(encoding="utf-8"))
    data = _data(agreement, wording)
    require_drawable(_texts(data))
    return typst.compile(
        FOLDER / "agreement.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "language": language},
    )


def _data(agreement: Agreement, wording: dict[str, Any]) -> dict[str, Any]:
    signs = agreement.signatories
    return {
        "title": wording["title_card" if agreement.is_card else "title"],
        "number": agreement.number,
        "awaiting": agreement.awaiting_confirmation,
        "bank": signs.bank,
        "branch": signs.branch,
        "debtor": signs.debtor,
        "debtor_id": signs.debtor_id_masked,
        "contract_no": signs.contract_no,
        "hotline": signs.hotline,
        "signed_on": agreement.signed_on.isoformat(),
        "currency": wording.get(agreement.currency or "", agreement.currency),
        "balance": list(_balance(agreement)),
        "instalments": list(_rows(agreement)),
        "total": format_yuan(agreement.total_fen),
        "total_capitals": capital_amount(agreement.total_fen),
        "rate": f"{agreement.annual_rate_bp / 100:.2f}" if agreement.annual_rate_bp else None,
        "no_new_cards": agreement.no_new_cards,
        "clauses": [clause.value for clause in agreement.clauses],
        "break_after_days": str(agreement.break_after_days),
        "other_matters": list(agreement.other_matters),
    }


def _balance(agreement: Agreement) -> Iterator[dict[str, str]]:
    parts = {
        "principal": agreement.principal_fen or 0,
        "interest": agreement.interest_fen or 0,
        "fees": agreement.fees_fen or 0,
    }
    shown = parts | {"owed": sum(parts.values())}
    if agreement.waived_fen:
        shown["waived"] = agreement.waived_fen
    for name, fen in shown.items():
        yield {"name": name, "yuan": format_yuan(fen), "capitals": capital_amount(fen)}


def _rows(agreement: Agreement) -> Iterator[list[str]]:
    for number, part in enumerate(agreement.instalments, start=1):
        amounts = (part.principal_fen, part.interest_fen, part.fees_fen, part.amount_fen)
        yield [str(number), part.due.isoformat(), *(format_yuan(fen) for fen in amounts)]


def _texts(value: Any) -> Iterator[str]:
    """Every text that will be printed, however deep it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
