"""`zoufang propose CASE`: two or three ways to pay that a customer can bear, or the hardship route."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zoufang.cli.envelope import REFUSED, emit, exit_codes

if TYPE_CHECKING:
    from zoufang.core.repayment import Proposal
    from zoufang.files.agreement_pdf import Language
    from zoufang.files.propose_files import OfferForm, ProposeInput, ProposeOutput

DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    @app.command("propose")
    def propose(
        case: Annotated[
            Path, typer.Argument(help="JSON: loan, means and tables (`zoufang schema propose-input`).")
        ],
        today: Annotated[datetime, typer.Option(formats=DAY, help="The business date.")],
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
        out: Annotated[Path | None, typer.Option("--out", help="Write the envelope to this file.")] = None,
        pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the agreement of one offer here.")] = None,
        offer: Annotated[int, typer.Option("--offer", help="Which offer the agreement is for.")] = 1,
        english: Annotated[bool, typer.Option("--english", help="The agreement in English.")] = False,
    ) -> None:
        """Offer repayment plans within what the customer can bear (exit 1: nothing can be offered)."""
        with exit_codes(as_json):
            from zoufang.files.json_values import read_json
            from zoufang.files.propose_files import ProposeInput, output_of, proposal_of
            from zoufang.files.propose_gate import NOT_ASKED

            given = read_json(case, ProposeInput)
            proposal = proposal_of(given, today.date())
            if pdf is not None and proposal.offers:
                pdf.write_bytes(_agreement(given, proposal, offer, "en" if english else "zh"))
            result = output_of(proposal)
            warnings = (NOT_ASKED,) if given.facts is None else ()
            ok = bool(result.offers)
            emit(result, as_json=as_json, out=out, warnings=warnings, ok=ok, text=lambda: as_text(result))
        if not result.offers:
            raise typer.Exit(REFUSED)


def _agreement(given: ProposeInput, proposal: Proposal, number: int, language: Language) -> bytes:
    from zoufang.core.errors import BadInput, NotFound
    from zoufang.core.repayment import draft_agreement
    from zoufang.files.agreement_pdf import agreement_pdf

    if given.signatories is None:
        raise BadInput("The agreement needs to know who signs. Add `signatories` to the case file.")
    if not 1 <= number <= len(proposal.offers):
        raise NotFound(f"There is no offer {number}. Choose 1 to {len(proposal.offers)}.")
    agreement = draft_agreement(
        proposal.offers[number - 1],
        given.case,
        given.policy,
        given.signatories,
        number=given.agreement_number or f"{proposal.loan_id}-{proposal.made_on:%Y%m%d}-{number}",
    )
    return agreement_pdf(agreement, language)


def as_text(result: ProposeOutput) -> str:
    """For people: the range with its reasons, then each offer in plain words."""
    lines = [f"Loan {result.loan_id} on {result.made_on}: {result.ability}, {result.willingness}"]
    lines += [f"  {reason}" for reason in result.reasons]
    if result.low_fen is not None and result.high_fen is not None:
        lines.append(f"Bearable a month: {_yuan(result.low_fen)} to {_yuan(result.high_fen)} yuan")
    for offer in result.offers:
        lines += _offer_lines(offer)
    lines += [f"Not offered: {no.kind}: {' '.join(no.reasons)}" for no in result.not_offered]
    if result.hardship_route is not None:
        lines += ["No offer.", *result.hardship_route.reasons, *result.hardship_route.steps]
    return "\n".join(lines)


def _offer_lines(offer: OfferForm) -> list[str]:
    saved = f"{_yuan(abs(offer.saves_fen))} {'less' if offer.saves_fen >= 0 else 'more'}"
    return [
        f"Offer {offer.number}: {offer.kind}, {offer.instalments} {offer.rhythm} from {offer.first_due}"
        f" to {offer.last_due}, first {_yuan(offer.schedule[0].amount_fen)} yuan",
        f"  In all {_yuan(offer.total_fen)} yuan, {saved} than paying nothing till then",
        *[f"  {finding.decision}: {finding.message} ({finding.rule_id})" for finding in offer.findings],
        *[f"  {condition}" for condition in offer.conditions],
        f"  {offer.if_broken}",
        *[f"  For staff: {note}" for note in offer.notes],
    ]


def _yuan(fen: int) -> str:
    from zoufang.core.values import format_yuan

    return format_yuan(fen)
