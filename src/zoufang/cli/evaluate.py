"""`zoufang evaluate STUDY`: what visits recovered, from a frozen study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zoufang.cli.envelope import emit, exit_codes

if TYPE_CHECKING:
    from zoufang.core.evaluation import Evaluation


def register(app: typer.Typer) -> None:
    @app.command("evaluate")
    def evaluate(
        study: Annotated[Path, typer.Argument(help="A .csv or .json file; see `zoufang schema evaluate-input`.")],
        as_json: Annotated[bool, typer.Option("--json", help="Print the envelope as JSON.")] = False,
        out: Annotated[Path | None, typer.Option("--out", help="Write the envelope to this file.")] = None,
        worthwhile_fen: Annotated[
            int | None,
            typer.Option(
                help="The smallest effect per customer worth finding: a study that could miss it is too small."
            ),
        ] = None,
    ) -> None:
        """Say what visits recovered: assigned against held out, with its interval, or that one cannot tell."""
        with exit_codes(as_json):
            from zoufang.core.evaluation import EvaluationPolicy
            from zoufang.core.evaluation import evaluate as evaluate_study
            from zoufang.files.study_files import output_of, read_study

            snapshot = read_study(study)
            found = evaluate_study(snapshot, EvaluationPolicy(worthwhile_fen=worthwhile_fen))
            emit(
                output_of(found),
                as_json=as_json,
                out=out,
                warnings=tuple(str(warning) for warning in found.warnings),
                seed=snapshot.seed,
                text=lambda: as_text(found),
            )


def as_text(found: Evaluation) -> str:
    """The answer first, then the numbers behind it, then what to beware of."""
    sizes = found.sizes
    lines = [
        str(found.answer),
        str(found.cost.answer),
        f"{sizes.n_assigned} assigned ({sizes.share_visited:.0%} visited), {sizes.n_held_out} held out",
        f"method: {found.method}",
        *(f"! {warning}" for warning in found.warnings),
        f"study {found.study_id}, snapshot {found.snapshot_id[:16]}",
    ]
    return "\n".join(lines)
